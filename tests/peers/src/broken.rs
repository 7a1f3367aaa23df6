//! Copies of real bodies with one thing wrong each: a validator that takes one of them proves
//! nothing about the others.

use serde_json::{Value, json};
use std::path::Path;

/// Where in a body, as a JSON pointer, and what to put there; `None` takes it away.
type Damage = (&'static str, Option<fn() -> Value>);

struct Broken {
    /// Folder below `broken`: who must see it.
    seen_by: &'static str,
    name: &'static str,
    /// End of the name of the body that is copied.
    of: &'static str,
    damage: Damage,
}

/// Every validator must see these.
const BOTH: &str = "both";
/// Needs invariants, value sets and code systems, which only one of them has.
const TERMS: &str = "terms";
/// Rules of FHIR JSON and of its narratives.
const JSON: &str = "json";
/// Needs the US Core profiles.
const PROFILE: &str = "profile";

const fn broken(seen_by: &'static str, name: &'static str, of: &'static str, damage: Damage) -> Broken {
    Broken { seen_by, name, of, damage }
}

const ALL: &[Broken] = &[
    broken(BOTH, "no-content", "-DocumentReference", ("/content", None)),
    broken(BOTH, "unknown-element", "-Condition", ("/certainty", Some(|| json!("high")))),
    broken(BOTH, "subject-is-text", "-Condition", ("/subject", Some(|| json!("Patient/1")))),
    broken(BOTH, "no-insurance", "-Claim", ("/insurance", None)),
    broken(BOTH, "sequence-in-words", "-Claim", ("/item/0/sequence", Some(|| json!("one")))),
    broken(BOTH, "diagnosis-of-nothing", "-Claim", ("/diagnosis/0/diagnosisReference", None)),
    broken(BOTH, "no-such-date", "-Task", ("/authoredOn", Some(|| json!("yesterday")))),
    broken(BOTH, "intent-missing", "-Task", ("/intent", None)),
    broken(BOTH, "untitled-composition", "-document", ("/entry/0/resource/title", None)),
    broken(
        TERMS,
        "ends-before-it-starts",
        "-DocumentReference",
        ("/context/period/end", Some(|| json!("2001-02-03T04:05:06Z"))),
    ),
    broken(TERMS, "status", "-Task", ("/status", Some(|| json!("sleeping")))),
    broken(TERMS, "doc-status", "-DocumentReference", ("/docStatus", Some(|| json!("done")))),
    broken(TERMS, "claim-type", "-Claim", ("/type/coding/0/code", Some(|| json!("professionell")))),
    broken(
        TERMS,
        "clinical-status",
        "-Condition",
        ("/clinicalStatus/coding/0/code", Some(|| json!("alive"))),
    ),
    broken(PROFILE, "no-category", "-DocumentReference", ("/category", None)),
    broken(JSON, "empty-text", "-Condition", ("/code/text", Some(|| json!("")))),
    broken(JSON, "empty-list", "-Claim", ("/item/0/modifier", Some(|| json!([])))),
    broken(JSON, "control-character", "-Task", ("/description", Some(|| json!("A1c\u{0} again")))),
    broken(
        JSON,
        "script",
        "-document",
        (
            "/entry/0/resource/section/0/text/div",
            Some(|| json!("<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>x</script>y</div>")),
        ),
    ),
];

/// Writes the broken copies below `folder`.
pub fn write(folder: &Path) {
    for b in ALL {
        let mut body = original(folder, b.of);
        let (parent, key) = b.damage.0.rsplit_once('/').expect("a pointer");
        let parent =
            body.pointer_mut(parent).unwrap_or_else(|| panic!("{}: nothing at {}", b.name, b.damage.0));
        let parent = parent.as_object_mut().expect("an object");
        match b.damage.1 {
            Some(value) => drop(parent.insert(key.to_owned(), value())),
            None => drop(parent.remove(key).unwrap_or_else(|| panic!("{}: there was no {key}", b.name))),
        }
        let into = folder.join("broken").join(b.seen_by);
        std::fs::create_dir_all(&into).expect("a folder");
        std::fs::write(into.join(format!("{}{}.json", b.name, b.of)), body.to_string())
            .expect("a broken copy");
    }
}

/// The first visit has every kind of body.
fn original(folder: &Path, of: &str) -> Value {
    let files = std::fs::read_dir(folder).expect("the bodies").filter_map(Result::ok).map(|e| e.path());
    let wanted = |p: &std::path::PathBuf| {
        let name = p.file_stem().and_then(|n| n.to_str()).unwrap_or_default();
        name.starts_with(crate::visits::VISITS[0].name) && name.ends_with(of)
    };
    let file = files.into_iter().find(wanted).unwrap_or_else(|| panic!("no body ends with {of}"));
    let text = std::fs::read_to_string(file).expect("a body");
    serde_json::from_str(&text).expect("JSON")
}
