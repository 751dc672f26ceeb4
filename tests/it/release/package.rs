//! The Debian package: what its units start is in it, and users and folders are made in a root of its own.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::{PACKAGE, executables, pack, run, services};
use crate::harness::{clean, executable, repository};

struct Package {
    _folder: TempDir,
    root: PathBuf,
}

impl Package {
    fn unpack() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = pack(PACKAGE, folder.path(), "onestop.deb");
        let root = folder.path().join("root");
        run("dpkg-deb", &[Path::new("--raw-extract"), &file, &root]);
        Self {
            _folder: folder,
            root,
        }
    }

    /// Where a path of the installed system is.
    fn path(&self, installed: &str) -> PathBuf {
        self.root.join(installed.trim_start_matches('/'))
    }

    fn text(&self, installed: &str) -> String {
        fs::read_to_string(self.path(installed)).unwrap()
    }

    /// The units as they are started, each with its text: those of services once for each service.
    fn units(&self) -> Vec<(String, String)> {
        let mut units = Vec::new();
        for file in fs::read_dir(self.path("usr/lib/systemd/system")).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            match name.split_once('@') {
                None => units.push((name, text)),
                Some((before, after)) => units.extend(services().iter().map(|service| {
                    let name = format!("{before}@{service}{after}");
                    (name, text.replace("%i", service))
                })),
            }
        }
        assert!(units.len() > services().len(), "{units:?}");
        units
    }
}

fn values<'a>(unit: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    unit.lines()
        .filter_map(move |line| line.strip_prefix(key)?.strip_prefix('='))
}

/// Whether a program is there; it is said where it is not.
fn found(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        eprintln!("not checked: {program} is missing");
    }
    found
}

#[test]
fn what_units_start_is_in_the_package() {
    let package = Package::unpack();
    let users = package.text("usr/lib/sysusers.d/onestop.conf");
    for (name, unit) in package.units() {
        assert!(!unit.contains("/usr/local"), "{name}: {unit}");
        for start in values(&unit, "ExecStart") {
            let mut words = start.split_whitespace();
            let program = words.next().unwrap();
            let mode = fs::metadata(package.path(program)).unwrap().permissions();
            assert_eq!(mode.mode() & 0o777, 0o755, "{program}");
            // The executable itself takes these arguments: what it does not know, it refuses before it helps.
            let mut command = Command::new(executable(program.trim_start_matches("/usr/bin/")));
            clean(&mut command);
            let helped = command.args(words).arg("--help").output().unwrap();
            assert!(helped.status.success(), "{start}: {helped:?}");
        }
        for document in values(&unit, "Documentation") {
            let path = package.path(document.strip_prefix("file:").unwrap());
            assert!(path.is_file(), "{name}: {document}");
        }
        for user in values(&unit, "User").chain(values(&unit, "Group")) {
            assert!(users.contains(&format!("\nu {user} ")), "{name}: {user}");
        }
    }
    let ours = fs::read_dir(repository().join("deploy/systemd")).unwrap();
    let packed = fs::read_dir(package.path("usr/lib/systemd/system")).unwrap();
    assert_eq!(ours.count(), packed.count());
}

#[test]
fn systemd_takes_the_units() {
    if !found("systemd-analyze") {
        return;
    }
    let package = Package::unpack();
    let units = package.units();
    // What every system has.
    for entry in fs::read_dir("/lib/systemd/system").unwrap() {
        let path = entry.unwrap().path();
        let of_systemd = path
            .extension()
            .is_some_and(|kind| kind == "target" || kind == "slice" || kind == "mount");
        if of_systemd && path.is_file() {
            let to = package
                .path("usr/lib/systemd/system")
                .join(path.file_name().unwrap());
            fs::copy(&path, to).unwrap();
        }
    }
    let root = format!("--root={}", package.root.display());
    let verified = Command::new("systemd-analyze")
        .args(["verify", "--man=no", &root])
        .args(units.iter().map(|(name, _)| name))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && told.is_empty(), "{told}");
}

/// The number of a user or a group in a file such as `/etc/passwd`.
fn number(accounts: &str, name: &str) -> u32 {
    let line = accounts
        .lines()
        .find(|line| line.split(':').next() == Some(name));
    let line = line.unwrap_or_else(|| panic!("{name} is not in {accounts}"));
    line.split(':').nth(2).unwrap().parse().unwrap()
}

#[test]
fn users_and_folders_are_made() {
    if !found("systemd-sysusers") || !found("systemd-tmpfiles") {
        return;
    }
    let package = Package::unpack();
    let root = format!("--root={}", package.root.display());
    run("systemd-sysusers", &[root.as_str(), "onestop.conf"]);
    let (users, groups) = (package.text("etc/passwd"), package.text("etc/group"));
    if run("id", &["-u"]).trim() != "0" {
        eprintln!("folders are not made: only root gives them to others");
        return;
    }
    run("systemd-tmpfiles", &[&root, "--create", "onestop.conf"]);
    for (path, mode, user, group) in [
        ("etc/onestop/keys", 0o750, "root", "onestop"),
        ("etc/onestop/operator", 0o750, "root", "onestop-operator"),
        ("var/lib/onestop", 0o700, "onestop", "onestop"),
        ("var/backups/onestop", 0o700, "onestop", "onestop"),
    ] {
        let folder = fs::metadata(package.path(path)).unwrap();
        let owner = if user == "root" {
            0
        } else {
            number(&users, user)
        };
        assert_eq!(folder.permissions().mode() & 0o7777, mode, "{path}");
        assert_eq!(folder.uid(), owner, "{path}");
        assert_eq!(folder.gid(), number(&groups, group), "{path}");
    }
    // Units look for keys in these folders and nowhere else.
    for (name, unit) in package.units() {
        for word in values(&unit, "ExecStart").flat_map(str::split_whitespace) {
            if let Some(rest) = word.strip_prefix("/etc/onestop/") {
                let there = package
                    .path("etc/onestop")
                    .join(rest.split('/').next().unwrap());
                assert!(there.exists(), "{name}: {word}");
            }
        }
    }
}

#[test]
fn a_package_says_what_it_is() {
    let package = Package::unpack();
    let control = package.text("DEBIAN/control");
    for line in [
        "Package: onestop",
        "Version: 1.2.3-1",
        "Architecture: amd64",
    ] {
        assert!(control.lines().any(|is| is == line), "{line}: {control}");
    }
    assert!(
        !control.contains('@') || control.matches('@').count() == 1,
        "{control}"
    );
    // What an administrator changes is kept by an upgrade.
    let settings = fs::read_dir(package.path("etc/onestop")).unwrap();
    let settings: Vec<_> = settings
        .map(|file| format!("/etc/onestop/{}\n", file.unwrap().file_name().display()))
        .collect();
    assert_eq!(package.text("DEBIAN/conffiles"), settings.concat());
    for script in ["postinst", "prerm", "postrm"] {
        let script = package.path("DEBIAN").join(script);
        assert_eq!(fs::metadata(&script).unwrap().mode() & 0o777, 0o755);
        run("sh", &[Path::new("-n"), &script]);
    }
    let folder = "usr/share/doc/onestop";
    assert!(
        package
            .text(&format!("{folder}/copyright"))
            .contains("License: Apache-2.0")
    );
    let changes = package.path(folder).join("changelog.Debian.gz");
    let changes = run(
        "gzip",
        &[Path::new("--decompress"), Path::new("--stdout"), &changes],
    );
    assert!(changes.starts_with("onestop (1.2.3-1) "), "{changes}");
    for name in executables() {
        let page = package.path(&format!("usr/share/man/man8/{name}.8.gz"));
        assert!(page.is_file(), "{name}");
    }
    // The reference data is what is built in.
    for name in ["divisions.csv", "sites.toml", "standards.toml"] {
        let installed = fs::read(package.path(&format!("usr/share/onestop/directory/{name}")));
        let ours = fs::read(repository().join("deploy/directory").join(name));
        assert!(installed.unwrap() == ours.unwrap(), "{name}");
    }
}
