//! Faults: what can go wrong between a client and an EHR, on order.

use crate::world::locked;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use std::sync::Mutex;
use tokio::sync::watch;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// Answers only after `ms` milliseconds.
    Latency,
    /// Answers with this HTTP status instead; with `after_commit`, after doing the work.
    Status(u16),
    /// Does the work, then cuts the connection without an answer, `ms` milliseconds later.
    DropResponse,
    /// Cuts the connection in the middle of the answer's body.
    CutBody,
    /// Sends the answer's body slowly, over `ms` milliseconds.
    SlowBody,
    /// Answers 200 with an HTML login page.
    Html,
    /// Answers with `mb` megabytes.
    HugeBody,
    /// Closes the connection at once, before reading anything.
    Refuse,
    /// Does not listen at all: connections are refused until the fault is cleared.
    Down,
}

impl FromStr for FaultKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "latency" => Self::Latency,
            "drop_response" => Self::DropResponse,
            "cut_body" => Self::CutBody,
            "slow_body" => Self::SlowBody,
            "html" => Self::Html,
            "huge_body" => Self::HugeBody,
            "refuse" => Self::Refuse,
            "down" => Self::Down,
            number => match number.parse() {
                Ok(status) if (400..600).contains(&status) => Self::Status(status),
                _ => return Err(format!("unknown fault kind {text}")),
            },
        })
    }
}

impl std::fmt::Display for FaultKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Latency => "latency",
            Self::DropResponse => "drop_response",
            Self::CutBody => "cut_body",
            Self::SlowBody => "slow_body",
            Self::Html => "html",
            Self::HugeBody => "huge_body",
            Self::Refuse => "refuse",
            Self::Down => "down",
            Self::Status(status) => return write!(f, "{status}"),
        })
    }
}

/// One fault: what, on which requests, how often.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    #[serde(with = "kind_text")]
    pub kind: FaultKind,
    /// Only on this HTTP method.
    #[serde(default)]
    pub method: Option<String>,
    /// Only where path and query contain this text.
    #[serde(default)]
    pub path_contains: Option<String>,
    /// How many requests it strikes; none means all.
    #[serde(default)]
    pub times: Option<u32>,
    /// How many fitting requests pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// For 429 and 503: the Retry-After.
    #[serde(default)]
    pub seconds: Option<u64>,
    /// For latency and slow bodies: how long.
    #[serde(default)]
    pub ms: Option<u64>,
    /// For huge bodies: how many megabytes.
    #[serde(default)]
    pub mb: Option<u64>,
    /// For statuses: do the work first.
    #[serde(default)]
    pub after_commit: bool,
}

/// A kind is written as text; a status may also be a JSON number.
mod kind_text {
    use super::FaultKind;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde wants it so
    pub fn serialize<S: Serializer>(kind: &FaultKind, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(kind)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<FaultKind, D::Error> {
        let value = serde_json::Value::deserialize(from)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text.parse().map_err(D::Error::custom)
    }
}

impl Fault {
    /// A fault that strikes every FHIR and token request until it is cleared.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            method: None,
            path_contains: None,
            times: None,
            skip: 0,
            seconds: None,
            ms: None,
            mb: None,
            after_commit: false,
        }
    }

    /// The same fault, striking only so many times.
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// The same fault, only on one method and on paths that contain a text.
    pub fn on(self, method: &str, path: &str) -> Self {
        Self { method: Some(method.to_owned()), path_contains: Some(path.to_owned()), ..self }
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path_contains.as_deref().is_none_or(|part| path.contains(part))
    }

    fn whole_server(&self) -> bool {
        self.method.is_none() && self.path_contains.is_none()
    }
}

impl FromStr for Fault {
    type Err = String;

    /// Reads `kind=503,method=POST,path=DocumentReference,times=1`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut members = serde_json::Map::new();
        for part in text.split(',') {
            let (name, value) = part.split_once('=').ok_or_else(|| format!("{part} is not name=value"))?;
            let name = if name == "path" { "path_contains" } else { name };
            let textual = matches!(name, "kind" | "method" | "path_contains");
            let value = if textual {
                value.into()
            } else {
                value.parse().map_err(|_| format!("bad value in {part}"))?
            };
            members.insert(name.to_owned(), value);
        }
        serde_json::from_value(members.into()).map_err(|error| error.to_string())
    }
}

/// The faults in force in one sandbox.
#[derive(Debug)]
pub struct Faults {
    list: Mutex<Vec<Fault>>,
    down: watch::Sender<bool>,
}

impl Faults {
    pub(crate) fn new(list: Vec<Fault>) -> Self {
        let faults = Self { list: Mutex::default(), down: watch::Sender::new(false) };
        for fault in list {
            faults.add(fault);
        }
        faults
    }

    /// Puts one more fault in force.
    pub fn add(&self, fault: Fault) {
        if fault.kind == FaultKind::Down {
            self.down.send_replace(true);
        }
        locked(&self.list).push(fault);
    }

    /// Ends all faults.
    pub fn clear(&self) {
        locked(&self.list).clear();
        self.down.send_replace(false);
    }

    /// The faults that can still strike.
    pub fn list(&self) -> Vec<Fault> {
        locked(&self.list).clone()
    }

    /// Follows whether the server listens.
    pub(crate) fn down(&self) -> watch::Receiver<bool> {
        self.down.subscribe()
    }

    /// Whether this new connection is to be closed at once.
    pub(crate) fn refuses_connection(&self) -> bool {
        let mut list = locked(&self.list);
        strike(&mut list, |fault| fault.kind == FaultKind::Refuse && fault.whole_server()).is_some()
    }

    /// The faults that strike this request: any delays, then at most one real fault.
    pub(crate) fn strike(&self, method: &str, path: &str) -> Vec<Fault> {
        let mut list = locked(&self.list);
        let mut struck = Vec::new();
        let fits = |fault: &Fault| fault.fits(method, path) && fault.kind != FaultKind::Down;
        struck.extend(strike(&mut list, |fault| fits(fault) && fault.kind == FaultKind::Latency));
        struck.extend(strike(&mut list, |fault| fits(fault) && fault.kind != FaultKind::Latency));
        struck
    }
}

/// Takes one turn of the first fault that fits and is not skipped.
fn strike(list: &mut Vec<Fault>, fits: impl Fn(&Fault) -> bool) -> Option<Fault> {
    let mut place = None;
    for (index, fault) in list.iter_mut().enumerate().filter(|(_, fault)| fits(fault)) {
        if fault.skip > 0 {
            fault.skip -= 1;
            continue;
        }
        place = Some(index);
        break;
    }
    let place = place?;
    let struck = list[place].clone();
    if let Some(times) = &mut list[place].times {
        *times = times.saturating_sub(1);
        if *times == 0 {
            list.remove(place);
        }
    }
    Some(struck)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_from_the_command_line() {
        let fault: Fault = "kind=drop_response,method=POST,path=DocumentReference,times=1".parse().unwrap();
        assert_eq!(fault.kind, FaultKind::DropResponse);
        assert_eq!(fault.path_contains.as_deref(), Some("DocumentReference"));
        assert_eq!(fault.times, Some(1));
        assert!("kind=nonsense".parse::<Fault>().is_err());
        assert_eq!("kind=503,seconds=2".parse::<Fault>().unwrap().seconds, Some(2));
    }

    #[test]
    fn a_fault_skips_then_strikes_as_often_as_told() {
        let faults = Faults::new(vec!["kind=500,skip=1,times=1".parse().unwrap()]);
        assert!(faults.strike("GET", "/fhir/Patient").is_empty());
        assert_eq!(faults.strike("GET", "/fhir/Patient").len(), 1);
        assert!(faults.strike("GET", "/fhir/Patient").is_empty());
    }
}
