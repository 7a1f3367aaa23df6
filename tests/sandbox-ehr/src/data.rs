//! Reads FHIR data files: Bundles and NDJSON, plain or gzipped, one by one or a folder of them.

use crate::clock;
use crate::fhir::bundle::resolve;
use crate::random;
use crate::store::values::text;
use crate::world::locked;
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::SystemTime;

/// One visit of `schedule.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Visit {
    pub appointment: String,
    pub encounter: String,
    pub patient: String,
    pub practitioner: String,
    /// `HH:MM`, today, in UTC.
    pub start: String,
    pub minutes: u32,
    pub status: String,
    #[serde(rename = "type")]
    pub kind: Value,
    pub modality: String,
    pub reason: String,
}

/// Everything that was found in the data files.
#[derive(Debug, Default)]
pub struct Found {
    pub resources: Vec<Arc<Value>>,
    pub visits: Vec<Visit>,
    /// What could not be read, in words.
    pub troubles: Vec<String>,
}

type Resources = Arc<Vec<Arc<Value>>>;
type Cache = Mutex<HashMap<(PathBuf, Option<SystemTime>), Resources>>;

/// Parsed files, shared by all sandboxes of one process.
fn cache() -> &'static Cache {
    static CACHE: OnceLock<Cache> = OnceLock::new();
    CACHE.get_or_init(Cache::default)
}

/// Where the repository keeps its synthetic patients.
pub fn default_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/patients")
}

/// Reads all files, several at a time.
pub fn read(sources: &[PathBuf]) -> Found {
    let mut found = Found::default();
    let mut files = Vec::new();
    for source in sources {
        list(source, &mut files, &mut found.troubles);
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<Resources, String>)>> = Mutex::default();
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(files.len());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((place, path)) = take(&next, &files) {
                    let result = read_file(path);
                    locked(&done).push((place, result));
                }
            });
        }
    });
    let mut done = std::mem::take(&mut *locked(&done));
    done.sort_by_key(|(place, _)| *place);
    for (_, result) in done {
        match result {
            Ok(resources) => found.resources.extend(resources.iter().cloned()),
            Err(trouble) => found.troubles.push(trouble),
        }
    }
    for source in sources {
        let path = source.join("schedule.json");
        if let Ok(schedule) = std::fs::read_to_string(&path) {
            match serde_json::from_str::<Vec<Visit>>(&schedule) {
                Ok(visits) => found.visits.extend(visits),
                Err(error) => found.troubles.push(format!("{}: {error}", path.display())),
            }
        }
    }
    found
}

fn take<'a>(next: &AtomicUsize, files: &'a [PathBuf]) -> Option<(usize, &'a Path)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    Some((place, files.get(place)?.as_path()))
}

fn list(source: &Path, files: &mut Vec<PathBuf>, troubles: &mut Vec<String>) {
    if source.is_file() {
        files.push(source.to_owned());
        return;
    }
    let Ok(entries) = std::fs::read_dir(source) else {
        troubles.push(format!("{} cannot be read", source.display()));
        return;
    };
    let mut inside: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    inside.sort();
    let data = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let known = [".json", ".json.gz", ".ndjson", ".ndjson.gz"].iter().any(|end| name.ends_with(end));
        known && name != "schedule.json" && name != "provenance.json"
    };
    files.extend(inside.into_iter().filter(data));
}

fn read_file(path: &Path) -> Result<Resources, String> {
    let modified = std::fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let key = (path.to_owned(), modified);
    if let Some(known) = locked(cache()).get(&key) {
        return Ok(Arc::clone(known));
    }
    let trouble = |error: String| format!("{}: {error}", path.display());
    let bytes = std::fs::read(path).map_err(|error| trouble(error.to_string()))?;
    let mut content = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        GzDecoder::new(bytes.as_slice())
            .read_to_string(&mut content)
            .map_err(|error| trouble(error.to_string()))?;
    } else {
        content = String::from_utf8(bytes).map_err(|error| trouble(error.to_string()))?;
    }
    let lines = path.to_string_lossy().contains(".ndjson");
    let resources =
        Arc::new(if lines { read_lines(&content) } else { read_json(&content) }.map_err(trouble)?);
    locked(cache()).insert(key, Arc::clone(&resources));
    Ok(resources)
}

// `parse` rather than `from_str` throughout: the same parser, compiled once and optimised.

fn read_lines(content: &str) -> Result<Vec<Arc<Value>>, String> {
    let mut entries = Vec::new();
    for line in content.lines().filter(|line| !line.trim().is_empty()) {
        entries.push((None, line.parse::<Value>().map_err(|error| error.to_string())?));
    }
    Ok(prepared(entries))
}

fn read_json(content: &str) -> Result<Vec<Arc<Value>>, String> {
    let mut root: Value = content.parse().map_err(|error: serde_json::Error| error.to_string())?;
    if root["resourceType"].is_null() && root["entry"].is_null() {
        return Err("neither a resource nor a Bundle".to_owned());
    }
    let is_bundle = root["entry"].is_array() && root["type"] != "document";
    if !is_bundle {
        return Ok(prepared(vec![(None, root)]));
    }
    let Value::Array(entries) = root["entry"].take() else { return Ok(Vec::new()) };
    let taken = entries.into_iter().map(|mut entry| {
        let name = text(&entry, "fullUrl").map(str::to_owned);
        (name, entry["resource"].take())
    });
    Ok(prepared(taken.collect()))
}

/// Gives every resource an id and a meta, and turns `urn:uuid` references into `Type/id`.
fn prepared(entries: Vec<(Option<String>, Value)>) -> Vec<Arc<Value>> {
    let mut names = HashMap::new();
    let mut resources = Vec::new();
    for (name, mut body) in entries {
        let Some(kind) = text(&body, "resourceType").map(str::to_owned) else { continue };
        let urn = name.filter(|name| name.starts_with("urn:"));
        if text(&body, "id").is_none() {
            let id = urn.as_deref().and_then(|urn| urn.strip_prefix("urn:uuid:"));
            body["id"] = json!(id.map_or_else(random::uuid, str::to_owned));
        }
        if let (Some(urn), Some(id)) = (urn, text(&body, "id")) {
            names.insert(urn, format!("{kind}/{id}"));
        }
        resources.push(body);
    }
    let now = clock::instant(clock::now());
    resources
        .into_iter()
        .map(|mut body| {
            if !names.is_empty() {
                resolve(&mut body, &names);
            }
            let at = body["meta"]["lastUpdated"].as_str().unwrap_or(&now).to_owned();
            crate::store::stamp(&mut body, 1, &at);
            Arc::new(body)
        })
        .collect()
}
