//! Charges: suggestions with their evidence, and what the clinician accepted.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{
    ChargeView, CodeArgs, CodesView, ExtraArgs, FacilityKind, SuggestionBasis, SuggestionView, Topic,
    VisitArgs, VisitExtra, Why,
};
use crate::diagnosis::{self, KeptPair};
use crate::failure::Failure;
use crate::note::may_draft;
use crate::visit::signed_already;
use clinical::coding::Service;
use clinical::coding::Table;
use clinical::coding::facts::{Extra, Facility, Mdm, Modality as Mode};
use clinical::coding::pack::RulePack;
use clinical::coding::visit_codes::{self, Accepted, Basis, Inputs};
use clinical::visit::Visit;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

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
    /// The visit codes with one of which it goes; empty: it stands alone.
    #[serde(default)]
    pub goes_with: Vec<String>,
}

impl AcceptedCharge {
    /// "99214-95, POS 10"; "G2212 × 2, POS 10"
    pub fn label(&self) -> String {
        let code = [std::slice::from_ref(&self.code), &self.modifiers].concat().join("-");
        let units = if self.units > 1 { format!(" × {}", self.units) } else { String::new() };
        format!("{code}{units}, POS {}", self.place_of_service)
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
        video_offered: f.modality == Some(Mode::Video) || f.extra.video_offered == Some(true),
        diagnoses: diagnoses.iter().map(|d| d.code.clone()).collect(),
        extra: f.extra,
    }
}

/// What no longer fits about an accepted charge.
pub(crate) fn conflicts(
    visit: &Visit,
    diagnoses: &[ChosenDiagnosis],
    charges: &[AcceptedCharge],
    charge: &AcceptedCharge,
) -> Vec<String> {
    let Ok(pack) = pack() else { return Vec::new() };
    let accepted = Accepted {
        code: charge.code.clone(),
        units: charge.units,
        modifiers: charge.modifiers.clone(),
        place_of_service: charge.place_of_service.clone(),
    };
    let mut out = visit_codes::recheck(pack, &inputs(visit, diagnoses), &accepted);
    let alone = !charges.iter().any(|c| charge.goes_with.contains(&c.code));
    if alone && !charge.goes_with.is_empty() {
        out.push(format!("{} goes only beside {}.", charge.code, charge.goes_with.join(" or ")));
    }
    out
}

fn extra_in(e: VisitExtra) -> Result<Extra, Failure> {
    let minutes = [e.psychotherapy_minutes, e.check_in_minutes, e.online_minutes, e.discussion_minutes];
    if minutes.into_iter().flatten().any(|m| m > 24 * 60) {
        return Err(Failure::invalid("A day has 1,440 minutes."));
    }
    Ok(Extra {
        psychotherapy_minutes: e.psychotherapy_minutes,
        psychiatric_evaluation: e.psychiatric_evaluation,
        longitudinal: e.longitudinal,
        separate_service: e.separate_service,
        check_in_minutes: e.check_in_minutes,
        online_minutes: e.online_minutes,
        discussion_minutes: e.discussion_minutes,
        video_offered: e.video_offered,
        facility: e.facility.map(|f| match f {
            FacilityKind::RhcFqhc => Facility::RhcFqhc,
            FacilityKind::CahIi => Facility::CahIi,
        }),
    })
}

fn extra_out(e: Extra) -> VisitExtra {
    VisitExtra {
        psychotherapy_minutes: e.psychotherapy_minutes,
        psychiatric_evaluation: e.psychiatric_evaluation,
        longitudinal: e.longitudinal,
        separate_service: e.separate_service,
        check_in_minutes: e.check_in_minutes,
        online_minutes: e.online_minutes,
        discussion_minutes: e.discussion_minutes,
        video_offered: e.video_offered,
        facility: e.facility.map(|f| match f {
            Facility::RhcFqhc => FacilityKind::RhcFqhc,
            Facility::CahIi => FacilityKind::CahIi,
        }),
    }
}

impl Companion {
    pub async fn codes_get(self: &Arc<Self>, args: VisitArgs) -> Result<CodesView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        self.codes(&account, &visit).await
    }

    async fn codes_in_own_words(&self, account: &Account, visit: &Visit) -> Result<CodesView, Failure> {
        let diagnoses: Vec<ChosenDiagnosis> = account.vault.draft(&visit.id, DIAGNOSES).await?;
        let charges: Vec<AcceptedCharge> = account.vault.draft(&visit.id, CHARGES).await?;
        let kept: Vec<KeptPair> = account.vault.draft(&visit.id, diagnosis::KEPT).await?;
        let own = self.problem_codes(account, visit).await?;
        let outcome = visit_codes::suggest(pack()?, &inputs(visit, &diagnoses));
        let table = Table::builtin();
        let accepted = |code: &str| charges.iter().any(|c| c.code == code);
        let why = |all: Vec<visit_codes::Why>| {
            all.into_iter().map(|w| Why { rule: w.rule, source: w.source, fact: w.fact }).collect()
        };
        let visit_code = |s: visit_codes::Suggestion| SuggestionView {
            accepted: accepted(&s.code),
            code: s.code,
            words: s.words,
            modifiers: s.modifiers,
            place_of_service: s.place_of_service,
            units: 1,
            goes_with: Vec::new(),
            basis: Some(match s.basis {
                Basis::Time => SuggestionBasis::Time,
                Basis::DecisionMaking => SuggestionBasis::DecisionMaking,
                Basis::TimeAndDecisionMaking => SuggestionBasis::TimeAndDecisionMaking,
            }),
            why: why(s.why),
            would_change: s.would_change,
            conflicts: s.conflicts,
        };
        let service = |s: Service| SuggestionView {
            accepted: accepted(&s.code),
            code: s.code,
            words: s.words,
            modifiers: s.modifiers,
            place_of_service: s.place_of_service,
            units: s.units,
            goes_with: s.goes_with,
            basis: None,
            why: why(s.why),
            would_change: s.would_change,
            conflicts: s.conflicts,
        };
        let suggestions = outcome
            .suggestions
            .into_iter()
            .map(visit_code)
            .chain(outcome.services.into_iter().map(service))
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
                    conflicts: conflicts(visit, &diagnoses, &charges, c),
                })
                .collect(),
            exclusions: diagnosis::exclusions(&diagnoses, &kept),
            diagnoses: diagnosis::views(&diagnoses, &own),
            suggestions,
            extra: extra_out(visit.facts.extra),
            needs: outcome.needs,
            table: format!("{}, valid {} to {}", table.label(), table.valid_from(), table.valid_to()),
            table_warning: table.warning(self.visit_day(visit)),
            rule_pack: outcome.pack,
        })
    }

    fn visit_day(&self, visit: &Visit) -> Date {
        visit.start.unwrap_or(visit.opened).to_zoned(self.host.clock.zone()).date()
    }

    /// The same with the site's licensed words beside the codes, where it has them: shown, and kept nowhere.
    pub(crate) async fn codes(&self, account: &Account, visit: &Visit) -> Result<CodesView, Failure> {
        let mut view = self.codes_in_own_words(account, visit).await?;
        let suggested = view.suggestions.iter_mut().map(|s| (&s.code, &mut s.words));
        for (code, words) in suggested.chain(view.charges.iter_mut().map(|c| (&c.code, &mut c.words))) {
            if let Some(licensed) = self.site.descriptors.of(code) {
                licensed.clone_into(words);
            }
        }
        Ok(view)
    }

    /// Accepts what is suggested right now under this code; nothing else can be accepted.
    pub async fn charge_accept(self: &Arc<Self>, args: CodeArgs) -> Result<CodesView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let suggested = self
            .codes_in_own_words(&account, &visit)
            .await?
            .suggestions
            .into_iter()
            .find(|s| s.code == args.code);
        let s = suggested.ok_or_else(|| Failure::invalid("This code is not suggested for this visit."))?;
        let charge = AcceptedCharge {
            code: s.code,
            words: s.words,
            modifiers: s.modifiers,
            place_of_service: s.place_of_service,
            units: s.units,
            goes_with: s.goes_with,
        };
        let is_visit_code = s.basis.is_some();
        let pack = pack()?;
        self.change_codes(&args.visit, CHARGES, |all: &mut Vec<AcceptedCharge>| {
            // One visit code at a time: accepting another one replaces it. Services stand beside it.
            let is_level = |code: &str| pack.levels.iter().any(|l| l.code == code);
            all.retain(|c| c.code != charge.code && !(is_visit_code && is_level(&c.code)));
            all.insert(if is_visit_code { 0 } else { all.len() }, charge);
            Ok(())
        })
        .await
    }

    /// States what only some visits have: the services beside the visit code rest on it.
    pub async fn charge_facts(self: &Arc<Self>, args: ExtraArgs) -> Result<CodesView, Failure> {
        let extra = extra_in(args.extra)?;
        let change = self.change_visit(&args.visit, false, |visit| {
            visit.facts.extra = extra;
            Ok(())
        });
        let (account, visit) = change.await?;
        self.emit(Topic::Codes, Some(&visit.id));
        self.codes(&account, &visit).await
    }

    pub async fn charge_remove(self: &Arc<Self>, args: CodeArgs) -> Result<CodesView, Failure> {
        self.change_codes(&args.visit, CHARGES, |all: &mut Vec<AcceptedCharge>| {
            all.retain(|c| c.code != args.code);
            Ok(())
        })
        .await
    }

    pub(crate) async fn change_codes<T: Serialize + serde::de::DeserializeOwned + Sync + Send>(
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
