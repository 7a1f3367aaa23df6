//! `batch` and `transaction` Bundles.

use super::interactions::{Answer, Context};
use super::paging::Pages;
use crate::clock;
use crate::error::Refusal;
use crate::store::Store;
use crate::store::query::pairs;
use serde_json::{Value, json};
use std::collections::HashMap;

/// One entry's request, read once.
struct Entry {
    place: usize,
    method: String,
    kind: String,
    id: Option<String>,
    query: String,
    resource: Value,
    if_none_exist: Option<String>,
    if_match: Option<String>,
    /// The id that a transaction gives to what it creates.
    new_id: Option<String>,
}

impl Entry {
    fn read(place: usize, entry: &Value) -> Result<Self, Refusal> {
        let request = &entry["request"];
        let text = |name: &str| request[name].as_str().map(str::to_owned);
        let (Some(method), Some(url)) = (text("method"), text("url")) else {
            return Err(Refusal::bad(format!("entry {place} has no request method and url")));
        };
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        let mut steps = path.trim_matches('/').split('/');
        Ok(Self {
            place,
            method,
            kind: steps.next().unwrap_or_default().to_owned(),
            id: steps.next().map(str::to_owned),
            query: query.to_owned(),
            resource: entry["resource"].clone(),
            if_none_exist: text("ifNoneExist"),
            if_match: text("ifMatch"),
            new_id: None,
        })
    }

    /// Deletes first, then creates, then changes, then reads.
    fn turn(&self) -> u8 {
        match self.method.as_str() {
            "DELETE" => 0,
            "POST" => 1,
            "PUT" | "PATCH" => 2,
            _ => 3,
        }
    }
}

impl Context<'_> {
    /// Runs a Bundle that was posted to the base.
    pub fn bundle(&self, store: &mut Store, pages: &mut Pages, bundle: &Value) -> Result<Answer, Refusal> {
        if bundle["resourceType"] != "Bundle" {
            return Err(Refusal::bad("only a Bundle may be posted to the base"));
        }
        let entries = bundle["entry"].as_array().map_or(&[][..], Vec::as_slice);
        match bundle["type"].as_str() {
            Some("batch") if self.rules.batch() => Ok(self.batch(store, pages, entries)),
            Some("transaction") if self.rules.transaction() => {
                store.begin();
                let done = self.transaction(store, pages, entries);
                if done.is_ok() {
                    store.commit();
                } else {
                    store.roll_back();
                }
                done
            }
            other => {
                let kind = other.unwrap_or("Bundle without type");
                Err(Refusal::new(400, "not-supported", format!("{kind} is not taken here")))
            }
        }
    }

    fn batch(&self, store: &mut Store, pages: &mut Pages, entries: &[Value]) -> Answer {
        let mut answers = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            let done = Entry::read(place, entry).and_then(|entry| self.run(store, pages, entry));
            answers.push(match done {
                Ok(answer) => self.entry_of(answer),
                Err(refusal) => json!({
                    "response": { "status": refusal.status.to_string(), "outcome": refusal.outcome() }
                }),
            });
        }
        response("batch-response", answers)
    }

    fn transaction(&self, store: &mut Store, pages: &mut Pages, raw: &[Value]) -> Result<Answer, Refusal> {
        let mut names: HashMap<String, String> = HashMap::new();
        let mut entries = Vec::new();
        for (place, value) in raw.iter().enumerate() {
            let mut entry = Entry::read(place, value)?;
            if entry.method == "POST" {
                let existing = self.existing(store, &entry.kind, entry.if_none_exist.as_deref())?;
                let id = match existing.as_ref().and_then(|body| body["id"].as_str()) {
                    Some(id) => id.to_owned(),
                    None => store.fresh_id(&entry.kind),
                };
                entry.new_id = Some(id);
            }
            if let (Some(name), Some(id)) =
                (value["fullUrl"].as_str(), entry.new_id.as_ref().or(entry.id.as_ref()))
            {
                names.insert(name.to_owned(), format!("{}/{id}", entry.kind));
            }
            entries.push(entry);
        }
        for entry in &mut entries {
            resolve(&mut entry.resource, &names);
        }
        entries.sort_by_key(Entry::turn);
        let mut answers = vec![Value::Null; entries.len()];
        for entry in entries {
            let place = entry.place;
            let answer = self.run(store, pages, entry).map_err(|mut refusal| {
                refusal.text = format!("entry {place}: {}", refusal.text);
                refusal
            })?;
            answers[place] = self.entry_of(answer);
        }
        Ok(response("transaction-response", answers))
    }

    fn run(&self, store: &mut Store, pages: &mut Pages, entry: Entry) -> Result<Answer, Refusal> {
        let if_match = entry.if_match.as_deref();
        let (kind, resource) = (entry.kind.as_str(), entry.resource);
        match (entry.method.as_str(), entry.id.as_deref()) {
            ("GET", Some(id)) => self.read(store, kind, id),
            ("GET", None) => self.search(store, pages, kind, &pairs(&entry.query), false),
            ("POST", None) => {
                self.create(store, kind, resource, entry.if_none_exist.as_deref(), entry.new_id)
            }
            ("PUT", Some(id)) => self.update(store, kind, id, resource, if_match),
            ("PATCH", Some(id)) => self.patch(store, kind, id, &patch_steps(&resource)?, if_match),
            ("DELETE", Some(id)) => self.delete(store, kind, id, if_match),
            (method, _) => Err(Refusal::bad(format!("entry {}: {method} is not possible", entry.place))),
        }
    }

    fn entry_of(&self, answer: Answer) -> Value {
        let mut response = json!({ "status": answer.status.to_string() });
        let mut entry = json!({});
        if let Some((kind, id, version)) = &answer.subject {
            response["location"] = json!(format!("{}/{kind}/{id}/_history/{}", self.base, version.number));
            response["etag"] = json!(format!("W/\"{}\"", version.number));
            response["lastModified"] = json!(clock::instant(version.at));
            entry["fullUrl"] = json!(format!("{}/{kind}/{id}", self.base));
        }
        if let Some(body) = answer.body {
            entry["resource"] = body.value();
        }
        entry["response"] = response;
        entry
    }
}

/// In a Bundle, a JSON Patch travels inside a Binary.
fn patch_steps(binary: &Value) -> Result<Value, Refusal> {
    use base64::Engine;
    let data = binary["data"].as_str().unwrap_or_default();
    let bytes = base64::engine::general_purpose::STANDARD.decode(data).unwrap_or_default();
    String::from_utf8_lossy(&bytes).parse().map_err(|_| Refusal::bad("the patch is not JSON"))
}

fn response(kind: &str, entries: Vec<Value>) -> Answer {
    Answer::plain(json!({ "resourceType": "Bundle", "type": kind, "entry": entries }))
}

/// Replaces every text that is an entry's fullUrl by the reference it became.
pub fn resolve(value: &mut Value, names: &HashMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(reference) = names.get(text.as_str()) {
                text.clone_from(reference);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, names)),
        Value::Object(members) => members.iter_mut().for_each(|(_, member)| resolve(member, names)),
        _ => {}
    }
}
