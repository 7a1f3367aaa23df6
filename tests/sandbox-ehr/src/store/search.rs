//! Matching, sorting and including.

use super::params::{Kind, Param};
use super::query::{Criterion, Include, Query, bare_id};
use super::values::{at, points_at, split_reference, text, tokens, words};
use super::{Store, compartment, dates};
use serde_json::Value;
use std::cmp::Ordering;
use std::sync::Arc;

/// Everything of a type that satisfies a query, sorted.
pub fn find(store: &Store, kind: &str, query: &Query) -> Vec<Arc<Value>> {
    let fits = |body: &Arc<Value>| query.criteria.iter().all(|criterion| matches(body, criterion));
    let mut found: Vec<Arc<Value>> = match query.patient() {
        Some(patient) => {
            store.of_patient(kind, patient).filter_map(|v| v.body.clone()).filter(fits).collect()
        }
        None => store.all(kind).filter_map(|v| v.body.clone()).filter(fits).collect(),
    };
    if !query.sort.is_empty() {
        found.sort_by(|a, b| compare(a, b, &query.sort));
    }
    found
}

/// Whether a resource satisfies one criterion.
pub fn matches(body: &Value, criterion: &Criterion) -> bool {
    let Criterion { param, modifier, values } = criterion;
    if modifier == "missing" {
        return values.iter().any(|value| (value == "true") == found_at(body, param).is_empty());
    }
    let any = values.iter().any(|value| matches_one(body, param, modifier, value));
    if modifier == "not" { !any } else { any }
}

fn matches_one(body: &Value, param: &Param, modifier: &str, asked: &str) -> bool {
    match param.kind {
        Kind::Id => text(body, "id") == Some(asked),
        Kind::Patient => {
            split_reference(asked).is_none_or(|(kind, _)| kind == "Patient")
                && compartment::patients(body).iter().any(|id| id == bare_id(asked))
        }
        Kind::Token => found_at(body, param).into_iter().flat_map(tokens).any(|t| token_fits(&t, asked)),
        Kind::Reference if modifier == "identifier" => found_at(body, param)
            .into_iter()
            .filter_map(|reference| reference.get("identifier"))
            .flat_map(tokens)
            .any(|t| token_fits(&t, asked)),
        Kind::Reference => found_at(body, param)
            .into_iter()
            .filter_map(|reference| text(reference, "reference"))
            .any(|reference| reference_fits(reference, modifier, asked)),
        Kind::Date => dates::prefixed(asked).is_some_and(|(prefix, span)| {
            found_at(body, param)
                .into_iter()
                .filter_map(dates::span_of)
                .any(|value| dates::satisfies(value, prefix, span))
        }),
        Kind::Text => {
            found_at(body, param).into_iter().flat_map(words).any(|word| word_fits(word, modifier, asked))
        }
    }
}

fn found_at<'a>(body: &'a Value, param: &Param) -> Vec<&'a Value> {
    param.paths.iter().flat_map(|path| at(body, path)).collect()
}

fn token_fits((system, code): &(Option<&str>, String), asked: &str) -> bool {
    match asked.split_once('|') {
        None => code == asked,
        Some(("", wanted)) => system.is_none() && code == wanted,
        // A plain code (`status`) has an implied system, so any system fits it.
        Some((wanted_system, wanted)) => {
            system.is_none_or(|system| system == wanted_system) && (wanted.is_empty() || code == wanted)
        }
    }
}

fn reference_fits(reference: &str, modifier: &str, asked: &str) -> bool {
    match split_reference(asked) {
        Some((kind, id)) => points_at(reference, kind, id),
        None => reference == asked || points_at(reference, modifier, asked),
    }
}

fn word_fits(word: &str, modifier: &str, asked: &str) -> bool {
    if modifier == "exact" {
        return word == asked;
    }
    let (word, asked) = (word.to_lowercase(), asked.to_lowercase());
    if modifier == "contains" {
        return word.contains(&asked);
    }
    word.starts_with(&asked) || word.split_whitespace().any(|part| part.starts_with(&asked))
}

fn compare(a: &Value, b: &Value, keys: &[(Param, bool)]) -> Ordering {
    for (param, descending) in keys {
        let order = match (sort_key(a, param, *descending), sort_key(b, param, *descending)) {
            (Some(a), Some(b)) if *descending => b.cmp(&a),
            (Some(a), Some(b)) => a.cmp(&b),
            // What has no value comes last either way.
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

fn sort_key(body: &Value, param: &Param, descending: bool) -> Option<(i64, String)> {
    let values = found_at(body, param);
    match param.kind {
        Kind::Date => {
            let spans = values.into_iter().filter_map(dates::span_of);
            let edge = if descending {
                spans.map(|s| if s.to == i64::MAX { s.from } else { s.to }).max()
            } else {
                spans.map(|s| s.from).min()
            };
            edge.map(|edge| (edge, String::new()))
        }
        Kind::Id => text(body, "id").map(|id| (0, id.to_owned())),
        Kind::Token => values.into_iter().flat_map(tokens).map(|(_, code)| (0, code)).min(),
        Kind::Text => values.into_iter().flat_map(words).map(|word| (0, word.to_lowercase())).min(),
        Kind::Reference | Kind::Patient => None,
    }
}

/// What the matches refer to, as `_include` asks.
pub fn included(store: &Store, kind: &str, matches: &[Arc<Value>], include: &Include) -> Vec<Arc<Value>> {
    if include.source != kind {
        return Vec::new();
    }
    let mut found = Vec::new();
    for body in matches {
        let references: Vec<String> = if include.param.kind == Kind::Patient {
            compartment::patients(body).into_iter().map(|id| format!("Patient/{id}")).collect()
        } else {
            let values = found_at(body, &include.param).into_iter();
            values.filter_map(|value| text(value, "reference")).map(str::to_owned).collect()
        };
        for reference in references {
            let Some((target, _)) = split_reference(&reference) else { continue };
            if include.target.as_deref().is_none_or(|wanted| wanted == target) {
                found.extend(store.follow(&reference));
            }
        }
    }
    found
}

/// What refers to the matches, as `_revinclude` asks.
pub fn referring(store: &Store, kind: &str, matches: &[Arc<Value>], include: &Include) -> Vec<Arc<Value>> {
    let ids: Vec<&str> = matches.iter().filter_map(|body| text(body, "id")).collect();
    let hit = |reference: &str| {
        split_reference(reference).is_some_and(|(target, id)| target == kind && ids.contains(&id))
    };
    let refers = |body: &Arc<Value>| {
        if include.param.kind == Kind::Patient {
            return compartment::patients(body)
                .iter()
                .any(|id| kind == "Patient" && ids.contains(&id.as_str()));
        }
        found_at(body, &include.param).into_iter().filter_map(|value| text(value, "reference")).any(hit)
    };
    store.all(&include.source).filter_map(|version| version.body.clone()).filter(refers).collect()
}
