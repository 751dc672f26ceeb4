//! What was measured, and the table that shows it.

use std::{fs, path::Path};

use anyhow::Context;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub measure: String,
    /// As people read it.
    pub cell: String,
    /// As it is compared with another engine's.
    #[serde(default)]
    pub value: Option<f64>,
}

/// What one build did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub name: String,
    pub rows: Vec<Row>,
}

/// The same work on PostgreSQL: a durable transaction that writes a case's row and two of the outbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Peer {
    pub version: String,
    pub rows: Vec<PeerRow>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PeerRow {
    /// The measure of ours that does the same.
    pub measure: String,
    pub per_second: f64,
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
}

impl Report {
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            rows: Vec::new(),
        }
    }

    /// Adds a line, and says it.
    pub fn add(&mut self, measure: impl Into<String>, cell: impl Into<String>) {
        self.push(measure.into(), cell.into(), None);
    }

    /// Adds a line whose number is compared.
    pub fn add_value(&mut self, measure: impl Into<String>, cell: impl Into<String>, value: f64) {
        self.push(measure.into(), cell.into(), Some(value));
    }

    fn push(&mut self, measure: String, cell: String, value: Option<f64>) {
        eprintln!("  {measure}: {cell}");
        self.rows.push(Row {
            measure,
            cell,
            value,
        });
    }

    /// The number of a line.
    #[must_use]
    pub fn value(&self, measure: &str) -> Option<f64> {
        self.row(measure)?.value
    }

    fn row(&self, measure: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.measure == measure)
    }

    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    }
}

/// Reads a [`Report`] or a [`Peer`].
///
/// # Errors
/// If the file cannot be read, or is something else.
pub fn read<T: DeserializeOwned>(file: &Path) -> anyhow::Result<T> {
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("in {}", file.display()))
}

/// One table: a column for each build, in this order, and one for the peer.
#[must_use]
pub fn table(reports: &[Report], peer: Option<&Peer>) -> String {
    let mut head = vec!["measure".to_owned()];
    head.extend(reports.iter().map(|report| report.name.clone()));
    head.extend(peer.map(|peer| format!("PostgreSQL {}", peer.version)));
    let mut lines = vec![head.clone(), vec!["---".to_owned(); head.len()]];
    for measure in measures(reports) {
        let mut line = vec![measure.clone()];
        for report in reports {
            let row = report.row(&measure);
            line.push(row.map_or_else(String::new, |row| row.cell.clone()));
        }
        let theirs = peer.map(|peer| peer.rows.iter().find(|row| row.measure == measure));
        line.extend(theirs.map(|row| row.map_or_else(String::new, PeerRow::cell)));
        lines.push(line);
    }
    for row in peer.into_iter().flat_map(|peer| &peer.rows) {
        let mut line = vec![format!("{}: times PostgreSQL's rate", row.measure)];
        for report in reports {
            let own = report.row(&row.measure).and_then(|row| row.value);
            line.push(own.map_or_else(String::new, |own| format!("{:.2}", own / row.per_second)));
        }
        line.push("1".to_owned());
        lines.push(line);
    }
    let text: Vec<String> = lines
        .iter()
        .map(|cells| format!("| {} |", cells.join(" | ")))
        .collect();
    format!("{}\n", text.join("\n"))
}

/// A table for each report: a line for each way in which it was measured, `<measure>, <brokers>, <standby>`, and a column
/// for each measure.
#[must_use]
pub fn by_standby(reports: &[Report]) -> String {
    let mut text = String::new();
    for report in reports {
        let mut measures: Vec<&str> = Vec::new();
        let mut lines: Vec<(&str, Vec<&str>)> = Vec::new();
        for row in &report.rows {
            let Some((measure, way)) = way_of(&row.measure) else {
                continue;
            };
            if !measures.contains(&measure) {
                measures.push(measure);
            }
            match lines.iter_mut().find(|(known, _)| *known == way) {
                Some((_, cells)) => cells.push(row.cell.as_str()),
                None => lines.push((way, vec![row.cell.as_str()])),
            }
        }
        let rule = vec!["---"; measures.len() + 1].join("|");
        text += &format!("| {} | {} |\n|{rule}|\n", report.name, measures.join(" | "));
        for (way, cells) in lines {
            text += &format!("| {way} | {} |\n", cells.join(" | "));
        }
    }
    text
}

/// What was measured, and with which brokers and standby.
fn way_of(measure: &str) -> Option<(&str, &str)> {
    let (before, standby) = measure.rsplit_once(", ")?;
    let (what, _) = before.rsplit_once(", ")?;
    let way = measure.get(what.len() + 2..)?;
    standby.starts_with("standby ").then_some((what, way))
}

/// Every measure of any report, in the order in which they were taken.
fn measures(reports: &[Report]) -> Vec<String> {
    let mut measures: Vec<String> = Vec::new();
    for row in reports.iter().flat_map(|report| &report.rows) {
        if !measures.contains(&row.measure) {
            measures.push(row.measure.clone());
        }
    }
    measures
}

impl PeerRow {
    fn cell(&self) -> String {
        let Self {
            per_second,
            p50,
            p99,
            p999,
            ..
        } = self;
        format!("{per_second:.0}/s, {p50:.2} / {p99:.2} / {p999:.2} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_of_keeping_is_a_line_and_a_measure_a_column() {
        let mut report = Report::new("now");
        report.add("seed", "1");
        for standby in ["none", "sync"] {
            for measure in ["open, 64 at once", "sustained, events a second"] {
                let row = format!("{measure}, 3 brokers, standby {standby}");
                report.add(row, format!("{standby}'s"));
            }
        }
        assert_eq!(
            by_standby(&[report]),
            "| now | open, 64 at once | sustained, events a second |\n|---|---|---|\n\
             | 3 brokers, standby none | none's | none's |\n| 3 brokers, standby sync | sync's | sync's |\n"
        );
    }

    #[test]
    fn columns_stand_side_by_side() {
        let mut before = Report::new("before");
        before.add_value("open", "500/s", 500.0);
        before.add("gone", "1");
        let mut now = Report::new("now");
        now.add_value("open", "5000/s", 5_000.0);
        now.add("new", "2");
        let peer = Peer {
            version: "15".to_owned(),
            rows: vec![PeerRow {
                measure: "open".to_owned(),
                per_second: 2_500.0,
                p50: 1.0,
                p99: 2.0,
                p999: 3.0,
            }],
        };
        let shown = table(&[before, now], Some(&peer));
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "| measure | before | now | PostgreSQL 15 |");
        assert_eq!(
            lines[2],
            "| open | 500/s | 5000/s | 2500/s, 1.00 / 2.00 / 3.00 ms |"
        );
        assert_eq!(lines[3], "| gone | 1 |  |  |");
        assert_eq!(lines[4], "| new |  | 2 |  |");
        assert_eq!(
            lines[5],
            "| open: times PostgreSQL's rate | 0.20 | 2.00 | 1 |"
        );
    }
}
