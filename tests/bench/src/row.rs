//! One line of the result: ours, the peer, and whether the ratio is as it should be.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// Which number of the samples is compared.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub enum Compared {
    Median,
    P99,
}

impl Compared {
    fn words(self) -> &'static str {
        match self {
            Compared::Median => "median",
            Compared::P99 => "p99",
        }
    }
}

/// What the numbers of a row are.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub enum Unit {
    Milliseconds,
    Megabytes,
    Count,
    Percent,
}

impl Unit {
    fn words(self) -> &'static str {
        match self {
            Unit::Milliseconds => "ms",
            Unit::Megabytes => "MB",
            Unit::Count => "",
            Unit::Percent => "%",
        }
    }
}

/// Durations in milliseconds, or other numbers of which less is better.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Samples(Vec<f64>);

impl From<Vec<f64>> for Samples {
    fn from(samples: Vec<f64>) -> Self {
        Self(samples)
    }
}

impl Samples {
    pub fn add(&mut self, took: Duration) {
        self.0.push(took.as_secs_f64() * 1000.0);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The smallest sample that this share of all samples does not exceed (nearest rank).
    pub fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (share * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or(f64::NAN)
    }

    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    fn of(&self, compared: Compared) -> f64 {
        match compared {
            Compared::Median => self.median(),
            Compared::P99 => self.quantile(0.99),
        }
    }
}

/// What this share of our samples must stay within, in the row's unit.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Limit {
    share: f64,
    most: f64,
}

impl Limit {
    pub fn p95(most: Duration) -> Self {
        Self { share: 0.95, most: most.as_secs_f64() * 1000.0 }
    }

    pub fn p99(most: Duration) -> Self {
        Self { share: 0.99, most: most.as_secs_f64() * 1000.0 }
    }

    /// Of the only sample.
    pub fn of_one(most: f64) -> Self {
        Self { share: 1.0, most }
    }

    fn name(self) -> String {
        if self.share < 1.0 { format!("p{:.0} ", self.share * 100.0) } else { String::new() }
    }
}

/// A bench's result. Less is better in all of them so far.
#[derive(Serialize, Deserialize)]
pub struct Row {
    pub name: String,
    pub peer_name: String,
    pub compared: Compared,
    pub unit: Unit,
    pub ours: Samples,
    pub peer: Samples,
    /// The ratio ours/peer that must not be exceeded, where one is set.
    pub target: Option<f64>,
    /// What ours must stay within, besides the ratio.
    pub limit: Option<Limit>,
    pub runs: usize,
}

impl Row {
    /// Two numbers that do not vary.
    pub fn one(name: &str, peer_name: &str, unit: Unit, ours: f64, peer: f64, target: Option<f64>) -> Self {
        Self {
            name: name.to_owned(),
            peer_name: peer_name.to_owned(),
            compared: Compared::Median,
            unit,
            ours: Samples(vec![ours]),
            peer: Samples(vec![peer]),
            target,
            limit: None,
            runs: 1,
        }
    }

    pub fn ratio(&self) -> f64 {
        self.ours.of(self.compared) / self.peer.of(self.compared)
    }

    pub fn met(&self) -> bool {
        self.target.is_none_or(|t| self.ratio() <= t)
            && self.limit.is_none_or(|l| self.ours.quantile(l.share) <= l.most)
    }

    pub fn json(&self) -> Value {
        let spread = |s: &Samples| json!({ "median": round(s.median()), "p95": round(s.quantile(0.95)), "p99": round(s.quantile(0.99)), "samples": s.len() });
        json!({
            "name": self.name,
            "ours": round(self.ours.of(self.compared)),
            "peer": round(self.peer.of(self.compared)),
            "peer_name": self.peer_name,
            "unit": self.unit.words(),
            "ratio": round(self.ratio()),
            "better": "lower",
            "target": self.target,
            "limit": self.limit.map(|l| json!({ "quantile": l.share, "most": l.most })),
            "runs": self.runs,
            "compared": self.compared.words(),
            "met": self.met(),
            "ours_spread": spread(&self.ours),
            "peer_spread": spread(&self.peer),
        })
    }
}

/// Four digits after the point: 0.1 µs.
fn round(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

#[allow(clippy::print_stdout)]
pub fn print(rows: &[Row]) {
    let head = ["bench", "compared", "ours", "p95", "peer", "p95", "unit", "ratio", "target", "runs", "peer"];
    let mut lines = vec![head.map(str::to_owned)];
    for r in rows {
        lines.push([
            r.name.clone(),
            r.compared.words().to_owned(),
            format!("{:.3}", r.ours.of(r.compared)),
            format!("{:.3}", r.ours.quantile(0.95)),
            format!("{:.3}", r.peer.of(r.compared)),
            format!("{:.3}", r.peer.quantile(0.95)),
            r.unit.words().to_owned(),
            format!("{:.2}", r.ratio()),
            r.target.map_or("-".to_owned(), |t| format!("≤ {t:.2}")),
            r.runs.to_string(),
            r.peer_name.clone(),
        ]);
    }
    let width = |i: usize| lines.iter().map(|l| l[i].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    println!();
    for line in &lines {
        let cells = line.iter().zip(&widths).enumerate().map(|(i, (cell, width))| {
            if (2..=9).contains(&i) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    println!();
    for r in rows {
        let verdict = if r.met() { "meets" } else { "MISSES" };
        let unit = r.unit.words();
        let limit = r.limit.map(|l| {
            format!(", {}{:.1} {unit}, at most {} {unit}", l.name(), r.ours.quantile(l.share), l.most)
        });
        let limit = limit.unwrap_or_default();
        let target = r.target.map(|t| format!(", at most {t:.2}")).unwrap_or_default();
        println!("{} {verdict} its target: {:.2} × the peer{target}{limit}", r.name, r.ratio());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_samples_by_nearest_rank() {
        let mut s = Samples::default();
        for n in 1..=100 {
            s.add(Duration::from_millis(n));
        }
        assert!((s.median() - 50.0).abs() < 1e-9 && (s.quantile(0.99) - 99.0).abs() < 1e-9);
        assert!((s.quantile(1.0) - 100.0).abs() < 1e-9);
    }
}
