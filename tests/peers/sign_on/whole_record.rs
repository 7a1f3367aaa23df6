//! The chart shows or counts every record that the foreign FHIR server has of the patient.

use crate::clinic::Clinic;
use crate::peers::Given;
use chartside_tests::{record, visit};
use std::path::Path;

/// Opens each of these charts and compares it with what the server has.
async fn whole(given: Given) {
    let Some(clinic) = Clinic::open(given).await else { return };
    for patient in given.patients {
        let id = clinic.launch_of(patient, "").await;
        let chart = visit::chart(&clinic.app, &id).await;
        let record = clinic.reader().record(patient).await;
        let wrong = record::differences(&chart, &record);
        assert!(wrong.is_empty(), "{patient}: {wrong:#?}");
        assert!(record::size(&record) > 200, "{patient} has a record");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_three_lives_made_by_another_generator_nothing_is_missing() {
    whole(Given {
        patients: &[
            "be185f88-c12b-4840-a929-bd5fedbaf622",
            "5fa1cbe2-e3c6-42a5-bfdd-68f5dc8d8f38",
            "c620c5f0-3d4a-49e2-a33b-9e0fab0cfb3d",
        ],
        data: Some("../fixtures/synthea"),
        validation: "off",
        access_seconds: 600,
        ..Given::default()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_two_test_patients_of_us_core_nothing_is_missing() {
    const FOLDER: &str = "../../../shared/data/inferno-patients";
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER).is_dir() {
        eprintln!("skipped: ../shared/data/inferno-patients is not here");
        return;
    }
    whole(Given {
        patients: &["85", "355"],
        data: Some(FOLDER),
        validation: "off",
        access_seconds: 600,
        ..Given::default()
    })
    .await;
}
