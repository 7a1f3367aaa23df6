//! What can stand beside the visit code, or in its place: psychotherapy, prolonged time, longitudinal
//! care, a short call, online messages. Offered only for facts that the clinician stated; nothing
//! asks for them.

use serde::{Deserialize, Serialize};

use super::facts::{Modality, PatientPlace, Payer};
use super::pack::RulePack;
use super::rules::{Named, ServiceKind, ServiceRule};
use super::visit_codes::{
    Accepted, Basis, Inputs, Suggestion, Why, because, cite, conflicts, has, marks, payer_words, setting,
};

/// Minutes of each further unit of prolonged time.
const PROLONGED_STEP: u32 = 15;

/// One service code that the facts support.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub code: String,
    pub words: String,
    pub units: u32,
    pub modifiers: Vec<String>,
    pub place_of_service: String,
    /// The visit codes with one of which it goes; empty: it stands alone.
    pub goes_with: Vec<String>,
    pub why: Vec<Why>,
    pub would_change: Vec<String>,
    pub conflicts: Vec<String>,
}

/// The services that the facts support, beside these visit codes.
pub(super) fn services(pack: &RulePack, inputs: &Inputs, visit: &[Suggestion]) -> Vec<Service> {
    let mut out = Vec::new();
    let codes: Vec<String> = visit.iter().map(|s| s.code.clone()).collect();
    if let Some(setting) = setting(inputs) {
        out.extend(evaluation(pack, inputs, setting, !codes.is_empty()));
        out.extend(psychotherapy(pack, inputs, setting, &codes));
        for suggestion in visit {
            out.extend(prolonged(pack, inputs, setting, suggestion));
        }
        out.extend(longitudinal(pack, inputs, setting, &codes));
    }
    let contacts = [
        (ServiceKind::CheckIn, inputs.extra.check_in_minutes, "a call"),
        (ServiceKind::Online, inputs.extra.online_minutes, "messages over seven days"),
    ];
    for (kind, minutes, what) in contacts {
        out.extend(minutes.and_then(|m| contact(pack, inputs, kind, m, what, !codes.is_empty())));
    }
    out
}

/// What is said of facts that lead to no service.
pub(super) fn needs(pack: &RulePack, inputs: &Inputs) -> Vec<String> {
    let extra = &inputs.extra;
    let rule = |kind, minutes| pack.service(kind, inputs.payer, Some(minutes));
    let mut out = Vec::new();
    if let Some(m) = extra.psychotherapy_minutes
        && rule(ServiceKind::Psychotherapy, m).is_none()
        && let Some(short) = pack.condition(Named::PsychotherapyShort)
    {
        out.push(format!("{m} minutes of psychotherapy: {}", short.words));
    }
    if let Some(m) = extra.check_in_minutes
        && rule(ServiceKind::CheckIn, m).is_none()
    {
        out.push(format!(
            "A call of {m} minutes has no code of its own: {}.",
            span(pack, ServiceKind::CheckIn)
        ));
    }
    if let Some(m) = extra.online_minutes
        && rule(ServiceKind::Online, m).is_none()
    {
        out.push(format!("Messages of {m} minutes have no code: {}.", span(pack, ServiceKind::Online)));
    }
    out
}

/// The visit level rests on decision-making alone: psychotherapy with a code stands beside it.
pub(super) fn beside_psychotherapy(pack: &RulePack, inputs: &Inputs) -> bool {
    let minutes = inputs.extra.psychotherapy_minutes;
    inputs.mdm.level().is_some()
        && minutes
            .is_some_and(|m| pack.service(ServiceKind::PsychotherapyAddOn, inputs.payer, Some(m)).is_some())
}

/// The facts name a service that needs no visit code.
pub(super) fn instead_of_a_visit(pack: &RulePack, inputs: &Inputs) -> bool {
    let e = &inputs.extra;
    let timed = [
        (ServiceKind::Psychotherapy, e.psychotherapy_minutes),
        (ServiceKind::CheckIn, e.check_in_minutes),
        (ServiceKind::Online, e.online_minutes),
    ];
    let mut timed = timed.into_iter().filter_map(|(kind, m)| m.map(|m| (kind, m)));
    inputs.total_minutes.is_none()
        && (e.psychiatric_evaluation == Some(true)
            || timed.any(|(kind, m)| pack.service(kind, inputs.payer, Some(m)).is_some()))
}

/// What no longer fits about an accepted service; `None` when the charge is no service.
pub(super) fn recheck(pack: &RulePack, inputs: &Inputs, charge: &Accepted) -> Option<Vec<String>> {
    let known = pack.services.iter().any(|r| r.code == charge.code)
        || pack.prolonged.iter().any(|r| r.code == charge.code);
    if !known {
        return None;
    }
    let visit = super::visit_codes::suggest(pack, inputs);
    let Some(now) = visit.services.into_iter().find(|s| s.code == charge.code) else {
        return Some(vec![format!("The facts no longer lead to {}.", charge.code)]);
    };
    let mut out = Vec::new();
    if now.units != charge.units {
        let (now, then) = (units_words(now.units), units_words(charge.units));
        out.push(format!("The time now leads to {now} of {}, not {then}.", charge.code));
    }
    if now.place_of_service != charge.place_of_service {
        let (is, should) = (&charge.place_of_service, &now.place_of_service);
        out.push(format!("Place of service {is} does not fit {}: {should} does.", charge.code));
    }
    for modifier in charge.modifiers.iter().filter(|m| !has(&now.modifiers, m)) {
        out.push(format!("Modifier {modifier} does not fit {}.", charge.code));
    }
    for modifier in now.modifiers.iter().filter(|m| !has(&charge.modifiers, m)) {
        out.push(format!("Modifier {modifier} is missing."));
    }
    out.extend(now.conflicts);
    Some(out)
}

type Setting = (Modality, PatientPlace);

/// A service at the place and with the modifiers of the visit.
fn service(pack: &RulePack, inputs: &Inputs, setting: Setting, rule: &ServiceRule, fact: &str) -> Service {
    let mut why = vec![because(&format!("{}: {}.", rule.words, rule.code), &rule.source, fact)];
    let (place_of_service, modifiers) = marks(pack, inputs, setting.0, setting.1, &mut why);
    Service {
        code: rule.code.clone(),
        words: rule.words.clone(),
        units: 1,
        modifiers,
        place_of_service,
        goes_with: Vec::new(),
        why,
        would_change: neighbours(pack, inputs.payer, rule),
        conflicts: conflicts(pack, inputs),
    }
}

fn evaluation(pack: &RulePack, inputs: &Inputs, setting: Setting, with_visit: bool) -> Option<Service> {
    inputs.extra.psychiatric_evaluation.filter(|made| *made)?;
    let rule = pack.service(ServiceKind::Evaluation, inputs.payer, None)?;
    let mut found = service(pack, inputs, setting, rule, "a psychiatric diagnostic evaluation was made");
    if with_visit || inputs.extra.psychotherapy_minutes.is_some() {
        found.conflicts.extend(pack.condition(Named::EvaluationAlone).map(|c| c.words.clone()));
    }
    found.would_change.push("Its time does not matter.".to_owned());
    Some(found)
}

fn psychotherapy(pack: &RulePack, inputs: &Inputs, setting: Setting, codes: &[String]) -> Option<Service> {
    let minutes = inputs.extra.psychotherapy_minutes?;
    let beside = beside_psychotherapy(pack, inputs) && !codes.is_empty();
    let kind = if beside { ServiceKind::PsychotherapyAddOn } else { ServiceKind::Psychotherapy };
    let rule = pack.service(kind, inputs.payer, Some(minutes))?;
    let mut found = service(pack, inputs, setting, rule, &format!("{minutes} minutes of psychotherapy"));
    let other = if beside { ServiceKind::Psychotherapy } else { ServiceKind::PsychotherapyAddOn };
    let twin = pack.service(other, inputs.payer, Some(minutes)).map_or("", |r| &r.code);
    if beside {
        found.goes_with = codes.to_vec();
        cite(pack, Named::PsychotherapyMdm, format!("beside {}", codes.join(" or ")), &mut found.why);
        found.would_change.push(format!("Without a visit code it would be {twin}."));
    } else {
        found.would_change.push(format!("Beside a visit code by decision-making it would be {twin}."));
        if !codes.is_empty() {
            // By time alone: the same minutes could count twice.
            found.conflicts.extend(pack.condition(Named::PsychotherapyMdm).map(|c| c.words.clone()));
        }
    }
    Some(found)
}

fn prolonged(pack: &RulePack, inputs: &Inputs, setting: Setting, visit: &Suggestion) -> Option<Service> {
    let minutes = inputs.total_minutes.filter(|_| visit.basis != Basis::DecisionMaking)?;
    let rule = pack
        .prolonged
        .iter()
        .find(|p| p.base == visit.code && p.payer == inputs.payer && p.minutes <= minutes)?;
    let units = 1 + (minutes - rule.minutes) / PROLONGED_STEP;
    let text = format!(
        "From {} minutes with {}, one unit of {} for each {PROLONGED_STEP} minutes.",
        rule.minutes, rule.base, rule.code
    );
    let mut why = vec![because(&text, &rule.source, &format!("{minutes} minutes in all"))];
    cite(pack, Named::ProlongedTime, "the level rests on time".to_owned(), &mut why);
    let (place_of_service, modifiers) = marks(pack, inputs, setting.0, setting.1, &mut why);
    let fewer = rule.minutes + (units - 1) * PROLONGED_STEP;
    let more = fewer + PROLONGED_STEP;
    Some(Service {
        code: rule.code.clone(),
        words: "Prolonged time beside the highest visit code".to_owned(),
        units,
        modifiers,
        place_of_service,
        goes_with: vec![visit.code.clone()],
        why,
        would_change: vec![
            format!("Fewer than {fewer} minutes would be {}.", units_words(units - 1)),
            format!("{more} minutes or more would be {}.", units_words(units + 1)),
            "By decision-making alone there is no prolonged time.".to_owned(),
        ],
        conflicts: conflicts(pack, inputs),
    })
}

fn longitudinal(pack: &RulePack, inputs: &Inputs, setting: Setting, codes: &[String]) -> Option<Service> {
    inputs.extra.longitudinal.filter(|is| *is && !codes.is_empty())?;
    let rule = pack.service(ServiceKind::Longitudinal, inputs.payer, None)?;
    let fact = format!("longitudinal care, {}", payer_words(inputs.payer));
    let mut found = service(pack, inputs, setting, rule, &fact);
    found.goes_with = codes.to_vec();
    if inputs.extra.separate_service == Some(true) {
        found.conflicts.extend(pack.condition(Named::Longitudinal25).map(|c| c.words.clone()));
    }
    found
        .would_change
        .push("It rests on the relationship, not on time: without one there is none.".to_owned());
    Some(found)
}

/// A contact that is no telehealth visit: at the clinician's place, without a telehealth modifier.
fn contact(
    pack: &RulePack,
    inputs: &Inputs,
    kind: ServiceKind,
    minutes: u32,
    what: &str,
    with_visit: bool,
) -> Option<Service> {
    let rule = pack.service(kind, inputs.payer, Some(minutes))?;
    let fact = format!("{minutes} minutes, {what}");
    let mut why = vec![because(&format!("{}: {}.", rule.words, rule.code), &rule.source, &fact)];
    cite(pack, Named::NotTelehealth, what.to_owned(), &mut why);
    let place = pack.place(false, PatientPlace::Elsewhere);
    let mut out = Vec::new();
    if inputs.diagnoses.is_empty() {
        out.extend(pack.condition(Named::Diagnosis).map(|c| c.words.clone()));
    }
    if with_visit {
        out.extend(pack.condition(Named::SeparateContact).map(|c| c.words.clone()));
    }
    Some(Service {
        code: rule.code.clone(),
        words: rule.words.clone(),
        units: 1,
        modifiers: Vec::new(),
        place_of_service: place.map(|p| p.code.clone()).unwrap_or_default(),
        goes_with: Vec::new(),
        why,
        would_change: neighbours(pack, inputs.payer, rule),
        conflicts: out,
    })
}

/// Fewer and more minutes than this rule's.
fn neighbours(pack: &RulePack, payer: Payer, rule: &ServiceRule) -> Vec<String> {
    let code = |minutes| pack.service(rule.kind, payer, Some(minutes)).map_or("no code", |r| &r.code);
    let fewer = rule.least.map(|l| format!("Fewer than {l} minutes would be {}.", code(l.saturating_sub(1))));
    let more = rule.most.map(|m| format!("{} minutes or more would be {}.", m + 1, code(m + 1)));
    fewer.into_iter().chain(more).collect()
}

/// "98016 is for 5 to 10 minutes"
fn span(pack: &RulePack, kind: ServiceKind) -> String {
    let of: Vec<String> = pack
        .services
        .iter()
        .filter(|r| r.kind == kind)
        .map(|r| match (r.least, r.most) {
            (Some(least), Some(most)) => format!("{} is for {least} to {most} minutes", r.code),
            (Some(least), None) => format!("{} for {least} or more", r.code),
            _ => r.code.clone(),
        })
        .collect();
    of.join(", ")
}

fn units_words(units: u32) -> String {
    match units {
        0 => "none".to_owned(),
        1 => "one unit".to_owned(),
        more => format!("{more} units"),
    }
}
