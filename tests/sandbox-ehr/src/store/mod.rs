//! The store: every version of every resource, in memory, verbatim.

pub mod compartment;
pub mod dates;
pub mod params;
pub mod patch;
pub mod query;
pub mod search;
pub mod validate;
pub mod values;

use crate::clock;
use crate::error::Refusal;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// One version of one resource; no body means "deleted".
#[derive(Debug, Clone)]
pub struct Version {
    pub number: u64,
    pub at: Timestamp,
    pub method: &'static str,
    pub body: Option<Arc<Value>>,
}

#[derive(Debug)]
struct Row {
    id: String,
    versions: Vec<Version>,
}

#[derive(Debug, Default)]
struct Table {
    rows: Vec<Row>,
    by_id: HashMap<String, usize>,
    by_patient: HashMap<String, Vec<usize>>,
}

/// All resources of one sandbox.
#[derive(Debug, Default)]
pub struct Store {
    tables: BTreeMap<String, Table>,
    last_id: u64,
    /// While a transaction runs: the rows it wrote, oldest first.
    journal: Option<Vec<(String, usize)>>,
}

impl Store {
    /// The newest version of a resource, deleted or not.
    pub fn newest(&self, kind: &str, id: &str) -> Option<&Version> {
        let table = self.tables.get(kind)?;
        table.rows[*table.by_id.get(id)?].versions.last()
    }

    /// The resource as it stands: 404 when never seen, 410 when deleted.
    pub fn read(&self, kind: &str, id: &str) -> Result<&Version, Refusal> {
        match self.newest(kind, id) {
            None => Err(Refusal::not_found(kind, id)),
            Some(version) if version.body.is_none() => {
                Err(Refusal::new(410, "deleted", format!("{kind}/{id} was deleted")))
            }
            Some(version) => Ok(version),
        }
    }

    /// The resource's JSON, when it is there.
    pub fn body(&self, kind: &str, id: &str) -> Option<Arc<Value>> {
        self.newest(kind, id)?.body.clone()
    }

    /// The JSON that a `Type/id` reference (relative or absolute) points at.
    pub fn follow(&self, reference: &str) -> Option<Arc<Value>> {
        let (kind, id) = values::split_reference(reference)?;
        self.body(kind, id)
    }

    /// One past version.
    pub fn vread(&self, kind: &str, id: &str, number: u64) -> Result<&Version, Refusal> {
        let version = self
            .history(kind, id)?
            .iter()
            .find(|version| version.number == number)
            .ok_or_else(|| Refusal::not_found(kind, &format!("{id}/_history/{number}")))?;
        if version.body.is_none() {
            return Err(Refusal::new(410, "deleted", format!("{kind}/{id} was deleted in version {number}")));
        }
        Ok(version)
    }

    /// Every version, oldest first.
    pub fn history(&self, kind: &str, id: &str) -> Result<&[Version], Refusal> {
        let found = self.tables.get(kind).and_then(|table| Some(&table.rows[*table.by_id.get(id)?]));
        match found {
            Some(row) if !row.versions.is_empty() => Ok(&row.versions),
            _ => Err(Refusal::not_found(kind, id)),
        }
    }

    /// Every resource of a type that stands, in the order of creation.
    pub fn all<'a>(&'a self, kind: &str) -> impl Iterator<Item = &'a Version> + use<'a> {
        self.tables.get(kind).into_iter().flat_map(|table| table.rows.iter()).filter_map(standing)
    }

    /// Every resource of a type that may belong to a patient.
    pub fn of_patient<'a>(
        &'a self,
        kind: &str,
        patient: &str,
    ) -> impl Iterator<Item = &'a Version> + use<'a> {
        let table = self.tables.get(kind);
        let found = table.and_then(|table| table.by_patient.get(patient));
        table
            .into_iter()
            .zip(found)
            .flat_map(|(table, found)| found.iter().map(|index| &table.rows[*index]))
            .filter_map(standing)
    }

    /// The resource types that hold anything.
    pub fn kinds(&self) -> Vec<String> {
        self.tables.keys().cloned().collect()
    }

    /// How many resources of a type stand.
    pub fn count(&self, kind: &str) -> usize {
        self.all(kind).count()
    }

    /// A server-assigned id that nothing uses yet.
    pub fn fresh_id(&mut self, kind: &str) -> String {
        loop {
            self.last_id += 1;
            let id = self.last_id.to_string();
            if self.newest(kind, &id).is_none() {
                return id;
            }
        }
    }

    /// Writes the next version, with the server's own id and meta.
    pub fn write(&mut self, kind: &str, id: &str, mut body: Value, method: &'static str) -> Version {
        let number = self.newest(kind, id).map_or(1, |version| version.number + 1);
        let at = clock::now();
        body["id"] = json!(id);
        stamp(&mut body, number, &clock::instant(at));
        self.push(kind, id, Version { number, at, method, body: Some(Arc::new(body)) })
    }

    /// Marks a resource as deleted; deleting twice changes nothing.
    pub fn delete(&mut self, kind: &str, id: &str) -> Option<Version> {
        let newest = self.newest(kind, id)?;
        if newest.body.is_none() {
            return Some(newest.clone());
        }
        let number = newest.number + 1;
        Some(self.push(kind, id, Version { number, at: clock::now(), method: "DELETE", body: None }))
    }

    /// Takes in a prepared resource (see [`prepare`]) as its first version.
    pub fn load(&mut self, body: Arc<Value>, at: Timestamp) {
        let (Some(kind), Some(id)) = (values::text(&body, "resourceType"), values::text(&body, "id")) else {
            return;
        };
        let (kind, id) = (kind.to_owned(), id.to_owned());
        let number = self.newest(&kind, &id).map_or(1, |version| version.number + 1);
        self.push(&kind, &id, Version { number, at, method: "PUT", body: Some(body) });
    }

    /// Starts recording, so that [`Store::roll_back`] can undo.
    pub fn begin(&mut self) {
        self.journal = Some(Vec::new());
    }

    /// Keeps what was written since [`Store::begin`].
    pub fn commit(&mut self) {
        self.journal = None;
    }

    /// Undoes every write since [`Store::begin`].
    pub fn roll_back(&mut self) {
        for (kind, index) in self.journal.take().unwrap_or_default().into_iter().rev() {
            if let Some(table) = self.tables.get_mut(&kind) {
                table.rows[index].versions.pop();
            }
        }
    }

    fn push(&mut self, kind: &str, id: &str, version: Version) -> Version {
        let table = self.tables.entry(kind.to_owned()).or_default();
        let index = if let Some(index) = table.by_id.get(id) {
            *index
        } else {
            table.rows.push(Row { id: id.to_owned(), versions: Vec::new() });
            table.by_id.insert(id.to_owned(), table.rows.len() - 1);
            table.rows.len() - 1
        };
        if let Some(body) = &version.body {
            for patient in compartment::patients(body) {
                let rows = table.by_patient.entry(patient).or_default();
                if let Err(place) = rows.binary_search(&index) {
                    rows.insert(place, index);
                }
            }
        }
        debug_assert_eq!(table.rows[index].id, id);
        table.rows[index].versions.push(version.clone());
        if let Some(journal) = &mut self.journal {
            journal.push((kind.to_owned(), index));
        }
        version
    }
}

fn standing(row: &Row) -> Option<&Version> {
    row.versions.last().filter(|version| version.body.is_some())
}

/// Puts the server's versionId and lastUpdated into `meta`, keeping the rest of it.
pub fn stamp(body: &mut Value, number: u64, at: &str) {
    if !body["meta"].is_object() {
        body["meta"] = json!({});
    }
    body["meta"]["versionId"] = json!(number.to_string());
    body["meta"]["lastUpdated"] = json!(at);
}
