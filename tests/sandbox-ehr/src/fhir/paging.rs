//! Searchsets, a page at a time, with opaque `next` links.

use super::interactions::{Answer, Context};
use crate::error::{Refusal, information};
use crate::personality::Interaction;
use crate::random;
use crate::smart::scopes::Permit;
use crate::store::query::Query;
use crate::store::{Store, search, values};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// How many searches are remembered for their next pages.
const REMEMBERED: usize = 500;

/// A search whose further pages may still be asked for.
#[derive(Debug, Clone)]
struct Running {
    kind: String,
    matches: Arc<Vec<Arc<Value>>>,
    query: Arc<Query>,
    size: usize,
}

/// The searches that have further pages.
#[derive(Debug, Default)]
pub struct Pages {
    running: HashMap<String, Running>,
    order: VecDeque<String>,
}

impl Pages {
    fn remember(&mut self, running: Running) -> String {
        let name = random::secret();
        self.running.insert(name.clone(), running);
        self.order.push_back(name.clone());
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.running.remove(&oldest);
        }
        name
    }
}

impl Context<'_> {
    /// Refuses a search by anything but what this vendor's server has for the type, or without what it needs.
    fn searched_as_declared(&self, kind: &str, pairs: &[(String, String)]) -> Result<(), Refusal> {
        let Some(names) = self.rules.searched_by(kind) else { return Ok(()) };
        let asked = || pairs.iter().map(|(name, _)| name.as_str());
        if let Some(other) = asked().find(|name| !name.starts_with('_') && !names.contains(name)) {
            return Err(Refusal::new(400, "not-supported", format!("{kind} is not searched by {other}")));
        }
        let needed = names.first().copied().unwrap_or("_id");
        match asked().any(|name| name == needed || matches!(name, "_id" | "_cursor")) {
            true => Ok(()),
            false => Err(Refusal::new(400, "required", format!("{kind} is searched by {needed}"))),
        }
    }

    /// Searches a type, or turns the page of an earlier search.
    pub fn search(
        &self,
        store: &Store,
        pages: &mut Pages,
        kind: &str,
        pairs: &[(String, String)],
        strict: bool,
    ) -> Result<Answer, Refusal> {
        let permit = self.permit(kind, Interaction::Search)?;
        self.searched_as_declared(kind, pairs)?;
        let pairs = &crate::slots::unchained(store, kind, pairs);
        let query = Query::read(kind, pairs)?;
        if let Some(cursor) = &query.cursor {
            return self.next_page(store, pages, kind, cursor, &permit);
        }
        if strict && !query.unknown.is_empty() {
            let names = query.unknown.join(", ");
            return Err(Refusal::new(400, "not-supported", format!("unknown search parameters: {names}")));
        }
        if query.criteria.is_empty() && self.rules.refuses_open_searches() {
            return Err(Refusal::new(400, "required", "a search needs at least one known parameter"));
        }
        if let Some(patient) = query.patient()
            && !permit.allows_patient(patient)
        {
            return Err(Refusal::forbidden("that patient lies outside the launch context"));
        }
        let mut matches = search::find(store, kind, &query);
        matches.retain(|body| permit.allows(body));
        let me = format!("{}/{kind}{}", self.base, self_query(pairs, &query));
        if query.only_count || query.count == Some(0) {
            return Ok(Answer::plain(json!({
                "resourceType": "Bundle",
                "type": "searchset",
                "total": matches.len(),
                "link": [{ "relation": "self", "url": me }]
            })));
        }
        let (usual, most) = self.rules.page_size(kind);
        let size = query.count.unwrap_or(usual).clamp(1, most);
        let running =
            Running { kind: kind.to_owned(), matches: Arc::new(matches), query: Arc::new(query), size };
        let name = (running.matches.len() > size).then(|| pages.remember(running.clone()));
        Ok(self.page(store, &running, name.as_deref(), 0, &me))
    }

    fn next_page(
        &self,
        store: &Store,
        pages: &Pages,
        kind: &str,
        cursor: &str,
        permit: &Permit,
    ) -> Result<Answer, Refusal> {
        let gone = || Refusal::new(410, "not-found", "this page is no longer known; search again");
        let (name, offset) = cursor.rsplit_once('.').ok_or_else(gone)?;
        let offset: usize = offset.parse().map_err(|_| gone())?;
        let running = pages.running.get(name).filter(|running| running.kind == kind).ok_or_else(gone)?;
        let end = (offset + running.size).min(running.matches.len());
        if !running.matches[offset.min(end)..end].iter().all(|body| permit.allows(body)) {
            return Err(Refusal::forbidden("this page belongs to somebody else's search"));
        }
        let me = format!("{}/{kind}?_cursor={cursor}", self.base);
        Ok(self.page(store, running, Some(name), offset, &me))
    }

    fn page(&self, store: &Store, running: &Running, name: Option<&str>, offset: usize, me: &str) -> Answer {
        let total = running.matches.len();
        let end = (offset + running.size).min(total);
        let matches = &running.matches[offset.min(end)..end];
        let mut links = vec![json!({ "relation": "self", "url": me })];
        if let Some(name) = name.filter(|_| end < total) {
            let url = format!("{}/{}?_cursor={name}.{end}", self.base, running.kind);
            links.push(json!({ "relation": "next", "url": url }));
        }
        let mut entries: Vec<String> = matches.iter().map(|body| self.entry(body, "match")).collect();
        for body in self.companions(store, running, matches) {
            entries.push(self.entry(&body, "include"));
        }
        if self.rules.remarks_in_searchsets() {
            let remark = information("some information may be withheld");
            entries.push(json!({ "resource": remark, "search": { "mode": "outcome" } }).to_string());
        }
        let mut says = format!(r#""link":{}"#, Value::Array(links));
        if self.rules.totals() {
            says = format!(r#""total":{total},{says}"#);
        }
        if !entries.is_empty() {
            says = format!(r#"{says},"entry":[{}]"#, entries.join(","));
        }
        let id = random::uuid();
        let text = format!(r#"{{"resourceType":"Bundle","id":"{id}","type":"searchset",{says}}}"#);
        Answer::searchset(text, etag_of(&says))
    }

    /// What `_include` and `_revinclude` add to a page: once each, and only what the caller may read.
    fn companions(&self, store: &Store, running: &Running, matches: &[Arc<Value>]) -> Vec<Arc<Value>> {
        let query = &running.query;
        let included = query.includes.iter().flat_map(|i| search::included(store, &running.kind, matches, i));
        let referring =
            query.revincludes.iter().flat_map(|i| search::referring(store, &running.kind, matches, i));
        let mut found: Vec<Arc<Value>> = Vec::new();
        for body in included.chain(referring) {
            let kind = values::text(&body, "resourceType").unwrap_or_default();
            let readable = self.permit(kind, Interaction::Read).is_ok_and(|permit| permit.allows(&body));
            let known = |other: &Arc<Value>| Arc::ptr_eq(other, &body);
            if readable && !found.iter().any(known) && !matches.iter().any(known) {
                found.push(body);
            }
        }
        found
    }

    fn entry(&self, body: &Value, mode: &str) -> String {
        let kind = values::text(body, "resourceType").unwrap_or_default();
        let id = values::text(body, "id").unwrap_or_default();
        let (url, search) = (json!(format!("{}/{kind}/{id}", self.base)), json!({ "mode": mode }));
        format!(r#"{{"fullUrl":{url},"resource":{body},"search":{search}}}"#)
    }
}

fn etag_of(says: &str) -> String {
    let mut hasher = DefaultHasher::new();
    says.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}

/// The query of the `self` link: only what the server took into account.
fn self_query(pairs: &[(String, String)], query: &Query) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        let base = name.split(':').next().unwrap_or(name);
        if !query.unknown.iter().any(|unknown| unknown == base) {
            text.append_pair(name, value);
        }
    }
    let text = text.finish();
    if text.is_empty() { text } else { format!("?{text}") }
}
