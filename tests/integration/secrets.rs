//! Nothing of the patient, the note or the session can be read from the data folder.

use chartside_tests::app::{self, Call};
use chartside_tests::process::Process;
use chartside_tests::visit::{NOTE_WORDS, chart, filed, launch_maria, sign, write};
use sandbox_ehr::{Config, Sandbox};
use std::path::Path;

fn files(folder: &Path, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else {
            all.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

fn holds(bytes: &[u8], needle: &str) -> bool {
    let wide: Vec<u8> = needle.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let any = |n: &[u8]| bytes.windows(n.len()).any(|w| w.eq_ignore_ascii_case(n));
    any(needle.as_bytes()) || any(&wide)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_raw_bytes_of_every_file_hold_nothing_of_the_patient_the_note_or_the_tokens() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = Process::start(data.path(), &app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    write(&app, &visit).await;
    sign(&app, &visit).await;
    filed(&app, &visit).await;
    let patient = ehr.resource("Patient", "maria-santos").await.unwrap();
    let mrn = app.must("visit_get", app::of(&visit)).await["banner"]["mrn"].as_str().unwrap().to_owned();
    let mut secrets = vec![
        "Santos".to_owned(),
        mrn,
        NOTE_WORDS.to_owned(),
        patient["birthDate"].as_str().unwrap().to_owned(),
    ];
    let tokens = ehr.issued_tokens();
    assert!(tokens.len() >= 2, "an access and a refresh token were given out");
    secrets.extend(tokens);
    let look = |when: &str| {
        let mut all = Vec::new();
        files(data.path(), &mut all);
        let of = |end: &str| {
            all.iter().filter(|(name, _)| name.ends_with(end)).map(|(_, bytes)| bytes.len()).sum::<usize>()
        };
        assert!(
            of(".vault") > 0 && of("-wal") > 0,
            "{when}: the vault and its write-ahead log are looked at"
        );
        assert!(of(".vault") + of("-wal") > 100_000, "{when}: the chart is in there");
        for (name, bytes) in &all {
            for secret in &secrets {
                assert!(!holds(bytes, secret), "{when}: {name} holds a secret");
            }
            assert!(
                !holds(bytes, "access_token") && !holds(bytes, "eyJhbGciOi"),
                "{when}: {name} holds a token"
            );
        }
    };
    look("while it runs");
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
        assert_ne!(&bytes[..15], b"SQLite format 3");
        heads.push(bytes[..64].to_vec());
    }
    assert_ne!(heads[0], heads[1]);
}
