//! A site's own words for the attestation, by state and kind of visit. What they say in braces comes from the facts;
//! where one of those is not known, nothing is claimed in the site's words.

use crate::coding::facts::Modality;
use crate::note::Attested;
use crate::phi::Phi;
use crate::site_file::{FileError, SiteFile};
use crate::us_state;
use serde::Deserialize;
use toml::Spanned;

/// What may stand in braces.
pub const FACTS: [&str; 14] = [
    "patient",
    "clinician",
    "state",
    "patient_place",
    "clinician_place",
    "consent_how",
    "consent_at",
    "identifiers",
    "others",
    "platform",
    "reason",
    "minutes",
    "joined",
    "left",
];
/// Longest text, in characters.
pub const MAX_TEXT: usize = 2_000;

/// One text of a site.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteText {
    /// The line that it takes the place of (`Consent`, `Visit`, …), or one of the site's own.
    pub label: String,
    pub text: String,
    /// Two letters each; empty: wherever the patient is.
    #[serde(default)]
    pub states: Vec<String>,
    /// Empty: any.
    #[serde(default)]
    pub modalities: Vec<Modality>,
}

/// A site's texts of one file: `[[text]]` with `label`, `text`, and where they apply.
pub fn read_site(file: &str, text: &str) -> Result<Vec<SiteText>, FileError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(default, rename = "text")]
        texts: Vec<Spanned<SiteText>>,
    }
    let source = SiteFile::new(file, text);
    let read: File = source.read()?;
    let mut all = Vec::new();
    for one in read.texts {
        let at = one.span().start;
        let one = one.into_inner();
        check(&one).map_err(|reason| source.wrong(at, reason))?;
        all.push(one);
    }
    Ok(all)
}

fn check(one: &SiteText) -> Result<(), String> {
    if one.label.trim().is_empty() || one.text.trim().is_empty() {
        return Err("a label and a text are needed".to_owned());
    }
    if one.text.chars().count() > MAX_TEXT {
        return Err(format!("the text is longer than {MAX_TEXT} characters"));
    }
    if let Some(state) = one.states.iter().find(|s| us_state::code(s) != Some(s.as_str())) {
        return Err(format!("“{state}” is no state (two capital letters)"));
    }
    match filled(&one.text, |name| FACTS.contains(&name).then(String::new)) {
        Ok(_) => Ok(()),
        Err(name) => Err(format!("there is no fact “{{{name}}}”; there are {}", FACTS.join(", "))),
    }
}

/// The text with its facts; `Err` names the first that is not known.
fn filled(text: &str, fact: impl Fn(&str) -> Option<String>) -> Result<String, &str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push_str(&fact(name).ok_or(name)?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// What is known when an attestation is worded.
pub struct Known<'a> {
    pub state: Option<&'a str>,
    pub modality: Option<Modality>,
    /// The clinician has stated the facts: a line of the site's own may be said.
    pub stated: bool,
}

/// The lines in the site's words where it has some for here. A text for a state comes before one for everywhere; a
/// line that the facts do not bear out is said in nobody's words.
pub fn worded(
    lines: Vec<Attested>,
    texts: &[SiteText],
    known: &Known<'_>,
    fact: impl Fn(&str) -> Option<String>,
) -> Vec<Attested> {
    let fits = |t: &&SiteText| {
        (t.states.is_empty() || known.state.is_some_and(|s| t.states.iter().any(|of| of == s)))
            && (t.modalities.is_empty() || known.modality.is_some_and(|m| t.modalities.contains(&m)))
    };
    let mut here: Vec<&SiteText> = texts.iter().filter(fits).collect();
    here.sort_by_key(|t| (t.states.is_empty(), t.modalities.is_empty()));
    let said =
        |label: &str| here.iter().filter(|t| t.label == label).find_map(|t| filled(&t.text, &fact).ok());
    let built_in: Vec<String> = lines.iter().map(|l| l.label.clone()).collect();
    let mut all: Vec<Attested> = lines
        .into_iter()
        .map(|line| match said(&line.label) {
            Some(text) => Attested { text: Phi::new(text), label: line.label },
            None => line,
        })
        .collect();
    for own in here.iter().filter(|t| known.stated && !BUILT_IN.contains(&&*t.label)) {
        if !built_in.contains(&own.label)
            && !all.iter().any(|l| l.label == own.label)
            && let Some(text) = said(&own.label)
        {
            all.push(Attested { label: own.label.clone(), text: Phi::new(text) });
        }
    }
    all
}

/// The lines that come with the program: what they say depends on facts, so a site's words alone do not say them.
const BUILT_IN: [&str; 8] =
    ["Visit", "Consent", "Patient", "Clinician", "Identity", "Participants", "Call", "Time"];

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = r#"
[[text]]
label = "Consent"
text = "The patient consented {consent_how} to telehealth."

[[text]]
label = "Consent"
states = ["MA"]
text = "As Massachusetts asks, the patient consented {consent_how} on {consent_at}."

[[text]]
label = "Telephone"
modalities = ["audio"]
text = "Audio only: {reason}."
"#;

    fn line(label: &str, text: &str) -> Attested {
        Attested { label: label.into(), text: Phi::from(text) }
    }

    fn said(state: Option<&str>, modality: Modality, facts: &[(&str, &str)]) -> Vec<String> {
        let texts = read_site("site.toml", SITE).unwrap();
        let lines = vec![line("Visit", "Held by video."), line("Consent", "The patient agreed.")];
        let known = Known { state, modality: Some(modality), stated: true };
        let fact = |name: &str| facts.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        worded(lines, &texts, &known, fact).iter().map(Attested::line).collect()
    }

    #[test]
    fn the_words_for_the_patients_state_come_before_those_for_everywhere() {
        let facts = [("consent_how", "orally"), ("consent_at", "2026-11-23")];
        let in_ma = said(Some("MA"), Modality::Video, &facts);
        assert_eq!(in_ma[1], "Consent: As Massachusetts asks, the patient consented orally on 2026-11-23.");
        assert_eq!(
            said(Some("NH"), Modality::Video, &facts)[1],
            "Consent: The patient consented orally to telehealth."
        );
        assert_eq!(in_ma[0], "Visit: Held by video.", "what the site says nothing of stays");
    }

    #[test]
    fn what_is_not_known_is_not_claimed_in_the_sites_words() {
        assert_eq!(said(Some("MA"), Modality::Video, &[])[1], "Consent: The patient agreed.");
        assert_eq!(said(None, Modality::Audio, &[]).len(), 2);
        let audio = said(None, Modality::Audio, &[("reason", "no camera")]);
        assert_eq!(audio[2], "Telephone: Audio only: no camera.");
    }

    #[test]
    fn consent_that_nobody_gave_is_said_in_nobodys_words() {
        let texts = read_site("site.toml", SITE).unwrap();
        let known = Known { state: Some("MA"), modality: Some(Modality::Video), stated: true };
        let lines = worded(vec![line("Visit", "Held.")], &texts, &known, |_| Some("x".into()));
        assert_eq!(lines.len(), 1);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (wrong, line, reason) in [
            (SITE.replace("{reason}", "{because}"), 11, "there is no fact “{because}”"),
            (SITE.replace("\"MA\"", "\"Mass\""), 6, "“Mass” is no state"),
            (SITE.replace("label = \"Telephone\"", "label = \"\""), 11, "a label and a text are needed"),
            (SITE.replace("modalities", "modality"), 13, "unknown field"),
        ] {
            let error = read_site("site.toml", &wrong).unwrap_err();
            assert!(error.line == line && error.reason.contains(reason), "{error}");
        }
    }
}
