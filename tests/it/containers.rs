//! What `deploy/containers/compose.yaml` mounts is there once `prepare.sh` has run; and units that are started again.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::harness::{SERVICES, clean, onestop, repository};

/// Copies the files of a folder.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// What is mounted from the folder of the compose file, and where to.
fn mounts(compose: &str) -> Vec<(String, String)> {
    let words = compose.split('"').filter(|word| word.starts_with("./"));
    let mounts = words.map(|word| {
        let mut parts = word.split(':');
        let (from, to) = (parts.next().unwrap(), parts.next().unwrap());
        (from.to_owned(), to.to_owned())
    });
    mounts.collect()
}

#[test]
fn everything_that_the_containers_mount_is_made_before() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    copy(&repository().join("deploy/containers"), folder);
    for _ in 0..2 {
        let mut prepare = Command::new(folder.join("prepare.sh"));
        clean(&mut prepare);
        let made = prepare.env("ONESTOP", onestop()).output().unwrap();
        assert!(made.status.success(), "{made:?}");
    }
    let compose = fs::read_to_string(folder.join("compose.yaml")).unwrap();
    let mounts = mounts(&compose);
    assert!(mounts.len() > 3 * SERVICES.len(), "{mounts:?}");
    for (from, to) in mounts {
        let path: PathBuf = folder.join(&from);
        // What is not there, the engine makes as a folder of root.
        let is_right = if to == "/data" {
            path.is_dir()
        } else {
            path.is_file()
        };
        assert!(is_right, "{from} for {to}");
    }
    for service in SERVICES.iter() {
        let public = folder
            .join("data/gateway")
            .join(service)
            .join("signing.pub");
        assert!(public.is_file(), "{}", public.display());
        assert!(
            compose.contains(&format!("/onestop-{service}\"")),
            "{service}"
        );
    }
    // Every variable that it names is in the file that the engine reads beside it.
    let variables = fs::read_to_string(folder.join(".env")).unwrap();
    for named in compose.split("${").skip(1) {
        let name = named.split([':', '}']).next().unwrap();
        assert!(variables.contains(&format!("{name}=")), "{name}");
    }
}

#[test]
fn units_are_started_again_however_often_they_fail() {
    let units = fs::read_dir(repository().join("deploy/systemd")).unwrap();
    let mut count = 0;
    for unit in units {
        let path = unit.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        // A timer starts it again.
        if text.contains("\nType=oneshot\n") || path.extension().is_some_and(|it| it == "timer") {
            continue;
        }
        let section = text.split("\n[").find(|section| section.contains("Unit]"));
        let section = section.unwrap_or_default();
        let unlimited = section
            .lines()
            .any(|line| line == "StartLimitIntervalSec=0");
        assert!(
            unlimited && text.contains("\nRestart=always\n"),
            "{}",
            path.display()
        );
        count += 1;
    }
    assert!(count >= 2, "{count} units");
}
