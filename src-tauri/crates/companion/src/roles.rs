//! What a clinician may do here: told by PractitionerRole and qualifications, within what the EHR
//! granted. The strictest reading wins; enforced by the use cases, shown by the screens.

use crate::contract::Role;
use ehr::smart::Scopes;

/// What somebody may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    pub draft: bool,
    pub sign: bool,
    /// What they sign waits for a supervising clinician.
    pub cosign: bool,
    /// Why something is not allowed.
    pub words: Option<&'static str>,
}

/// Rights by role and granted scopes.
pub fn rights(role: Role, scopes: &Scopes) -> Rights {
    let no = |draft, words| Rights { draft, sign: false, cosign: false, words: Some(words) };
    let writes =
        ["DocumentReference", "Composition", "Bundle", "Observation"].iter().any(|t| scopes.allow(t, 'c'));
    match role {
        Role::Unknown => no(
            false,
            "The EHR does not say which role you have, so Chartside only shows the chart. Ask IT to check your role in the EHR.",
        ),
        Role::Nursing => no(
            true,
            "Nurses and medical assistants prepare the visit; a clinician with signing rights signs it.",
        ),
        _ if !writes => Rights {
            draft: true,
            sign: true,
            cosign: role == Role::Resident,
            words: Some(
                "The EHR did not grant writing notes: what you sign is kept here and offered for copying, not filed.",
            ),
        },
        Role::Resident => Rights {
            draft: true,
            sign: true,
            cosign: true,
            words: Some("Your signature waits for a supervising clinician's cosignature in the EHR."),
        },
        Role::Physician | Role::AdvancedPractice => {
            Rights { draft: true, sign: true, cosign: false, words: None }
        }
    }
}

/// A code or a word that says what somebody is, as the EHR gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleWord<'a> {
    /// Code system; empty for free text.
    pub system: &'a str,
    /// Code, or lower-case text.
    pub word: &'a str,
}

/// NUCC provider taxonomy (<https://taxonomy.nucc.org>): role by the start of the code.
const NUCC: [(&str, Role); 8] = [
    ("3902", Role::Resident), // Student in an Organized Health Care Education/Training Program
    ("20", Role::Physician),  // Allopathic & Osteopathic Physicians
    ("363L", Role::AdvancedPractice), // Nurse Practitioner
    ("363A", Role::AdvancedPractice), // Physician Assistant
    ("364S", Role::AdvancedPractice), // Clinical Nurse Specialist
    ("367A", Role::AdvancedPractice), // Advanced Practice Midwife
    ("163W", Role::Nursing),  // Registered Nurse
    ("164", Role::Nursing),   // Licensed Practical and Vocational Nurse
];

/// SNOMED CT occupations: <https://browser.ihtsdotools.org>.
const SNOMED: [(&str, Role); 7] = [
    ("309343006", Role::Physician),        // Physician
    ("158965000", Role::Physician),        // Medical practitioner
    ("224571005", Role::AdvancedPractice), // Nurse practitioner
    ("449161006", Role::AdvancedPractice), // Physician assistant
    ("405277009", Role::Resident),         // Resident physician
    ("224535009", Role::Nursing),          // Registered nurse
    ("22515006", Role::Nursing),           // Medical assistant
];

/// HL7 v2 table 0360 (degree) and FHIR practitioner-role:
/// <https://terminology.hl7.org/CodeSystem-v2-0360.html>,
/// <https://terminology.hl7.org/CodeSystem-practitioner-role.html>.
const HL7: [(&str, Role); 14] = [
    ("md", Role::Physician),
    ("do", Role::Physician),
    ("doctor", Role::Physician),
    ("np", Role::AdvancedPractice),
    ("pa", Role::AdvancedPractice),
    ("fnp", Role::AdvancedPractice),
    ("cnp", Role::AdvancedPractice),
    ("anp", Role::AdvancedPractice),
    ("rn", Role::Nursing),
    ("lpn", Role::Nursing),
    ("ma", Role::Nursing),
    ("cma", Role::Nursing),
    ("rma", Role::Nursing),
    ("nurse", Role::Nursing),
];

fn by_code(system: &str, code: &str) -> Option<Role> {
    let exact = |table: &[(&str, Role)]| table.iter().find(|(c, _)| *c == code).map(|(_, role)| *role);
    if system.contains("nucc.org") {
        NUCC.iter().find(|(start, _)| code.starts_with(&start.to_lowercase())).map(|(_, role)| *role)
    } else if system == "http://snomed.info/sct" {
        exact(&SNOMED)
    } else if system.contains("v2-0360") || system.contains("practitioner-role") {
        exact(&HL7)
    } else {
        // Sites have code systems of their own; a code of theirs counts when it is one of these.
        exact(&HL7)
    }
}

/// The role that codes and, where there are none that are known, words tell.
pub fn role(words: &[String]) -> Role {
    let split: Vec<RoleWord<'_>> = words
        .iter()
        .map(|w| {
            w.split_once('|')
                .map_or(RoleWord { system: "", word: w }, |(system, word)| RoleWord { system, word })
        })
        .collect();
    let coded: Vec<Role> =
        split.iter().filter(|w| !w.system.is_empty()).filter_map(|w| by_code(w.system, w.word)).collect();
    // In training is said beside the degree: it limits whatever else is known.
    let trainee = split.iter().any(|w| {
        ["resident", "house officer", "trainee", "medical student"].iter().any(|k| has_word(w.word, k))
    });
    if trainee || coded.contains(&Role::Resident) {
        return Role::Resident;
    }
    let strict = [Role::AdvancedPractice, Role::Physician, Role::Nursing];
    if let Some(role) = strict.into_iter().find(|r| coded.contains(r)) {
        return role;
    }
    by_words(&split.iter().filter(|w| w.system.is_empty()).map(|w| w.word).collect::<Vec<_>>())
}

fn by_words(words: &[&str]) -> Role {
    let any = |keys: &[&str]| words.iter().any(|w| keys.iter().any(|k| has_word(w, k)));
    // A code by itself says what the person is; inside a sentence "MA" may be Massachusetts.
    let exactly = |codes: &[&str]| words.iter().any(|w| codes.contains(&w.trim()));
    if exactly(&["np", "pa", "pa-c", "aprn"])
        || any(&["fnp", "fnp-bc", "nurse practitioner", "physician assistant", "physician associate"])
    {
        Role::AdvancedPractice
    } else if exactly(&["md", "do"]) {
        Role::Physician
    } else if exactly(&["rn", "lpn", "lvn", "ma", "cma"])
        || any(&["nurse", "registered nurse", "medical assistant"])
    {
        Role::Nursing
    } else if any(&["md", "do", "physician", "doctor"]) {
        Role::Physician
    } else {
        Role::Unknown
    }
}

/// Whole words only: "pa" is not in "patient".
fn has_word(text: &str, word: &str) -> bool {
    let boundary = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        boundary(text[..at].chars().next_back()) && boundary(text[at + word.len()..].chars().next())
    })
}

/// The role as shown.
pub fn role_words(role: Role) -> &'static str {
    match role {
        Role::Physician => "Physician",
        Role::AdvancedPractice => "Nurse practitioner or physician assistant",
        Role::Resident => "Resident",
        Role::Nursing => "Nurse or medical assistant",
        Role::Unknown => "Role not recognised: read only",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_told_by_whole_words_and_unknown_ones_only_read() {
        let of = |w: &str| role(&[w.to_owned()]);
        assert_eq!(of("md"), Role::Physician);
        assert_eq!(of("family nurse practitioner"), Role::AdvancedPractice);
        assert_eq!(of("registered nurse"), Role::Nursing);
        assert_eq!(of("resident physician"), Role::Resident);
        assert_eq!(of("patient advocate"), Role::Unknown);
        assert_eq!(of("md, ma license 1234"), Role::Physician);
        assert_eq!(of("ma"), Role::Nursing);
        assert_eq!(role(&[]), Role::Unknown);
    }

    #[test]
    fn codes_count_before_words_and_being_in_training_before_both() {
        let of = |all: &[&str]| role(&all.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        let nucc = "http://nucc.org/provider-taxonomy";
        assert_eq!(of(&[&format!("{nucc}|363lf0000x"), "physician services"]), Role::AdvancedPractice);
        assert_eq!(of(&[&format!("{nucc}|207q00000x")]), Role::Physician);
        assert_eq!(of(&[&format!("{nucc}|163w00000x"), "doctor of nursing"]), Role::Nursing);
        assert_eq!(of(&[&format!("{nucc}|390200000x"), "md"]), Role::Resident);
        assert_eq!(of(&["http://snomed.info/sct|309343006"]), Role::Physician);
        assert_eq!(of(&["http://other.example|md-like"]), Role::Unknown);
    }

    #[test]
    fn rights_follow_role_and_granted_scopes() {
        let all = Scopes::parse("patient/DocumentReference.cruds");
        assert!(rights(Role::Physician, &all).sign && !rights(Role::Physician, &all).cosign);
        assert!(rights(Role::Resident, &all).cosign);
        assert!(rights(Role::Nursing, &all).draft && !rights(Role::Nursing, &all).sign);
        assert!(!rights(Role::Unknown, &all).draft);
        assert!(rights(Role::Physician, &Scopes::parse("patient/*.rs")).words.is_some());
    }
}
