//! An EHR whose every answer can be twisted, and a foreign server that must never hear of it.

pub mod answers;
pub mod attack;
pub mod jwt;

use answers::Answer;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, header};
use jiff::Timestamp;
use jwt::Jwt;
use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

/// Our registration there.
pub const CLIENT: &str = "chartside";
/// The access and refresh token that it gives; no file and no foreign server may hold them.
pub const ACCESS: &str = "access-4f1c9a7e2b";
pub const REFRESH: &str = "refresh-8d2e6b0c5a";
/// The code that it gives.
pub const CODE: &str = "code-1b7d3f9e6c";

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub query: String,
    pub authorization: Option<String>,
    /// By name in lower case.
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Seen {
    /// A header; empty when it was not sent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// What the app asked for at the authorization endpoint.
#[derive(Clone, Default, Debug)]
pub struct Pending {
    pub state: String,
    pub nonce: String,
    pub redirect_uri: String,
    pub scope: String,
    pub all: HashMap<String, String>,
}

type Change<T> = Box<dyn Fn(&mut T) + Send>;
type Params = Vec<(String, String)>;

#[derive(Default)]
struct Inner {
    seen: Vec<Seen>,
    pending: Pending,
    /// By path: `discovery`, `jwks`, `token`, `revoke`, or a path below `/fhir`.
    answers: HashMap<String, Change<Answer>>,
    id_token: Option<Change<Jwt>>,
    callback: Option<Change<Params>>,
}

/// The EHR.
pub struct Hostile {
    pub origin: String,
    pub fhir: String,
    /// Another server; what arrives there was sent astray.
    pub foreign: Foreign,
    inner: Arc<Mutex<Inner>>,
    task: JoinHandle<()>,
}

/// A server that only writes down what it hears.
pub struct Foreign {
    pub origin: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Foreign {
    async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let app = Router::new().fallback(hear).with_state(Arc::clone(&seen));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { origin, seen, task }
    }

    /// All that it heard.
    pub fn heard(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn hear(State(seen): State<Arc<Mutex<Vec<Seen>>>>, request: Request) -> &'static str {
    let request = read(request).await;
    seen.lock().unwrap().push(request);
    "{}"
}

async fn read(request: Request) -> Seen {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let authorization = parts.headers.get(header::AUTHORIZATION);
    let text = |v: &HeaderValue| String::from_utf8_lossy(v.as_bytes()).into_owned();
    Seen {
        headers: parts.headers.iter().map(|(name, v)| (name.to_string(), text(v))).collect(),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        authorization: authorization.and_then(|v| v.to_str().ok()).map(str::to_owned),
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

impl Hostile {
    /// Starts; honest until something is twisted.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::<Mutex<Inner>>::default();
        let state = (origin.clone(), Arc::clone(&inner));
        let app = Router::new().fallback(answer).with_state(state);
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let fhir = format!("{origin}/fhir");
        Self { origin, fhir, foreign: Foreign::start().await, inner, task }
    }

    /// Changes the answer of `discovery`, `openid`, `jwks`, `token`, `revoke`, or of a path.
    pub fn answer(&self, at: &str, change: impl Fn(&mut Answer) + Send + 'static) {
        self.inner.lock().unwrap().answers.insert(at.to_owned(), Box::new(change));
    }

    /// Changes the id_token before it is signed.
    pub fn id_token(&self, change: impl Fn(&mut Jwt) + Send + 'static) {
        self.inner.lock().unwrap().id_token = Some(Box::new(change));
    }

    /// Changes what the browser brings back.
    pub fn callback(&self, change: impl Fn(&mut Params) + Send + 'static) {
        self.inner.lock().unwrap().callback = Some(Box::new(change));
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.inner.lock().unwrap().seen.clone()
    }

    /// Requests to this path.
    pub fn seen_at(&self, path: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|s| s.path == path).collect()
    }

    /// What the app asked for.
    pub fn asked(&self) -> Pending {
        self.inner.lock().unwrap().pending.clone()
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.task.abort();
        self.foreign.task.abort();
    }
}

type Shared = (String, Arc<Mutex<Inner>>);

async fn answer(State((origin, inner)): State<Shared>, request: Request) -> Response<Body> {
    let seen = read(request).await;
    let mut inner = inner.lock().unwrap();
    inner.seen.push(seen.clone());
    let (name, mut answer) = match seen.path.as_str() {
        "/fhir/.well-known/smart-configuration" => ("discovery", Answer::json(answers::discovery(&origin))),
        "/fhir/.well-known/openid-configuration" => ("openid", Answer::json(answers::discovery(&origin))),
        "/auth/jwks" => ("jwks", Answer::json(answers::keys())),
        "/auth/authorize" => ("authorize", authorize(&origin, &mut inner, &seen)),
        "/auth/token" => ("token", token(&origin, &inner)),
        "/auth/revoke" => ("revoke", Answer::json(serde_json::json!({}))),
        path => (path, answers::fhir(path)),
    };
    if let Some(change) = inner.answers.get(name) {
        change(&mut answer);
    }
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.text.unwrap_or_else(|| answer.json.to_string()))).unwrap()
}

fn authorize(origin: &str, inner: &mut Inner, seen: &Seen) -> Answer {
    let all: HashMap<String, String> =
        url::form_urlencoded::parse(seen.query.as_bytes()).into_owned().collect();
    let get = |name: &str| all.get(name).cloned().unwrap_or_default();
    inner.pending = Pending {
        state: get("state"),
        nonce: get("nonce"),
        redirect_uri: get("redirect_uri"),
        scope: get("scope"),
        all: all.clone(),
    };
    let mut params: Params = vec![
        ("code".into(), CODE.into()),
        ("state".into(), get("state")),
        ("iss".into(), format!("{origin}/fhir")),
    ];
    if let Some(change) = &inner.callback {
        change(&mut params);
    }
    let mut target = Url::parse(&get("redirect_uri")).unwrap();
    target.query_pairs_mut().extend_pairs(params);
    let mut answer = Answer::json(serde_json::Value::Null);
    answer.make_redirect(target.as_str());
    answer
}

fn token(origin: &str, inner: &Inner) -> Answer {
    let mut id_token = answers::id_token(origin, &inner.pending, now());
    if let Some(change) = &inner.id_token {
        change(&mut id_token);
    }
    let mut json = answers::token(ACCESS, REFRESH, &inner.pending.scope);
    json["id_token"] = id_token.sign().into();
    Answer::json(json)
}

/// Seconds since 1970, by the EHR's clock.
#[allow(clippy::disallowed_methods)]
pub fn now() -> i64 {
    Timestamp::now().as_second()
}
