//! The interactions on one resource, with scopes and the vendor's rules applied.

use crate::error::Refusal;
use crate::personality::{Interaction, Personality};
use crate::slots;
use crate::smart::scopes::{Access, Permit};
use crate::store::query::{Query, pairs};
use crate::store::{Store, Version, patch, search, validate};
use serde_json::Value;
use std::sync::Arc;

/// Who asks, of which server.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub base: &'a str,
    pub access: &'a Access,
    pub rules: &'a dyn Personality,
}

/// What an interaction came to.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Option<Content>,
    /// The kind, id and version that the answer is about.
    pub subject: Option<(String, String, Version)>,
    /// Whether a resource was written (so `Prefer: return` applies).
    pub wrote: bool,
}

/// A body. A searchset is written straight from the store: copying its resources would cost more than all else.
#[derive(Debug, Clone)]
pub enum Content {
    Resource(Arc<Value>),
    Searchset {
        text: String,
        /// Names what it says; its own id, which is new each time, aside.
        etag: String,
    },
}

impl From<Value> for Content {
    fn from(body: Value) -> Self {
        Self::Resource(Arc::new(body))
    }
}

impl Content {
    pub fn into_text(self) -> String {
        match self {
            Self::Resource(body) => body.to_string(),
            Self::Searchset { text, .. } => text,
        }
    }

    pub fn value(&self) -> Value {
        match self {
            Self::Resource(body) => Value::clone(body),
            Self::Searchset { text, .. } => text.parse().unwrap_or_default(),
        }
    }
}

impl Answer {
    /// An answer that is only a body.
    pub fn plain(body: Value) -> Self {
        Self { status: 200, body: Some(body.into()), subject: None, wrote: false }
    }

    /// A page of search results.
    pub fn searchset(text: String, etag: String) -> Self {
        Self { status: 200, body: Some(Content::Searchset { text, etag }), subject: None, wrote: false }
    }

    fn about(status: u16, kind: &str, id: &str, version: Version, wrote: bool) -> Self {
        let subject = Some((kind.to_owned(), id.to_owned(), version.clone()));
        Self { status, body: version.body.map(Content::Resource), subject, wrote }
    }
}

impl Context<'_> {
    /// The permission for an interaction: offered by the server, then granted to the caller.
    pub fn permit(&self, kind: &str, interaction: Interaction) -> Result<Permit, Refusal> {
        if !self.rules.offers(kind, interaction) {
            return Err(Refusal::unsupported(format!("{kind} has no {} here", interaction.code())));
        }
        self.access.permit(kind, interaction)
    }

    pub fn read(&self, store: &Store, kind: &str, id: &str) -> Result<Answer, Refusal> {
        let permit = self.permit(kind, Interaction::Read)?;
        let version = store.read(kind, id)?;
        require(&permit, version)?;
        Ok(Answer::about(200, kind, id, version.clone(), false))
    }

    pub fn vread(&self, store: &Store, kind: &str, id: &str, number: u64) -> Result<Answer, Refusal> {
        let permit = self.permit(kind, Interaction::Vread)?;
        let version = store.vread(kind, id, number)?;
        require(&permit, version)?;
        Ok(Answer::about(200, kind, id, version.clone(), false))
    }

    pub fn history(&self, store: &Store, kind: &str, id: &str) -> Result<Answer, Refusal> {
        let permit = self.permit(kind, Interaction::History)?;
        let versions = store.history(kind, id)?;
        versions.iter().try_for_each(|version| require(&permit, version))?;
        let entries: Vec<Value> = versions.iter().rev().map(|v| self.history_entry(kind, id, v)).collect();
        Ok(Answer::plain(serde_json::json!({
            "resourceType": "Bundle",
            "type": "history",
            "total": versions.len(),
            "link": [{ "relation": "self", "url": format!("{}/{kind}/{id}/_history", self.base) }],
            "entry": entries
        })))
    }

    fn history_entry(&self, kind: &str, id: &str, version: &Version) -> Value {
        let status = if version.body.is_none() {
            "204 No Content"
        } else if version.number == 1 {
            "201 Created"
        } else {
            "200 OK"
        };
        let url = if version.method == "POST" { kind.to_owned() } else { format!("{kind}/{id}") };
        let mut entry = serde_json::json!({
            "fullUrl": format!("{}/{kind}/{id}", self.base),
            "request": { "method": version.method, "url": url },
            "response": {
                "status": status,
                "etag": format!("W/\"{}\"", version.number),
                "lastModified": crate::clock::instant(version.at)
            }
        });
        if let Some(body) = &version.body {
            entry["resource"] = Value::clone(body);
        }
        entry
    }

    /// Creates; with `if_none_exist`, only when nothing matches. `id` is set inside transactions.
    pub fn create(
        &self,
        store: &mut Store,
        kind: &str,
        body: Value,
        if_none_exist: Option<&str>,
        id: Option<String>,
    ) -> Result<Answer, Refusal> {
        let permit = self.permit(kind, Interaction::Create)?;
        validate::check(kind, &body)?;
        self.rules.check_write(store, kind, &body)?;
        permit.require(&body)?;
        if let Some(existing) = self.existing(store, kind, if_none_exist)? {
            let id = existing["id"].as_str().unwrap_or_default();
            let version = store.read(kind, id)?;
            return Ok(Answer::about(200, kind, id, version.clone(), true));
        }
        let books = kind == "Appointment" && self.rules.keeps_slots();
        if books {
            slots::check(store, &body, self.rules.taken_status())?;
            slots::settle(store, &body);
        }
        let id = id.unwrap_or_else(|| store.fresh_id(kind));
        let body = if books { slots::filled(store, body) } else { body };
        let version = store.write(kind, &id, self.rules.kept(kind, body), "POST");
        Ok(Answer::about(201, kind, &id, version, true))
    }

    /// The one resource that an `If-None-Exist` query finds; several are a 412.
    pub fn existing(
        &self,
        store: &Store,
        kind: &str,
        if_none_exist: Option<&str>,
    ) -> Result<Option<Arc<Value>>, Refusal> {
        let Some(query) = if_none_exist.filter(|_| self.rules.conditional_create()) else { return Ok(None) };
        let query = query.split_once('?').map_or(query, |(_, query)| query);
        let query = Query::read(kind, &pairs(query))?;
        if query.criteria.is_empty() || !query.unknown.is_empty() {
            return Err(Refusal::new(412, "incomplete", "If-None-Exist names no known search parameter"));
        }
        let mut found = search::find(store, kind, &query);
        match found.len() {
            0 | 1 => Ok(found.pop()),
            n => Err(Refusal::new(412, "multiple-matches", format!("If-None-Exist matches {n} resources"))),
        }
    }

    pub fn update(
        &self,
        store: &mut Store,
        kind: &str,
        id: &str,
        body: Value,
        if_match: Option<&str>,
    ) -> Result<Answer, Refusal> {
        let permit = self.permit(kind, Interaction::Update)?;
        validate::check(kind, &body)?;
        match body["id"].as_str() {
            Some(stated) if stated == id => {}
            _ => return Err(Refusal::bad(format!("the body's id is not {id}"))),
        }
        self.rules.check_write(store, kind, &body)?;
        permit.require(&body)?;
        let before = store.newest(kind, id).cloned();
        if if_match.is_none() && self.rules.needs_if_match() {
            return Err(Refusal::new(400, "required", "a change needs If-Match"));
        }
        self.check_version(before.as_ref(), if_match)?;
        let Some(before) = before else {
            self.permit(kind, Interaction::Create)?.require(&body)?;
            let version = store.write(kind, id, self.rules.kept(kind, body), "PUT");
            return Ok(Answer::about(201, kind, id, version, true));
        };
        require(&permit, &before)?;
        let status = if before.body.is_some() { 200 } else { 201 };
        if kind == "Appointment" && self.rules.keeps_slots() {
            slots::settle(store, &body);
        }
        let version = store.write(kind, id, self.rules.kept(kind, body), "PUT");
        Ok(Answer::about(status, kind, id, version, true))
    }

    pub fn patch(
        &self,
        store: &mut Store,
        kind: &str,
        id: &str,
        steps: &Value,
        if_match: Option<&str>,
    ) -> Result<Answer, Refusal> {
        let permit = self.permit(kind, Interaction::Patch)?;
        let before = store.read(kind, id)?.clone();
        require(&permit, &before)?;
        self.check_version(Some(&before), if_match)?;
        let body = before.body.as_deref().unwrap_or(&Value::Null);
        let patched = patch::apply(body, steps)?;
        validate::check(kind, &patched)?;
        if patched["id"].as_str() != Some(id) {
            return Err(Refusal::bad("a patch may not change the id"));
        }
        self.rules.check_write(store, kind, &patched)?;
        permit.require(&patched)?;
        let version = store.write(kind, id, patched, "PATCH");
        Ok(Answer::about(200, kind, id, version, true))
    }

    pub fn delete(
        &self,
        store: &mut Store,
        kind: &str,
        id: &str,
        if_match: Option<&str>,
    ) -> Result<Answer, Refusal> {
        let permit = self.permit(kind, Interaction::Delete)?;
        let before = store.newest(kind, id).cloned();
        if let Some(before) = &before {
            require(&permit, before)?;
        }
        self.check_version(before.as_ref(), if_match)?;
        store.delete(kind, id);
        Ok(Answer { status: 204, body: None, subject: None, wrote: false })
    }

    fn check_version(&self, before: Option<&Version>, if_match: Option<&str>) -> Result<(), Refusal> {
        let Some(asked) = if_match else { return Ok(()) };
        let asked = asked.trim().trim_start_matches("W/").trim_matches('"');
        let current = before.map(|version| version.number.to_string());
        if current.as_deref() == Some(asked) || (asked == "*" && current.is_some()) {
            return Ok(());
        }
        let now = current.unwrap_or_else(|| "nothing".to_owned());
        let text = format!("If-Match names version {asked}, the current one is {now}");
        Err(Refusal::new(self.rules.stale_status(), "conflict", text))
    }
}

fn require(permit: &Permit, version: &Version) -> Result<(), Refusal> {
    version.body.as_deref().map_or(Ok(()), |body| permit.require(body))
}
