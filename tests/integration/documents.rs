//! Documents of the chart: as words where there are words, else as they are, told by their bytes.

use base64::Engine;
use chartside_tests::app::{self, App, Call};
use chartside_tests::visit::{chart, launch_maria};
use sandbox_ehr::{Config, Sandbox};
use serde_json::{Value, json};

fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// The head of a PNG; no more of it is looked at here.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

fn attachment(kind: &str, bytes: &[u8]) -> Value {
    json!({ "attachment": { "contentType": kind, "data": base64(bytes) } })
}

/// What the window gets of a document with these contents.
async fn read(contents: Value, binary: Option<(&str, &[u8])>) -> Value {
    read_of(json!({ "content": contents }), binary).await
}

/// What the window gets of a document that has this, too.
async fn read_of(has: Value, binary: Option<(&str, &[u8])>) -> Value {
    let data = tempfile::tempdir().unwrap();
    let ehr = Sandbox::start(Config::default()).await.unwrap();
    if let Some((kind, bytes)) = binary {
        let body =
            json!({ "resourceType": "Binary", "id": "bin-1", "contentType": kind, "data": base64(bytes) });
        ehr.put(body).await.unwrap();
    }
    let mut document = json!({
        "resourceType": "DocumentReference", "id": "doc-1", "status": "current", "description": "Outside letter",
        "type": { "text": "Letter" }, "subject": { "reference": "Patient/maria-santos" },
    });
    for (name, value) in has.as_object().unwrap() {
        document[name] = value.clone();
    }
    ehr.put(document).await.unwrap();
    let app = App::start(data.path(), app::policy(&ehr.urls.fhir, &ehr.urls.origin)).await;
    let visit = launch_maria(&app, &ehr).await;
    chart(&app, &visit).await;
    app.must("chart_document", json!({ "visit": visit, "id": "DocumentReference/doc-1" })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_comes_whole_and_is_told_by_its_bytes() {
    let pdf = b"%PDF-1.4\nand so on";
    let view = read(json!([attachment("application/octet-stream", pdf)]), None).await;
    let picture = &view["picture"];
    assert_eq!((&picture["kind"], &picture["media_type"]), (&json!("pdf"), &json!("application/pdf")));
    assert_eq!((&picture["data"], &view["not_shown"]), (&json!(base64(pdf)), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_behind_a_link_is_read_from_the_ehr_itself() {
    let bytes = png(640, 480);
    let link = json!([{ "attachment": { "contentType": "image/png", "url": "Binary/bin-1" } }]);
    let view = read(link, Some(("image/png", &bytes))).await;
    assert_eq!(
        (&view["picture"]["kind"], &view["picture"]["data"]),
        (&json!("image"), &json!(base64(&bytes)))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn text_is_read_as_text_where_there_is_both() {
    let both = json!([attachment("application/pdf", b"%PDF-1.4"), attachment("text/plain", b"No fracture.")]);
    let view = read(both, None).await;
    assert_eq!((&view["text"], &view["picture"]), (&json!("No fracture."), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_calls_itself_a_picture_and_is_none_never_reaches_the_window() {
    let script = b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>";
    for kind in ["image/svg+xml", "image/png"] {
        let view = read(json!([attachment(kind, script)]), None).await;
        assert_eq!(view["picture"], Value::Null);
        assert!(view["not_shown"].as_str().unwrap().contains("Open it in the EHR"), "{view}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_file_of_a_huge_picture_is_said_to_be_too_large() {
    let view = read(json!([attachment("image/png", &png(60_000, 60_000))]), None).await;
    assert_eq!(view["picture"], Value::Null);
    assert!(view["not_shown"].as_str().unwrap().contains("too large"), "{view}");
}

/// What the window may make elements of, and of what words.
fn words(block: &Value) -> String {
    let runs = block["words"].as_array().unwrap();
    runs.iter().map(|run| run["text"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn html_comes_as_headings_paragraphs_lists_and_tables_and_as_no_markup() {
    let html = b"<html><body onload='evil()'><h1>Discharge summary</h1>
        <p>Stop <s>aspirin</s>.<script>evil()</script> <a href='javascript:evil()'>more</a></p>
        <ol><li>Weigh daily</ol><table><tr><th>A1c<th>Day<tr><td>8.1 %<td>March</table>
        <img src='https://evil.test/p.png' onerror='evil()' alt='ECG'></body></html>";
    let link = json!([{ "attachment": { "contentType": "text/html", "url": "Binary/bin-1" } }]);
    let view = read(link, Some(("text/html", html))).await;
    let blocks = view["blocks"].as_array().unwrap();
    let kinds: Vec<_> = blocks.iter().map(|block| block["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["heading", "paragraph", "list", "table", "paragraph"]);
    assert_eq!(words(&blocks[0]), "Discharge summary");
    assert_eq!(words(&blocks[1]), "Stop aspirin. more");
    assert_eq!(blocks[1]["words"][1]["marks"], json!(["struck"]));
    assert_eq!(words(&blocks[2]["items"][0][0]), "Weigh daily");
    assert_eq!(
        (&blocks[3]["rows"][0][0]["heading"], &blocks[3]["rows"][1][0]["heading"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(words(&blocks[4]), "[picture: ECG]");
    let all = view.to_string();
    assert!(!all.contains("evil") && !all.contains("javascript") && !all.contains('<'), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_has_only_its_narrative_is_read_there() {
    let narrative = json!({ "status": "generated",
        "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><h2>Letter</h2><p>Seen today.</p></div>" });
    let view = read_of(json!({ "text": narrative }), None).await;
    let blocks = view["blocks"].as_array().unwrap();
    assert_eq!((words(&blocks[0]), words(&blocks[1])), ("Letter".to_owned(), "Seen today.".to_owned()));
    assert_eq!(view["not_shown"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_of_which_nothing_can_be_shown_says_so() {
    let view = read(json!([attachment("text/html", b"<script>evil()</script>")]), None).await;
    assert_eq!(view["blocks"], json!([]));
    assert!(view["not_shown"].as_str().unwrap().contains("Open it in the EHR"), "{view}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_nested_a_hundred_thousand_levels_deep_comes_with_its_words() {
    let deep = format!("{}bottom", "<ul><li><table><tr><td><blockquote>".repeat(100_000));
    let view = read(json!([attachment("text/html", deep.as_bytes())]), None).await;
    assert!(view.to_string().contains("bottom"));
}
