//! The command table: every use case once, by name, for both hosts. The shell and the
//! dev host only look a name up here and pass JSON through.

use crate::Companion;
use crate::contract::{
    ActivityArgs, AmendmentArgs, AmendmentBeginArgs, AmendmentSignArgs, AmendmentView, ApartArgs, AppEvent,
    AppView, BriefView, CallbackArgs, CarriedView, ChartView, ChooseArgs, CodeArgs, CodesView, CommandError,
    CosignView, DeliveryArgs, DeliveryLook, DeliveryView, DiagnosisChoices, DiagnosisHits, DiagnosisMoveArgs,
    DiagnosisSearchArgs, DocumentArgs, DocumentView, Done, ErrorCode, ExpandedView, ExportedView, ExtraArgs,
    FactsArgs, FollowUpAddArgs, FollowUpRemoveArgs, FollowUpVisitArgs, FollowUpVisitView, FollowUpsView,
    FreeTimesArgs, FreeTimesView, IdentityConfirmArgs, IdentityDecideArgs, IdentityMismatchArgs,
    KeepBothArgs, LastNoteArgs, LastNoteText, LastNoteView, LaunchArgs, LeaveArgs, NoArgs, NoteCarryArgs,
    NoteEditArgs, NotePreview, NoteRestoreArgs, NoteSectionArgs, NoteTemplateArgs, NoteUndoArgs,
    NoteVersionArgs, NoteVersionView, NoteVersionsView, NoteView, PhraseExpandArgs, PhraseRemoveArgs,
    PhraseSaveArgs, PhrasesView, PinArgs, PlanExportArgs, PlanFactsView, RebookArgs, RestoredView,
    RetractArgs, RetractView, SavedView, SignArgs, SignInArgs, SignResult, SignedDocumentArgs,
    SignedDocumentsView, SpellingCheckArgs, SpellingMarks, SpellingSuggestArgs, SpellingWordArgs,
    SpellingWords, UnlockArgs, VisitArgs, VisitView, WorklistOpenArgs, WorklistOpened, WorklistView,
    WritePlanView,
};
use crate::failure::Failure;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Arc;
use ts_rs::TS;

/// One command: its name, what it is for, the shape of what goes in and out, and how to run it.
pub struct CommandSpec {
    pub name: &'static str,
    pub doc: &'static str,
    /// JSON schema of the arguments.
    pub arguments: fn() -> Value,
    /// JSON schema of the result.
    pub result: fn() -> Value,
    run: fn(Arc<Companion>, Value) -> BoxFuture<'static, Result<Value, Failure>>,
    export: fn(&ts_rs::Config) -> Result<(), ts_rs::ExportError>,
    signature: fn(&ts_rs::Config) -> (String, String),
}

macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $name:ident($args:ty) -> $result:ty;)+) => {
        /// All commands, in the order of the clinician's journey.
        pub const COMMANDS: &[CommandSpec] = &[$(CommandSpec {
            name: stringify!($name),
            doc: concat!($($doc),+),
            arguments: || schemars::schema_for!($args).to_value(),
            result: || schemars::schema_for!($result).to_value(),
            run: |companion, arguments| Box::pin(async move {
                let arguments: $args = serde_json::from_value(arguments)
                    .map_err(|e| Failure::invalid_arguments(stringify!($name), &e))?;
                let result = companion.$name(arguments).await?;
                serde_json::to_value(result).map_err(|_| Failure::internal("a result could not be encoded"))
            }),
            export: |config| { <$args>::export_all(config)?; <$result>::export_all(config) },
            signature: |config| (<$args>::name(config), <$result>::name(config)),
        }),+];
    };
}

commands! {
    /// Everything outside a visit: session, visits, network, outbox.
    app_state(NoArgs) -> AppView;
    /// Open the visit that the EHR launched; sign-in happens in the system browser.
    launch(LaunchArgs) -> Done;
    /// Start from here: the EHR lets the clinician pick the patient.
    sign_in(SignInArgs) -> Done;
    /// The browser came back from the sign-in by the custom scheme.
    sign_in_callback(CallbackArgs) -> Done;
    /// Give up the sign-in that is under way.
    sign_in_cancel(NoArgs) -> Done;
    /// Forget the session; drafts and unsent items stay in the vault.
    sign_out(NoArgs) -> Done;
    /// Cover the screen: no clinical command answers until somebody unlocks. Delivery goes on.
    lock(NoArgs) -> Done;
    /// Unlock with the offline PIN.
    unlock_pin(UnlockArgs) -> Done;
    /// Set or change the offline PIN of whoever is signed in.
    pin_set(PinArgs) -> Done;
    /// Remove it.
    pin_remove(NoArgs) -> Done;
    /// Somebody is at the keyboard: the idle lock starts to count again.
    activity(ActivityArgs) -> Done;
    /// The notice was read.
    dismiss_notice(NoArgs) -> Done;
    /// What the EHR no longer takes was read.
    ehr_changes_read(NoArgs) -> Done;
    /// Today's appointments, as far as they are known, with where each visit stands.
    worklist_get(NoArgs) -> WorklistView;
    /// Ask the EHR for the schedule again.
    worklist_refresh(NoArgs) -> Done;
    /// Open the visit of an appointment; where the EHR wants it, by a sign-in for that patient.
    worklist_open(WorklistOpenArgs) -> WorklistOpened;
    /// Make a visit the current one.
    visit_show(VisitArgs) -> Done;
    /// Banner, identity, facts and rights of one visit.
    visit_get(VisitArgs) -> VisitView;
    /// The clinician compared at least two identifiers with the person on the call.
    identity_confirm(IdentityConfirmArgs) -> VisitView;
    /// The person on the call is not this patient: nothing can be written.
    identity_mismatch(IdentityMismatchArgs) -> VisitView;
    /// Decide on what the chart says about itself (merged, a second chart, deceased) or on a wrong
    /// encounter, or take it back.
    identity_decide(IdentityDecideArgs) -> VisitView;
    /// Facts of the encounter that the attestation and the code rules use.
    facts_set(FactsArgs) -> VisitView;
    /// Open the video room beside the chart.
    room_open(VisitArgs) -> VisitView;
    /// The call ended; the visit goes on.
    room_left(VisitArgs) -> VisitView;
    /// The chart in a window of its own, or back beside the note. It has no patient of its own: it shows the
    /// current visit.
    chart_apart(ApartArgs) -> Done;
    /// The history as far as it is known, with the state of each section.
    chart_get(VisitArgs) -> ChartView;
    /// What changed in the chart since this clinician's last visit, each line with its evidence.
    brief_get(VisitArgs) -> BriefView;
    /// Ask the EHR again.
    chart_reload(VisitArgs) -> Done;
    /// The chart as this computer has it, as PDF in a file of the clinician's choice: for a downtime.
    chart_pdf(VisitArgs) -> ExportedView;
    /// One document of the chart as plain text.
    chart_document(DocumentArgs) -> DocumentView;
    /// The note with its sections.
    note_get(VisitArgs) -> NoteView;
    /// Save one section; durable when this returns.
    note_edit(NoteEditArgs) -> SavedView;
    /// Go on with another template. No text is lost: what the new one has no section for stays.
    note_template(NoteTemplateArgs) -> NoteView;
    /// The earlier versions of a section, the newest first.
    note_versions(NoteSectionArgs) -> NoteVersionsView;
    /// One of them, with what of it does not stand there now.
    note_version(NoteVersionArgs) -> NoteVersionView;
    /// Bring an earlier version back; an edit like any other, which can be undone.
    note_restore(NoteRestoreArgs) -> RestoredView;
    /// Go one version back; works also after the app was started anew.
    note_undo(NoteUndoArgs) -> RestoredView;
    /// Bring back what undo took, until something new is written; works also after the app was started anew.
    note_redo(NoteUndoArgs) -> RestoredView;
    /// Phrases that can be used in this visit's note, and the values that can stand in them.
    phrases_get(VisitArgs) -> PhrasesView;
    /// Add or change a phrase of the clinician's own.
    phrase_save(PhraseSaveArgs) -> PhrasesView;
    /// Take one of them away.
    phrase_remove(PhraseRemoveArgs) -> PhrasesView;
    /// A phrase's text with the values of this patient's chart, each with its date and source.
    phrase_expand(PhraseExpandArgs) -> ExpandedView;
    /// Where words stand that nobody knows: neither the list, nor the clinician, nor this patient's chart.
    spelling_check(SpellingCheckArgs) -> SpellingMarks;
    /// What was probably meant, the likeliest first.
    spelling_suggest(SpellingSuggestArgs) -> SpellingWords;
    /// The words that the clinician added.
    spelling_words(NoArgs) -> SpellingWords;
    /// Never mark this word again.
    spelling_add(SpellingWordArgs) -> SpellingWords;
    /// Take one of the added words away.
    spelling_remove(SpellingWordArgs) -> SpellingWords;
    /// Notes about this patient to go on from: the clinician's last one, and newer ones that only the EHR has.
    note_last(VisitArgs) -> LastNoteView;
    /// Its text in sections, as far as this visit's note has a place for them or the clinician chooses one.
    note_last_read(LastNoteArgs) -> LastNoteText;
    /// Take sections of it: on record as copied until they are changed. The window puts them in.
    note_carry(NoteCarryArgs) -> CarriedView;
    /// The note exactly as it will be filed.
    note_preview(VisitArgs) -> NotePreview;
    /// Diagnoses, charges and suggestions with their evidence.
    codes_get(VisitArgs) -> CodesView;
    /// Search ICD-10-CM; the patient's own problems first.
    diagnosis_search(DiagnosisSearchArgs) -> DiagnosisHits;
    /// What stands directly below a category, as a question with its choices.
    diagnosis_choices(CodeArgs) -> DiagnosisChoices;
    /// Keep two diagnoses that the official list does not code together, with the reason.
    diagnosis_keep_both(KeepBothArgs) -> CodesView;
    /// Add a billable diagnosis.
    diagnosis_add(CodeArgs) -> CodesView;
    /// Take a diagnosis away.
    diagnosis_remove(CodeArgs) -> CodesView;
    /// Change the order; index 0 is the primary.
    diagnosis_move(DiagnosisMoveArgs) -> CodesView;
    /// State what the services beside a visit code rest on.
    charge_facts(ExtraArgs) -> CodesView;
    /// Accept the suggested charge with this code.
    charge_accept(CodeArgs) -> CodesView;
    /// Take an accepted charge away.
    charge_remove(CodeArgs) -> CodesView;
    /// Follow-up tasks of this visit.
    follow_ups_get(VisitArgs) -> FollowUpsView;
    /// Add a follow-up task.
    follow_up_add(FollowUpAddArgs) -> FollowUpsView;
    /// Take a follow-up task away.
    follow_up_remove(FollowUpRemoveArgs) -> FollowUpsView;
    /// The visit that comes next, if one was chosen.
    follow_up_visit_get(VisitArgs) -> FollowUpVisitView;
    /// Free times of this clinician, asked from the EHR's schedule.
    free_times(FreeTimesArgs) -> FreeTimesView;
    /// Choose the visit that comes next, at a free time or around a day.
    follow_up_visit_set(FollowUpVisitArgs) -> FollowUpVisitView;
    /// No visit comes next.
    follow_up_visit_clear(VisitArgs) -> FollowUpVisitView;
    /// What signing would write, item by item, and what keeps from signing.
    plan_get(VisitArgs) -> WritePlanView;
    /// What was planned at signing, and what became of it.
    plan_facts(VisitArgs) -> PlanFactsView;
    /// Exactly what is written back, which elements, in what form and when, as a file without anything of the patient.
    plan_export(PlanExportArgs) -> ExportedView;
    /// Lock the note and hand everything to the outbox, in one transaction.
    sign(SignArgs) -> SignResult;
    /// The signed note with its addenda and corrections, and drafts of those.
    signed_get(VisitArgs) -> SignedDocumentsView;
    /// Begin an addendum or a correction of the signed note, or go on with its draft.
    amendment_begin(AmendmentBeginArgs) -> AmendmentView;
    /// The draft of an addendum or a correction, with what signing it would write. Its sections are saved by
    /// `note_edit`.
    amendment_get(AmendmentArgs) -> AmendmentView;
    /// Give a draft up; its text stays in the vault.
    amendment_drop(AmendmentArgs) -> Done;
    /// Sign an addendum or a correction and hand it to the outbox, in one transaction.
    amendment_sign(AmendmentSignArgs) -> SignResult;
    /// A signed document as PDF, in a file of the clinician's choice.
    note_pdf(SignedDocumentArgs) -> ExportedView;
    /// Notes of residents in the chart that wait for this clinician's cosignature, and those cosigned here. One is
    /// begun by `amendment_begin`.
    cosign_get(VisitArgs) -> CosignView;
    /// Everything that was signed in a visit, and what retracting each part would do.
    retract_get(VisitArgs) -> RetractView;
    /// Take parts of it back: entered in error.
    retract(RetractArgs) -> DeliveryView;
    /// Where each signed item stands.
    delivery_get(VisitArgs) -> DeliveryView;
    /// Try an item again that waits for the clinician.
    delivery_retry(DeliveryArgs) -> DeliveryView;
    /// What happened to an item, and what the EHR has that it could be.
    delivery_look(DeliveryArgs) -> DeliveryLook;
    /// The clinician looked: this record is the item. It is read back and compared like any other.
    delivery_choose(ChooseArgs) -> DeliveryView;
    /// The clinician looked: it is not there. It is sent again.
    delivery_not_there(DeliveryArgs) -> DeliveryView;
    /// The clinician compared: the EHR's record stays as it is, and the item is not called filed.
    delivery_leave(LeaveArgs) -> DeliveryView;
    /// An item that the EHR refused for good stays in the note, or somebody else enters it.
    delivery_elsewhere(DeliveryArgs) -> DeliveryView;
    /// The time of the follow-up visit was taken before it could be booked: this one instead.
    follow_up_visit_rebook(RebookArgs) -> DeliveryView;
}

/// The only commands that answer while the screen is locked: none of them can show or change
/// anything of a visit.
pub const OPEN_WHILE_LOCKED: [&str; 8] = [
    "app_state",
    "chart_apart",
    "launch",
    "sign_in",
    "sign_in_callback",
    "sign_in_cancel",
    "unlock_pin",
    "dismiss_notice",
];

/// Runs the named command with JSON arguments and gives its JSON result.
pub async fn run(companion: &Arc<Companion>, name: &str, arguments: Value) -> Result<Value, CommandError> {
    let arguments = if arguments.is_null() { json!({}) } else { arguments };
    let outcome = match COMMANDS.iter().find(|c| c.name == name) {
        Some(_) if companion.is_locked() && !OPEN_WHILE_LOCKED.contains(&name) => Err(Failure::locked()),
        Some(spec) => {
            let outcome = (spec.run)(Arc::clone(companion), arguments).await;
            // Locked meanwhile: what was read no longer leaves.
            let late = companion.is_locked() && name != "lock" && !OPEN_WHILE_LOCKED.contains(&name);
            if late { Err(Failure::locked()) } else { outcome }
        }
        None => Err(Failure::new(ErrorCode::UnknownCommand, format!("There is no command “{name}”."))),
    };
    outcome.map_err(|failure| failure.at_the_edge(name))
}

/// The table as JSON: names with the schemas of arguments and results.
pub fn describe() -> Value {
    COMMANDS
        .iter()
        .map(|c| json!({ "name": c.name, "doc": c.doc.trim(), "arguments": (c.arguments)(), "result": (c.result)() }))
        .collect()
}

/// Writes the TypeScript of every wire type and of the table into `folder`.
pub fn write_bindings(folder: &std::path::Path) -> Result<(), String> {
    let config = ts_rs::Config::new().with_out_dir(folder).with_large_int("number");
    let mut names = std::collections::BTreeSet::new();
    let mut map = String::new();
    for c in COMMANDS {
        (c.export)(&config).map_err(|e| e.to_string())?;
        let (arguments, result) = (c.signature)(&config);
        map.push_str(&format!(
            "  /** {} */\n  {}: {{ arguments: {arguments}; result: {result} }};\n",
            c.doc.trim(),
            c.name
        ));
        names.extend([arguments, result]);
    }
    CommandError::export_all(&config).map_err(|e| e.to_string())?;
    AppEvent::export_all(&config).map_err(|e| e.to_string())?;
    let imports =
        names.iter().fold(String::new(), |all, n| all + &format!("import type {{ {n} }} from \"./{n}\";\n"));
    let text = format!(
        "// Generated by `cargo xtask bindings` from companion::command. Do not edit.\n{imports}\n/** Every command by name. */\nexport interface Commands {{\n{map}}}\n\nexport type CommandName = keyof Commands;\n"
    );
    std::fs::write(folder.join("commands.ts"), text).map_err(|e| e.to_string())
}
