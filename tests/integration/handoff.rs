//! The clinic's hand-off pages in Chromium: only what SMART needs is handed on.

use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Opens the pages with these queries; none when there is no browser here.
fn visit(cases: &Value) -> Option<Vec<Value>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e");
    if !folder.join("node_modules/playwright-core").is_dir() {
        chartside_tests::skipped("the tools of tests/e2e are not installed (npm ci)");
        return None;
    }
    let output = Command::new("node").arg("handoff.mjs").arg(cases.to_string()).current_dir(&folder).output();
    let output = output.expect("node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn the_handoff_pages_hand_on_only_what_smart_needs() {
    let launch = "iss=https%3A%2F%2Fe.test%2Ffhir&launch=a%26b%3D1";
    let cases = [
        (
            json!({ "page": "launch.html", "query": format!("{launch}&token=secret&iss2=x&redirect_uri=https://evil.test#frag") }),
            json!("chartside://launch?iss=https%3A%2F%2Fe.test%2Ffhir&launch=a%26b%3D1"),
        ),
        (json!({ "page": "launch.html", "query": format!("{launch}&iss=https://evil.test") }), Value::Null),
        (json!({ "page": "launch.html", "query": "iss=https://e.test" }), Value::Null),
        (
            json!({ "page": "launch.html", "query": format!("iss=x&launch={}", "l".repeat(3000)) }),
            Value::Null,
        ),
        (json!({ "page": "launch.html", "query": launch, "framed": true }), Value::Null),
        (
            json!({ "page": "launch.html", "query": launch, "port": "49152" }),
            json!("http://127.0.0.1:49152/launch?iss=https%3A%2F%2Fe.test%2Ffhir&launch=a%26b%3D1"),
        ),
        (
            json!({ "page": "launch.html", "query": launch, "port": "1@evil.test" }),
            json!("chartside://launch?iss=https%3A%2F%2Fe.test%2Ffhir&launch=a%26b%3D1"),
        ),
        (
            json!({ "page": "callback.html", "query": "code=c&state=s&iss=https://e.test&access_token=t&id_token=i&session_state=z" }),
            json!("chartside://callback?code=c&state=s&iss=https%3A%2F%2Fe.test"),
        ),
        (
            json!({ "page": "callback.html", "query": "error=access_denied&error_description=%3Cscript%3E&error_uri=https://evil.test&state=s" }),
            json!("chartside://callback?state=s&error=access_denied"),
        ),
        (json!({ "page": "callback.html", "query": "code=c&state=s&state=t" }), Value::Null),
        (json!({ "page": "callback.html", "query": "code=c" }), Value::Null),
        (json!({ "page": "callback.html", "query": "" }), Value::Null),
    ];
    let asked: Vec<_> = cases.iter().map(|(asked, _)| asked).collect();
    let Some(seen) = visit(&json!(asked)) else { return };
    assert_eq!(seen.len(), cases.len());
    for ((asked, link), seen) in cases.iter().zip(&seen) {
        assert_eq!(&seen["link"], link, "{asked}");
        assert_eq!(seen["left"], "", "nothing stays in the address bar: {asked}");
        let complete =
            seen["words"] != "This launch is not complete" && seen["words"] != "This sign-in is not complete";
        assert_eq!(complete, link.is_string(), "{asked}");
        // The only other place that a page ever goes to is this computer.
        for elsewhere in seen["elsewhere"].as_array().unwrap() {
            assert!(
                elsewhere.as_str().unwrap().starts_with("http://127.0.0.1:49152/launch?"),
                "{asked}: {elsewhere}"
            );
        }
        assert!(!seen["violations"].to_string().contains("Content Security Policy"), "{seen}");
    }
}
