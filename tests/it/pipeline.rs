//! The load tool of the whole pipeline works: the services take what it fills as their own, and every figure of its
//! table is there.

use std::{path::PathBuf, process::Command};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{clean, executable, nats_server, onestop};

/// A figure of each part of the measurement.
const MEASURES: [&str; 10] = [
    "filled (whole)",
    "ledger made anew",
    "page of a case, 1 at a time, filled",
    "open, 64 at once, filled",
    "accept, 64 at once, filled",
    "offer in the worklist, 20 a second come in",
    "sustained, events a second",
    "sustained, all caught up",
    "processor an event, all services",
    "sustained, at most at that price",
];

struct Measured {
    folder: TempDir,
    rows: Vec<Value>,
    said: String,
}

impl Measured {
    fn of(part: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let report = folder.path().join("report.json");
        let tool = executable("load-pipeline");
        let mut measure = Command::new(&tool);
        clean(&mut measure);
        measure.args(["measure", "--name", "now", "--cases", "200"]);
        measure.args(["--open", "0.2", "--parts", part, "--short", "0.2"]);
        measure.args(["--sustained", "0.3", "--at-once", "4", "--patience", "60"]);
        measure.arg("--programs").arg(tool.parent().unwrap());
        measure.arg("--nats-server").arg(nats_server());
        measure.arg("--work").arg(folder.path().join("work"));
        measure.arg("--report").arg(&report);
        let measured = measure.output().unwrap();
        let said = String::from_utf8_lossy(&measured.stderr).into_owned();
        assert!(measured.status.success(), "{said}");
        let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
        Self {
            folder,
            rows: report["rows"].as_array().unwrap().clone(),
            said,
        }
    }

    fn cell(&self, measure: &str) -> String {
        let row = self.rows.iter().find(|row| row["measure"] == measure);
        let row = row.unwrap_or_else(|| panic!("no '{measure}' in\n{}", self.said));
        row["cell"].as_str().unwrap().to_owned()
    }

    /// The figure is there.
    fn assert_measured(&self, measure: &str) {
        let cell = self.cell(measure);
        assert!(!cell.contains('–'), "{measure}: {cell}\n{}", self.said);
    }

    fn assert_nothing_refused(&self) {
        let refused = self.cell("refused, unanswered or unseen");
        assert_eq!(refused, "0", "{}", self.said);
    }

    fn data(&self, part: &str) -> PathBuf {
        self.folder.path().join("work").join(part)
    }
}

#[test]
fn a_small_load_is_measured_and_nothing_is_refused() {
    let measured = Measured::of("load");
    for measure in MEASURES {
        measured.assert_measured(measure);
    }
    // Every service had heard what was filled, and no clock was due.
    let added = measured.cell("events added by the first start");
    assert_eq!(added, "0", "{}", measured.said);
    measured.assert_nothing_refused();
    let mut verify = Command::new(onestop());
    clean(&mut verify);
    let verified = verify
        .args(["verify", "--offline", "--data"])
        .arg(measured.data("filled"))
        .output()
        .unwrap();
    assert!(verified.status.success(), "{verified:?}");
}

#[test]
fn what_standbys_cost_is_measured_for_one_broker_and_for_three() {
    let measured = Measured::of("standby");
    for brokers in ["1 broker", "3 brokers"] {
        for mode in ["none", "async", "sync"] {
            for measure in [
                "open, 1 at a time",
                "open, 64 at once",
                "sustained, events a second",
            ] {
                let row = format!("{measure}, {brokers}, standby {mode}");
                measured.assert_measured(&row);
                let is_compared = measured.cell(&row).contains("of none's rate");
                assert_eq!(is_compared, mode != "none", "{row}");
            }
        }
        // The second node really has what was confirmed.
        let folder = format!("standby/{}-sync/second-node", brokers.replace(' ', "-"));
        let copied = measured.data(&folder).join("intake/log");
        assert!(copied.is_dir(), "{}\n{}", copied.display(), measured.said);
    }
    measured.assert_nothing_refused();
}
