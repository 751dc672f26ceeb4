//! The journeys of `deploy/journeys`, which are documentation that runs.

use std::process::Command;

use crate::{
    desk::Desk,
    running::{Onestop, Way, clean, onestop, repository},
    sound::assert_logs,
};

#[tokio::test]
async fn every_journey_by_the_command_line() {
    let running = Onestop::start(Way::Together).await;
    let mut scripts: Vec<_> = std::fs::read_dir(repository().join("deploy/journeys"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with(char::is_numeric)
        })
        .collect();
    scripts.sort();
    assert_eq!(scripts.len(), 5);
    for script in scripts {
        let mut command = Command::new(&script);
        clean(&mut command);
        let made = command
            .env("ONESTOP", onestop())
            .env("ONESTOP_DATA", running.data())
            .output()
            .unwrap();
        let (out, err) = (
            String::from_utf8_lossy(&made.stdout),
            String::from_utf8_lossy(&made.stderr),
        );
        assert!(made.status.success(), "{}: {err}\n{out}", script.display());
        assert!(
            out.trim_end().ends_with("责任链完整，每一步都有来由。"),
            "{}: {out}",
            script.display()
        );
    }
    let desk = Desk::new(running.client().await);
    assert_eq!(assert_logs(&desk, &[]).await.cases, 6);
}
