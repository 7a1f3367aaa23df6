//! Coverage: who pays, as far as the code rules need to know.

use crate::json::{coded, items, reference, text};
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

/// Reads a Coverage. The kind of payer comes from its type code (US Public Health Data Consortium
/// Source of Payment Typology, <https://www.nahdo.org/sopt>: 1 Medicare, 2 Medicaid, 5 and 6
/// commercial) or, failing that, from the payer's own name.
pub fn coverage(resource: &Value) -> Option<Coverage> {
    let kind = coded(resource.get("type"));
    let by_code = kind.codings.iter().filter(|(s, _)| s.contains("SOPT") || s.contains("221.3")).find_map(
        |(_, code)| {
            Some(match code.chars().next()? {
                '1' => Payer::Medicare,
                '2' => Payer::Medicaid,
                '5' | '6' => Payer::Commercial,
                _ => return None,
            })
        },
    );
    let names = items(resource, &["payor"])
        .into_iter()
        .filter_map(|p| text(p, &["display"]))
        .collect::<Vec<_>>()
        .join(" ");
    let words = format!("{} {names}", kind.text).to_lowercase();
    let payer = by_code.unwrap_or(if words.contains("medicare") {
        Payer::Medicare
    } else if words.contains("medicaid") {
        Payer::Medicaid
    } else if words.trim().is_empty() {
        Payer::Unknown
    } else if [
        "commercial",
        "private",
        "ppo",
        "hmo",
        "blue cross",
        "aetna",
        "cigna",
        "united",
        "humana",
        "anthem",
    ]
    .iter()
    .any(|n| words.contains(n))
    {
        Payer::Commercial
    } else {
        Payer::Unknown
    });
    Some(Coverage {
        reference: reference(resource)?,
        payer,
        active: text(resource, &["status"]) == Some("active"),
    })
}
