//! Launch links that an attacker may make: each is refused by its own reason, before anything is
//! fetched, and no browser opens.

use chartside_tests::app::Call;
use chartside_tests::hostile::attack::{Scene, link};

/// The link, made from the EHR's `iss`, is refused before anything is fetched.
async fn refused(make: impl Fn(&str) -> String, reason: &str) {
    let scene = Scene::new().await;
    let url = make(&scene.ehr.fhir);
    assert_eq!(scene.follow(&url).await.expect_err("refused"), reason, "{url}");
    assert_eq!(scene.reason().await, reason, "the window says so too");
    assert!(scene.ehr.seen().is_empty(), "nothing was fetched");
    assert!(scene.app.opened().await.is_empty(), "no browser was opened");
    scene.nothing_is_left().await;
}

macro_rules! attacks {
    ($($name:ident: $make:expr => $reason:literal;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            refused($make, $reason).await;
        }
    )+};
}

/// `http://127.0.0.1:1234/fhir` with another authority.
fn at(iss: &str, authority: impl Fn(&str) -> String) -> String {
    let host = iss.trim_start_matches("http://").trim_end_matches("/fhir");
    link(&format!("http://{}/fhir", authority(host)))
}

attacks! {
    // whose EHR it is
    an_ehr_that_nobody_listed: |_| link("https://evil.example/fhir") => "ehr_not_listed";
    a_user_name_before_the_host: |iss| at(iss, |host| format!("ehr.example@{host}")) => "ehr_address_malformed";
    a_password_before_the_host: |iss| at(iss, |host| format!(":secret@{host}")) => "ehr_address_malformed";
    the_listed_host_as_a_user_name: |iss| at(iss, |host| format!("{}@evil.example", host.replace(':', "%3a"))) => "ehr_address_malformed";
    another_port: |iss| at(iss, |host| format!("{host}0").replace("127.0.0.1:", "127.0.0.1:1")[..15].to_owned()) => "ehr_not_listed";
    a_trailing_dot: |_| link("https://ehr.example./fhir") => "ehr_not_listed";
    a_suffix_on_the_host: |iss| at(iss, |host| format!("{}.evil.example", host.split(':').next().unwrap())) => "ehr_address_insecure";
    a_longer_path: |iss| link(&format!("{iss}/other")) => "ehr_not_listed";
    a_shorter_path: |iss| link(iss.trim_end_matches("/fhir")) => "ehr_not_listed";
    a_path_that_climbs_out: |iss| link(&format!("{iss}/../other")) => "ehr_not_listed";
    a_path_in_other_case: |iss| link(&iss.replace("/fhir", "/FHIR")) => "ehr_not_listed";
    a_path_in_percent: |iss| link(&iss.replace("/fhir", "/%66hir")) => "ehr_not_listed";
    a_query_on_the_address: |iss| link(&format!("{iss}?x=1")) => "ehr_address_malformed";
    a_fragment_on_the_address: |iss| link(&format!("{iss}#x")) => "ehr_address_malformed";
    a_homoglyph: |_| link("https://еhr.example/fhir") => "ehr_not_listed";
    punycode: |_| link("https://xn--80ak6aa92e.example/fhir") => "ehr_not_listed";
    plain_http: |_| link("http://ehr.example/fhir") => "ehr_address_insecure";
    another_name_of_this_computer: |iss| at(iss, |host| host.replace("127.0.0.1", "localhost")) => "ehr_not_listed";
    a_file: |_| link("file:///etc/passwd") => "ehr_address_insecure";
    a_script: |_| link("javascript:alert(1)") => "ehr_address_malformed";
    no_address_at_all: |_| link("ehr") => "ehr_address_malformed";
    // the link itself
    an_oversized_link: |iss| format!("{}&x={}", link(iss), "x".repeat(10_000)) => "launch_too_long";
    an_oversized_launch_value: |iss| link(iss).replace("launch-1", &"x".repeat(3000)) => "launch_too_long";
    a_line_break_in_the_address: |iss| link(&iss.replace("/fhir", "/fh\nir")) => "launch_characters";
    a_null_in_the_launch_value: |iss| link(iss).replace("launch-1", "launch-1%00") => "launch_characters";
    an_invisible_character: |iss| link(&iss.replace("/fhir", "/fhir\u{200b}")) => "launch_characters";
    a_text_that_runs_backwards: |iss| link(&format!("{iss}\u{202e}")) => "launch_characters";
    two_addresses: |iss| format!("{}&iss=https://evil.example/fhir", link(iss)) => "launch_repeated_parameter";
    two_launch_values: |iss| format!("{}&launch=other", link(iss)) => "launch_repeated_parameter";
    no_launch_value: |iss| format!("chartside://launch?iss={iss}") => "launch_incomplete";
    an_empty_launch_value: |iss| format!("chartside://launch?iss={iss}&launch=") => "launch_incomplete";
    another_verb: |iss| link(iss).replace("chartside://launch", "chartside://sign") => "launch_malformed";
    another_scheme: |iss| link(iss).replace("chartside://", "https://") => "launch_malformed";
    a_path_behind_the_verb: |iss| link(iss).replace("launch?", "launch/../x?") => "launch_malformed";
    an_answer_dressed_as_a_launch: |_| "chartside://callback?code=c&state=s".to_owned() => "launch_malformed";
}
