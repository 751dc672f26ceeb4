//! A checkpoint that cannot be written says so, and hinders nothing.

use std::fs;
use std::sync::mpsc;
use std::time::Duration;

use onestop_eventlog::{CheckpointFailed, EventLog, Options, SigningKey};

use crate::support::{EPOCH, fill};

#[test]
fn a_checkpoint_that_cannot_be_written_says_so_until_one_is() {
    let directory = tempfile::tempdir().unwrap();
    let (sender, told) = mpsc::channel();
    let log = EventLog::open(Options {
        signer: Some(SigningKey::from_seed("example.org/test", &[8; 32]).unwrap()),
        checkpoint_events: 5,
        checkpoint_interval: Duration::from_secs(3_600),
        checkpoint_failed: Some(CheckpointFailed::new(move |error| {
            // The test may be over.
            let _ = sender.send(error.to_string());
        })),
        ..Options::new(directory.path(), EPOCH)
    })
    .unwrap();
    assert!(log.checkpoint_failure().is_none());
    let folder = directory.path().join("checkpoints");
    fs::write(&folder, "in the way").unwrap();
    fill(&log, "a", 0..10);
    let said = told.recv_timeout(Duration::from_secs(60)).unwrap();
    assert!(said.contains(folder.to_str().unwrap()), "{said}");
    assert_eq!(log.checkpoint_failure().unwrap().to_string(), said);
    fill(&log, "a", 10..12);

    fs::remove_file(&folder).unwrap();
    log.checkpoint().unwrap();
    assert!(log.checkpoint_failure().is_none());
    log.close().unwrap();
}
