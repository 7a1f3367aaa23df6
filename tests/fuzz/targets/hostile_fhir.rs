//! Whatever an EHR sends is read without a panic, and no entry of a page is lost without being counted.
//! The first byte says what the rest is: JSON, or a document of some kind.
#![no_main]

use fhir::view::{self, Around, Content, Reading};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const BASE: &str = "https://ehr.test/fhir";

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    match kind % 8 {
        0 => document("text/rtf", rest),
        1 => document("text/html", rest),
        2 => document("text/plain", rest),
        3 => drop(view::drawable(rest)),
        _ => {
            if let Ok(value) = serde_json::from_slice::<Value>(rest) {
                json(value);
            }
        }
    }
});

fn document(kind: &str, bytes: &[u8]) {
    if let Some(Reading::Text(text)) = view::read(kind, bytes) {
        // What is shown is text: nothing that the window could take for anything else.
        assert!(!text.contains('\u{0}') && !text.contains('\u{1b}'), "a control character is shown");
    }
}

fn json(value: Value) {
    if let Some(entries) = value.get("entry").and_then(Value::as_array).map(Vec::len) {
        if let Some(page) = fhir::bundle::page(value.clone()) {
            let known = page.resources.len() + page.outcomes.len() + page.unreadable as usize;
            assert_eq!(known, entries, "an entry was dropped");
            let around = Around::new(BASE, page.resources.iter());
            page.resources.iter().for_each(|resource| read(resource, &around));
        }
    }
    read(&value, &Around::alone(BASE));
}

fn read(resource: &Value, around: &Around) {
    let _ = view::entry(resource, around);
    let _ = view::patient(resource, BASE);
    let _ = view::coverage(resource);
    let _ = view::encounter_context(resource, BASE);
    let _ = view::appointment_context(resource);
    let _ = view::slot(resource, "Practitioner/p", BASE);
    let _ = view::slot_encounter(resource, BASE);
    let _ = view::person(resource);
    let _ = view::since(resource);
    let _ = view::own_words(resource);
    let _ = fhir::outcome::outcome(resource);
    for content in view::contents(resource) {
        if let Content::Inline(kind, bytes) = content {
            document(&kind, bytes.expose());
            let _ = view::drawable(bytes.expose());
        }
    }
}
