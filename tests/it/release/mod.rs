//! What `deploy/release.sh` makes. Packages and images are packed here of files that only have the executables' names;
//! with `TESTS_RELEASE=1` all of it is made, of executables that are built for it.

mod image;
mod package;
mod whole;

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::harness::{SERVICES, clean, repository};

const PACKAGE: &str = "deploy/debian/package.sh";
const IMAGE: &str = "deploy/containers/image.sh";

/// The services that have an executable of their own.
fn services() -> Vec<&'static str> {
    SERVICES.iter().copied().chain(["gateway"]).collect()
}

fn executables() -> Vec<String> {
    let services = services().into_iter();
    let of_services = services.map(|service| format!("onestop-{service}"));
    of_services.chain(["onestop".to_owned()]).collect()
}

/// Runs a program to its end; returns what it printed.
fn run(program: impl AsRef<OsStr>, arguments: &[impl AsRef<OsStr>]) -> String {
    let program = program.as_ref();
    let mut command = Command::new(program);
    clean(&mut command);
    let made = command.args(arguments).output().unwrap();
    assert!(made.status.success(), "{}: {made:?}", program.display());
    String::from_utf8(made.stdout).unwrap()
}

fn pack(script: &str, folder: &Path, name: &str) -> PathBuf {
    let executables_folder = folder.join("executables");
    fs::create_dir_all(&executables_folder).unwrap();
    for name in executables() {
        fs::copy("/bin/true", executables_folder.join(name)).unwrap();
    }
    let file = folder.join(name);
    let mut command = Command::new(repository().join(script));
    clean(&mut command);
    let made = command
        .arg(executables_folder)
        .arg(repository().join("LICENSE"))
        .args(["1.2.3-1", "amd64"])
        .arg(&file)
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .env("RELEASE_COMPRESSION", "1")
        .output()
        .unwrap();
    assert!(made.status.success(), "{script}: {made:?}");
    file
}

#[test]
fn the_same_files_make_the_same_bytes() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for script in [PACKAGE, IMAGE] {
        let [one, other] = [&first, &second]
            .map(|folder| fs::read(pack(script, folder.path(), "packed")).unwrap());
        assert!(one == other, "{script}");
    }
}

/// Services of the release are those that have a `main.rs`, which is what the script goes by.
#[test]
fn every_executable_is_released() {
    let folders = fs::read_dir(repository().join("services")).unwrap();
    let mut names: Vec<_> = folders
        .map(|folder| folder.unwrap())
        .filter(|folder| folder.path().join("src/main.rs").is_file())
        .map(
            |folder| match folder.file_name().to_string_lossy().as_ref() {
                "onestop" => "onestop".to_owned(),
                service => format!("onestop-{service}"),
            },
        )
        .collect();
    names.sort();
    let mut expected = executables();
    expected.sort();
    assert_eq!(names, expected);
}

#[test]
fn what_is_no_step_of_a_release_is_refused() {
    let mut command = Command::new(repository().join("deploy/release.sh"));
    clean(&mut command);
    let refused = command.arg("everything").output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8(refused.stderr).unwrap();
    for step in ["executables", "package", "image", "components", "sums"] {
        assert!(told.contains(&format!("\n  {step}")), "{step}: {told}");
    }
}
