//! Phrases: the clinician's own and the site's, and the values of the chart that they bring in.

use chartside_tests::app::{self, of};
use chartside_tests::visit::{chart, launch_maria, write};
use chartside_tests::{App, Call};
use companion::contract::ErrorCode;
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};

async fn expanded(app: &App, visit: &str, text: &str) -> String {
    let answer = app.must("phrase_expand", json!({ "visit": visit, "text": text })).await;
    answer["text"].as_str().unwrap().to_owned()
}

fn named<'v>(view: &'v Value, name: &str) -> &'v Value {
    view["phrases"].as_array().unwrap().iter().find(|p| p["name"] == name).unwrap_or(&Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_the_chart_comes_with_date_and_source_and_only_for_a_confirmed_patient() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch_maria(&app, &ehr).await;
    let chart = chart(&app, &visit).await;
    assert_eq!(
        expanded(&app, &visit, "A1c {{last a1c}}, {{age}}.").await,
        "A1c [last A1c: confirm the patient first], [age: confirm the patient first]."
    );
    app.must("identity_confirm", json!({ "visit": visit, "identifiers": ["name", "birth_date"] })).await;

    // The same value as the newest of the chart, with its day.
    let labs = chart["sections"].as_array().unwrap().iter().find(|s| s["kind"] == "labs").unwrap();
    let a1c = labs["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|i| i["code"]["code"] == "4548-4")
        .expect("Maria's A1c");
    let day = a1c["date"].as_str().unwrap().get(..10).unwrap();
    let value = a1c["series"].as_array().unwrap().last().unwrap()["value"].as_str().unwrap();
    let said = expanded(&app, &visit, "A1c {{last a1c}}.").await;
    assert!(said.starts_with(&format!("A1c {value}")) && said.contains(day), "{said}");

    let said = expanded(&app, &visit, "{{medications}}").await;
    assert!(
        said.starts_with("Medications (Sandbox EHR, 20")
            && said.contains("\n- metformin hydrochloride 1000 MG"),
        "{said}"
    );
    let said = expanded(&app, &visit, "{{allergies}}").await;
    assert!(said.contains("enicillin"), "{said}");
    assert_eq!(expanded(&app, &visit, "{{last troponin}}").await, "[no such value: last troponin]");
    assert_eq!(expanded(&app, &visit, "{{last inr}}").await, "[last INR: none in the chart]");
}

#[tokio::test(flavor = "multi_thread")]
async fn own_phrases_are_kept_and_stand_before_the_templates_and_the_sites() {
    let (data, site) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = site.path().join("phrases");
    std::fs::create_dir(&folder).unwrap();
    let sites = "[[phrase]]\nname = \"nochange\"\ntext = \"The site's.\"\n[[phrase]]\nname = \"line\"\ntext = \"Call 555-0100.\"\n";
    std::fs::write(folder.join("a.toml"), sites).unwrap();
    std::fs::write(folder.join("b.toml"), "[[phrase]]\nname = \"Bad Name\"\ntext = \"x\"\n").unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    policy.folder = Some(site.path().to_owned());
    let visit = {
        let app = App::start(data.path(), policy.clone()).await;
        let visit = launch_maria(&app, &ehr).await;
        let all = app.must("phrases_get", of(&visit)).await;
        assert_eq!(
            (&named(&all, "nochange")["owner"], &named(&all, "line")["owner"]),
            (&json!("template"), &json!("site"))
        );
        assert_eq!(named(&all, "nochange")["section"], "plan");
        assert!(all["problems"].to_string().contains("b.toml, line 1"), "{}", all["problems"]);

        let save = |name: &str, text: &str, was: Value| json!({ "visit": visit, "name": name, "text": text, "was": was });
        let all = app.must("phrase_save", save(".nochange", "Mine.", Value::Null)).await;
        assert_eq!(
            (&named(&all, "nochange")["owner"], &named(&all, "nochange")["text"]),
            (&json!("clinician"), &json!("Mine."))
        );
        assert_eq!(
            app.refused("phrase_save", save("nochange", "Again.", Value::Null)).await,
            ErrorCode::InvalidInput
        );
        assert_eq!(
            app.refused("phrase_save", save("No Name", "x", Value::Null)).await,
            ErrorCode::InvalidInput
        );
        app.must("phrase_save", save("same", "Mine, renamed.", json!("nochange"))).await;
        visit
    };
    let app = App::start(data.path(), policy).await;
    let all = app.must("phrases_get", of(&visit)).await;
    assert_eq!(named(&all, "same")["text"], "Mine, renamed.");
    assert_eq!(named(&all, "nochange")["owner"], "template");
    let all = app.must("phrase_remove", json!({ "visit": visit, "name": "same" })).await;
    assert_eq!(named(&all, "same"), &Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_was_never_filled_in_is_named_before_signing_and_does_not_keep_from_it() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    write(&app, &visit).await;
    assert_eq!(app.must("plan_get", of(&visit)).await["warnings"], json!([]));
    let edit =
        json!({ "visit": visit, "section": "plan", "text": "Return in [interval].", "base_revision": 1 });
    app.must("note_edit", edit).await;
    let plan = app.must("plan_get", of(&visit)).await;
    assert_eq!(plan["warnings"][0]["what"], "Plan still has [interval] to fill in.");
    assert_eq!((&plan["warnings"][0]["target"], &plan["blockers"]), (&json!("plan"), &json!([])));
}
