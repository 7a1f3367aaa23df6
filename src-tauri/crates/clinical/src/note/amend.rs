//! What is written after the signature: an addendum, which adds to a signed note, a correction, which stands
//! instead of it, and a supervising clinician's cosignature. All are notes of their own.

use super::{SignedNote, clean};
use crate::phi::Phi;
use crate::template::{Form, FormSection};

/// The one section of an addendum.
pub const ADDENDUM: &str = "addendum";
/// LOINC 55107-7 "Addendum Document".
const ADDENDUM_LOINC: &str = "55107-7";

/// The form of an addendum to a note with this title and LOINC code.
pub fn addendum_form(title: &str, loinc: &str) -> Form {
    Form {
        title: format!("Addendum to {title}"),
        loinc: loinc.to_owned(),
        sections: vec![FormSection {
            id: ADDENDUM.to_owned(),
            loinc: ADDENDUM_LOINC.to_owned(),
            title: "Addendum".to_owned(),
            prompt: "What is to be added, and why it comes later".to_owned(),
            required: true,
            phrases: Vec::new(),
            kept_from: None,
        }],
    }
}

/// The one section of a cosignature.
pub const STATEMENT: &str = "statement";

/// The form of a cosignature of a note with this title and LOINC code.
pub fn cosign_form(title: &str, loinc: &str) -> Form {
    Form {
        title: format!("Cosignature of {title}"),
        loinc: loinc.to_owned(),
        sections: vec![FormSection {
            id: STATEMENT.to_owned(),
            loinc: ADDENDUM_LOINC.to_owned(),
            title: "Supervising clinician's statement".to_owned(),
            prompt: "What you did yourself, and what you agree with or see differently".to_owned(),
            required: true,
            phrases: Vec::new(),
            kept_from: None,
        }],
    }
}

/// The form of a correction, with the signed text of each section: the visit's sections, and whatever else
/// was signed. Nothing that was signed is left out.
pub fn correction_form(of: &SignedNote, form: Form) -> (Form, Vec<(String, Phi<String>)>) {
    let mut form = Form { title: of.title().to_owned(), loinc: of.loinc().to_owned(), ..form };
    let mut texts: Vec<(String, Phi<String>)> = Vec::new();
    for signed in of.sections() {
        let same = |s: &&FormSection| {
            s.loinc == signed.loinc
                && super::clean_line(&s.title) == signed.title
                && !texts.iter().any(|(id, _)| *id == s.id)
        };
        let id = match form.sections.iter().find(same) {
            Some(section) => section.id.clone(),
            None => {
                let id = format!("signed-{}", form.sections.len());
                form.sections.push(FormSection {
                    id: id.clone(),
                    loinc: signed.loinc.clone(),
                    title: signed.title.clone(),
                    prompt: String::new(),
                    required: false,
                    phrases: Vec::new(),
                    kept_from: None,
                });
                id
            }
        };
        texts.push((id, signed.text.clone()));
    }
    (form, texts)
}

/// Titles of the sections whose text is no longer what was signed.
pub fn changed(form: &Form, signed: &[(String, Phi<String>)], now: &[(String, Phi<String>)]) -> Vec<String> {
    let text = |all: &[(String, Phi<String>)], id: &str| {
        all.iter().find(|(of, _)| of == id).map(|(_, text)| clean(text.expose())).unwrap_or_default()
    };
    let differs = |s: &&FormSection| text(signed, &s.id) != text(now, &s.id);
    form.sections.iter().filter(differs).map(|s| s.title.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::{Beside, NoteContext};
    use crate::template::Templates;
    use proptest::prelude::*;

    fn context() -> NoteContext {
        let at = "2026-11-22T14:32:10Z".parse().unwrap();
        NoteContext {
            patient: "maria".into(),
            patient_name: "SANTOS, Maria".into(),
            birth_date: "1972-03-09".into(),
            mrn: None,
            encounter: None,
            author: "Practitioner/p".into(),
            author_name: "Amara Okafor".into(),
            awaits_cosign: false,
            start: at,
            end: at,
            service_day: jiff::civil::date(2026, 11, 22),
        }
    }

    fn soap(written: &[&str]) -> Form {
        let all = Templates::builtin();
        Form::new(all.get("soap"), all, &[], written)
    }

    fn sign(form: &Form, texts: Vec<(String, Phi<String>)>) -> SignedNote {
        let at = "2026-11-22T14:32:10Z".parse().unwrap();
        SignedNote::sign("n1".into(), form, context(), texts, Beside::default(), at)
    }

    proptest! {
        #[test]
        fn a_correction_begins_with_every_word_that_was_signed(
            texts in prop::collection::vec("[a-z ]{0,12}", 6),
            template in prop::sample::select(vec!["soap", "follow-up", "urgent"]),
        ) {
            let form = soap(&[]);
            let texts: Vec<_> = form.sections.iter().zip(texts).map(|(s, t)| (s.id.clone(), Phi::new(t))).collect();
            let note = sign(&form, texts);
            // Also when the visit's template is another one by now.
            let all = Templates::builtin();
            let now = Form::new(all.get(template), all, &[], &[]);
            let (form, seeds) = correction_form(&note, now);
            prop_assert!(changed(&form, &seeds, &seeds).is_empty());
            let again = sign(&form, seeds);
            let words = |n: &SignedNote| {
                let mut all: Vec<_> = n.sections().iter().map(|s| (s.loinc.clone(), s.title.clone(), s.text.expose().clone())).collect();
                all.sort();
                all
            };
            prop_assert_eq!(words(&again), words(&note));
        }
    }

    #[test]
    fn what_was_changed_emptied_or_added_is_named() {
        let form = soap(&[]);
        let note = sign(&form, vec![("hpi".into(), "Tired.".into()), ("plan".into(), "Rest.".into())]);
        let (form, signed) = correction_form(&note, form);
        let now = vec![
            ("hpi".to_owned(), " ".into()),
            ("plan".to_owned(), "Rest.  \n".into()),
            ("assessment".to_owned(), "Viral.".into()),
        ];
        let names = changed(&form, &signed, &now);
        let title = |id: &str| form.section(id).unwrap().title.clone();
        assert_eq!(names, [title("hpi"), title("assessment")]);
    }
}
