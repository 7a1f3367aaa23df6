//! Coverage: who pays, for the chart and as far as the code rules need to know.

use super::Around;
use super::words::{concepts, day, joined, labelled, plain};
use crate::json::{coded, date, items, reference, status, text};
use clinical::chart::{Coded, Entry};
use clinical::coding::facts::Payer;
use serde_json::Value;

/// An insurance of the patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// `Coverage/1`
    pub reference: String,
    pub payer: Payer,
    pub active: bool,
}

/// Kinds of private policies among the HL7 v3-ActCode coverage types.
const PRIVATE_POLICIES: [&str; 6] = ["PPO", "HMO", "POS", "EHCPOL", "HSAPOL", "MCPOL"];

/// Reads a Coverage. The kind of payer comes from its type code (Source of Payment Typology,
/// <https://nahdo.org/sopt>: 1 Medicare, 2 Medicaid, 5 and 6 commercial; or an ActCode of a private
/// policy) or, failing that, from the payer's own name. What is not told stays unknown.
pub fn coverage(resource: &Value) -> Option<Coverage> {
    let kind = coded(resource.get("type"));
    let names: Vec<&str> =
        items(resource, &["payor"]).into_iter().filter_map(|p| text(p, &["display"])).collect();
    let payer = by_code(&kind).unwrap_or_else(|| by_words(&format!("{} {}", kind.text, names.join(" "))));
    Some(Coverage {
        reference: reference(resource)?,
        payer,
        active: text(resource, &["status"]) == Some("active"),
    })
}

/// One insurance as a line of the history.
pub fn line(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("type"));
    let state = status(resource.get("status"), &["active", "cancelled", "draft", "entered-in-error"]);
    let payers = items(resource, &["payor"]).into_iter().filter_map(|p| around.name(resource, Some(p)));
    let payers = payers.collect::<Vec<_>>().join(", ");
    let plans = items(resource, &["class"]).into_iter().filter_map(|c| {
        let name = plain(c, &["name"]).or_else(|| plain(c, &["value"]))?;
        Some(concepts(c, &["type"]).map_or_else(|| name.clone(), |kind| format!("{kind}: {name}")))
    });
    let name = if payers.is_empty() { code.text.clone() } else { payers.clone() };
    let member = plain(resource, &["subscriberId"])
        .or_else(|| items(resource, &["identifier"]).into_iter().find_map(|i| plain(i, &["value"])));
    let detail = [
        Some(code.text.clone()).filter(|t| *t != name),
        Some(plans.collect::<Vec<_>>().join(", ")),
        labelled("member", member),
        concepts(resource, &["relationship"]).filter(|r| !r.eq_ignore_ascii_case("self")),
        labelled("until", day(resource, &["period", "end"])),
    ];
    Some(Entry {
        detail: joined(detail),
        current: !state.is(&["cancelled", "entered-in-error"]),
        status: state,
        date: date(resource, &[&["period", "start"]]),
        source: None,
        ..Entry::new(id, &name, "Payer not recorded").coded(code)
    })
}

fn by_code(kind: &Coded) -> Option<Payer> {
    let typology =
        |system: &str| system.to_lowercase().contains("sopt") || system.contains("2.16.840.1.113883.3.221.5");
    kind.codings.iter().find_map(|(system, code)| match (typology(system), code.chars().next()?) {
        (true, '1') => Some(Payer::Medicare),
        (true, '2') => Some(Payer::Medicaid),
        (true, '5' | '6') => Some(Payer::Commercial),
        (false, _) if PRIVATE_POLICIES.contains(&code.as_str()) => Some(Payer::Commercial),
        _ => None,
    })
}

fn by_words(words: &str) -> Payer {
    const PRIVATE: [&str; 7] = ["commercial", "blue cross", "aetna", "cigna", "united", "humana", "anthem"];
    let words = words.to_lowercase();
    if words.contains("medicare") {
        Payer::Medicare
    } else if words.contains("medicaid") {
        Payer::Medicaid
    } else if PRIVATE.iter().any(|name| words.contains(name)) {
        Payer::Commercial
    } else {
        Payer::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn payer(system: &str, code: &str, words: &str) -> Payer {
        let resource = json!({
            "resourceType": "Coverage", "id": "c", "status": "active",
            "type": { "coding": [{ "system": system, "code": code }], "text": words },
        });
        coverage(&resource).unwrap().payer
    }

    #[test]
    fn the_payer_is_told_by_code_before_words_and_unknown_stays_unknown() {
        assert_eq!(payer("https://nahdo.org/sopt", "512", "Harborstone Health Plan"), Payer::Commercial);
        assert_eq!(payer("https://nahdo.org/sopt", "1", ""), Payer::Medicare);
        assert_eq!(payer("http://terminology.hl7.org/CodeSystem/v3-ActCode", "PPO", ""), Payer::Commercial);
        assert_eq!(payer("x", "y", "State Medicaid Program"), Payer::Medicaid);
        assert_eq!(payer("x", "y", "Harborstone Health Plan"), Payer::Unknown);
    }
}
