//! A search request, read from its parameters.

use super::dates;
use super::params::{self, Kind, Param};
use crate::error::Refusal;

/// One condition; any of its values may hold.
#[derive(Debug, Clone)]
pub struct Criterion {
    pub param: Param,
    pub modifier: String,
    pub values: Vec<String>,
}

/// `_include` or `_revinclude`: from which type, by which parameter, to which type.
#[derive(Debug, Clone)]
pub struct Include {
    pub source: String,
    pub param: Param,
    pub target: Option<String>,
}

/// A whole search.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pub criteria: Vec<Criterion>,
    pub sort: Vec<(Param, bool)>,
    pub count: Option<usize>,
    pub includes: Vec<Include>,
    pub revincludes: Vec<Include>,
    pub only_count: bool,
    pub cursor: Option<String>,
    /// What the server does not know and, unless asked to be strict, ignores.
    pub unknown: Vec<String>,
}

/// Splits `a=b&c=d` into decoded pairs.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

impl Query {
    /// Reads the parameters of a search on a type.
    pub fn read(kind: &str, pairs: &[(String, String)]) -> Result<Self, Refusal> {
        let mut query = Self::default();
        for (name, value) in pairs {
            let (base, modifier) = name.split_once(':').unwrap_or((name, ""));
            match base {
                "_count" => {
                    query.count = Some(
                        value.parse().map_err(|_| Refusal::bad(format!("_count={value} is no number")))?,
                    );
                }
                "_sort" => query.read_sort(kind, value),
                "_summary" => query.only_count |= value == "count",
                "_include" => query.includes.extend(include(value, &mut query.unknown)),
                "_revinclude" => query.revincludes.extend(include(value, &mut query.unknown)),
                "_cursor" => query.cursor = Some(value.clone()),
                "_format" | "_pretty" | "_total" | "_elements" => {}
                _ => query.read_criterion(kind, base, modifier, value)?,
            }
        }
        Ok(query)
    }

    fn read_sort(&mut self, kind: &str, value: &str) {
        for key in value.split(',') {
            let (name, descending) = key.strip_prefix('-').map_or((key, false), |name| (name, true));
            match params::find(kind, name) {
                Some(param) => self.sort.push((param, descending)),
                None => self.unknown.push(format!("_sort={key}")),
            }
        }
    }

    fn read_criterion(&mut self, kind: &str, base: &str, modifier: &str, value: &str) -> Result<(), Refusal> {
        let known = matches!(modifier, "" | "not" | "exact" | "contains" | "missing" | "identifier")
            || modifier.starts_with(|first: char| first.is_ascii_uppercase());
        let Some(param) = params::find(kind, base).filter(|_| known && !value.is_empty()) else {
            self.unknown.push(base.to_owned());
            return Ok(());
        };
        let values = alternatives(value);
        if param.kind == Kind::Date
            && modifier != "missing"
            && let Some(wrong) = values.iter().find(|value| dates::prefixed(value).is_none())
        {
            return Err(Refusal::bad(format!("{base}={wrong} is not a date")));
        }
        self.criteria.push(Criterion { param, modifier: modifier.to_owned(), values });
        Ok(())
    }

    /// The single patient that the search names, if it does.
    pub fn patient(&self) -> Option<&str> {
        let named = |c: &&Criterion| {
            c.modifier.is_empty() && c.values.len() == 1 && matches!(c.param.kind, Kind::Patient)
        };
        self.criteria.iter().find(named).map(|c| bare_id(&c.values[0]))
    }
}

/// The id at the end of `Patient/1`, or the text itself.
pub fn bare_id(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

/// Splits at commas that are not escaped.
fn alternatives(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        match c {
            '\\' if !escaped => escaped = true,
            ',' if !escaped => found.push(String::new()),
            c => {
                if let Some(last) = found.last_mut() {
                    last.push(c);
                }
                escaped = false;
            }
        }
    }
    found.retain(|value| !value.is_empty());
    found
}

fn include(value: &str, unknown: &mut Vec<String>) -> Option<Include> {
    let mut parts = value.split(':');
    let (source, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let param = params::find(source, name).filter(|p| matches!(p.kind, Kind::Reference | Kind::Patient));
    let Some(param) = param else {
        unknown.push(format!("_include={value}"));
        return None;
    };
    Some(Include { source: source.to_owned(), param, target: parts.next().map(str::to_owned) })
}
