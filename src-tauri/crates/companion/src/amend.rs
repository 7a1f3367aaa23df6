//! After the signature: addenda and corrections, each a signed note of its own through the same checks and the
//! same outbox as the first.

use crate::account::Account;
use crate::amend_view::{SignedDocs, kind_of};
use crate::app::Companion;
use crate::blockers::barred;
use crate::contract::{
    AmendedSection, AmendmentArgs, AmendmentBeginArgs, AmendmentKind, AmendmentSignArgs, AmendmentView,
    Blocker, BlockerKind, Done, ErrorCode, ItemKind, NoteSection, PlanItem, PlanOutcome, SignResult, Topic,
    WritePlanView,
};
use crate::failure::Failure;
use crate::note::may_draft;
use crate::plan::Prepared;
use crate::sign::as_seen;
use crate::visit::{PatientNow, patient_now};
use clinical::delivery::State;
use clinical::item::{ChangeForm, Item, Receipt};
use clinical::note::amend::{addendum_form, changed, correction_form, cosign_form};
use clinical::note::{Amends, Beside, NoteContext, Relation, SignedNote, hex};
use clinical::phi::Phi;
use clinical::template::Form;
use clinical::visit::Visit;
use ehr::change;
use ehr::personality::Personality;
use ehr::route::{OfVisit, Route, routes};
use ehr::writeplan;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use vault::{Amendment, SectionText};

/// Why nothing is added to a note.
pub(crate) const RETRACTED: &str = "This note was retracted; nothing is added to it.";

/// What is amended: a note of this visit, or somebody else's in the chart.
pub(crate) struct Target {
    /// Of the signed note; of somebody else's, its reference in the EHR.
    pub id: String,
    pub loinc: String,
    pub title: String,
    pub signed_at: Timestamp,
    /// In words: "Progress note, signed 14:32 by Amara Okafor".
    pub about: String,
    pub context: NoteContext,
    pub beside: Beside,
    pub note: Option<SignedNote>,
    pub filed: Option<String>,
    pub item: Option<String>,
    /// Tells what the clinician saw from what came after.
    pub seen: String,
    pub version: Option<String>,
    /// Why nothing can be signed about it any more.
    pub gone: Option<String>,
}

/// Everything of an amendment that signing fixes.
struct PreparedAmendment {
    visit: Visit,
    draft: Amendment,
    target: Target,
    form: Form,
    /// What was signed in each section; empty for an addendum.
    signed: Vec<(String, Phi<String>)>,
    saved: Vec<SectionText>,
    changed: Vec<String>,
    amends: Amends,
    context: NoteContext,
    route: Route,
    /// Of a cosignature: how the note is made final, else why it is not from here.
    makes_final: Option<Result<ChangeForm, String>>,
    personality: &'static Personality,
    plan: WritePlanView,
}

impl PreparedAmendment {
    fn note(&self, now: Timestamp) -> SignedNote {
        let beside = match self.draft.relation {
            Relation::Appends | Relation::Signs => Beside::default(),
            // What was accepted and attested stays as it was signed.
            Relation::Replaces => self.target.beside.clone(),
        };
        let beside = Beside { amends: Some(self.amends.clone()), ..beside };
        let texts = self.saved.iter().map(|t| (t.section.clone(), t.text.clone()));
        SignedNote::sign(self.draft.id.clone(), &self.form, self.context.clone(), texts, beside, now)
    }
}

impl Companion {
    pub async fn amendment_begin(
        self: &Arc<Self>,
        args: AmendmentBeginArgs,
    ) -> Result<AmendmentView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        may_draft(&account)?;
        let docs = SignedDocs::load(&account, &visit.id).await?;
        let relation = match args.kind {
            AmendmentKind::Addendum => Relation::Appends,
            AmendmentKind::Correction => Relation::Replaces,
            AmendmentKind::Cosign => Relation::Signs,
        };
        let document = args.document.unwrap_or_default();
        let target = self.target(&account, &visit, &docs, relation, &document).await?;
        if let Some(why) = target.gone {
            return Err(match relation {
                Relation::Signs => Failure::new(ErrorCode::PlanChanged, why),
                Relation::Appends | Relation::Replaces => Failure::invalid(why),
            });
        }
        let texts = match (relation, &target.note) {
            (Relation::Replaces, Some(note)) => {
                let written = account.vault.note_texts(&visit.id).await?;
                correction_form(note, self.form(&visit, &written)).1
            }
            _ => Vec::new(),
        };
        let new = Amendment {
            id: self.host.entropy.uuid(),
            visit: visit.id.clone(),
            relation,
            target: target.id.clone(),
            begun_at: self.host.clock.now(),
            note: None,
            item: None,
        };
        let draft = account.vault.begin_amendment(&new, &texts).await?.ok_or_else(not_signed)?;
        self.told(&visit.id);
        self.amendment_view(&account, visit, &draft.id).await
    }

    pub async fn amendment_get(self: &Arc<Self>, args: AmendmentArgs) -> Result<AmendmentView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        self.amendment_view(&account, visit, &args.id).await
    }

    pub async fn amendment_drop(self: &Arc<Self>, args: AmendmentArgs) -> Result<Done, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        may_draft(&account)?;
        let _one_at_a_time = self.visit_change.lock().await;
        if !account.vault.drop_amendment(&visit.id, &args.id, self.host.clock.now()).await? {
            return Err(no_draft());
        }
        self.told(&visit.id);
        Ok(Done {})
    }

    pub async fn amendment_sign(self: &Arc<Self>, args: AmendmentSignArgs) -> Result<SignResult, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        // The network first; nothing is held up while it is slow.
        let now = patient_now(&account, &visit.patient.id).await?;
        self.reached(!matches!(now, PatientNow::NotAsked));
        let docs = SignedDocs::load(&account, &visit.id).await?;
        if let Some(draft) = docs.drafts.iter().find(|d| d.id == args.id && d.relation == Relation::Signs) {
            self.check_cosigned(&account, &visit, &draft.target).await?;
        }
        let _one_at_a_time = self.visit_change.lock().await;
        let (account, mut visit) = self.visit(&args.visit).await?;
        self.check_patient(&account, &mut visit, now).await?;
        let prepared = self.prepare_amendment(&account, visit, &args.id).await?;
        as_seen(&prepared.plan.blockers, &prepared.plan.plan_hash, &args.plan_hash)?;
        let now = self.signing_time();
        let note = prepared.note(now);
        let visit = prepared.visit.id.clone();
        let session = account.session();
        let who = &session.who;
        let item_id = self.host.entropy.uuid();
        let item =
            writeplan::amendment(prepared.personality, &prepared.route, &visit, &note, &who.iss, &item_id);
        let items: Vec<Item> = match (item, &prepared.makes_final) {
            (Some(statement), Some(Ok(form))) => {
                let Target { id, version, .. } = &prepared.target;
                let new = self.host.entropy.uuid();
                let mark = writeplan::cosigned(&statement, note.context(), id, version.clone(), *form, new);
                vec![statement, mark]
            }
            (item, _) => item.into_iter().collect(),
        };
        let plan = serde_json::to_string(&prepared.plan).map_err(|_| Failure::internal("plan form"))?;
        let about = format!("Patient/{}", prepared.visit.patient.id);
        let audit = vault::AuditRecord {
            at: now,
            who: &who.fhir_user,
            action: match prepared.draft.relation {
                Relation::Appends => "addendum signed",
                Relation::Replaces => "correction signed",
                Relation::Signs => "cosigned",
            },
            about: &about,
            outcome: note.content_hash(),
        };
        if !account.vault.sign_amendment(&visit, &note, &plan, &items, audit).await? {
            return Err(no_draft());
        }
        self.signed(&account, &visit, &note).await
    }

    /// Drafts are listed beside the note, and beside what waits for a cosignature.
    fn told(&self, visit: &str) {
        for topic in [Topic::Note, Topic::Visit] {
            self.emit(topic, Some(visit));
        }
    }

    /// What an amendment of this kind is of.
    async fn target(
        &self,
        account: &Account,
        visit: &Visit,
        docs: &SignedDocs,
        relation: Relation,
        document: &str,
    ) -> Result<Target, Failure> {
        if relation == Relation::Signs {
            return self.cosign_target(account, visit, document).await;
        }
        let note = docs.standing().ok_or_else(not_signed)?.clone();
        let item = docs.item_of(note.id());
        Ok(Target {
            id: note.id().to_owned(),
            loinc: note.loinc().to_owned(),
            title: note.title().to_owned(),
            signed_at: note.signed_at(),
            about: self.signed_words(&note),
            context: note.context().clone(),
            beside: note.beside().clone(),
            filed: item.and_then(|i| i.receipt.as_ref()).map(Receipt::reference),
            // A note that was entered by hand has none that anything could be filed beside.
            item: item.filter(|i| i.state != State::Superseded).map(|i| i.id.clone()),
            seen: note.content_hash().to_owned(),
            version: None,
            gone: docs.retracted(note.id()).map(|_| RETRACTED.to_owned()),
            note: Some(note),
        })
    }

    async fn prepare_amendment(
        &self,
        account: &Account,
        visit: Visit,
        id: &str,
    ) -> Result<PreparedAmendment, Failure> {
        let docs = SignedDocs::load(account, &visit.id).await?;
        let draft = docs.drafts.iter().find(|d| d.id == id).cloned().ok_or_else(no_draft)?;
        let target = self.target(account, &visit, &docs, draft.relation, &draft.target).await?;
        let saved = account.vault.amendment_texts(&visit.id, id).await?;
        let (form, signed) = match (draft.relation, &target.note) {
            (Relation::Replaces, Some(note)) => {
                let written = account.vault.note_texts(&visit.id).await?;
                correction_form(note, self.form(&visit, &written))
            }
            (Relation::Signs, _) => (cosign_form(&target.title, &target.loinc), Vec::new()),
            _ => (addendum_form(&target.title, &target.loinc), Vec::new()),
        };
        let texts: Vec<_> = saved.iter().map(|t| (t.section.clone(), t.text.clone())).collect();
        let changed = match draft.relation {
            Relation::Appends | Relation::Signs => Vec::new(),
            Relation::Replaces => changed(&form, &signed, &texts),
        };
        let rights = account.rights_in(&visit.patient.id);
        let session = account.session_of(&visit.patient.id);
        let who = &session.who;
        let kind = self.personality(who)?;
        let encounter = visit.encounter.is_some();
        let of_visit = OfVisit { encounter, awaits_cosign: rights.cosign, refused: &[] };
        let in_the_ehr = target.item.is_some() || draft.relation == Relation::Signs;
        let route = match routes(&who.capabilities, &session.scopes, kind, of_visit).note {
            Route::Create { .. } if !in_the_ehr => {
                Route::Nowhere { why: "the note itself was not written there".to_owned() }
            }
            route => route,
        };
        let makes_final = (draft.relation == Relation::Signs).then(|| {
            if !route.is_create() {
                return Err("your statement cannot be written there".to_owned());
            }
            if target.version.is_none() {
                return Err("the EHR does not say whether a note changed since it was read".to_owned());
            }
            let form = change::route(&who.capabilities, &session.scopes, kind, "DocumentReference")?;
            // What somebody else wrote is only known as the EHR has it.
            (form == ChangeForm::AsItStands)
                .then_some(form)
                .ok_or_else(|| "this kind of EHR lets only its own users make a note final".to_owned())
        });
        let mut blockers = barred(&visit, rights.sign);
        if let Some(why) = &target.gone {
            let what = format!("{why} What you wrote is kept until you give the draft up.");
            blockers.push(Blocker { kind: BlockerKind::Note, what, target: None });
        }
        if draft.relation == Relation::Signs && rights.cosign {
            let what = "Your own signature waits for a cosignature, so it is none.".to_owned();
            blockers.push(Blocker { kind: BlockerKind::Rights, what, target: None });
        }
        let mut missing = |what: String, section: &str| {
            let target = Some(format!("{id}/{section}"));
            blockers.push(Blocker { kind: BlockerKind::Note, what, target });
        };
        for section in form.sections.iter().filter(|s| s.required) {
            if !texts.iter().any(|(id, t)| *id == section.id && !t.expose().trim().is_empty()) {
                missing(format!("{} is still empty.", section.title), &section.id);
            }
        }
        if draft.relation == Relation::Replaces && changed.is_empty() {
            let first = form.sections.first().map(|s| s.id.clone()).unwrap_or_default();
            missing("Nothing is changed yet.".to_owned(), &first);
        }
        let amends = Amends {
            relation: draft.relation,
            note: target.id.clone(),
            filed: target.filed.clone(),
            item: target.item.clone(),
            title: target.title.clone(),
            signed_at: target.signed_at,
            changed: changed.clone(),
        };
        let context = NoteContext {
            author: account.session().who.fhir_user.clone(),
            author_name: account.session().who.clinician.clone(),
            awaits_cosign: rights.cosign,
            ..target.context.clone()
        };
        // `filed` may come while the plan is read: the text then says more, and the plan is shown again.
        // The end of a visit without its own note is now, whenever that is.
        let context_fixed = (&context.patient, &context.encounter, &context.author, context.awaits_cosign);
        let fixed = (&visit.patient, &visit.identity, &texts, &amends, context_fixed, &target.seen);
        let fixed = serde_json::to_string(&fixed).map_err(|_| Failure::internal("plan form"))?;
        let hash = hex(&Sha256::digest(format!("{fixed}\u{1f}{route:?}{makes_final:?}")));
        let mut plan_item = Prepared::item(
            id,
            item_kind(draft.relation),
            form.title.clone(),
            &route,
            kind.note.as_ref().map_or("", |taken| taken.words),
            &who.ehr_name,
        );
        plan_item.depends_on.clear();
        if route.is_create() {
            plan_item.words.push_str(match draft.relation {
                Relation::Appends => " It names the note that it adds to; that one stays as it is.",
                Relation::Replaces => " It names the note that it replaces; that one stays in the chart, marked as replaced where the EHR shows it. Diagnoses, charges and follow-ups stay as they were signed.",
                Relation::Signs => " It names the note that it cosigns.",
            });
        }
        if route.is_create() && kind.note.as_ref().is_some_and(|taken| !taken.relates_to) {
            plan_item
                .words
                .push_str(" This kind of EHR keeps no link between the two; it stands in the text.");
        }
        let final_item = makes_final.as_ref().map(|makes| final_item(makes, &target, &who.ehr_name, id));
        let plan = WritePlanView {
            visit: visit.id.clone(),
            ehr_name: who.ehr_name.clone(),
            personality: kind.id.to_owned(),
            plan_hash: hash,
            items: [Some(plan_item), final_item].into_iter().flatten().collect(),
            blockers,
            warnings: Vec::new(),
        };
        Ok(PreparedAmendment {
            visit,
            draft,
            target,
            form,
            signed,
            saved,
            changed,
            amends,
            context,
            route,
            makes_final,
            personality: kind,
            plan,
        })
    }

    async fn amendment_view(
        &self,
        account: &Account,
        visit: Visit,
        id: &str,
    ) -> Result<AmendmentView, Failure> {
        let p = self.prepare_amendment(account, visit, id).await?;
        let sections = p.form.sections.iter().map(|section| {
            let saved = p.saved.iter().find(|t| t.section == section.id);
            let signed = p.signed.iter().find(|(of, _)| *of == section.id);
            AmendedSection {
                changed: p.changed.contains(&section.title),
                signed_text: (p.draft.relation == Relation::Replaces)
                    .then(|| signed.map(|(_, t)| t.expose().clone()).unwrap_or_default()),
                section: NoteSection {
                    section: format!("{id}/{}", section.id),
                    loinc: section.loinc.clone(),
                    title: section.title.clone(),
                    prompt: section.prompt.clone(),
                    required: section.required,
                    text: saved.map(|t| t.text.expose().clone()).unwrap_or_default(),
                    revision: saved.map_or(0, |t| t.revision),
                    saved_at: saved.map(|t| t.saved_at.to_string()),
                    kept_from: None,
                    copied: Vec::new(),
                },
            }
        });
        Ok(AmendmentView {
            id: id.to_owned(),
            kind: kind_of(p.draft.relation),
            title: p.form.title.clone(),
            about: p.target.about.clone(),
            document: (p.draft.relation == Relation::Signs).then(|| p.target.id.clone()),
            sections: sections.collect(),
            preview: p.note(self.host.clock.now()).text(),
            visit: p.visit.id,
            plan: p.plan,
        })
    }
}

/// That the note becomes final, in the plan.
fn final_item(makes: &Result<ChangeForm, String>, note: &Target, ehr: &str, after: &str) -> PlanItem {
    let mut item = PlanItem {
        id: format!("{after}-final"),
        kind: ItemKind::Cosign,
        label: format!("{} becomes final", note.title),
        outcome: PlanOutcome::NotWritten,
        resource: None,
        request: None,
        format: None,
        moment: "Not sent".to_owned(),
        depends_on: Vec::new(),
        words: String::new(),
    };
    match makes {
        Ok(_) => {
            item.outcome = PlanOutcome::Written;
            item.resource = Some("DocumentReference".to_owned());
            item.request = Some(format!("PUT {}", note.id));
            item.format = Some("docStatus final, authenticator you; nothing else changes".to_owned());
            item.moment = "As soon as your statement is filed".to_owned();
            item.depends_on = vec![after.to_owned()];
            item.words =
                format!("The note in {ehr} becomes final, signed by you, if it is still as you read it.");
        }
        Err(why) => {
            item.words = format!("The note stays a draft in {ehr}, because {why}. Sign it there, too.");
        }
    }
    item
}

fn item_kind(relation: Relation) -> ItemKind {
    match relation {
        Relation::Appends => ItemKind::Addendum,
        Relation::Replaces => ItemKind::Correction,
        Relation::Signs => ItemKind::Cosign,
    }
}

fn not_signed() -> Failure {
    Failure::invalid("This visit is not signed yet; change the note itself.")
}

fn no_draft() -> Failure {
    Failure::new(
        ErrorCode::VisitSigned,
        "This draft was signed or given up meanwhile; look at the list again.",
    )
}
