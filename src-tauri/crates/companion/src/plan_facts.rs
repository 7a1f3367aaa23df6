//! The write plan after signing: each item beside what became of it. And the plan as a file for IT: which elements are
//! written, in what form and when, without anything of the patient.

use crate::amend_view::SignedDocs;
use crate::app::Companion;
use crate::billing::is_message;
use crate::contract::{
    Became, DeliveryState, ExportedView, ItemKind, PlanExportArgs, PlanFactsView, PlanForm, PlanItem,
    PlanOutcome, PlanRow, VisitArgs, WritePlanView,
};
use crate::delivery_view;
use crate::export::of_paper;
use crate::failure::Failure;
use clinical::item::{Item, Kind};
use jiff::Timestamp;
use pdf::{Attached, Paper};
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

impl Companion {
    pub async fn plan_facts(self: &Arc<Self>, args: VisitArgs) -> Result<PlanFactsView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let docs = SignedDocs::load(&account, &visit.id).await?;
        let delivery = self.delivery_of(&account, &visit.id).await?;
        let became = |item: &Item| {
            let shown = delivery.items.iter().find(|d| d.id == item.id)?;
            Some(match docs.retraction_of(&item.id) {
                Some(retraction) => (Became::Otherwise, self.retracted_words(&docs, retraction)),
                None => (became(shown.state), shown.words.clone()),
            })
        };
        let mut rows = Vec::new();
        if let Some(plan) = account.vault.signed_plan(&visit.id).await? {
            // In the order of the plan, as they were queued.
            let of_visit = docs.items().iter().filter(|i| i.request.change.is_none());
            let mut queued: VecDeque<&Item> = of_visit.filter(|i| with_the_note(i.kind)).collect();
            for planned in read(&plan)?.items {
                let item = match planned.outcome {
                    PlanOutcome::Written => {
                        let of_kind = |i: &&Item| delivery_view::kind(i.kind) == planned.kind;
                        // Of the times that were chosen one after the other the last one counts.
                        let at = match planned.kind {
                            ItemKind::FollowUpVisit => queued.iter().rposition(of_kind),
                            _ => queued.iter().position(of_kind),
                        };
                        at.and_then(|at| queued.remove(at))
                    }
                    PlanOutcome::InNote | PlanOutcome::NotWritten => None,
                };
                rows.push((planned, item.and_then(became)));
            }
        }
        for plan in account.vault.amendment_plans(&visit.id).await? {
            for planned in read(&plan)?.items {
                let document = planned.id.trim_end_matches("-final");
                let own = docs.item_of(document);
                let item = match document == planned.id {
                    true => own,
                    false => docs.items().iter().find(|i| {
                        i.kind == Kind::Cosign && own.is_some_and(|own| i.parents.contains(&own.id))
                    }),
                };
                rows.push((planned, item.and_then(became)));
            }
        }
        // What stands in a note is there once the note is.
        let note = docs.items().iter().find(|i| i.kind == Kind::Note).and_then(became);
        let rows = rows.into_iter().map(|(planned, item)| row(planned, item, note.as_ref())).collect();
        Ok(PlanFactsView { visit: visit.id, rows })
    }

    pub async fn plan_export(self: &Arc<Self>, args: PlanExportArgs) -> Result<ExportedView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let session = account.session_of(&visit.patient.id);
        let (who, now, zone) = (&session.who, self.host.clock.now(), self.host.clock.zone());
        let personality = self.personality(who)?;
        let facts = self.plan_facts(VisitArgs { visit: args.visit.clone() }).await?;
        let (items, plan) = if account.vault.signed_plan(&visit.id).await?.is_none() {
            let prepared = self.prepare(&account, visit.clone()).await?;
            let note = prepared.note(self.host.entropy.uuid(), now, &zone);
            let entropy = Arc::clone(&self.host.entropy);
            let items = prepared.items(&note, who, self.policy.ehr(&who.iss), now, &mut || entropy.uuid());
            let rows = prepared.view(&who.ehr_name).items.into_iter().map(|planned| (planned, None));
            (items, rows.collect::<Vec<_>>())
        } else {
            let rows = facts.rows.into_iter().map(|row| (row.planned, Some(row.became)));
            (account.vault.items(&visit.id).await?, rows.collect())
        };
        let file = json!({
            "what": "Write plan of Chartside: which elements are written back, in what form, when",
            "version": env!("CARGO_PKG_VERSION"),
            "made_at": self.signing_time().to_string(),
            "ehr": { "name": who.ehr_name, "fhir": who.iss, "kind": personality.id },
            "items": plan.iter().map(|(planned, became)| for_it(planned, *became, &items)).collect::<Vec<_>>(),
        });
        let text = serde_json::to_string_pretty(&file).map_err(|_| Failure::internal("plan form"))?;
        let day = now.to_zoned(zone).date();
        let name = match args.form {
            PlanForm::Json => format!("Write plan {day}.json"),
            PlanForm::Pdf => format!("Write plan {day}.pdf"),
        };
        let Some(place) = self.host.exports.place(&name).await else {
            return Ok(ExportedView { words: None });
        };
        // Chartside may have been locked while the clinician chose: then nothing leaves it.
        let (account, visit) = self.visit(&args.visit).await?;
        let words = format!("Saved as {}", place.name());
        let bytes = match args.form {
            PlanForm::Json => text.into_bytes(),
            PlanForm::Pdf => {
                let paper = paper(&file, text, now, self.host.entropy.uuid());
                let made = tokio::task::spawn_blocking(move || of_paper(&paper)).await;
                let made = made.map_err(|_| Failure::internal("the PDF was not finished"))?;
                made.map_err(|error| Failure::internal(&error.to_string()))?.bytes
            }
        };
        let written = place.write(bytes).await;
        let outcome = if written.is_ok() { "done" } else { "not written" };
        self.audit_visit(&account, &visit, "write plan exported", outcome).await?;
        written?;
        Ok(ExportedView { words: Some(words) })
    }
}

fn read(plan: &str) -> Result<WritePlanView, Failure> {
    serde_json::from_str(plan).map_err(|_| Failure::internal("a stored write plan"))
}

fn with_the_note(kind: Kind) -> bool {
    matches!(kind, Kind::Note | Kind::Diagnosis | Kind::Charge | Kind::FollowUpTask | Kind::FollowUpVisit)
}

fn became(state: DeliveryState) -> Became {
    match state {
        DeliveryState::Filed | DeliveryState::HandedOver => Became::AsPlanned,
        DeliveryState::NeedsYou | DeliveryState::LeftAsIs | DeliveryState::Superseded => Became::Otherwise,
        _ => Became::UnderWay,
    }
}

/// `item`: what became of it; `note`: of the note of the visit.
fn row(planned: PlanItem, item: Option<(Became, String)>, note: Option<&(Became, String)>) -> PlanRow {
    let (became, words) = match (planned.outcome, item) {
        (PlanOutcome::Written, Some(item)) => item,
        (PlanOutcome::Written, None) => (Became::Otherwise, "It was not queued.".to_owned()),
        (PlanOutcome::InNote, _) => match note.map(|(became, _)| *became) {
            Some(Became::AsPlanned) => (Became::AsPlanned, "Stands in the note, as planned.".to_owned()),
            Some(Became::UnderWay) => (Became::UnderWay, "Goes with the note.".to_owned()),
            _ => (Became::Otherwise, "It belongs to the note, and shares what became of it.".to_owned()),
        },
        (PlanOutcome::NotWritten, _) => (Became::AsPlanned, "Not sent, as planned.".to_owned()),
    };
    PlanRow { planned, became, words }
}

/// An item as IT reads it: no label, no text, no reference, since those are of the patient.
fn for_it(planned: &PlanItem, became: Option<Became>, items: &[Item]) -> Value {
    let resource = planned.resource.as_deref();
    let of_kind = |i: &&Item| {
        let changes = planned.request.as_deref().is_some_and(|r| r.starts_with("PUT "));
        delivery_view::kind(i.kind) == planned.kind
            && Some(i.request.resource_type.as_str()) == resource
            && i.request.change.is_some() == changes
    };
    let written = items.iter().find(of_kind).filter(|_| planned.outcome == PlanOutcome::Written);
    let mut elements = BTreeSet::new();
    match written {
        Some(message) if is_message(message) => elements.extend(hl7v2::fields(message.request.body.expose())),
        Some(item) => {
            let body = serde_json::from_str(item.request.body.expose()).unwrap_or(Value::Null);
            paths(&body, "", &mut elements);
        }
        None => {}
    }
    // The record that is changed has a name of its own.
    let request = planned.request.as_deref().map(|r| match r.strip_prefix("PUT ") {
        Some(_) => format!("PUT {}/[id]", resource.unwrap_or_default()),
        None => r.to_owned(),
    });
    json!({
        "kind": planned.kind,
        "outcome": planned.outcome,
        "request": request,
        "if_none_exist": written.is_some_and(|i| i.request.conditional),
        "elements": elements,
        "format": planned.format,
        "when": planned.moment,
        "waits_for_others": !planned.depends_on.is_empty(),
        "words": match planned.kind {
            // Names the note that it is about.
            ItemKind::Cosign => Value::Null,
            _ => json!(planned.words),
        },
        "became": became,
    })
}

/// The file for IT on paper, with itself inside.
fn paper(file: &Value, text: String, at: Timestamp, id: String) -> Paper {
    let said = |value: &Value| match value {
        Value::String(words) => words.clone(),
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        _ => String::new(),
    };
    let line = |label: &str, value: &Value| {
        let said = said(value);
        (!said.is_empty()).then(|| format!("{label}: {said}"))
    };
    let part = |item: &Value| {
        let became = json!(said(&item["became"]).replace('_', " "));
        let lines = [
            ("What becomes of it", &item["words"]),
            ("Request", &item["request"]),
            ("When", &item["when"]),
            ("Form", &item["format"]),
            ("Only if it is not there yet (If-None-Exist)", &item["if_none_exist"]),
            ("Elements", &item["elements"]),
            ("Became", &became),
        ];
        let lines: Vec<String> = lines.into_iter().filter_map(|(label, value)| line(label, value)).collect();
        (format!("{}: {}", said(&item["kind"]), said(&item["outcome"])).replace('_', " "), lines.join("\n"))
    };
    let ehr = format!("{} ({})", said(&file["ehr"]["name"]), said(&file["ehr"]["kind"]));
    Paper {
        id,
        title: "Write plan".to_owned(),
        author: "Chartside".to_owned(),
        at,
        head: ("Chartside write plan".to_owned(), ehr.clone()),
        standing: String::new(),
        heading: vec![
            ("EHR".to_owned(), ehr),
            ("FHIR address".to_owned(), said(&file["ehr"]["fhir"])),
            ("Made".to_owned(), said(&file["made_at"])),
            ("Chartside".to_owned(), said(&file["version"])),
        ],
        parts: file["items"].as_array().into_iter().flatten().map(part).collect(),
        closing: Vec::new(),
        foot: (said(&file["what"]), "plan.json inside this file says the same for programs".to_owned()),
        attached: vec![Attached {
            name: "plan.json",
            kind: "application/json",
            what: "The write plan for programs",
            bytes: text.into_bytes(),
        }],
    }
}

/// Every element that has a value, as FHIR paths without positions: `context.period.start`.
fn paths(value: &Value, at: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                paths(value, &path, into);
            }
        }
        Value::Array(all) => all.iter().for_each(|one| paths(one, at, into)),
        Value::Null => {}
        _ => {
            into.insert(at.to_owned());
        }
    }
}
