//! Signed documents as PDF files of the clinician's choice.

use async_trait::async_trait;
use base64::Engine;
use chartside_tests::app::{self, App, Call, of};
use chartside_tests::browser::Robot;
use chartside_tests::process::Process;
use chartside_tests::visit::{chart, filed, launch_maria, sign, write};
use companion::contract::ErrorCode;
use companion::host::{ExportError, Exports, Host, Place};
use companion::policy::Policy;
use companion::{Companion, command};
use desktop::ChosenFile;
use sandbox_ehr::{Config, Fault, Sandbox};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

/// What the clinician does in the dialog.
pub(crate) enum Does {
    /// Takes the name as proposed, in this folder.
    Saves(PathBuf),
    GivesUp,
    /// Leaves, and somebody else saves when Chartside is locked.
    SavesLocked(PathBuf),
    /// Chooses a disk without room.
    SavesWhereItIsFull,
}

struct Clinician {
    does: Mutex<Does>,
    proposed: Mutex<Vec<String>>,
    companion: OnceLock<Arc<Companion>>,
}

#[async_trait]
impl Exports for Clinician {
    async fn place(&self, name: &str) -> Option<Box<dyn Place>> {
        self.proposed.lock().unwrap().push(name.to_owned());
        let (folder, locks) = match &*self.does.lock().unwrap() {
            Does::Saves(folder) => (folder.clone(), false),
            Does::SavesLocked(folder) => (folder.clone(), true),
            Does::GivesUp => return None,
            Does::SavesWhereItIsFull => return Some(Box::new(Full)),
        };
        if locks {
            let companion = self.companion.get().expect("the app");
            command::run(companion, "lock", json!({})).await.expect("locked");
        }
        Some(Box::new(ChosenFile::at(folder.join(name))?))
    }
}

struct Full;

#[async_trait]
impl Place for Full {
    fn name(&self) -> &'static str {
        "full.pdf"
    }
    async fn write(self: Box<Self>, _: Vec<u8>) -> Result<(), ExportError> {
        Err(ExportError::DiskFull)
    }
}

pub(crate) struct Signed {
    _data: tempfile::TempDir,
    pub files: tempfile::TempDir,
    pub ehr: Sandbox,
    pub app: App,
    clinician: Arc<Clinician>,
    pub visit: String,
}

/// A signed visit, and a folder for files.
pub(crate) async fn signed() -> Signed {
    let open = written_at("generic").await;
    sign(&open.app, &open.visit).await;
    // What was filed stands in the plan of what comes after.
    filed(&open.app, &open.visit).await;
    open
}

/// The same at an EHR of this kind, before it is signed.
pub(crate) async fn written_at(personality: &str) -> Signed {
    written_under(personality, |_| {}).await
}

/// The same under a policy that says more.
pub(crate) async fn written_under(personality: &str, more: impl FnOnce(&mut Policy)) -> Signed {
    let (data, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let config = Config { personality: personality.to_owned(), ..Config::default() };
    let ehr = Sandbox::start(config).await.unwrap();
    let clinician = Arc::new(Clinician {
        does: Mutex::new(Does::Saves(files.path().to_owned())),
        proposed: Mutex::default(),
        companion: OnceLock::new(),
    });
    let robot = Arc::new(Robot::default());
    let exports = Arc::clone(&clinician) as Arc<dyn Exports>;
    let host = Host { exports, ..app::host(data.path(), &robot) };
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    policy.ehrs[0].personality = Some(personality.to_owned());
    more(&mut policy);
    let app = App::start_with(data.path(), policy, host, robot).await;
    let _ = clinician.companion.set(Arc::clone(&app.companion));
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    write(&app, &visit).await;
    Signed { _data: data, files, ehr, app, clinician, visit }
}

impl Signed {
    pub fn does(&self, what: Does) {
        *self.clinician.does.lock().unwrap() = what;
    }

    fn pdf(&self, document: &Value) -> Value {
        json!({ "visit": self.visit, "id": document["id"] })
    }

    async fn documents(&self) -> Vec<Value> {
        let view = self.app.must("signed_get", of(&self.visit)).await;
        view["documents"].as_array().unwrap().clone()
    }

    async fn exports(&self) -> Vec<String> {
        let trail = self.app.audit().await;
        trail.into_iter().filter(|(action, ..)| action == "note exported as PDF").map(|(.., o)| o).collect()
    }
}

fn files(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let mut names: Vec<_> = files.map(|f| f.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn contains(bytes: &[u8], words: &str) -> bool {
    memchr::memmem::find(bytes, words.as_bytes()).is_some()
}

/// Writes an addendum or a correction in the section of this title, and signs it.
async fn amend(here: &Signed, kind: &str, title: &str) {
    let draft = here.app.must("amendment_begin", json!({ "visit": here.visit, "kind": kind })).await;
    let mut sections = draft["sections"].as_array().unwrap().iter().map(|s| &s["section"]);
    let section = sections.find(|s| s["title"] == title).unwrap();
    let edit = json!({ "visit": here.visit, "section": section["section"], "text": "Took 500 mg.", "base_revision": section["revision"] });
    here.app.must("note_edit", edit).await;
    let now = here.app.must("amendment_get", here.pdf(&draft)).await;
    let sign = json!({ "visit": here.visit, "id": draft["id"], "plan_hash": now["plan"]["plan_hash"] });
    here.app.must("amendment_sign", sign).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_signed_document_becomes_a_pdf_of_its_own_and_its_name_says_nothing_of_the_patient() {
    let here = signed().await;
    amend(&here, "addendum", "Addendum").await;
    let documents = here.documents().await;
    assert_eq!(documents.len(), 2);
    for document in &documents {
        let saved = here.app.must("note_pdf", here.pdf(document)).await;
        let name =
            files(here.files.path()).into_iter().find(|n| saved["words"].as_str().unwrap().contains(n));
        let name = name.unwrap_or_else(|| panic!("{saved} names a file that is there"));
        let bytes = std::fs::read(here.files.path().join(&name)).unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
        // The XMP of PDF/A is plain text.
        assert!(
            contains(&bytes, document["title"].as_str().unwrap()),
            "{name} is the one that was asked for"
        );
    }
    let names = files(here.files.path());
    assert_eq!(names.len(), 2, "{names:?}");
    for (name, kind) in names.iter().zip(["Addendum to Follow-up note ", "Follow-up note "]) {
        let day = name.strip_prefix(kind).and_then(|rest| rest.strip_suffix(".pdf"));
        assert!(day.is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok()), "{name}");
        for private in ["Maria", "Santos", "1968"] {
            assert!(!name.contains(private), "{name}");
        }
    }
    let hashes: Vec<_> = documents.iter().map(|d| d["content_hash"].as_str().unwrap()).collect();
    assert_eq!(here.exports().await, hashes, "each is on record, by its hash");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_what_no_longer_stands_says_so() {
    let here = signed().await;
    amend(&here, "correction", "Plan").await;
    for document in here.documents().await {
        here.app.must("note_pdf", here.pdf(&document)).await;
    }
    let proposed = here.clinician.proposed.lock().unwrap().clone();
    let says: Vec<_> = proposed.iter().map(|name| name.contains(" (replaced).pdf")).collect();
    assert_eq!(says, [true, false], "{proposed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_up_in_the_dialog_nothing_happens_and_nothing_is_said_to_be_saved() {
    let here = signed().await;
    here.does(Does::GivesUp);
    let answer = here.app.must("note_pdf", here.pdf(&here.documents().await[0])).await;
    assert_eq!(answer, json!({ "words": null }));
    assert_eq!(here.exports().await, [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_told_in_plain_words_and_is_on_record_as_not_written() {
    let here = signed().await;
    let note = here.documents().await.remove(0);
    here.does(Does::Saves(here.files.path().join("gone")));
    let error = here.app.call("note_pdf", here.pdf(&note)).await.expect_err("no folder");
    assert_eq!(error.code, ErrorCode::FileNotWritten);
    assert!(error.message.contains("Choose another folder"), "{}", error.message);
    assert!(error.message.contains("the note itself is safe"), "{}", error.message);
    here.does(Does::SavesWhereItIsFull);
    let error = here.app.call("note_pdf", here.pdf(&note)).await.expect_err("no room");
    assert_eq!(error.code, ErrorCode::DiskFull);
    assert!(error.message.contains("no room on that disk"), "{}", error.message);
    assert_eq!(here.exports().await, ["not written", "not written"]);
    assert_eq!(files(here.files.path()), [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_signed_can_be_saved_and_the_dialog_does_not_open_for_anything_else() {
    let here = signed().await;
    let draft = here.app.must("amendment_begin", json!({ "visit": here.visit, "kind": "addendum" })).await;
    assert_eq!(here.app.refused("note_pdf", here.pdf(&draft)).await, ErrorCode::InvalidInput);
    let nowhere = json!({ "visit": "another", "id": here.documents().await[0]["id"] });
    assert_eq!(here.app.refused("note_pdf", nowhere).await, ErrorCode::VisitNotFound);
    assert_eq!(*here.clinician.proposed.lock().unwrap(), [] as [&str; 0]);
}

/// The words on the pages of the one PDF of this folder.
fn read(folder: &Path) -> String {
    let name = files(folder).remove(0);
    let words =
        std::process::Command::new("pdftotext").arg("-layout").arg(folder.join(name)).arg("-").output();
    String::from_utf8(words.expect("pdftotext").stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_is_printed_for_a_downtime_also_when_nothing_answers_and_says_how_old_it_is() {
    let here = written_at("generic").await;
    here.ehr.faults().add("kind=down,path=/fhir".parse::<Fault>().unwrap());
    let saved = here.app.must("chart_pdf", of(&here.visit)).await;
    let names = files(here.files.path());
    assert_eq!(saved["words"], format!("Saved as {}", names[0]));
    assert!(names[0].starts_with("Chart 2") && !names[0].contains("antos"), "{names:?}");
    let words = read(here.files.path());
    for said in ["SANTOS, Maria Elena", "Penicillin", "metformin", "As of 2", "Written during the downtime"] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(
        here.app
            .audit()
            .await
            .iter()
            .any(|(action, _, outcome)| action == "chart exported as PDF" && outcome == "done")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_that_could_not_be_loaded_is_printed_as_old_as_it_is_and_never_as_none() {
    let here = written_at("generic").await;
    let age = async || {
        let chart = here.app.must("chart_get", of(&here.visit)).await;
        let sections = chart["sections"].as_array().unwrap();
        sections.iter().find(|s| s["kind"] == "allergies").unwrap().clone()
    };
    let before = age().await["as_of"].clone();
    assert!(before.is_string(), "{before}");
    here.ehr.faults().add("kind=500,path=AllergyIntolerance".parse::<Fault>().unwrap());
    here.app.must("chart_reload", of(&here.visit)).await;
    here.app
        .until("chart_get", of(&here.visit), |chart| {
            let mut sections = chart["sections"].as_array().unwrap().iter();
            sections.any(|s| s["kind"] == "allergies" && s["state"]["state"] == "failed")
        })
        .await;
    assert_eq!(age().await["as_of"], before, "what was asked for in vain is no younger");
    here.app.must("chart_pdf", of(&here.visit)).await;
    let words = read(here.files.path());
    let allergies = words.split("Allergies").nth(1).unwrap().split("Problems").next().unwrap();
    assert!(allergies.contains("could not be loaded"), "{allergies}");
    assert!(allergies.contains("Penicillin"), "what is known stays on the page: {allergies}");
    assert!(!allergies.contains("No allergies are recorded"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_that_stayed_open_over_the_lock_saves_nothing() {
    let here = signed().await;
    let note = here.documents().await.remove(0);
    here.does(Does::SavesLocked(here.files.path().to_owned()));
    assert_eq!(here.app.refused("note_pdf", here.pdf(&note)).await, ErrorCode::Locked);
    assert_eq!(here.clinician.proposed.lock().unwrap().len(), 1, "it was asked");
    assert_eq!(files(here.files.path()), [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_the_dev_host_takes_the_file_once_and_with_its_token_only() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = Process::start(data.path(), &app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    write(&app, &visit).await;
    sign(&app, &visit).await;
    let id = app.must("signed_get", of(&visit)).await["documents"][0]["id"].clone();
    app.must("note_pdf", json!({ "visit": visit, "id": id })).await;
    assert_eq!(app.download("no token").await.status(), 401);
    let file: Value = app.download(app.token()).await.json().await.unwrap();
    let bytes = base64::engine::general_purpose::STANDARD.decode(file["data"].as_str().unwrap()).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    assert!(file["name"].as_str().unwrap().starts_with("Follow-up note "), "{}", file["name"]);
    assert_eq!(app.download(app.token()).await.status(), 404, "it is handed over once");
}
