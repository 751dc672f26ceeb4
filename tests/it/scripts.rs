//! The journeys of `deploy/journeys`, which are documentation that runs.

use std::{path::PathBuf, process::Command};

use futures::{StreamExt, stream};

use crate::{
    harness::{Deployment, Onestop, clean, onestop, repository},
    invariants::assert_logs,
    test_user::TestUser,
};

/// Journeys under way at the same time.
const AT_ONCE: usize = 4;

fn scripts() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(repository().join("deploy/journeys")).unwrap();
    let paths = folder.map(|entry| entry.unwrap().path());
    let mut scripts: Vec<_> = paths
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with(char::is_numeric)
        })
        .collect();
    scripts.sort();
    scripts
}

#[tokio::test(flavor = "multi_thread")]
async fn every_journey_by_the_command_line() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let scripts = scripts();
    assert!(scripts.len() >= 25, "{scripts:?}");
    let list = repository().join("deploy/journeys/README.md");
    let list = std::fs::read_to_string(list).unwrap();
    for script in &scripts {
        let name = script.file_name().unwrap().to_string_lossy();
        assert!(list.contains(&format!("({name})")), "{name} is not listed");
    }
    let data = running.data();
    let walked = stream::iter(scripts.clone()).map(|script| {
        let data = data.clone();
        tokio::task::spawn_blocking(move || walk(&script, &data))
    });
    let walked: Vec<_> = walked.buffer_unordered(AT_ONCE).collect().await;
    for walk in walked {
        walk.unwrap();
    }
    let user = TestUser::new(running.client().await);
    assert!(assert_logs(&user, &[]).await.cases >= scripts.len());
}

/// Each ends with a replay, in which custody is unbroken and every step has its reason.
fn walk(script: &PathBuf, data: &PathBuf) {
    let mut command = Command::new(script);
    clean(&mut command);
    let command = command.env("ONESTOP", onestop()).env("ONESTOP_DATA", data);
    let made = command.output().unwrap();
    let out = String::from_utf8_lossy(&made.stdout);
    let err = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{}: {err}\n{out}", script.display());
    assert!(
        out.trim_end().ends_with("责任链完整，每一步都有来由。"),
        "{}: {out}",
        script.display()
    );
}
