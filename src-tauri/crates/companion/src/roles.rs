//! What a clinician may do here: told by PractitionerRole and qualifications, within what the EHR
//! granted. The strictest reading wins; enforced by the use cases, shown by the screens.

use crate::contract::Role;
use ehr::smart::Scopes;
use fhir::view::RoleWord;

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
    } else if system.ends_with("/v2-0360") || system.ends_with("/practitioner-role") {
        exact(&HL7)
    } else {
        None
    }
}

/// The role that codes tell: those of what somebody is before those of where they work; words
/// count only where no code is known. Being in training limits whatever else is said.
pub fn role(told: &[RoleWord]) -> Role {
    let coded = |is_specialty: bool| -> Vec<Role> {
        let some = told.iter().filter(|w| w.is_specialty == is_specialty);
        some.filter_map(|w| by_code(&w.system, &w.word)).collect()
    };
    let (what, place) = (coded(false), coded(true));
    let trainee = told.iter().any(|w| {
        ["resident", "house officer", "trainee", "medical student"].iter().any(|k| has_word(&w.word, k))
    });
    if trainee || what.contains(&Role::Resident) || place.contains(&Role::Resident) {
        return Role::Resident;
    }
    // A nurse practitioner is a registered nurse too; whoever is a nurse and nothing of it is no physician.
    let order = [Role::AdvancedPractice, Role::Nursing, Role::Physician];
    let first = |roles: &[Role]| order.into_iter().find(|r| roles.contains(r));
    if let Some(role) = first(&what) {
        return role;
    }
    let words: Vec<&str> =
        told.iter().filter(|w| w.system.is_empty() && !w.is_specialty).map(|w| w.word.as_str()).collect();
    match by_words(&words) {
        Role::Unknown => first(&place).unwrap_or(Role::Unknown),
        role => role,
    }
}

/// Degrees stand by themselves or in a list ("MD, PhD"); inside a sentence "MA" may be Massachusetts.
fn by_words(words: &[&str]) -> Role {
    let degree = |codes: &[&str]| words.iter().flat_map(|w| w.split(',')).any(|w| codes.contains(&w.trim()));
    let says = |keys: &[&str]| words.iter().any(|w| keys.iter().any(|k| has_word(w, k)));
    // "Family physician" is one; "physician office scheduler" is none.
    let is_a = |keys: &[&str]| words.iter().any(|w| keys.iter().any(|k| has_word(w, k) && w.ends_with(k)));
    if degree(&["np", "pa", "pa-c", "aprn", "fnp", "fnp-bc", "fnp-c"])
        || is_a(&["nurse practitioner", "physician assistant", "physician associate"])
    {
        Role::AdvancedPractice
    } else if degree(&["rn", "lpn", "lvn", "ma", "cma", "rma"])
        || says(&["nurse", "registered nurse", "medical assistant"])
    {
        Role::Nursing
    } else if degree(&["md", "do"]) || is_a(&["physician", "doctor", "doctor of medicine"]) {
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

    /// `system|code`, text, or with `in:` before it a specialty.
    fn of(told: &[&str]) -> Role {
        let word = |w: &&str| {
            let (is_specialty, w) = w.strip_prefix("in:").map_or((false, *w), |w| (true, w));
            let (system, word) = w.split_once('|').unwrap_or(("", w));
            RoleWord { system: system.to_owned(), word: word.to_owned(), is_specialty }
        };
        role(&told.iter().map(word).collect::<Vec<_>>())
    }

    #[test]
    fn words_tell_a_role_only_when_they_say_what_somebody_is() {
        for (words, role) in [
            ("md", Role::Physician),
            ("md, phd", Role::Physician),
            ("md, ma license 1234", Role::Physician),
            ("family medicine physician", Role::Physician),
            ("family nurse practitioner", Role::AdvancedPractice),
            ("fnp-bc", Role::AdvancedPractice),
            ("registered nurse", Role::Nursing),
            ("ma", Role::Nursing),
            ("resident physician", Role::Resident),
            ("physician office scheduler", Role::Unknown),
            ("things to do", Role::Unknown),
            ("patient advocate", Role::Unknown),
        ] {
            assert_eq!(of(&[words]), role, "{words}");
        }
        assert_eq!(of(&[]), Role::Unknown);
    }

    #[test]
    fn codes_count_before_words_and_what_somebody_is_before_where_they_work() {
        let nucc = "http://nucc.org/provider-taxonomy";
        let v2 = "http://terminology.hl7.org/codesystem/v2-0360";
        let family = format!("in:{nucc}|207q00000x");
        assert_eq!(of(&[&format!("{nucc}|363lf0000x"), "physician"]), Role::AdvancedPractice);
        assert_eq!(of(&[&family]), Role::Physician);
        assert_eq!(of(&[&family, &format!("{v2}|ma")]), Role::Nursing, "works in family medicine");
        assert_eq!(of(&[&family, "medical assistant"]), Role::Nursing);
        assert_eq!(of(&[&format!("{v2}|rn"), &format!("{v2}|np")]), Role::AdvancedPractice);
        assert_eq!(of(&[&format!("{v2}|rn"), &format!("{v2}|md")]), Role::Nursing);
        assert_eq!(of(&[&format!("in:{nucc}|390200000x"), &format!("{v2}|md")]), Role::Resident);
        assert_eq!(of(&["http://snomed.info/sct|309343006"]), Role::Physician);
        for unknown in ["http://site.example|md", "http://site.example|do"] {
            assert_eq!(of(&[unknown]), Role::Unknown, "{unknown}");
        }
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
