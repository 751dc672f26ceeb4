//! A release of this commit, from its executables to its sums. Building them takes many minutes: by flag.

use std::{
    env,
    ffi::OsStr,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc,
    thread,
};

use serde_json::Value;

use super::{executables, run};
use crate::harness::{TIMEOUT, clean, repository};

/// The file of a release whose name ends so; there is one.
fn released(files: &Path, end: &str) -> PathBuf {
    let entries = fs::read_dir(files).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect();
    assert_eq!(paths.len(), 1, "{end}: {paths:?}");
    paths.remove(0)
}

/// A program with nothing around it but its own root.
fn alone(root: &Path, program: &str) -> Command {
    let mut command = Command::new("unshare");
    clean(&mut command);
    command
        .args(["--user", "--map-root-user", "chroot"])
        .args([root.as_os_str(), OsStr::new(program)]);
    command
}

/// The executable finds the broker by a name of `/etc/hosts`, with no library of the system to resolve it.
fn finds_a_name(root: &Path) {
    fs::write(root.join("etc/hosts"), "127.0.0.1 broker.of.this.test\n").unwrap();
    let broker = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = broker.local_addr().unwrap().port();
    let mut asking = alone(root, "/usr/local/bin/onestop")
        .args(["--nats", &format!("nats://broker.of.this.test:{port}")])
        .arg("doctor")
        .spawn()
        .unwrap();
    let (told, accepted) = mpsc::channel();
    thread::spawn(move || told.send(broker.accept().is_ok()));
    let reached = accepted.recv_timeout(TIMEOUT).unwrap_or(false);
    asking.kill().unwrap();
    asking.wait().unwrap();
    assert!(reached, "the broker's name was not found");
}

/// What the executables are made of is in the list, and no path of this machine.
fn components_are_named(files: &Path) {
    let components = fs::read(released(files, ".cdx.json")).unwrap();
    let components: Value = serde_json::from_slice(&components).unwrap();
    assert_eq!(components["bomFormat"], "CycloneDX");
    let list = components["components"].as_array().unwrap();
    for name in ["onestop-intake", "tokio", "sled", "libsqlite3-sys", "ring"] {
        assert!(list.iter().any(|part| part["name"] == name), "{name}");
    }
    let all = components.to_string();
    let here = repository().canonicalize().unwrap();
    assert!(!all.contains(&*here.to_string_lossy()));
}

/// The licences of what is built in are beside it.
fn licences_are_handed_on(root: &Path) {
    let licences = fs::read_to_string(root.join("usr/share/doc/onestop/third-party.txt"));
    let licences = licences.unwrap();
    for name in ["tokio", "ring", "zstd-sys"] {
        let of_it = licences.split(&format!("\n════ {name} ")).nth(1);
        let length = of_it
            .and_then(|rest| rest.split("\n════ ").next())
            .map(str::len);
        assert!(length.is_some_and(|length| length > 500), "{name}");
    }
}

#[test]
fn a_release_of_this_commit() {
    if env::var_os("TESTS_RELEASE").is_none() {
        eprintln!("not made: TESTS_RELEASE=1 makes it, with executables that are built for it");
        return;
    }
    let mut release = Command::new(repository().join("deploy/release.sh"));
    clean(&mut release);
    // Executables of before, if there are any, are built on.
    let made = release.env("RELEASE_PROFILE", "try").status().unwrap();
    assert!(made.success());

    let target = repository().join("target");
    let files = target.join("release-files");
    let sums = fs::read_to_string(files.join("SHA256SUMS")).unwrap();
    assert_eq!(
        sums.lines().count(),
        fs::read_dir(&files).unwrap().count() - 1
    );
    let checked = Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .current_dir(&files)
        .status();
    assert!(checked.unwrap().success(), "{sums}");

    for end in [".tar.gz", ".deb", ".oci.tar"] {
        let length = fs::metadata(released(&files, end)).unwrap().len();
        assert!(length > 10_000_000, "{end}: {length}");
    }
    components_are_named(&files);

    let root = target.join("release-work/image-root");
    licences_are_handed_on(&root);
    let versions = executables().into_iter().map(|name| {
        let program = format!("/usr/local/bin/{name}");
        let told = alone(&root, &program).arg("--version").output().unwrap();
        assert!(told.status.success(), "{name}: {told:?}");
        let told = String::from_utf8(told.stdout).unwrap();
        told.split_once(' ').unwrap().1.to_owned()
    });
    let versions: Vec<_> = versions.collect();
    assert!(
        versions.iter().all(|version| *version == versions[0]),
        "{versions:?}"
    );
    let commit = run(repository().join("deploy/commit.sh"), &[] as &[&str]);
    assert!(versions[0].contains(commit.trim()), "{versions:?}");
    finds_a_name(&root);
}
