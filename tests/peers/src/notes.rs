//! Notes by a seed, in every form, for readers that are not ours: all templates, many scripts, and texts that
//! are hard on some form. What was typed stands beside them.

use crate::hard::{PIECES, SEPARATORS};
use clinical::followup::FollowUp;
use clinical::note::{
    Amends, Attested, Beside, MAX_SECTION_BYTES, NoteCharge, NoteContext, NoteDiagnosis, Relation, SignedNote,
};
use clinical::phi::Phi;
use clinical::template::{Form, Templates};
use fhir::write;
use jiff::{Timestamp, ToSpan};
use pdf::{Fonts, Paper};
use serde_json::{Value, json};
use std::path::Path;

pub const COUNT: usize = 200;
const SEED: u64 = 20_261_122;
const BASE: &str = "https://ehr.example/fhir";
/// These have a section as long as one may be.
const LONG: [usize; 3] = [17, 83, 151];
/// Every so many notes, one on a computer without fonts.
const WITHOUT_FONTS: usize = 10;
/// Every so many, one that no longer stands.
const RETRACTED: usize = 9;
const STANDING: &str = "Retracted 14:50 by Adaeze Okafor, MD: wrong patient.";

/// Writes the bodies into `folder`, where the validators look, and the rest into `folder/notes`.
pub fn write(folder: &Path) {
    let notes = folder.join("notes");
    std::fs::create_dir_all(&notes).expect("a folder for the notes");
    let (all, none) = (Fonts::of_this_computer(), Fonts::base_only());
    for n in 0..COUNT {
        let mut random = Random(SEED + n as u64);
        let (note, typed) = note(n, &mut random);
        let fonts = if n % WITHOUT_FONTS == 3 { &none } else { &all };
        let put = |name: String, bytes: &[u8]| std::fs::write(notes.join(name), bytes).expect("a form");

        let document = write::document_bundle(&note, BASE).to_string();
        let forms = [write::Form::Text, write::Form::Xhtml, write::Form::Document];
        let reference = write::document_reference(&note, &uuid(n, 1), BASE, &forms, true);
        std::fs::write(folder.join(format!("note-{n:03}-document.json")), &document).expect("a document");
        let file = folder.join(format!("note-{n:03}-DocumentReference.json"));
        std::fs::write(file, reference.to_string()).expect("a reference");
        put(format!("{n:03}.txt"), note.text().as_bytes());
        put(format!("{n:03}.xhtml"), write::xhtml(&note).as_bytes());
        let standing = if n % RETRACTED == 4 { STANDING } else { "" };
        let made = pdf::pdf(&Paper::of_note(&note, standing, &document), fonts)
            .unwrap_or_else(|e| panic!("note {n}: {e}"));
        put(format!("{n:03}.pdf"), &made.bytes);
        put(format!("{n:03}.json"), said(&note, &typed, standing, &made).to_string().as_bytes());
        if n == 0 {
            put("less.pdf".to_owned(), &pdf_of_less(&note, &document, fonts));
        }
    }
}

/// What the readers hold the forms against. A section's `typed` is what was typed; the parts that are made
/// from facts have only their text.
fn said(note: &SignedNote, typed: &[(String, String)], standing: &str, made: &pdf::Pdf) -> Value {
    let mut typed = typed.iter();
    let parts = note.parts().map(|part| {
        let raw = if part.kind == clinical::note::PartKind::Written { typed.next() } else { None };
        json!({ "title": part.title, "loinc": part.loinc, "text": part.text, "typed": raw.map(|(_, t)| t) })
    });
    let parts: Vec<Value> = parts.collect();
    assert!(typed.next().is_none(), "every section that was typed is there");
    json!({
        "title": note.title(),
        "banner": note.banner().map(|(label, value)| json!([label, value])),
        "heading": note.heading().iter().map(|(label, value)| json!([label, value])).collect::<Vec<_>>(),
        "parts": parts,
        "closing": note.closing(),
        "hash": note.content_hash(),
        "diagnoses": note.beside().diagnoses.iter().map(|d| &d.code).collect::<Vec<_>>(),
        "follow_ups": note.beside().follow_ups.len(),
        "awaits_cosign": note.context().awaits_cosign,
        "standing": standing,
        "pages": made.pages,
        "unseen": made.unseen,
    })
}

/// The PDF of the same note without the last word of its first section: no reader may take it for the note.
fn pdf_of_less(note: &SignedNote, document: &str, fonts: &Fonts) -> Vec<u8> {
    let mut copy = serde_json::to_value(note).expect("a note");
    let text = copy["sections"][0]["text"].as_str().expect("a text").trim_end().to_owned();
    let cut = text.char_indices().last().map_or(0, |(at, _)| at);
    copy["sections"][0]["text"] = json!(text[..cut]);
    let less: SignedNote = serde_json::from_value(copy).expect("a note");
    pdf::pdf(&Paper::of_note(&less, "", document), fonts).expect("a PDF").bytes
}

/// A note and, for each section, what was typed.
fn note(n: usize, random: &mut Random) -> (SignedNote, Vec<(String, String)>) {
    let templates = Templates::builtin();
    let template = &templates.all()[n % templates.all().len()];
    let mut texts: Vec<(String, String)> = Vec::new();
    for (place, section) in template.sections.iter().enumerate() {
        let long = LONG.iter().position(|l| *l == n).filter(|_| place == 1);
        let text = match long {
            Some(which) => one_megabyte(["plain", "arabic", "chinese"][which]),
            None if random.below(5) == 0 && place > 0 => continue,
            None => text(random),
        };
        texts.push((section.id.clone(), text));
    }
    let ids: Vec<&str> = texts.iter().map(|(id, _)| id.as_str()).collect();
    let form = Form::new(template, templates, &[], &ids);
    let at: Timestamp = "2026-11-22T14:32:10Z".parse().expect("a time");
    let at = at + (n as i64).hours();
    let words = |random: &mut Random| Phi::new(PIECES[random.below(PIECES.len())].1.to_owned());
    let context = NoteContext {
        patient: format!("patient-{n}"),
        patient_name: if n.is_multiple_of(7) { words(random) } else { "SANTOS, Maria Elena".into() },
        birth_date: "1972-03-09".into(),
        mrn: (!n.is_multiple_of(5)).then(|| format!("85-{n:04}").into()),
        encounter: (!n.is_multiple_of(3)).then(|| format!("encounter-{n}")),
        author: "Practitioner/okafor".to_owned(),
        author_name: "Adaeze Okafor, MD".to_owned(),
        awaits_cosign: n % 4 == 1,
        start: at - 20.minutes(),
        end: at,
        service_day: jiff::civil::date(2026, 11, 22),
    };
    let beside = Beside {
        diagnoses: [
            ("E11.65", "Type 2 diabetes mellitus with hyperglycemia"),
            ("I10", "Essential hypertension"),
        ]
        .into_iter()
        .take(n % 3)
        .map(|(code, title)| NoteDiagnosis { code: code.to_owned(), title: title.to_owned() })
        .collect(),
        charges: n
            .is_multiple_of(2)
            .then(|| NoteCharge {
                code: "99214".to_owned(),
                modifiers: vec!["95".to_owned()],
                place_of_service: "10".to_owned(),
                units: 1,
            })
            .into_iter()
            .collect(),
        follow_ups: (0..n % 3).map(|f| follow_up(n, f, words(random))).collect(),
        follow_up_visit: (n % 3 == 2).then(|| "Follow-up visit: Tue 2026-12-15 09:20".to_owned()),
        attestation: vec![
            Attested {
                label: "Consent".to_owned(),
                text: "The patient agreed to a telehealth visit.".into(),
            },
            Attested { label: "Call".to_owned(), text: words(random) },
        ],
        amends: (n % 6 == 2).then(|| Amends {
            relation: if n % 12 == 2 { Relation::Appends } else { Relation::Replaces },
            note: uuid(n, 2),
            filed: (n % 18 == 2).then(|| "DocumentReference/1123".to_owned()),
            item: None,
            title: "Progress note".to_owned(),
            signed_at: at - 48.hours(),
            changed: if n % 12 == 2 { Vec::new() } else { vec!["Plan".to_owned()] },
        }),
    };
    let signed = texts.iter().map(|(id, text)| (id.clone(), Phi::new(text.clone())));
    let note = SignedNote::sign(uuid(n, 0), &form, context, signed.collect::<Vec<_>>(), beside, at);
    // In the order of the document, without what is blank.
    let kept: Vec<(String, String)> = form
        .sections
        .iter()
        .filter_map(|s| {
            texts.iter().find(|(id, t)| *id == s.id && !clinical::note::clean(t).trim().is_empty())
        })
        .cloned()
        .collect();
    (note, kept)
}

fn follow_up(n: usize, f: usize, text: Phi<String>) -> FollowUp {
    FollowUp {
        id: uuid(n, 10 + f),
        text,
        owner: "Practitioner/okafor".to_owned(),
        owner_name: "Adaeze Okafor, MD".to_owned(),
        due: (f == 0).then(|| jiff::civil::date(2027, 2, 22)),
        urgent: f == 1,
    }
}

/// Some pieces, one after the other.
fn text(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(6) {
        text.push_str(PIECES[random.below(PIECES.len())].1);
        text.push_str(SEPARATORS[random.below(SEPARATORS.len())]);
    }
    text
}

fn one_megabyte(name: &str) -> String {
    let piece = PIECES.iter().find(|piece| piece.0 == name).expect("a piece").1;
    let mut text = String::new();
    while text.len() + piece.len() < MAX_SECTION_BYTES {
        text.push_str(piece);
        // Of Chinese, one paragraph.
        text.push(if name != "chinese" && text.len().is_multiple_of(3) { '\n' } else { ' ' });
    }
    text
}

fn uuid(n: usize, what: usize) -> String {
    format!("{n:08x}-0000-4000-8000-{what:012x}")
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}
