//! Backups are encrypted: who has the file alone has nothing, and one of before is restored with a warning.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use serde_json::Value;

use crate::{
    command_line::run,
    harness::{
        Deployment, Onestop, Part,
        folder::{self, holds},
    },
    journeys,
    test_user::TestUser,
};

pub(crate) struct BackupKeys {
    pub(crate) recipient: String,
    /// The file that a restore needs.
    pub(crate) identity: String,
}

impl BackupKeys {
    /// Makes a pair, as an operator does.
    pub(crate) fn make(folder: &Path, name: &str) -> Self {
        let identity = folder.join(name).display().to_string();
        let words = ["keys", "backup-recipient", "--out", &identity, "--json"];
        let made = run(None, &words);
        assert!(made.status.success(), "{made:?}");
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        Self {
            recipient: made["recipient"].as_str().unwrap().to_owned(),
            identity,
        }
    }

    pub(crate) fn back_up(&self, onestop: &Onestop, file: &str, more: &[&str]) -> Output {
        let words = ["backup", "make", "--out", file, "--json"];
        let to = ["--backup-recipients", &self.recipient];
        run(Some(onestop), &[&words[..], &to, more].concat())
    }

    /// What is in a backup, as any program that knows the format reads it.
    pub(crate) fn clear(&self, file: &Path) -> Vec<u8> {
        let identity = fs::read_to_string(&self.identity).unwrap();
        let mut lines = identity.lines();
        let identity = lines.find(|line| line.starts_with("AGE-SECRET-KEY-1"));
        let identity: age::x25519::Identity = identity.unwrap().parse().unwrap();
        age::decrypt(&identity, &fs::read(file).unwrap()).unwrap()
    }
}

/// Makes a data folder from a backup.
pub(crate) fn restore(data: &Path, file: &str, more: &[&str]) -> Output {
    let data = data.display().to_string();
    let words = ["backup", "restore", file, "--json", "--data", &data];
    run(None, &[&words[..], more].concat())
}

/// What a node keeps secret, and a backup of it therefore: seeds, keys that sign, and the wrapped keys of persons.
fn secrets(data: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let is_secret = |path: &Path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let ends = [".nk", ".issuer", ".password"]
            .iter()
            .any(|end| name.ends_with(end));
        (ends || name == "signing.key" || name == "search.key") && !name.starts_with("master")
    };
    let found = folder::files(data).into_iter();
    let found = found.filter(|(path, _)| is_secret(path));
    let found = found.map(|(path, bytes)| (path, bytes.trim_ascii().to_vec()));
    let mut secrets: Vec<_> = found.collect();
    let slab = data.join("intake/keys/00000.slab");
    let slots = fs::read(&slab).unwrap();
    secrets.push((slab, slots[256 + 24..][..72].to_vec()));
    secrets
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_holds_no_key_in_the_clear() {
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("node.age");
    let named = file.display().to_string();
    let refused = run(Some(&onestop), &["backup", "make", "--out", &named]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("onestop keys backup-recipient"), "{said}");
    let written = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(written, 0, "nothing is written");

    let keys = BackupKeys::make(folder.path(), "identity");
    let made = keys.back_up(&onestop, &named, &[]);
    assert!(made.status.success(), "{made:?}");
    assert_eq!(onestop.stop(Part::Everything), Some(0));
    let secrets = secrets(&onestop.data());
    let of = |end: &str| secrets.iter().any(|(path, _)| path.ends_with(end));
    let all = secrets.len() > 10 && of("search.key") && of("00000.slab");
    assert!(
        all,
        "{:?}",
        secrets.iter().map(|it| &it.0).collect::<Vec<_>>()
    );
    let sealed = fs::read(&file).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
    let clear = keys.clear(&file);
    for (path, secret) in &secrets {
        let path = path.display();
        assert!(holds(&clear, secret), "{path} is not in the backup");
        assert!(!holds(&sealed, secret), "{path} is in the clear");
    }
    let master = fs::read(onestop.data().join("intake/master.key")).unwrap();
    let is_in = holds(&clear, master.trim_ascii());
    assert!(!is_in, "the master key is in no backup");

    refuse(&file, &keys, folder.path());
    // As versions before wrote it: it is still restored.
    let of_before = folder.path().join("node.tar");
    fs::write(&of_before, &clear).unwrap();
    let (data, of_before) = (folder.path().join("data"), of_before.display().to_string());
    let done = restore(&data, &of_before, &["--no-erasure-list"]);
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success(), "{said}");
    let warned = said.contains("not encrypted") || said.contains("未加密");
    assert!(warned, "{said}");
    assert_eq!(made.stdout, done.stdout, "the same logs");
}

/// Without its identity, with another's, and cut short, a backup restores nothing.
fn refuse(file: &Path, keys: &BackupKeys, folder: &Path) {
    let stranger = BackupKeys::make(folder, "stranger");
    let sealed = fs::read(file).unwrap();
    let cut = folder.join("cut.age");
    fs::write(&cut, &sealed[..sealed.len() - 1]).unwrap();
    let data = folder.join("data");
    for (file, identity, wanted) in [
        (file, None, "--identity"),
        (file, Some(&stranger.identity), "另一公钥"),
        (cut.as_path(), Some(&keys.identity), "没有复制完"),
    ] {
        let named = file.display().to_string();
        let with: Vec<&str> = identity.map_or_else(Vec::new, |it| vec!["--identity", it.as_str()]);
        let refused = restore(&data, &named, &with);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains(wanted) && said.contains(&named), "{said}");
        assert!(!data.exists(), "all of it or nothing");
    }
}
