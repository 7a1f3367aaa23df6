//! Diagnoses and charges: search, suggestions with their evidence, what the clinician accepted.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{
    ChargeView, CodeArgs, CodesView, DiagnosisHit, DiagnosisHits, DiagnosisMoveArgs, DiagnosisSearchArgs,
    DiagnosisView, SuggestionBasis, SuggestionView, Topic, VisitArgs, Why,
};
use crate::failure::Failure;
use crate::note::may_draft;
use crate::visit::signed_already;
use clinical::chart::Section;
use clinical::coding::Table;
use clinical::coding::facts::{Mdm, Modality as Mode};
use clinical::coding::pack::RulePack;
use clinical::coding::visit_codes::{self, Accepted, Basis, Inputs};
use clinical::visit::Visit;
use fhir::system::ICD10CM;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

/// Results of one diagnosis search.
const HITS: usize = 20;
/// Longest query, in characters.
const MAX_QUERY: usize = 100;
/// Most diagnoses of one visit (a claim has twelve places, CMS-1500 item 21).
const MAX_DIAGNOSES: usize = 12;
pub(crate) const DIAGNOSES: &str = "diagnoses";
pub(crate) const CHARGES: &str = "charges";

/// The rules that ship with Chartside; checked by its tests, so `None` cannot happen in a release.
static PACK: LazyLock<Option<RulePack>> = LazyLock::new(|| RulePack::builtin().ok());

/// A diagnosis that the clinician chose.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ChosenDiagnosis {
    pub code: String,
    pub title: String,
}

/// A charge that the clinician accepted.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct AcceptedCharge {
    pub code: String,
    pub words: String,
    pub modifiers: Vec<String>,
    pub place_of_service: String,
    pub units: u32,
}

impl AcceptedCharge {
    /// "99214-95, POS 10"
    pub fn label(&self) -> String {
        let code = [std::slice::from_ref(&self.code), &self.modifiers].concat().join("-");
        format!("{code}, POS {}", self.place_of_service)
    }
}

fn pack() -> Result<&'static RulePack, Failure> {
    PACK.as_ref().ok_or_else(|| Failure::internal("built-in rule pack"))
}

fn inputs(visit: &Visit, diagnoses: &[ChosenDiagnosis]) -> Inputs {
    let f = &visit.facts;
    let reason = f.audio_only_reason.as_deref().is_some_and(|r| !r.trim().is_empty());
    Inputs {
        modality: f.modality,
        patient_place: f.patient_place,
        new_patient: f.new_patient,
        total_minutes: f.total_minutes,
        mdm: Mdm { problems: f.mdm_problems, data: f.mdm_data, risk: f.mdm_risk },
        payer: visit.payer,
        audio_only_reason: reason,
        // Not asked for yet; without it the audio-only rules say what is missing.
        video_offered: f.modality == Some(Mode::Video),
        diagnoses: diagnoses.iter().map(|d| d.code.clone()).collect(),
        extra: f.extra,
    }
}

/// What no longer fits about an accepted charge.
pub(crate) fn conflicts(
    visit: &Visit,
    diagnoses: &[ChosenDiagnosis],
    charge: &AcceptedCharge,
) -> Vec<String> {
    let Ok(pack) = pack() else { return Vec::new() };
    let accepted = Accepted {
        code: charge.code.clone(),
        modifiers: charge.modifiers.clone(),
        place_of_service: charge.place_of_service.clone(),
    };
    visit_codes::recheck(pack, &inputs(visit, diagnoses), &accepted)
}

impl Companion {
    pub async fn codes_get(self: &Arc<Self>, args: VisitArgs) -> Result<CodesView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        self.codes(&account, &visit).await
    }

    async fn codes(&self, account: &Account, visit: &Visit) -> Result<CodesView, Failure> {
        let diagnoses: Vec<ChosenDiagnosis> = account.vault.draft(&visit.id, DIAGNOSES).await?;
        let charges: Vec<AcceptedCharge> = account.vault.draft(&visit.id, CHARGES).await?;
        let outcome = visit_codes::suggest(pack()?, &inputs(visit, &diagnoses));
        let table = Table::builtin();
        let suggestions = outcome
            .suggestions
            .into_iter()
            .map(|s| SuggestionView {
                accepted: charges.iter().any(|c| c.code == s.code),
                code: s.code,
                words: s.words,
                modifiers: s.modifiers,
                place_of_service: s.place_of_service,
                basis: match s.basis {
                    Basis::Time => SuggestionBasis::Time,
                    Basis::DecisionMaking => SuggestionBasis::DecisionMaking,
                    Basis::TimeAndDecisionMaking => SuggestionBasis::TimeAndDecisionMaking,
                },
                why: s
                    .why
                    .into_iter()
                    .map(|w| Why { rule: w.rule, source: w.source, fact: w.fact })
                    .collect(),
                would_change: s.would_change,
                conflicts: s.conflicts,
            })
            .collect();
        Ok(CodesView {
            visit: visit.id.clone(),
            charges: charges
                .iter()
                .map(|c| ChargeView {
                    code: c.code.clone(),
                    words: c.words.clone(),
                    modifiers: c.modifiers.clone(),
                    place_of_service: c.place_of_service.clone(),
                    units: c.units,
                    diagnoses: diagnoses.iter().map(|d| d.code.clone()).collect(),
                    conflicts: conflicts(visit, &diagnoses, c),
                })
                .collect(),
            diagnoses: diagnoses
                .into_iter()
                .zip(0..)
                .map(|(d, n)| DiagnosisView { code: d.code, title: d.title, primary: n == 0 })
                .collect(),
            suggestions,
            needs: outcome.needs,
            table: format!("{}, valid {} to {}", table.label(), table.valid_from(), table.valid_to()),
            table_warning: table.warning(self.visit_day(visit)),
            rule_pack: outcome.pack,
        })
    }

    fn visit_day(&self, visit: &Visit) -> Date {
        visit.start.unwrap_or(visit.opened).to_zoned(self.host.clock.zone()).date()
    }

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

    /// Accepts what is suggested right now under this code; nothing else can be accepted.
    pub async fn charge_accept(self: &Arc<Self>, args: CodeArgs) -> Result<CodesView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let suggested =
            self.codes(&account, &visit).await?.suggestions.into_iter().find(|s| s.code == args.code);
        let s = suggested.ok_or_else(|| Failure::invalid("This code is not suggested for this visit."))?;
        let charge = AcceptedCharge {
            code: s.code,
            words: s.words,
            modifiers: s.modifiers,
            place_of_service: s.place_of_service,
            units: 1,
        };
        // One visit code at a time: accepting another one replaces it.
        self.change_codes(&args.visit, CHARGES, |all: &mut Vec<AcceptedCharge>| {
            *all = vec![charge];
            Ok(())
        })
        .await
    }

    pub async fn charge_remove(self: &Arc<Self>, args: CodeArgs) -> Result<CodesView, Failure> {
        self.change_codes(&args.visit, CHARGES, |all: &mut Vec<AcceptedCharge>| {
            all.retain(|c| c.code != args.code);
            Ok(())
        })
        .await
    }

    async fn change_codes<T: Serialize + serde::de::DeserializeOwned + Sync + Send>(
        &self,
        visit: &str,
        kind: &'static str,
        change: impl FnOnce(&mut Vec<T>) -> Result<(), Failure>,
    ) -> Result<CodesView, Failure> {
        let _one_at_a_time = self.visit_change.lock().await;
        let (account, visit) = self.visit(visit).await?;
        may_draft(&account)?;
        if account.vault.signed_note(&visit.id).await?.is_some() {
            return Err(signed_already());
        }
        let mut all: Vec<T> = account.vault.draft(&visit.id, kind).await?;
        change(&mut all)?;
        account.vault.save_draft(&visit.id, kind, &all, self.host.clock.now()).await?;
        self.emit(Topic::Codes, Some(&visit.id));
        self.codes(&account, &visit).await
    }
}
