//! Nothing of the patient, the note or the session can be read from the data folder.

use chartside_tests::app::{self, Call};
use chartside_tests::browser::sign_in_at;
use chartside_tests::process::Process;
use chartside_tests::skipped;
use chartside_tests::visit::{NOTE_WORDS, chart, filed, launch, launch_maria, sign, write};
use chartside_tests::window::{Desktop, in_memory};
use companion::policy::{LockPolicy, Policy};
use sandbox_ehr::{Config, Sandbox};
use serde_json::json;
use std::path::Path;

fn files(folder: &Path, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else {
            all.push((path.display().to_string(), std::fs::read(&path).unwrap().to_ascii_lowercase()));
        }
    }
}

/// `bytes` are in lower case.
fn holds(bytes: &[u8], needle: &str) -> bool {
    let needle = needle.to_ascii_lowercase();
    let wide: Vec<u8> = needle.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [needle.as_bytes(), &wide].iter().any(|n| memchr::memmem::find(bytes, n).is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_raw_bytes_of_every_file_hold_nothing_of_the_patient_the_note_or_the_tokens() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = Policy { lock: LockPolicy::default(), ..app::policy(&ehr.urls.fhir, &ehr.urls.origin) };
    let app = Process::start(data.path(), &policy).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    write(&app, &visit).await;
    sign(&app, &visit).await;
    filed(&app, &visit).await;
    app.must("pin_set", json!({ "pin": "482913" })).await;
    let patient = ehr.resource("Patient", "maria-santos").await.unwrap();
    let mrn = app.must("visit_get", app::of(&visit)).await["banner"]["mrn"].as_str().unwrap().to_owned();
    let secrets = [
        "Santos".to_owned(),
        "Whitfield".to_owned(),
        mrn,
        NOTE_WORDS.to_owned(),
        patient["birthDate"].as_str().unwrap().to_owned(),
    ];
    let look = |when: &str| {
        let tokens = ehr.issued_tokens();
        assert!(tokens.len() >= 2, "an access and a refresh token were given out");
        let mut all = Vec::new();
        files(data.path(), &mut all);
        let of = |end: &str| {
            all.iter().filter(|(name, _)| name.ends_with(end)).map(|(_, bytes)| bytes.len()).sum::<usize>()
        };
        assert!(of(".vault") + of("-wal") > 100_000, "{when}: the chart is in there");
        for (name, bytes) in &all {
            for secret in secrets.iter().chain(&tokens) {
                assert!(!holds(bytes, secret), "{when}: {name} holds a secret");
            }
            assert!(
                !holds(bytes, "access_token") && !holds(bytes, "eyJhbGciOi"),
                "{when}: {name} holds a token"
            );
        }
    };
    look("while it runs");
    app.must("lock", json!({})).await;
    look("while it is locked");
    launch(&app, &ehr, "prac-castellano", "devon-whitfield", Some("enc-visit-3")).await;
    look("after another clinician took the seat");
    app.must("sign_out", json!({})).await;
    look("after the sign-out");
    launch_maria(&app, &ehr).await;
    app.kill().await;
    look("after it was killed");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_vaults_of_the_same_visit_have_no_common_bytes() {
    // A key that was not random, or no encryption at all, would show here.
    let mut heads = Vec::new();
    for _ in 0..2 {
        let data = tempfile::tempdir().unwrap();
        let ehr = Sandbox::start(Config::tiny()).await.unwrap();
        let app = Process::start(data.path(), &app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
        chartside_tests::visit::launch(&app, &ehr, "clinician-1", "patient-1", None).await;
        app.kill().await;
        let mut all = Vec::new();
        files(data.path(), &mut all);
        let (_, bytes) = all
            .into_iter()
            .find(|(name, _)| Path::new(name).extension().is_some_and(|e| e == "vault"))
            .unwrap();
        assert_ne!(&bytes[..15], b"sqlite format 3");
        heads.push(bytes[..64].to_vec());
    }
    assert_ne!(heads[0], heads[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_memory_of_the_locked_process_holds_no_token_no_key_and_no_patient() {
    let (data, dumps) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = Policy { lock: LockPolicy::default(), ..app::policy(&ehr.urls.fhir, &ehr.urls.origin) };
    let mut app = Process::start(data.path(), &policy).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    write(&app, &visit).await;
    sign(&app, &visit).await;
    filed(&app, &visit).await;
    let mrn = app.must("visit_get", app::of(&visit)).await["banner"]["mrn"].as_str().unwrap().to_owned();
    let keychain = std::fs::read_to_string(data.path().join("keychain")).unwrap();
    let line = keychain.lines().find(|l| l.starts_with("vault-")).unwrap();
    let hex = line.split_once(' ').unwrap().1.to_owned();
    let raw: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
    let mut secrets: Vec<(String, Vec<u8>)> = vec![
        ("the vault's key".into(), raw),
        ("the vault's key in hex".into(), hex.into_bytes()),
        ("the name".into(), b"Santos".to_vec()),
        ("the MRN".into(), mrn.into_bytes()),
        ("the note".into(), NOTE_WORDS.as_bytes().to_vec()),
    ];
    secrets.extend(ehr.issued_tokens().into_iter().map(|t| ("a token".to_owned(), t.into_bytes())));
    let found = |memory: &[u8]| -> Vec<String> {
        let times = |bytes: &[u8]| memchr::memmem::find_iter(memory, bytes).count();
        let all = secrets.iter().map(|(what, bytes)| (what, times(bytes)));
        all.filter(|(_, n)| *n > 0).map(|(what, n)| format!("{what}: {n}")).collect()
    };
    let Some(open) = app.memory(dumps.path()).await else { return skipped("gcore is not installed") };
    let open = found(&open);
    for what in ["a token", "the name"] {
        assert!(open.iter().any(|f| f.starts_with(what)), "while it is open, {what} is there: {open:?}");
    }
    app.must("lock", json!({})).await;
    let locked = found(&app.memory(dumps.path()).await.unwrap());
    assert_eq!(locked, Vec::<String>::new(), "while open there were {open:?}");
    app.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_memory_of_the_locked_window_holds_no_token_no_key_and_no_patient() {
    let home = tempfile::tempdir().unwrap();
    let Some(desktop) = Desktop::start(home.path()).await else { return skipped("no Xvfb or dbus-daemon") };
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let lock = LockPolicy { idle_minutes: 1, ..LockPolicy::default() };
    let policy = Policy { lock, ..app::policy(&ehr.urls.fhir, &ehr.urls.origin) };
    let request = sandbox_ehr::LaunchRequest {
        user: Some("prac-okafor".to_owned()),
        patient: "maria-santos".to_owned(),
        encounter: Some("enc-visit-1".to_owned()),
    };
    let (_, url) = ehr.launch(request).await;
    let window = desktop.follow(&policy, &format!("chartside://launch?{}", url.split_once('?').unwrap().1));
    let opened = desktop.opened(1).await;
    sign_in_at(&opened[0], &ehr.sign_in("prac-okafor").await).await;
    let vaults = home.path().join("data/vaults");
    let journal = || {
        let all = std::fs::read_dir(&vaults).into_iter().flatten().flatten();
        all.into_iter().any(|e| e.path().extension().is_some_and(|x| x.to_string_lossy().ends_with("-wal")))
    };
    let wait = |open: bool| {
        let journal = &journal;
        async move {
            tokio::time::timeout(std::time::Duration::from_secs(120), async move {
                while journal() != open {
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            })
            .await
            .expect("the vault opens, and is closed by the lock");
        }
    };
    wait(true).await;
    let pid = window.id().unwrap();
    let keychain = std::fs::read_to_string(home.path().join("data/keychain")).unwrap();
    let hex =
        keychain.lines().find(|l| l.starts_with("vault-")).unwrap().split_once(' ').unwrap().1.to_owned();
    let count = || {
        let tokens = ehr.issued_tokens();
        let mut wanted = vec![("key", hex.as_bytes()), ("name", b"Santos"), ("mrn", b"85-1123")];
        wanted.extend(tokens.iter().map(|t| ("token", t.as_bytes())));
        let bytes: Vec<&[u8]> = wanted.iter().map(|(_, bytes)| *bytes).collect();
        let found = in_memory(pid, &bytes)?;
        Some(wanted.iter().map(|(what, _)| *what).zip(found).collect::<Vec<_>>())
    };
    let of = |found: &[(&str, usize)], what: &str| -> usize {
        found.iter().filter(|(name, _)| *name == what).map(|(_, n)| n).sum()
    };
    // The chart is there a moment after the vault.
    let open = tokio::time::timeout(app::PATIENCE, async {
        loop {
            let found = count()?;
            if ["name", "mrn", "token"].iter().all(|what| of(&found, what) > 0) {
                return Some(found);
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    });
    let Some(_) = open.await.expect("while it is open, name, MRN and a token are there") else {
        return skipped("no /proc to read the memory from");
    };
    wait(false).await;
    // What was on its way to the window when the vault closed is freed, and wiped, a moment later.
    let mut found = count().unwrap();
    let gone = tokio::time::timeout(std::time::Duration::from_secs(5), async {
        while found.iter().any(|(_, n)| *n > 0) {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            found = count().unwrap();
        }
    });
    assert!(gone.await.is_ok(), "{found:?}");
}
