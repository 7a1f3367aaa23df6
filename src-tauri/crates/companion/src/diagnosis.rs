//! Diagnoses: search, the way from a category to a code, the order, and what the official list says
//! about those chosen.

use crate::account::Account;
use crate::app::Companion;
use crate::coding::{ChosenDiagnosis, DIAGNOSES};
use crate::contract::{
    Blocker, BlockerKind, CodeArgs, CodesView, DiagnosisChoice, DiagnosisChoices, DiagnosisHit,
    DiagnosisHits, DiagnosisMoveArgs, DiagnosisNote, DiagnosisSearchArgs, DiagnosisView, ExclusionView,
    KeepBothArgs, NoteLine, NoteState,
};
use crate::failure::Failure;
use clinical::chart::Section;
use clinical::coding::below::{Question, below};
use clinical::coding::guidance::{self, Answer, Guidance};
use clinical::coding::{NoteKind, Notes, Table};
use clinical::visit::Visit;
use fhir::system::ICD10CM;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Results of one diagnosis search.
const HITS: usize = 20;
/// Longest query, in characters.
const MAX_QUERY: usize = 100;
/// Most diagnoses of one visit (a claim has twelve places, CMS-1500 item 21).
const MAX_DIAGNOSES: usize = 12;
/// Longest reason to keep two diagnoses, in characters.
const MAX_REASON: usize = 200;
pub(crate) const KEPT: &str = "kept_pairs";

/// Two diagnoses that the clinician keeps in spite of an "excludes 1" note, and why.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptPair {
    /// In the order of the codes.
    pub codes: [String; 2],
    pub reason: String,
}

fn pair(a: &str, b: &str) -> [String; 2] {
    if a <= b { [a.to_owned(), b.to_owned()] } else { [b.to_owned(), a.to_owned()] }
}

/// The pairs that the official list does not code together, each with the reason where it is kept.
pub(crate) fn exclusions(diagnoses: &[ChosenDiagnosis], kept: &[KeptPair]) -> Vec<ExclusionView> {
    let codes: Vec<&str> = diagnoses.iter().map(|d| d.code.as_str()).collect();
    let found = guidance::exclusions(Notes::builtin(), &codes);
    found
        .into_iter()
        .map(|e| {
            let codes = pair(&e.first, &e.second);
            ExclusionView {
                words: format!("{} and {} are not coded together.", e.first, e.second),
                note: format!("Excludes 1: {}", e.note),
                source: format!("{}, {}; Official Guidelines I.A.12.a", Table::builtin().label(), e.at),
                kept: kept.iter().find(|k| k.codes == codes).map(|k| k.reason.clone()),
                first: e.first,
                second: e.second,
            }
        })
        .collect()
}

/// What the write plan says of pairs that are kept without a reason.
pub(crate) fn warnings(diagnoses: &[ChosenDiagnosis], kept: &[KeptPair]) -> Vec<Blocker> {
    let open = exclusions(diagnoses, kept).into_iter().filter(|e| e.kept.is_none());
    open.map(|e| Blocker {
        kind: BlockerKind::Codes,
        what: format!("{} Remove one, or say why both are right.", e.words),
        target: Some(format!("{}-{}", e.first, e.second)),
    })
    .collect()
}

/// The chosen diagnoses as they are shown; `own` are the codes of the problem list.
pub(crate) fn views(diagnoses: &[ChosenDiagnosis], own: &[String]) -> Vec<DiagnosisView> {
    let codes: Vec<(&str, &str)> = diagnoses.iter().map(|d| (d.code.as_str(), d.title.as_str())).collect();
    let mut asked = guidance::guidance(Notes::builtin(), &codes);
    let place = |code: &str| codes.iter().position(|(c, _)| *c == code);
    let mut out = Vec::new();
    for (n, d) in diagnoses.iter().enumerate() {
        let (notes, rest) = asked.into_iter().partition(|g: &Guidance| g.code == d.code);
        asked = rest;
        out.push(DiagnosisView {
            code: d.code.clone(),
            title: d.title.clone(),
            primary: n == 0,
            on_problem_list: own.contains(&d.code),
            notes: notes.into_iter().map(|g| note(g, n, &place)).collect(),
        });
    }
    out
}

fn note(asked: Guidance, own: usize, place: &dyn Fn(&str) -> Option<usize>) -> DiagnosisNote {
    let words = match asked.kind {
        NoteKind::CodeFirst => "Code first",
        NoteKind::UseAdditional => "Use additional code",
        NoteKind::CodeAlso | NoteKind::Excludes1 => "Code also",
    };
    let first = asked.never_first && own == 0;
    let (state, says, belongs_at) = match &asked.answer {
        Answer::Before(code) => {
            (NoteState::Wrong, Some(format!("{code} goes before {}.", asked.code)), place(code))
        }
        Answer::After(code) => {
            (NoteState::Wrong, Some(format!("{code} goes after {}.", asked.code)), place(code))
        }
        Answer::Met(code) => (NoteState::Met, Some(format!("{code} is chosen.")), None),
        Answer::Open if first => {
            let says = format!("{} is never the first diagnosis: its cause goes before it.", asked.code);
            (NoteState::Wrong, Some(says), None)
        }
        Answer::Open => (NoteState::Open, None, None),
    };
    DiagnosisNote {
        words: words.to_owned(),
        source: format!("{}, {}", Table::builtin().label(), asked.at),
        lines: asked.lines.into_iter().map(|(text, codes)| NoteLine { text, codes }).collect(),
        state,
        says,
        belongs_at: belongs_at.map(|at| at as u32),
    }
}

/// What the seventh characters of an injury mean.
const ENCOUNTERS: &str = "Initial: while the patient receives active treatment, whoever gives it. \
    Subsequent: routine care while it heals. Sequela: what is left of it afterwards. \
    (ICD-10-CM Official Guidelines, I.C.19.a)";
const SIDES: &str = "Where no code for both sides exists and both are affected, add one for each side. \
    (ICD-10-CM Official Guidelines, I.B.13)";

impl Companion {
    /// The ICD-10-CM codes of the patient's current problems, as far as the chart is here.
    pub(crate) async fn problem_codes(
        &self,
        account: &Account,
        visit: &Visit,
    ) -> Result<Vec<String>, Failure> {
        let problems = self.section(account, visit, Section::Problems).await?;
        let current = problems.iter().flat_map(|read| &read.entries).filter(|e| e.current);
        Ok(current.filter_map(|e| e.code.code(ICD10CM).map(str::to_owned)).collect())
    }

    pub async fn diagnosis_choices(self: &Arc<Self>, args: CodeArgs) -> Result<DiagnosisChoices, Failure> {
        let (_, _) = self.visit(&args.visit).await?;
        let table = Table::builtin();
        let code = table.get(&args.code).ok_or_else(|| Failure::invalid("ICD-10-CM has no such code."))?;
        let (question, choices) = below(table, code.code);
        let (question, help) = match question {
            Question::Side => ("Which side?", Some(SIDES)),
            Question::Encounter => ("Which part of the care?", Some(ENCOUNTERS)),
            Question::Fetus => ("Which fetus?", None),
            Question::Which => ("Which one?", None),
        };
        Ok(DiagnosisChoices {
            code: code.code.to_owned(),
            title: code.title.to_owned(),
            parent: table.parent(code.code).map(|p| p.code.to_owned()),
            question: question.to_owned(),
            help: help.map(str::to_owned),
            choices: choices
                .into_iter()
                .map(|c| DiagnosisChoice {
                    code: c.code.code.to_owned(),
                    title: c.code.title.to_owned(),
                    differs: c.differs,
                    billable: c.code.billable,
                })
                .collect(),
        })
    }

    /// Keeps two diagnoses in spite of an "excludes 1" note; without a reason the warning stands again.
    pub async fn diagnosis_keep_both(self: &Arc<Self>, args: KeepBothArgs) -> Result<CodesView, Failure> {
        let reason = args.reason.trim().to_owned();
        if reason.chars().count() > MAX_REASON {
            return Err(Failure::invalid(format!("Keep the reason below {MAX_REASON} characters.")));
        }
        let codes = pair(&args.first, &args.second);
        self.change_codes(&args.visit, KEPT, |all: &mut Vec<KeptPair>| {
            all.retain(|k| k.codes != codes);
            if !reason.is_empty() {
                all.push(KeptPair { codes, reason });
            }
            Ok(())
        })
        .await
    }

    pub async fn diagnosis_search(
        self: &Arc<Self>,
        args: DiagnosisSearchArgs,
    ) -> Result<DiagnosisHits, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let query: String = args.query.chars().take(MAX_QUERY).collect();
        let own = self.problem_codes(&account, &visit).await?;
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let hits = Table::builtin()
            .search(&query, &own, HITS)
            .into_iter()
            .map(|h| DiagnosisHit {
                code: h.code.to_owned(),
                title: h.title.to_owned(),
                billable: h.billable,
                on_problem_list: h.preferred,
            })
            .collect();
        Ok(DiagnosisHits { query: args.query, hits })
    }

    pub async fn diagnosis_add(self: &Arc<Self>, args: CodeArgs) -> Result<CodesView, Failure> {
        let found = Table::builtin().get(&args.code);
        let code = found.ok_or_else(|| Failure::invalid("ICD-10-CM has no such code."))?;
        if !code.billable {
            return Err(Failure::invalid(format!(
                "{} is a category. Choose one of the codes below it.",
                code.code
            )));
        }
        let chosen = ChosenDiagnosis { code: code.code.to_owned(), title: code.title.to_owned() };
        self.change_codes(&args.visit, DIAGNOSES, |all: &mut Vec<ChosenDiagnosis>| {
            if all.len() >= MAX_DIAGNOSES {
                return Err(Failure::invalid("A claim has room for twelve diagnoses."));
            }
            if !all.iter().any(|d| d.code == chosen.code) {
                all.push(chosen);
            }
            Ok(())
        })
        .await
    }

    pub async fn diagnosis_remove(self: &Arc<Self>, args: CodeArgs) -> Result<CodesView, Failure> {
        self.change_codes(&args.visit, DIAGNOSES, |all: &mut Vec<ChosenDiagnosis>| {
            all.retain(|d| d.code != args.code);
            Ok(())
        })
        .await
    }

    pub async fn diagnosis_move(self: &Arc<Self>, args: DiagnosisMoveArgs) -> Result<CodesView, Failure> {
        self.change_codes(&args.visit, DIAGNOSES, |all: &mut Vec<ChosenDiagnosis>| {
            if let Some(at) = all.iter().position(|d| d.code == args.code) {
                let diagnosis = all.remove(at);
                all.insert((args.index as usize).min(all.len()), diagnosis);
            }
            Ok(())
        })
        .await
    }
}
