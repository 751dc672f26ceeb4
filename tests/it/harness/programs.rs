//! Where the executables are. They are built first, so that no test runs an old one.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Once,
};

use serde_json::Value;

pub(crate) fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The command line.
pub(crate) fn onestop() -> PathBuf {
    executable("onestop")
}

pub(crate) fn service(name: &str) -> PathBuf {
    executable(&format!("onestop-{name}"))
}

/// An executable of the former release, whose folder `TESTS_FORMER` names.
pub(crate) fn former_release(name: &str) -> Option<PathBuf> {
    let folder = env::var_os("TESTS_FORMER")?;
    let program = PathBuf::from(folder).join(name);
    assert!(program.is_file(), "{} is not there", program.display());
    Some(program)
}

/// The broker, got by `deploy/nats-server.sh` if it is missing.
pub(crate) fn nats_server() -> PathBuf {
    found_by("deploy/nats-server.sh")
}

/// What gives a process another wall clock, got by `tests/faketime.sh` if it is missing.
pub(crate) fn faketime() -> PathBuf {
    found_by("tests/faketime.sh")
}

fn found_by(script: &str) -> PathBuf {
    let found = Command::new(repository().join(script)).output().unwrap();
    assert!(found.status.success(), "{script}: {found:?}");
    PathBuf::from(String::from_utf8(found.stdout).unwrap().trim())
}

pub(crate) fn executable(name: &str) -> PathBuf {
    static BUILT: Once = Once::new();
    BUILT.call_once(build);
    // <target>/<profile>/deps/it-…, where the executables are as well unless cargo builds elsewhere.
    let test = env::current_exe().unwrap();
    let beside = test.parent().and_then(Path::parent).unwrap();
    let profile = beside.file_name().unwrap();
    let program = [beside, &repository().join("target").join(profile)]
        .map(|folder| folder.join(name))
        .into_iter()
        .find(|program| program.is_file())
        .unwrap_or_else(|| beside.join(name));
    assert!(program.is_file(), "{} was not built", program.display());
    program
}

/// `TESTS_BUILT` says that it was done: the test command sets it, once for all tests.
fn build() {
    if env::var_os("TESTS_BUILT").is_some() {
        return;
    }
    let built = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "build",
            "--quiet",
            "--workspace",
            "--exclude",
            "onestop-load",
        ])
        .arg("--bins")
        .args((!cfg!(debug_assertions)).then_some("--release"))
        .current_dir(repository())
        .status()
        .unwrap();
    assert!(built.success(), "the executables do not build");
}

/// What a program printed that ended well.
pub(crate) fn json(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}
