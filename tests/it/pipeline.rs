//! The load tool of the whole pipeline works: the services take what it fills as their own, and every figure of its
//! table is there.

use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{clean, executable, nats_server, onestop};

/// A figure of each part of the measurement.
const MEASURES: [&str; 8] = [
    "filled (whole)",
    "ledger made anew",
    "page of a case, 1 at a time, filled",
    "open, 64 at once, filled",
    "accept, 64 at once, filled",
    "offer in the worklist, 20 a second come in",
    "sustained, events a second",
    "processor an event, all services",
];

#[test]
fn a_small_load_is_measured_and_nothing_is_refused() {
    let folder = TempDir::new().unwrap();
    let (report, work) = (
        folder.path().join("report.json"),
        folder.path().join("work"),
    );
    let tool = executable("load-pipeline");
    let mut measure = Command::new(&tool);
    clean(&mut measure);
    measure.args([
        "measure", "--name", "now", "--cases", "200", "--open", "0.2",
    ]);
    measure.args(["--parts", "load", "--short", "0.2", "--sustained", "0.3"]);
    measure.args(["--at-once", "4", "--patience", "60"]);
    measure.arg("--programs").arg(tool.parent().unwrap());
    measure.arg("--nats-server").arg(nats_server());
    measure
        .arg("--work")
        .arg(&work)
        .arg("--report")
        .arg(&report);
    let measured = measure.output().unwrap();
    let said = String::from_utf8_lossy(&measured.stderr).into_owned();
    assert!(measured.status.success(), "{said}");
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    let rows = report["rows"].as_array().unwrap();
    let cell = |measure: &str| {
        let row = rows.iter().find(|row| row["measure"] == measure);
        row.unwrap_or_else(|| panic!("no '{measure}' in\n{said}"))["cell"].clone()
    };
    for measure in MEASURES {
        let cell = cell(measure);
        assert!(
            !cell.as_str().unwrap().contains('–'),
            "{measure}: {cell}\n{said}"
        );
    }
    // Every service had heard what was filled, and no clock was due.
    assert_eq!(cell("events added by the first start"), "0", "{said}");
    assert_eq!(cell("refused, unanswered or unseen"), "0", "{said}");
    let mut verify = Command::new(onestop());
    clean(&mut verify);
    let verified = verify
        .args(["verify", "--offline", "--data"])
        .arg(work.join("filled"))
        .output()
        .unwrap();
    assert!(verified.status.success(), "{verified:?}");
}
