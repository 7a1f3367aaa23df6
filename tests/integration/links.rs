//! Links `chartside://…` as the system hands them over: to a cold start, and to a second start
//! beside a running app.

use chartside_tests::browser::sign_in_at;
use chartside_tests::window::{Desktop, ended};
use chartside_tests::{app, skipped};
use sandbox_ehr::{Config, LaunchRequest, Sandbox};

async fn link(ehr: &Sandbox, patient: &str, encounter: &str) -> String {
    let request = LaunchRequest {
        user: Some("prac-okafor".to_owned()),
        patient: patient.to_owned(),
        encounter: Some(encounter.to_owned()),
    };
    let (_, url) = ehr.launch(request).await;
    let (_, query) = url.split_once('?').expect("a query");
    format!("chartside://launch?{query}")
}

async fn asked_for(ehr: &Sandbox, path: &str) {
    let waited = tokio::time::timeout(app::PATIENCE, async {
        while !ehr.log().entries().iter().any(|e| e.path.ends_with(path) && e.status == Some(200)) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{path} was never read"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_a_cold_start_and_a_second_start_hands_its_link_over_and_exits() {
    let home = tempfile::tempdir().unwrap();
    let Some(desktop) = Desktop::start(home.path()).await else {
        return skipped("there is no Xvfb or no dbus-daemon");
    };
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let cookie = ehr.sign_in("prac-okafor").await;

    let _first = desktop.follow(&policy, &link(&ehr, "maria-santos", "enc-visit-1").await);
    let opened = desktop.opened(1).await;
    sign_in_at(&opened[0], &cookie).await;
    asked_for(&ehr, "/Patient/maria-santos").await;

    let second = desktop.follow(&policy, &link(&ehr, "zoe-nguyen", "enc-visit-7").await);
    assert!(ended(second).await.success(), "the second start hands over and exits");
    let opened = desktop.opened(2).await;
    assert_eq!(opened.len(), 2, "one sign-in a link");
    sign_in_at(&opened[1], &cookie).await;
    asked_for(&ehr, "/Patient/zoe-nguyen").await;
}
