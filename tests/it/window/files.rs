//! Whatever the umask that it was started with, its files are its owner's alone.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::{Child, Command},
};

use crate::{
    backup_keys::BackupKeys,
    browser::{address, sign_up},
    harness::{clean, free_port, onestop, until},
    journeys::VILLAGE,
};

/// Runs a program with a umask that takes nothing away.
fn open_handed(program: &Path) -> Command {
    let mut command = Command::new("sh");
    clean(&mut command);
    command
        .args(["-c", "umask 000; exec \"$0\" \"$@\""])
        .arg(program);
    command
}

/// Ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Every file and folder that others may do something with.
fn open_to_others(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        // It may have been renamed meanwhile.
        let Ok(known) = fs::symlink_metadata(entry.path()) else {
            continue;
        };
        let mode = known.permissions().mode();
        if mode & 0o077 != 0 && !known.is_symlink() {
            found.push(format!("{:o} {}", mode & 0o777, entry.path().display()));
        }
        if known.is_dir() {
            open_to_others(&entry.path(), found);
        }
    }
}

#[tokio::test]
async fn no_file_is_open_to_others_whatever_the_umask() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let port = free_port().to_string();
    let started = open_handed(&onestop())
        .args(["up", "--web=127.0.0.1:0", "--log=json", "--port", &port])
        .arg("--data")
        .arg(&data)
        .stdout(fs::File::create(folder.path().join("out")).unwrap())
        .stderr(fs::File::create(folder.path().join("err")).unwrap())
        .spawn()
        .unwrap();
    let running = Running(started);
    address(&data).await;
    sign_up(&data, ["zhang-li", "张丽", "clerk", VILLAGE]);
    let backup = folder.path().join("backup.age");
    let keys = BackupKeys::make(folder.path(), "identity");
    let make = || {
        let made = open_handed(&onestop())
            .args(["backup", "make", "--out"])
            .arg(&backup)
            .args(["--backup-recipients", &keys.recipient])
            .arg("--data")
            .arg(&data)
            .output();
        made.unwrap()
    };
    // The gateway accepts connections before every service answers.
    until("a backup is made", async || make().status.success()).await;
    drop(running);

    // The test's own, for the command that made the account.
    fs::remove_file(data.join("password")).unwrap();
    let mut found = Vec::new();
    open_to_others(&data, &mut found);
    assert_eq!(found, Vec::<String>::new());
    let identity = Path::new(&keys.identity).to_owned();
    let modes = [&data, &backup, &identity].map(|path| fs::metadata(path).unwrap().mode() & 0o777);
    assert_eq!(modes, [0o700, 0o600, 0o600]);
}
