//! The EHR changed: what it declares and grants now, beside what it did at the last sign-in. What breaks a route is
//! named; what it adds is not.

use crate::capability::Capabilities;
use crate::personality::Personality;
use crate::route::{OfVisit, Route, routes};
use crate::smart::Scopes;
use serde::{Deserialize, Serialize};

/// What an EHR declared and granted at a sign-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Declared {
    pub capabilities: Capabilities,
    /// As granted, parted by spaces.
    pub scopes: String,
    /// `capabilities` of the SMART configuration; empty: it was not kept then.
    #[serde(default)]
    pub smart: Vec<String>,
    /// The hosts at which one signs in and gets tokens; empty: they were not kept then.
    #[serde(default)]
    pub sign_in_at: Vec<String>,
}

/// What rests on a capability of SMART App Launch 2.2 (§8.1.2, "Capabilities").
const RESTS_ON: &[(&str, &str)] = &[
    ("launch-ehr", "Chartside may not open from a chart of the EHR any more"),
    ("context-ehr-patient", "the EHR may not say any more whose chart is open"),
    (
        "context-ehr-encounter",
        "the EHR may not say any more which visit it is, and notes may not find their encounter",
    ),
    ("permission-offline", "delivery may stop when a sign-in ends, and wait for the next"),
    ("sso-openid-connect", "signing in may fail, since the EHR may not say who it is"),
];

/// What could be done before and cannot be now, in sentences for clinician and IT.
pub fn broken(before: &Declared, now: &Declared, personality: &'static Personality) -> Vec<String> {
    let mut told = Vec::new();
    if before.capabilities.says_json() && !now.capabilities.speaks_json() {
        told.push(
            "The EHR does not say any more that it speaks JSON; reading and writing may fail.".to_owned(),
        );
    }
    told.extend(routes_gone(before, now, personality));
    if !before.smart.is_empty() && !now.smart.is_empty() {
        let had = |d: &Declared, name: &str| d.smart.iter().any(|c| c == name);
        let lost = RESTS_ON.iter().filter(|(name, _)| had(before, name) && !had(now, name));
        told.extend(lost.map(|(name, what)| {
            let mut what = (*what).to_owned();
            what.get_mut(..1).map(str::make_ascii_uppercase);
            format!("{what}: its sign-in does not name “{name}” any more.")
        }));
    }
    let elsewhere: Vec<&str> =
        now.sign_in_at.iter().filter(|at| !before.sign_in_at.contains(at)).map(String::as_str).collect();
    if !before.sign_in_at.is_empty() && !elsewhere.is_empty() {
        told.push(format!(
            "Signing in goes to {} now, and went to {} before. If nobody announced that, tell IT.",
            elsewhere.join(" and "),
            before.sign_in_at.join(" and "),
        ));
    }
    told
}

/// Kinds of items that were records before and are not now, and those whose arrival cannot be asked any more.
fn routes_gone(before: &Declared, now: &Declared, personality: &'static Personality) -> Vec<String> {
    let all = OfVisit { encounter: true, awaits_cosign: false, refused: &[] };
    let of = |d: &Declared| routes(&d.capabilities, &Scopes::parse(&d.scopes), personality, all);
    let (old, new) = (of(before), of(now));
    let kinds = [
        ("Notes", &old.note, &new.note),
        ("Diagnoses", &old.diagnosis, &new.diagnosis),
        ("Charges", &old.charge, &new.charge),
        ("Follow-up tasks", &old.task, &new.task),
        ("Follow-up visits", &old.appointment, &new.appointment),
    ];
    let by = if personality.keeps_identifiers { "identifier" } else { "patient" };
    let gone = kinds.into_iter().filter_map(|(name, old, new)| match new {
        Route::Create { resource_type, .. } => {
            let asks = |d: &Declared| d.capabilities.searches(resource_type, by);
            (old.is_create() && asks(before) && !asks(now)).then(|| {
                format!(
                    "{name}: when an answer gets lost, a person has to look in the chart from now on, because the EHR does not say any more that {resource_type} can be searched by {by}."
                )
            })
        }
        Route::File { .. } => None,
        _ if !old.is_create() => None,
        Route::InNote { why } => Some(format!("{name} stand in the note from now on, because {why}.")),
        Route::Nowhere { why } => Some(format!("{name} do not go there any more, because {why}.")),
    });
    gone.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personality::personality;
    use serde_json::{Value, json};

    fn statement(searched_by: &[&str], formats: &[&str]) -> Capabilities {
        let parameters: Vec<Value> = searched_by.iter().map(|name| json!({ "name": name })).collect();
        let resource = |kind: &str| json!({ "type": kind, "interaction": [{ "code": "create" }, { "code": "read" }], "searchParam": parameters });
        let all = ["DocumentReference", "Condition", "Claim", "Task"].map(resource);
        let rest = json!([{ "mode": "server", "resource": all }]);
        Capabilities::read(&json!({ "resourceType": "CapabilityStatement", "format": formats, "rest": rest }))
            .unwrap()
    }

    fn declared(scopes: &str) -> Declared {
        Declared {
            capabilities: statement(&["identifier", "patient"], &["json", "xml"]),
            scopes: scopes.to_owned(),
            smart: ["launch-ehr", "permission-offline"].map(str::to_owned).to_vec(),
            sign_in_at: vec!["login.clinic.example".to_owned()],
        }
    }

    fn told(before: &Declared, now: &Declared) -> Vec<String> {
        broken(before, now, personality("generic").unwrap())
    }

    #[test]
    fn what_a_new_declaration_breaks_is_named_and_what_it_adds_is_not() {
        let (all, less) =
            (declared("patient/*.cruds"), declared("patient/*.rs patient/DocumentReference.cruds"));
        let breaks = told(&all, &less);
        assert_eq!(breaks.len(), 3, "{breaks:?}");
        assert!(
            breaks[0].starts_with("Diagnoses stand in the note from now on, because the EHR did not grant")
        );
        assert!(told(&less, &all).is_empty() && told(&all, &all).is_empty());
        let nothing = told(&all, &declared("patient/*.rs"));
        assert!(nothing[0].starts_with("Notes do not go there any more"), "{nothing:?}");
    }

    #[test]
    fn what_cannot_be_asked_any_more_is_named() {
        let before = declared("patient/*.cruds");
        let now = Declared { capabilities: statement(&["patient"], &["json"]), ..before.clone() };
        let breaks = told(&before, &now);
        assert_eq!(breaks.len(), 4, "{breaks:?}");
        assert!(breaks[0].starts_with("Notes: when an answer gets lost, a person has to look"), "{breaks:?}");
        assert!(breaks[0].ends_with("that DocumentReference can be searched by identifier."));
        assert!(told(&now, &before).is_empty());
    }

    #[test]
    fn formats_and_what_the_sign_in_can_do_are_compared_too() {
        let before = declared("patient/*.cruds");
        let xml =
            Declared { capabilities: statement(&["identifier", "patient"], &["xml"]), ..before.clone() };
        assert!(told(&before, &xml)[0].contains("speaks JSON"));
        let silent = Declared { capabilities: statement(&["identifier", "patient"], &[]), ..before.clone() };
        assert!(
            told(&before, &silent).is_empty(),
            "one that does not tell its formats says nothing against JSON"
        );
        let short = Declared { smart: vec!["launch-ehr".to_owned()], ..before.clone() };
        assert_eq!(
            told(&before, &short),
            [
                "Delivery may stop when a sign-in ends, and wait for the next: its sign-in does not name “permission-offline” any more."
            ]
        );
        let moved = Declared { sign_in_at: vec!["login.other.example".to_owned()], ..before.clone() };
        assert_eq!(
            told(&before, &moved),
            [
                "Signing in goes to login.other.example now, and went to login.clinic.example before. If nobody announced that, tell IT."
            ]
        );
    }

    #[test]
    fn what_was_kept_before_the_sign_in_was_compared_breaks_nothing() {
        let before = declared("patient/*.cruds");
        let mut kept = serde_json::to_value(&before).unwrap();
        for later in ["smart", "sign_in_at"] {
            kept.as_object_mut().unwrap().remove(later);
        }
        kept["capabilities"].as_object_mut().unwrap().remove("formats");
        let kept: Declared = serde_json::from_value(kept).unwrap();
        assert!(told(&kept, &before).is_empty());
        let capitals =
            Declared { capabilities: statement(&["identifier", "patient"], &["XML"]), ..before.clone() };
        assert!(told(&kept, &capitals).is_empty(), "it never said JSON");
        assert!(told(&before, &kept).is_empty());
    }
}
