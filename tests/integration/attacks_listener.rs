//! The ways back from the browser and the resident launch listener: who else may knock there, and
//! that the right browser is heard all the same.

use chartside_tests::app::Call;
use chartside_tests::browser::client;
use chartside_tests::free_port;
use chartside_tests::hostile::attack::{Redirect, Scene};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// `127.0.0.1:PORT` and path with query of a loopback redirect.
fn parts(redirect: &Redirect) -> (String, String) {
    let url = url::Url::parse(&redirect.0).unwrap();
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    (host, format!("{}?{}", url.path(), url.query().unwrap()))
}

/// Sends these lines, `HOST` and `TARGET` filled in, and reads what comes back, if anything does.
async fn knock(redirect: &Redirect, head: &str) -> String {
    let (host, target) = parts(redirect);
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let head = head.replace("HOST", &host).replace("TARGET", &target);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_no_navigating_browser_makes_are_not_heard_and_do_not_disturb() {
    let scene = Scene::new().await;
    scene.launch().await.unwrap();
    let redirect = scene.browse().await;
    for head in [
        "POST TARGET HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n",
        "HEAD TARGET HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "OPTIONS TARGET HTTP/1.1\r\nHost: HOST\r\n\r\n",
        // a name that was made to point to this computer
        "GET TARGET HTTP/1.1\r\nHost: rebound.example\r\n\r\n",
        "GET TARGET HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET TARGET HTTP/1.1\r\nHost: HOST\r\nHost: rebound.example\r\n\r\n",
        // an image, a script, a fetch on some page
        "GET TARGET HTTP/1.1\r\nHost: HOST\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n\r\n",
        "GET TARGET HTTP/1.1\r\nHost: HOST\r\nSec-Fetch-Mode: cors\r\n\r\n",
        "GET TARGET HTTP/1.1\r\nHost: HOST\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n\r\n",
        // another path, another protocol
        "GET /other HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET /callback/more HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "\x16\x03\x01\x02\r\n\r\n",
    ] {
        let answer = knock(&redirect, head).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 404"), "{head} got {answer}");
    }
    let long = format!("GET /callback?x={} HTTP/1.1\r\nHost: HOST\r\n\r\n", "x".repeat(20_000));
    let (host, _) = parts(&redirect);
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let _ = stream.write_all(long.as_bytes()).await;
    assert!(scene.ehr.seen_at("/auth/token").is_empty(), "no code was used");
    let page = redirect.deliver().await.unwrap();
    assert!(page.contains("You are signed in"));
    scene.visit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_and_half_requests_do_not_keep_the_right_browser_waiting() {
    let scene = Scene::new().await;
    scene.launch().await.unwrap();
    let redirect = scene.browse().await;
    let (host, _) = parts(&redirect);
    let mut silent = Vec::new();
    for n in 0..20 {
        let mut stream = TcpStream::connect(&host).await.unwrap();
        if n % 2 == 0 {
            stream.write_all(b"GET /callback?code=half HTTP/1.1\r\nHo").await.unwrap();
        }
        silent.push(stream);
    }
    assert!(redirect.deliver().await.unwrap().contains("You are signed in"));
    scene.visit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_answer_does_not_use_up_the_right_one() {
    let scene = Scene::new().await;
    scene.launch().await.unwrap();
    let redirect = scene.browse().await;
    let state = scene.ehr.asked().state;
    for forged in [redirect.0.replace(&state, "forged"), redirect.0.replace("state=", "nostate=")] {
        let page = Redirect(forged).deliver().await.unwrap();
        assert!(page.contains("Sign-in did not work"));
    }
    assert!(redirect.deliver().await.unwrap().contains("You are signed in"));
    scene.visit().await;
    assert_eq!(scene.ehr.seen_at("/auth/token").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_once() {
    let scene = Scene::new().await;
    scene.launch().await.unwrap();
    let redirect = scene.browse().await;
    redirect.deliver().await.unwrap();
    scene.visit().await;
    assert!(redirect.deliver().await.is_none(), "nobody listens any more");
    assert_eq!(scene.ehr.seen_at("/auth/token").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_sign_in_that_was_given_up_is_not_used() {
    let scene = Scene::coming_back_by(&["chartside://callback"]).await;
    scene.launch().await.unwrap();
    let redirect = scene.browse().await;
    scene.app.must("sign_in_cancel", json!({})).await;
    let error = scene.app.call("sign_in_callback", json!({ "url": redirect.0 })).await.unwrap_err();
    assert_eq!(error.reason.as_deref(), Some("callback_unexpected"), "{}", error.message);
    assert!(scene.ehr.seen_at("/auth/token").is_empty());
    scene.nothing_is_left().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_sign_in_that_was_cancelled_finds_no_listener() {
    let scene = Scene::new().await;
    scene.launch().await.unwrap();
    let redirect = scene.browse().await;
    scene.app.must("sign_in_cancel", json!({})).await;
    while redirect.deliver().await.is_some() {}
    assert!(scene.ehr.seen_at("/auth/token").is_empty());
    scene.nothing_is_left().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_too_late_is_not_used() {
    let scene = Scene::new().await;
    scene.launch().await.unwrap();
    let redirect = scene.browse().await;
    scene.clock.add_minutes(6);
    redirect.deliver().await;
    // Whichever looks at the clock first: the answer, or the one who waits for it.
    let reason = scene.reason().await;
    assert!(["state_expired", "sign_in_timed_out"].contains(&reason.as_str()), "{reason}");
    assert!(scene.words().await.contains("five minutes"));
    assert!(scene.ehr.seen_at("/auth/token").is_empty());
    scene.nothing_is_left().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_an_earlier_sign_in_does_not_open_a_later_one() {
    let scene = Scene::coming_back_by(&["chartside://callback"]).await;
    scene.launch().await.unwrap();
    let first = scene.browse().await;
    scene.follow(&scene.link().replace("launch-1", "launch-2")).await.unwrap();
    let second = scene.browse().await;
    let error = scene.app.call("sign_in_callback", json!({ "url": first.0 })).await.unwrap_err();
    assert_eq!(error.reason.as_deref(), Some("state_mismatch"));
    scene.app.must("sign_in_callback", json!({ "url": second.0 })).await;
    scene.visit().await;
    assert_eq!(scene.ehr.seen_at("/auth/token").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_custom_scheme_brings_the_answer_back_once() {
    let scene = Scene::coming_back_by(&["chartside://callback"]).await;
    scene.launch().await.unwrap();
    let redirect = scene.browse().await;
    assert!(redirect.0.starts_with("chartside://callback?"));
    for (link, reason) in [
        (redirect.0.replace("callback", "callback.evil"), "callback_malformed"),
        (redirect.0.replace("chartside://callback", "https://callback"), "callback_malformed"),
        (redirect.0.replace("state=", "state=x"), "state_mismatch"),
        (format!("{}&state=x", redirect.0), "callback_repeated_parameter"),
    ] {
        let error = scene.app.call("sign_in_callback", json!({ "url": link })).await.unwrap_err();
        assert_eq!(error.reason.as_deref(), Some(reason), "{link}");
    }
    scene.app.must("sign_in_callback", json!({ "url": redirect.0 })).await;
    scene.visit().await;
    let error = scene.app.call("sign_in_callback", json!({ "url": redirect.0 })).await.unwrap_err();
    assert_eq!(error.reason.as_deref(), Some("callback_unexpected"));
    assert_eq!(scene.ehr.seen_at("/auth/token").len(), 1);
    scene.no_token_astray();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinics_page_hands_the_answer_back() {
    let page = "https://apps.clinic.example/chartside/callback.html";
    let scene = Scene::coming_back_by(&[page]).await;
    scene.launch().await.unwrap();
    let redirect = scene.browse().await;
    assert!(redirect.0.starts_with(page), "the EHR is told the registered address");
    let handed = redirect.0.replace(page, "chartside://callback");
    scene.app.must("sign_in_callback", json!({ "url": handed })).await;
    scene.visit().await;
    assert!(
        scene.ehr.seen_at("/auth/token")[0].body.contains("apps.clinic.example"),
        "and again with the code"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinics_page_may_use_a_port_instead() {
    let page = "https://apps.clinic.example/chartside/callback.html";
    let free = free_port();
    let scene = Scene::with(|policy| {
        policy.ehrs[0].redirects = Some(vec![page.to_owned()]);
        policy.ehrs[0].hand_back_port = Some(free);
    })
    .await;
    scene.launch().await.unwrap();
    let redirect = scene.browse().await.0.replace(page, &format!("http://127.0.0.1:{free}/callback"));
    assert!(Redirect(redirect).deliver().await.unwrap().contains("You are signed in"));
    scene.visit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_another_program_holds_a_port_the_next_one_is_used() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (port, free) = (taken.local_addr().unwrap().port(), free_port());
    let (first, second) =
        (format!("http://127.0.0.1:{port}/callback"), format!("http://127.0.0.1:{free}/callback"));
    let scene = Scene::coming_back_by(&[&first, &second]).await;
    scene.launch().await.unwrap();
    assert_eq!(parts(&scene.browse().await).0, format!("127.0.0.1:{free}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_another_program_holds_every_port_no_browser_opens() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let scene = Scene::coming_back_by(&[&format!("http://127.0.0.1:{port}/callback")]).await;
    assert_eq!(scene.launch().await.unwrap_err(), "redirect_port_taken");
    assert!(scene.app.opened().await.is_empty());
    scene.nothing_is_left().await;
}

/// Sends the launch to the resident listener like the EHR's button.
async fn press(address: &str, scene: &Scene, launch: &str) -> String {
    let query = scene.link().split_once('?').unwrap().1.replace("launch-1", launch);
    client().get(format!("{address}?{query}")).send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_launches_at_once_are_both_answered_and_the_last_one_opens() {
    let scene = Scene::with(|policy| policy.launch_port = Some(0)).await;
    let state = scene.app.must("app_state", json!({})).await;
    let address = state["launch_address"].as_str().unwrap();
    let (first, second) =
        tokio::join!(press(address, &scene, "launch-a"), press(address, &scene, "launch-b"));
    assert!(first.contains("Chartside is opening") && second.contains("Chartside is opening"));
    let page = press(address, &scene, "launch-c").await;
    assert!(page.contains("Chartside is opening"));
    let last = scene.browse().await;
    assert_eq!(scene.ehr.asked().all["launch"], "launch-c");
    last.deliver().await.unwrap();
    scene.visit().await;
    let refused = client().get(format!("{address}?iss=https://evil.example&launch=x")).send().await.unwrap();
    assert!(refused.text().await.unwrap().contains("IT has not allowed"), "and it still listens");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_port_that_is_taken_is_told() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let scene = Scene::with(|policy| policy.launch_port = Some(port)).await;
    let state = scene.app.must("app_state", json!({})).await;
    assert_eq!(
        (&state["notice"]["reason"], &state["launch_address"]),
        (&json!("launch_port_taken"), &Value::Null)
    );
    assert!(state["notice"]["message"].as_str().unwrap().contains(&port.to_string()));
    // The custom scheme works all the same.
    scene.sign_in().await.unwrap();
    scene.visit().await;
}
