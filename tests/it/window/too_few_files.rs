//! A process that may open too few files cannot read a log, and never calls it damaged.

use std::process::Command;

use super::{open_case, started};
use crate::harness::{Part, clean, onestop};

/// Something in a log is not as it was written.
const NOT_VERIFIED: i32 = 8;
/// Nothing is known now.
const UNAVAILABLE: i32 = 7;

#[tokio::test]
async fn too_few_files_are_never_called_damage() {
    let (mut running, _) = started(&[]).await;
    for _ in 0..3 {
        open_case(&running, "labour-pay").await;
    }
    running.stop(Part::Everything);
    let verify = |files: u32| {
        let mut command = Command::new("sh");
        clean(&mut command);
        let limited = format!("ulimit -n {files}; exec \"$0\" \"$@\"");
        let output = command
            .args(["-c", &limited])
            .arg(onestop())
            .args(["verify", "--offline", "--data"])
            .arg(running.data())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), told)
    };
    let mut codes = Vec::new();
    for files in (8..=64).step_by(4) {
        let (code, told) = verify(files);
        assert_ne!(code, Some(NOT_VERIFIED), "{files} files: {told}");
        codes.push(code);
    }
    assert!(codes.contains(&Some(UNAVAILABLE)), "{codes:?}");
    assert_eq!(verify(1_024).0, Some(0));
}
