//! What a FHIR server says it can do (CapabilityStatement), as far as routes depend on it.

use fhir::json::{items, text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The declared capabilities of one server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    pub fhir_version: String,
    pub software: String,
    /// MIME types or their short names; empty: it does not say.
    #[serde(default)]
    formats: Vec<String>,
    resources: BTreeMap<String, Resource>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Resource {
    interactions: Vec<String>,
    search_parameters: Vec<String>,
    conditional_create: bool,
}

impl Capabilities {
    /// Reads a CapabilityStatement. `None` when it is something else.
    pub fn read(statement: &Value) -> Option<Self> {
        if text(statement, &["resourceType"]) != Some("CapabilityStatement") {
            return None;
        }
        let mut resources: BTreeMap<String, Resource> = BTreeMap::new();
        for rest in items(statement, &["rest"]) {
            if text(rest, &["mode"]) == Some("client") {
                continue;
            }
            for declared in items(rest, &["resource"]) {
                let Some(kind) = text(declared, &["type"]) else { continue };
                let resource = resources.entry(kind.to_owned()).or_default();
                resource.interactions.extend(
                    items(declared, &["interaction"])
                        .into_iter()
                        .filter_map(|i| text(i, &["code"]))
                        .map(str::to_owned),
                );
                resource.search_parameters.extend(
                    items(declared, &["searchParam"])
                        .into_iter()
                        .filter_map(|p| text(p, &["name"]))
                        .map(str::to_owned),
                );
                resource.conditional_create |= declared.get("conditionalCreate") == Some(&Value::Bool(true));
            }
        }
        let software = [text(statement, &["software", "name"]), text(statement, &["software", "version"])];
        Some(Self {
            fhir_version: text(statement, &["fhirVersion"]).unwrap_or_default().to_owned(),
            formats: items(statement, &["format"])
                .into_iter()
                .filter_map(|f| f.as_str().map(str::to_owned))
                .collect(),
            software: software.into_iter().flatten().collect::<Vec<_>>().join(" "),
            resources,
        })
    }

    /// The server declares no resource at all: nothing can be told from that.
    pub fn is_silent(&self) -> bool {
        self.resources.is_empty()
    }

    /// It says that it speaks JSON.
    pub fn says_json(&self) -> bool {
        !self.formats.is_empty() && self.speaks_json()
    }

    /// Nothing that it says of its formats speaks against JSON.
    pub fn speaks_json(&self) -> bool {
        self.formats.is_empty()
            || self.formats.iter().any(|format| format.to_ascii_lowercase().contains("json"))
    }

    /// The server declares this interaction (`create`, `read`, `search-type`, …) for this type.
    pub fn can(&self, resource_type: &str, interaction: &str) -> bool {
        self.resources.get(resource_type).is_some_and(|r| r.interactions.iter().any(|i| i == interaction))
    }

    /// The server declares this search parameter for this type.
    pub fn searches(&self, resource_type: &str, parameter: &str) -> bool {
        self.resources.get(resource_type).is_some_and(|r| r.search_parameters.iter().any(|p| p == parameter))
    }

    /// The server honours `If-None-Exist` for this type.
    pub fn conditional_create(&self, resource_type: &str) -> bool {
        self.resources.get(resource_type).is_some_and(|r| r.conditional_create)
    }
}
