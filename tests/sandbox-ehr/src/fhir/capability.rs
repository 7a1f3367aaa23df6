//! The CapabilityStatement: what this server really does.

use super::interactions::Context;
use crate::clock;
use crate::personality::Interaction;
use crate::store::params::{self, Kind};
use serde_json::{Value, json};

impl Context<'_> {
    /// `GET /metadata`
    pub fn capability(&self, auth: &str, withdrawn: &[String]) -> Value {
        let oauth = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
        let mut system = Vec::new();
        if self.rules.batch() {
            system.push(json!({ "code": "batch" }));
        }
        if self.rules.transaction() {
            system.push(json!({ "code": "transaction" }));
        }
        json!({
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": clock::instant(clock::now()),
            "publisher": "Sandbox EHR - not real patients",
            "kind": "instance",
            "software": { "name": self.rules.software(), "version": env!("CARGO_PKG_VERSION") },
            "implementation": {
                "description": format!("Sandbox EHR ({} personality)", self.rules.name()),
                "url": self.base
            },
            "fhirVersion": "4.0.1",
            "format": ["json", "application/fhir+json"],
            "patchFormat": ["application/json-patch+json"],
            "rest": [{
                "mode": "server",
                "security": {
                    "extension": [{
                        "url": oauth,
                        "extension": [
                            { "url": "authorize", "valueUri": format!("{auth}/authorize") },
                            { "url": "token", "valueUri": format!("{auth}/token") },
                            { "url": "revoke", "valueUri": format!("{auth}/revoke") }
                        ]
                    }],
                    "service": [{ "coding": [{
                        "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                        "code": "SMART-on-FHIR"
                    }] }]
                },
                "resource": params::types().filter_map(|kind| self.resource(kind, withdrawn)).collect::<Vec<_>>(),
                "interaction": system
            }]
        })
    }

    fn resource(&self, kind: &str, withdrawn: &[String]) -> Option<Value> {
        let offered: Vec<Value> = Interaction::ALL
            .into_iter()
            .filter(|interaction| self.rules.offers(kind, *interaction))
            .filter(|interaction| *interaction != Interaction::Create || !withdrawn.iter().any(|w| w == kind))
            .map(|interaction| json!({ "code": interaction.code() }))
            .collect();
        if offered.is_empty() {
            return None;
        }
        let only = self.rules.searched_by(kind);
        let chained = only.into_iter().flatten().filter(|name| name.contains('.'));
        let names: Vec<Value> = params::of(kind)
            .filter(|param| only.is_none_or(|only| only.contains(&param.name)))
            .map(|param| {
                let shape = match param.kind {
                    Kind::Token | Kind::Id => "token",
                    Kind::Reference | Kind::Patient => "reference",
                    Kind::Date => "date",
                    Kind::Text => "string",
                };
                json!({ "name": param.name, "type": shape })
            })
            .chain(chained.map(|name| json!({ "name": name, "type": "reference" })))
            .collect();
        let includes: Vec<String> = params::of(kind)
            .filter(|param| matches!(param.kind, Kind::Reference | Kind::Patient))
            .map(|param| format!("{kind}:{}", param.name))
            .collect();
        let mut entry = json!({
            "type": kind,
            "interaction": offered,
            "versioning": "versioned-update",
            "readHistory": self.rules.offers(kind, Interaction::Vread),
            "updateCreate": self.rules.offers(kind, Interaction::Update),
            "conditionalCreate": self.rules.conditional_create(),
            "searchParam": names
        });
        if !includes.is_empty() {
            entry["searchInclude"] = json!(includes);
        }
        if kind != "Provenance" {
            entry["searchRevInclude"] = json!(["Provenance:target"]);
        }
        Some(entry)
    }
}
