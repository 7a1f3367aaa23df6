//! What a chart says about itself that a clinician must decide on before anything is written into
//! it: it was merged into another, there may be a second one, the patient is recorded as dead.

use crate::identity::Patient;
use crate::phi::Phi;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Issue {
    /// `Patient.link` replaced-by.
    Merged,
    /// `Patient.link` seealso.
    Duplicate,
    Deceased,
}

/// What the clinician decided, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub issue: Issue,
    /// What was decided about: a chart that says something else later is decided on again.
    about: String,
    pub reason: Option<Phi<String>>,
    /// RFC 3339.
    pub at: String,
}

impl Patient {
    /// What this chart says about itself. A merged chart has only that to say.
    pub fn issues(&self) -> Vec<Issue> {
        if self.replaced_by.is_some() {
            return vec![Issue::Merged];
        }
        let mut all = Vec::new();
        if !self.see_also.is_empty() {
            all.push(Issue::Duplicate);
        }
        if self.deceased {
            all.push(Issue::Deceased);
        }
        all
    }

    fn about(&self, issue: Issue) -> String {
        match issue {
            Issue::Merged => format!("{} {}", self.id, self.replaced_by.as_deref().unwrap_or_default()),
            Issue::Duplicate => format!("{} {}", self.id, self.see_also.join(" ")),
            Issue::Deceased => self.id.clone(),
        }
    }

    /// The clinician stays with this chart, at `at` (RFC 3339). `None`: there is nothing to decide, or
    /// it cannot be decided so; nobody stays with a merged chart.
    pub fn decide(&self, issue: Issue, reason: Option<Phi<String>>, at: &str) -> Option<Decided> {
        let open = issue != Issue::Merged && self.issues().contains(&issue);
        open.then(|| Decided { issue, about: self.about(issue), reason, at: at.to_owned() })
    }

    /// What is still to be decided.
    pub fn undecided(&self, decided: &[Decided]) -> Vec<Issue> {
        let is_open = |issue: &Issue| self.decision(*issue, decided).is_none();
        self.issues().into_iter().filter(is_open).collect()
    }

    /// The decision on this issue, as long as it is about what the chart says now.
    pub fn decision<'a>(&self, issue: Issue, decided: &'a [Decided]) -> Option<&'a Decided> {
        decided.iter().rev().find(|d| d.issue == issue && d.about == self.about(issue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::tests::maria;

    #[test]
    fn a_possible_second_chart_is_decided_on_once_and_again_when_the_links_change() {
        let twice = Patient { see_also: vec!["Patient/other".into()], ..maria() };
        assert_eq!(twice.undecided(&[]), [Issue::Duplicate]);
        let decided = [twice.decide(Issue::Duplicate, None, "t").unwrap()];
        assert_eq!(twice.undecided(&decided), []);
        let thrice = Patient { see_also: vec!["Patient/other".into(), "Patient/third".into()], ..maria() };
        assert_eq!(thrice.undecided(&decided), [Issue::Duplicate]);
    }

    #[test]
    fn a_decision_about_one_chart_is_none_about_another() {
        let dead = Patient { deceased: true, ..maria() };
        let decided = [dead.decide(Issue::Deceased, Some("it is her sister".into()), "t").unwrap()];
        assert_eq!(dead.undecided(&decided), []);
        assert_eq!(Patient { id: "mario".into(), ..dead }.undecided(&decided), [Issue::Deceased]);
    }

    #[test]
    fn nobody_stays_with_a_merged_chart_or_decides_what_is_not_said() {
        let merged = Patient { replaced_by: Some("Patient/n".into()), deceased: true, ..maria() };
        assert_eq!(merged.issues(), [Issue::Merged]);
        assert!(merged.decide(Issue::Merged, None, "t").is_none());
        assert!(maria().decide(Issue::Deceased, None, "t").is_none());
    }
}
