//! IT's managed settings. The same file for the desktop app and for tests; unknown keys are
//! errors that name them.

pub use crate::billing::BillingPolicy;
use crate::contract::RoomSurface;
pub use crate::late::DeliveryPolicy;
use crate::room_kind::RoomKind;
use ehr::personality::personality;
use ehr::smart::{Redirect, normalise_iss};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The policy file.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// For editors; Chartside does not look at it.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema_address: Option<String>,
    /// The EHRs that may launch Chartside. A launch from any other is refused before any fetch.
    pub ehrs: Vec<EhrPolicy>,
    #[serde(default)]
    pub lock: LockPolicy,
    #[serde(default)]
    pub rooms: RoomPolicy,
    #[serde(default)]
    pub worklist: WorklistPolicy,
    #[serde(default)]
    pub delivery: DeliveryPolicy,
    /// Port on 127.0.0.1 where EHRs may launch by http; absent: only by the custom scheme.
    #[serde(default)]
    pub launch_port: Option<u16>,
    /// Where the file lies: what the site adds (`templates/`) is read from beside it.
    #[serde(skip)]
    pub folder: Option<PathBuf>,
}

/// One EHR.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EhrPolicy {
    /// As clinicians know it.
    pub name: String,
    /// FHIR base address: https, or http on loopback.
    pub iss: String,
    /// Our registration at this EHR.
    pub client_id: String,
    /// Asked for at sign-in; absent: what a visit needs.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Registered ways back from the browser, tried in order until one is free; absent:
    /// `http://127.0.0.1/callback`. Each is one of `http://127.0.0.1/callback` (any port),
    /// `http://127.0.0.1:PORT/callback`, `chartside://callback`, or the https address of the clinic's
    /// copy of `packaging/handoff/callback.html`.
    #[serde(default)]
    pub redirects: Option<Vec<String>>,
    /// Port on 127.0.0.1 to which the clinic's hand-back page sends the browser; absent: the page
    /// uses the custom scheme.
    #[serde(default)]
    pub hand_back_port: Option<u16>,
    /// This EHR leaves the nonce out of its proof of who signed in. One that is there is checked all
    /// the same. Leave it off unless the EHR's maker says so.
    #[serde(default)]
    pub nonce_optional: bool,
    /// How Chartside proves itself at this EHR; absent: as a public client, which has nothing to
    /// prove itself with.
    #[serde(default)]
    pub auth: Option<AuthPolicy>,
    /// What this EHR takes: `generic`, `medplum`, `epic`, `oracle`, `athena` or `read-only`; absent: what it says
    /// that it is, else `generic`.
    #[serde(default)]
    pub personality: Option<String>,
    /// Where charges go that this EHR takes in no other way; absent: they stand in the note.
    #[serde(default)]
    pub billing: Option<BillingPolicy>,
}

/// How a client proves itself.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum AuthPolicy {
    /// A key made on each computer, its private part in the keychain there. `chartside --jwks` prints
    /// the public part, which IT registers at the EHR.
    PrivateKeyJwt {
        alg: KeyAlgorithm,
        /// https address where IT publishes the public keys, when the EHR fetches them.
        #[serde(default)]
        jku: Option<String>,
    },
}

/// The two that SMART names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum KeyAlgorithm {
    Es384,
    Rs384,
}

/// When the window locks.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LockPolicy {
    /// Minutes without input after which the screen is covered; 0: never by itself, also not at
    /// the start of the app (for computers that only one person uses).
    pub idle_minutes: u32,
    /// Minutes for which signed items are still delivered while covered; then the vault is closed.
    pub deliver_minutes: u32,
    /// Hours after a sign-in at the EHR in which an offline PIN unlocks; 0: no PINs.
    pub pin_hours: u32,
    /// Fewest digits of a PIN (4 to 12).
    pub pin_digits: u32,
    /// Wrong tries after which only the EHR's sign-in unlocks (1 to 10).
    pub pin_tries: u32,
}

impl Default for LockPolicy {
    fn default() -> Self {
        Self { idle_minutes: 10, deliver_minutes: 60, pin_hours: 24, pin_digits: 6, pin_tries: 5 }
    }
}

/// Video rooms.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RoomPolicy {
    /// Where rooms may be. A room anywhere else is named, and not opened.
    pub providers: Vec<RoomProvider>,
    /// Address of the room where the EHR names none: https, on an origin of `providers`, with
    /// `{appointment}` or `{encounter}` (the EHR's id) where the site's system puts it.
    pub template: Option<String>,
}

/// One site of video rooms.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomProvider {
    /// Such as `https://meet.example`.
    pub origin: String,
    #[serde(default)]
    pub kind: RoomKind,
    /// How its rooms are shown; absent: the best way that this kind and this computer have.
    #[serde(default)]
    pub surface: Option<RoomSurface>,
}

/// The day's list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WorklistPolicy {
    /// Bring the charts of today's patients into the vault before they are opened.
    pub prefetch: bool,
    /// Hours after which a chart leaves the vault when no visit of that patient is open (1 to 168).
    pub prefetch_hours: u32,
    /// Seconds between two looks at the schedule (15 to 3600).
    pub poll_seconds: u32,
    /// Zone of the clinic's day, such as `America/New_York`; absent: the computer's.
    pub time_zone: Option<String>,
}

impl Default for WorklistPolicy {
    fn default() -> Self {
        Self { prefetch: true, prefetch_hours: 24, poll_seconds: 60, time_zone: None }
    }
}

/// Why a policy cannot be used: names the file, and the key where one is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("policy {file}: {reason}")]
pub struct PolicyError {
    pub file: String,
    pub reason: String,
}

impl Policy {
    /// Reads and checks a policy file.
    pub fn read(path: &Path) -> Result<Self, PolicyError> {
        let fail = |reason: String| PolicyError { file: path.display().to_string(), reason };
        let text =
            std::fs::read_to_string(path).map_err(|e| fail(format!("cannot be read ({})", e.kind())))?;
        let mut policy: Policy = serde_json::from_str(&text).map_err(|e| fail(e.to_string()))?;
        policy.check().map_err(fail)?;
        policy.folder = path.parent().map(Path::to_owned);
        Ok(policy)
    }

    fn check(&self) -> Result<(), String> {
        for (n, ehr) in self.ehrs.iter().enumerate() {
            if normalise_iss(&ehr.iss).is_none() {
                return Err(format!("ehrs[{n}].iss: not an https address (or loopback) without query"));
            }
            if ehr.personality.as_deref().is_some_and(|id| personality(id).is_none()) {
                let known: Vec<_> = ehr::personality::ALL.iter().map(|p| p.id).collect();
                return Err(format!("ehrs[{n}].personality: not one of {}", known.join(", ")));
            }
            for redirect in ehr.redirects.iter().flatten() {
                Redirect::parse(redirect).ok_or_else(|| {
                    format!("ehrs[{n}].redirects: only http://127.0.0.1/callback (with or without a port), chartside://callback, or an https address")
                })?;
            }
            if let Some(AuthPolicy::PrivateKeyJwt { jku: Some(jku), .. }) = &ehr.auth
                && !url::Url::parse(jku).is_ok_and(|u| u.scheme() == "https")
            {
                return Err(format!("ehrs[{n}].auth.jku: not an https address"));
            }
            if let Some(Err(what)) = ehr.billing.as_ref().map(BillingPolicy::check) {
                return Err(format!("ehrs[{n}].billing.{what}"));
            }
            if ehr.hand_back_port == Some(0) {
                return Err(format!("ehrs[{n}].hand_back_port: 0 is no port"));
            }
        }
        if !(4..=12).contains(&self.lock.pin_digits) {
            return Err("lock.pin_digits: from 4 to 12".to_owned());
        }
        if !(1..=10).contains(&self.lock.pin_tries) {
            return Err("lock.pin_tries: from 1 to 10".to_owned());
        }
        if !(1..=168).contains(&self.worklist.prefetch_hours) {
            return Err("worklist.prefetch_hours: from 1 to 168".to_owned());
        }
        if !(15..=3600).contains(&self.worklist.poll_seconds) {
            return Err("worklist.poll_seconds: from 15 to 3600".to_owned());
        }
        if let Some(zone) = &self.worklist.time_zone
            && jiff::tz::TimeZone::get(zone).is_err()
        {
            return Err("worklist.time_zone: not the name of a zone such as America/New_York".to_owned());
        }
        for (n, room) in self.rooms.providers.iter().enumerate() {
            let is_origin = url::Url::parse(&room.origin)
                .is_ok_and(|u| ehr::http::secure(&u) && u.origin().ascii_serialization() == room.origin);
            if !is_origin {
                return Err(format!(
                    "rooms.providers[{n}].origin: not an origin such as https://meet.example"
                ));
            }
            if room.surface == Some(RoomSurface::Embedded) && !room.kind.facts().embeddable {
                return Err(format!(
                    "rooms.providers[{n}].surface: {} does not let its rooms be embedded",
                    room.kind.facts().name
                ));
            }
        }
        if let Some(template) = &self.rooms.template
            && self.rooms.at_template("1", "1").is_none()
        {
            return Err(format!(
                "rooms.template: {template} is not an address on an origin of rooms.providers with {{appointment}} or {{encounter}}"
            ));
        }
        Ok(())
    }

    /// The EHR that this `iss` names, compared in normal form.
    pub fn ehr(&self, iss: &str) -> Option<&EhrPolicy> {
        let wanted = normalise_iss(iss)?;
        self.ehrs.iter().find(|e| normalise_iss(&e.iss).as_deref() == Some(&wanted))
    }

    /// The published JSON schema of the file.
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(Policy).to_value()
    }
}

impl RoomPolicy {
    /// The site at which this address is, if IT allows one there.
    pub fn provider(&self, address: &url::Url) -> Option<&RoomProvider> {
        let origin = address.origin().ascii_serialization();
        self.providers.iter().find(|p| ehr::http::secure(address) && p.origin == origin)
    }

    /// The room that the template names; `None` without one.
    pub fn at_template(&self, appointment: &str, encounter: &str) -> Option<url::Url> {
        let template = self.template.as_ref()?;
        let safe = |id: &str| id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        let filled = [("{appointment}", appointment), ("{encounter}", encounter)]
            .into_iter()
            .filter(|(hole, id)| template.contains(hole) && !id.is_empty() && safe(id))
            .fold(template.clone(), |text, (hole, id)| text.replace(hole, id));
        let address =
            url::Url::parse(&filled).ok().filter(|_| filled != *template && !filled.contains('{'))?;
        self.provider(&address)?;
        Some(address)
    }

    /// The origins whose pages may stand in a frame.
    pub fn framed(&self) -> Vec<String> {
        let may = |p: &&RoomProvider| {
            p.kind.facts().embeddable && p.surface.is_none_or(|s| s == RoomSurface::Embedded)
        };
        self.providers.iter().filter(may).map(|p| p.origin.clone()).collect()
    }

    /// The same for a content security policy.
    pub fn frame_sources(&self) -> String {
        let framed = self.framed();
        if framed.is_empty() { "'none'".to_owned() } else { framed.join(" ") }
    }
}

impl EhrPolicy {
    /// The ways back from the browser, in the order in which they are tried.
    pub fn ways_back(&self) -> Vec<Redirect> {
        match &self.redirects {
            Some(all) if !all.is_empty() => all.iter().filter_map(|r| Redirect::parse(r)).collect(),
            _ => vec![Redirect::AnyPort],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Policy, PolicyError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("policy.json");
        std::fs::write(&file, text).unwrap();
        Policy::read(&file)
    }

    #[test]
    fn the_example_for_it_is_a_policy() {
        let policy = read(include_str!("../../../docs/policy.example.json")).unwrap();
        assert_eq!(policy.ehrs.len(), 1);
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = read(r#"{"ehrs": [], "idle": 5}"#).unwrap_err();
        assert!(error.reason.contains("idle"), "{error}");
        let error =
            read(r#"{"ehrs": [{"name": "E", "iss": "https://e.test", "client_id": "c", "secret": "s"}]}"#)
                .unwrap_err();
        assert!(error.reason.contains("secret"), "{error}");
    }

    #[test]
    fn a_worklist_setting_that_makes_no_sense_is_named() {
        for (key, value) in
            [("prefetch_hours", "0"), ("poll_seconds", "1"), ("time_zone", r#""Mars/Olympus""#)]
        {
            let error = read(&format!(r#"{{"ehrs": [], "worklist": {{"{key}": {value}}}}}"#)).unwrap_err();
            assert!(error.reason.contains(&format!("worklist.{key}")), "{error}");
        }
        let policy = read(r#"{"ehrs": [], "worklist": {"time_zone": "America/New_York"}}"#).unwrap();
        assert!(policy.worklist.prefetch && policy.worklist.poll_seconds == 60);
    }

    #[test]
    fn a_billing_folder_that_cannot_be_one_is_named() {
        let ehr = |billing: &str| {
            read(&format!(
                r#"{{"ehrs": [{{"name": "E", "iss": "https://e.test", "client_id": "c", "billing": {billing}}}]}}"#
            ))
        };
        for (billing, key) in [
            (r#"{"folder": "billing"}"#, "folder"),
            (r#"{"folder": "/b", "acknowledgements": "answers"}"#, "acknowledgements"),
            (r#"{"folder": "/b", "receiving_facility": "A name of more than 20"}"#, "receiving_facility"),
        ] {
            let error = ehr(billing).unwrap_err();
            assert!(error.reason.contains(&format!("ehrs[0].billing.{key}")), "{error}");
        }
        assert!(ehr(r#"{"folder": "/var/spool/billing"}"#).is_ok());
    }

    #[test]
    fn a_plain_http_ehr_is_refused() {
        let error =
            read(r#"{"ehrs": [{"name": "E", "iss": "http://e.test", "client_id": "c"}]}"#).unwrap_err();
        assert!(error.reason.contains("ehrs[0].iss"));
    }

    #[test]
    fn a_room_is_only_where_it_allows_one() {
        let rooms = |text: &str| read(&format!(r#"{{"ehrs": [], "rooms": {text}}}"#));
        let policy = rooms(
            r#"{"providers": [{"origin": "https://meet.test", "kind": "jitsi"}, {"origin": "https://zoom.us", "kind": "zoom"}],
                "template": "https://meet.test/visit-{appointment}"}"#,
        )
        .unwrap();
        let at = |url: &str| policy.rooms.provider(&url::Url::parse(url).unwrap()).map(|p| p.kind);
        assert_eq!(at("https://meet.test/abc"), Some(RoomKind::Jitsi));
        assert_eq!((at("https://meet.test.evil/abc"), at("http://meet.test/abc")), (None, None));
        assert_eq!(policy.rooms.frame_sources(), "https://meet.test");
        assert_eq!(policy.rooms.at_template("a-1", "").unwrap().as_str(), "https://meet.test/visit-a-1");
        assert!(
            policy.rooms.at_template("../x", "").is_none() && policy.rooms.at_template("", "e").is_none()
        );

        let wrong = |text: &str| rooms(text).unwrap_err().reason;
        assert!(
            wrong(r#"{"providers": [{"origin": "https://meet.test/"}]}"#).contains("providers[0].origin")
        );
        assert!(
            wrong(r#"{"providers": [{"origin": "https://zoom.us", "kind": "zoom", "surface": "embedded"}]}"#)
                .contains("Zoom does not let")
        );
        assert!(
            wrong(r#"{"providers": [], "template": "https://meet.test/{appointment}"}"#)
                .contains("rooms.template")
        );
    }

    #[test]
    fn a_way_back_that_is_none_is_named() {
        let with = |redirect: &str| {
            read(&format!(
                r#"{{"ehrs": [{{"name": "E", "iss": "https://e.test", "client_id": "c", "redirects": ["{redirect}"]}}]}}"#
            ))
        };
        assert!(with("http://localhost/callback").unwrap_err().reason.contains("ehrs[0].redirects"));
        let policy = with("chartside://callback").unwrap();
        assert_eq!(policy.ehrs[0].ways_back(), [Redirect::Scheme]);
    }

    #[test]
    fn the_same_ehr_is_found_with_and_without_slash_and_no_other() {
        let policy =
            read(r#"{"ehrs": [{"name": "E", "iss": "https://e.test/fhir/", "client_id": "c"}]}"#).unwrap();
        assert!(policy.ehr("https://e.test/fhir").is_some());
        assert!(
            policy.ehr("https://e.test/fhir2").is_none() && policy.ehr("https://e.test.evil/fhir").is_none()
        );
    }
}
