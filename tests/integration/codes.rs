//! What the official list says about chosen diagnoses, and charges beside the visit code, in a visit.

use chartside_tests::app::{self, App, Call, of};
use chartside_tests::visit::{chart, filed, launch_maria, sign, write, written};
use clinical::coding::Table;
use companion::host::Clock;
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};

struct Visit {
    _data: tempfile::TempDir,
    ehr: Sandbox,
    app: App,
    id: String,
}

/// A visit with E11.65 and 99214 chosen, ready to be signed.
async fn visit() -> Visit {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let id = launch_maria(&app, &ehr).await;
    chart(&app, &id).await;
    write(&app, &id).await;
    Visit { _data: data, ehr, app, id }
}

impl Visit {
    async fn add(&self, code: &str) -> Value {
        self.app.must("diagnosis_add", json!({ "visit": self.id, "code": code })).await
    }

    async fn accept(&self, code: &str) -> Value {
        self.app.must("charge_accept", json!({ "visit": self.id, "code": code })).await
    }

    async fn extra(&self, extra: Value) -> Value {
        self.app.must("charge_facts", json!({ "visit": self.id, "extra": extra })).await
    }

    async fn minutes(&self, minutes: u32) {
        let facts = json!({
            "modality": "video", "patient_place": "home", "patient_state": "MA", "consent": true,
            "new_patient": false, "total_minutes": minutes, "total_minutes_reason": "with the record",
        });
        self.app.must("facts_set", json!({ "visit": self.id, "facts": facts })).await;
    }

    async fn codes(&self) -> Value {
        self.app.must("codes_get", of(&self.id)).await
    }
}

fn named<'v>(all: &'v Value, code: &str) -> &'v Value {
    all.as_array().unwrap().iter().find(|one| one["code"] == code).unwrap_or(&Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_diagnoses_that_exclude_each_other_are_told_and_may_be_kept_with_a_reason() {
    let v = visit().await;
    let told = v.add("E10.9").await["exclusions"][0].clone();
    assert_eq!((&told["first"], &told["second"]), (&json!("E11.65"), &json!("E10.9")));
    assert_eq!(told["note"], "Excludes 1: type 1 diabetes mellitus (E10.-)");
    assert!(told["source"].as_str().unwrap().contains("E11") && told["kept"].is_null());

    let keep =
        |reason: &str| json!({ "visit": v.id, "first": "E10.9", "second": "E11.65", "reason": reason });
    let kept = v.app.must("diagnosis_keep_both", keep(" Two unrelated conditions ")).await;
    assert_eq!(kept["exclusions"][0]["kept"], "Two unrelated conditions");
    // Saved, and without one of them there is nothing left to tell.
    assert_eq!(v.codes().await["exclusions"][0]["kept"], "Two unrelated conditions");
    let plan = v.app.must("plan_get", of(&v.id)).await;
    assert!(!plan["warnings"].to_string().contains("not coded together"), "{}", plan["warnings"]);
    let undone = v.app.must("diagnosis_keep_both", keep("")).await;
    assert!(undone["exclusions"][0]["kept"].is_null());
    let gone = v.app.must("diagnosis_remove", json!({ "visit": v.id, "code": "E10.9" })).await;
    assert_eq!(gone["exclusions"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exclusion_warns_in_the_write_plan_and_never_keeps_a_visit_from_being_signed() {
    let v = visit().await;
    v.add("E10.9").await;
    let words = "E11.65 and E10.9 are not coded together. Remove one, or say why both are right.";
    let plan = v.app.must("plan_get", of(&v.id)).await;
    assert!(plan["warnings"].as_array().unwrap().iter().any(|w| w["what"] == words), "{}", plan["warnings"]);
    sign(&v.app, &v.id).await;
    filed(&v.app, &v.id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_in_the_wrong_place_is_told_with_the_place_where_it_belongs() {
    let v = visit().await;
    v.add("N18.30").await;
    let codes = v.add("E11.22").await;
    let note = named(&codes["diagnoses"], "N18.30")["notes"][0].clone();
    assert_eq!(
        (&note["words"], &note["state"], &note["belongs_at"]),
        (&json!("Code first"), &json!("wrong"), &json!(2))
    );
    assert_eq!(note["says"], "E11.22 goes before N18.30.");
    let put = json!({ "visit": v.id, "code": "N18.30", "index": note["belongs_at"] });
    let codes = v.app.must("diagnosis_move", put).await;
    let order: Vec<&str> =
        codes["diagnoses"].as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap()).collect();
    assert_eq!(order, ["E11.65", "E11.22", "N18.30"]);
    let note = &named(&codes["diagnoses"], "N18.30")["notes"][0];
    assert_eq!((&note["state"], &note["says"]), (&json!("met"), &json!("E11.22 is chosen.")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_leads_to_its_codes_one_question_at_a_time() {
    let v = visit().await;
    let ask = |code: &str| json!({ "visit": v.id, "code": code });
    let sides = v.app.must("diagnosis_choices", ask("S52.50")).await;
    assert_eq!(
        (&sides["question"], &sides["choices"][0]["differs"]),
        (&json!("Which side?"), &json!("right"))
    );
    let encounters = v.app.must("diagnosis_choices", ask("S52.501")).await;
    assert_eq!(encounters["question"], "Which part of the care?");
    assert!(encounters["help"].as_str().unwrap().contains("I.C.19.a"));
    let chosen = &encounters["choices"][0]["code"];
    v.app.must("diagnosis_add", json!({ "visit": v.id, "code": chosen })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_diagnosis_of_the_problem_list_says_so() {
    let v = visit().await;
    let codes = v.add("J20.9").await;
    assert_eq!(named(&codes["diagnoses"], "E11.65")["on_problem_list"], true);
    assert_eq!(named(&codes["diagnoses"], "J20.9")["on_problem_list"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_stands_beside_the_visit_code_once_it_is_accepted_and_both_are_filed() {
    let v = visit().await;
    assert_eq!(
        v.codes().await["suggestions"].as_array().unwrap().len(),
        1,
        "nothing is asked for to find more"
    );
    let codes = v.extra(json!({ "psychotherapy_minutes": 20 })).await;
    let found = named(&codes["suggestions"], "90833");
    assert_eq!((&found["goes_with"], &found["basis"]), (&json!(["99214"]), &Value::Null));
    assert_eq!(codes["charges"].as_array().unwrap().len(), 1, "nothing is chosen without the clinician");
    let codes = v.accept("90833").await;
    let charges: Vec<&str> =
        codes["charges"].as_array().unwrap().iter().map(|c| c["code"].as_str().unwrap()).collect();
    assert_eq!(charges, ["99214", "90833"]);
    sign(&v.app, &v.id).await;
    filed(&v.app, &v.id).await;
    let claims = written(&v.ehr).await.into_iter().find(|(kind, _)| *kind == "Claim").unwrap().1;
    let codes: Vec<&Value> = claims
        .iter()
        .flat_map(|c| c["item"].as_array().unwrap())
        .map(|i| &i["productOrService"]["coding"][0]["code"])
        .collect();
    assert_eq!(codes, ["99214", "90833"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stated_beside_the_charges_outlives_the_form_of_the_facts() {
    let v = visit().await;
    v.extra(json!({ "psychotherapy_minutes": 20 })).await;
    v.minutes(32).await;
    assert_eq!(v.codes().await["extra"]["psychotherapy_minutes"], 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn accepted_services_say_what_no_longer_fits() {
    let v = visit().await;
    v.extra(json!({ "psychotherapy_minutes": 20 })).await;
    v.accept("90833").await;
    let alone = v.app.must("charge_remove", json!({ "visit": v.id, "code": "99214" })).await;
    assert_eq!(named(&alone["charges"], "90833")["conflicts"], json!(["90833 goes only beside 99214."]));
    v.accept("99214").await;
    let longer = v.extra(json!({ "psychotherapy_minutes": 40 })).await;
    let conflicts = &named(&longer["charges"], "90833")["conflicts"];
    assert_eq!(conflicts, &json!(["The facts no longer lead to 90833."]));
    assert_eq!(named(&longer["suggestions"], "90836")["accepted"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn prolonged_time_has_its_units_and_says_when_they_change() {
    let v = visit().await;
    v.minutes(100).await;
    v.accept("99215").await;
    let codes = v.codes().await;
    let prolonged: Vec<&Value> =
        codes["suggestions"].as_array().unwrap().iter().filter(|s| s["basis"].is_null()).collect();
    let code = prolonged[0]["code"].as_str().unwrap();
    let codes = v.accept(code).await;
    let units = named(&codes["charges"], code)["units"].as_u64().unwrap();
    assert!(units > 1 && codes["charges"].as_array().unwrap().len() == 2);
    v.minutes(75).await;
    let conflicts = named(&v.codes().await["charges"], code)["conflicts"].clone();
    assert!(conflicts[0].as_str().unwrap().starts_with("The time now leads to"), "{conflicts}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_outside_the_dates_of_the_code_table_is_told_so() {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let (app, clock) = App::start_with_clock(data.path(), policy).await;
    let visit = launch_maria(&app, &ehr).await;
    let today = clock.now().to_zoned(clock.zone()).date();
    let told = app.must("codes_get", of(&visit)).await["table_warning"].clone();
    assert_eq!(told, json!(Table::builtin().warning(today)), "{today}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sites_licensed_words_stand_beside_its_codes_and_are_not_filed() {
    const WORDS: &str = "Words of the licensed file";
    let (data, site) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = site.path().join("descriptors.txt");
    std::fs::write(&file, format!("A notice on top\n99214\t{WORDS}\n")).unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    let mut policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    policy.folder = Some(site.path().to_owned());
    let app = App::start(data.path(), policy.clone()).await;
    let id = launch_maria(&app, &ehr).await;
    chart(&app, &id).await;
    write(&app, &id).await;
    let codes = app.must("codes_get", of(&id)).await;
    assert_eq!(named(&codes["charges"], "99214")["words"], WORDS);
    assert_eq!(named(&codes["suggestions"], "99214")["words"], WORDS);
    sign(&app, &id).await;
    filed(&app, &id).await;
    let sent = ehr.log().entries();
    assert!(sent.iter().all(|r| !r.body.contains(WORDS)), "the EHR has words of its own");
    drop(app);
    // A file that cannot be used is named; our own words stand again.
    std::fs::write(&file, "99214\tSome\nno code here").unwrap();
    let app = App::start(data.path(), policy).await;
    let note = app.must("note_get", of(&id)).await;
    let problem = note["template_problems"][0].as_str().unwrap();
    assert!(problem.starts_with("descriptors.txt, line 2: "), "{problem}");
    let codes = app.must("codes_get", of(&id)).await;
    assert_ne!(named(&codes["charges"], "99214")["words"], WORDS);
}
