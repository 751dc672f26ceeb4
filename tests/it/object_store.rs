//! The third copy of backups, in an object store that checks each signature, cuts links, alters and keeps.

use std::{
    fs,
    io::{BufRead as _, BufReader, Lines, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio},
};

use serde_json::Value;

use crate::{
    backup_keys::{BackupKeys, restore},
    command_line::run,
    harness::{Deployment, Onestop, repository},
    journeys,
    test_user::TestUser,
};

const SECRET: &str = "secret-of-the-tests";
/// Larger than what is sent in one piece: three parts.
const LARGE: usize = 20 << 20;

/// `tests/clients/object_store.py`, ended with the test.
struct ObjectStore {
    child: Child,
    faults: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    address: String,
}

impl ObjectStore {
    /// `None` where this machine has no Python that can make an environment.
    fn start() -> Option<Self> {
        let clients = repository().join("tests/clients");
        let found = Command::new(clients.join("python.sh")).output().unwrap();
        let said = String::from_utf8_lossy(&found.stderr);
        if said.contains("venv is missing") {
            eprintln!("skipped: {said}");
            return None;
        }
        assert!(found.status.success(), "no Python: {said}");
        let mut child = Command::new(String::from_utf8(found.stdout).unwrap().trim())
            .arg(clients.join("object_store.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let faults = child.stdin.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.next().expect("the store ended").unwrap();
        Some(Self {
            child,
            faults,
            lines,
            address,
        })
    }

    /// Makes a fault, or asks for a number.
    fn tell(&mut self, words: &str) -> String {
        writeln!(self.faults, "{words}").unwrap();
        self.lines.next().expect("the store ended").unwrap()
    }

    fn puts(&mut self) -> u32 {
        self.tell("count PUT").parse().unwrap()
    }

    /// The settings that name it, with a file of the access key.
    fn settings(&self, folder: &Path, secret: &str) -> Vec<String> {
        let file = folder.join(format!("{secret}.key"));
        let text =
            format!("aws_access_key_id = key-of-the-tests\naws_secret_access_key = {secret}\n");
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let file = file.display().to_string();
        [
            ("store", "s3://backups/node"),
            ("store-endpoint", self.address.as_str()),
            ("store-region", "cn-test-1"),
            ("store-style", "path"),
            ("store-key-file", file.as_str()),
        ]
        .map(|(name, value)| format!("--backup-{name}={value}"))
        .into()
    }
}

impl Drop for ObjectStore {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The JSON lines that a command printed.
fn printed(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn borrowed(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_copied_listed_fetched_and_restored() {
    let Some(store) = ObjectStore::start() else {
        return;
    };
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    let folder = tempfile::tempdir().unwrap();
    let named = |name: &str| folder.path().join(name).display().to_string();
    let keys = BackupKeys::make(folder.path(), "identity");
    let settings = store.settings(folder.path(), SECRET);
    let settings = borrowed(&settings);

    let made = keys.back_up(&onestop, &named("node.age"), &settings);
    let lines = printed(&made);
    assert_eq!(lines[1]["stored"], "node.age", "{lines:?}");
    let with = |words: &[&str]| {
        run(
            Some(&onestop),
            &[words, &["--json"], &settings[..]].concat(),
        )
    };
    let listed = printed(&with(&["backup", "list"]));
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0]["name"], "node.age");
    let doctor = run(
        Some(&onestop),
        &[&["doctor", "--lang", "en"][..], &settings[..]].concat(),
    );
    let doctor = String::from_utf8(doctor.stdout).unwrap();
    assert!(doctor.contains("✓ copy in the object store"), "{doctor}");

    let fetched = named("fetched.age");
    printed(&with(&["backup", "fetch", "node.age", "--out", &fetched]));
    assert_eq!(
        fs::read(&fetched).unwrap(),
        fs::read(named("node.age")).unwrap()
    );
    let identity = ["--identity", &keys.identity, "--no-erasure-list"];
    let restored = restore(&folder.path().join("data"), &fetched, &identity);
    assert!(restored.status.success(), "{restored:?}");

    // The store refuses, and the local backup is made nevertheless.
    let wrong = store.settings(folder.path(), "another-secret");
    let made = keys.back_up(&onestop, &named("second.age"), &borrowed(&wrong));
    assert_eq!(printed(&made).len(), 1, "{made:?}");
    let words = said(&made);
    assert!(words.contains("不接受访问密钥"), "{words}");
    assert!(words.contains("not_stored"), "{words}");
    assert!(
        !words.contains("another-secret") && !words.contains("X-Amz"),
        "{words}"
    );
    assert!(Path::new(&named("second.age")).is_file());
}

/// A folder with a file that is encrypted by its first bytes.
struct Files {
    folder: tempfile::TempDir,
    settings: Vec<String>,
}

impl Files {
    fn of(store: &ObjectStore) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = store.settings(folder.path(), SECRET);
        settings.push(format!("--data={}", folder.path().display()));
        settings.push("--json".to_owned());
        Self { folder, settings }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, length: usize) {
        let mut bytes = b"age-encryption.org/v1\n".to_vec();
        let numbers = (0_u64..).flat_map(|it| it.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes());
        bytes.extend(numbers.take(length));
        fs::write(self.path(name), bytes).unwrap();
    }

    fn store(&self, name: &str, more: &[&str]) -> Output {
        let file = self.path(name).display().to_string();
        let settings = borrowed(&self.settings);
        let words = ["backup", "store", &file];
        run(None, &[&words[..], more, &settings[..]].concat())
    }

    fn fetch(&self, name: &str, out: &str) -> Output {
        let out = self.path(out).display().to_string();
        let settings = borrowed(&self.settings);
        let words = ["backup", "fetch", name, "--out", &out];
        run(None, &[&words[..], &settings[..]].concat())
    }

    fn list(&self) -> Vec<String> {
        let settings = borrowed(&self.settings);
        let listed = printed(&run(
            None,
            &[&["backup", "list"][..], &settings[..]].concat(),
        ));
        let name = |line: &Value| line["name"].as_str().unwrap().to_owned();
        listed.iter().map(name).collect()
    }
}

#[test]
fn a_cut_link_costs_one_part_and_an_upload_goes_on_where_it_was() {
    let Some(mut store) = ObjectStore::start() else {
        return;
    };
    let files = Files::of(&store);
    files.write("large.age", LARGE);
    store.tell("cut PUT 1 1");
    printed(&files.store("large.age", &[]));
    assert_eq!(store.puts(), 4, "three parts, one of them twice");
    store.tell("cut GET 0 1");
    printed(&files.fetch("large.age", "fetched.age"));
    let [sent, fetched] = ["large.age", "fetched.age"].map(|it| fs::read(files.path(it)).unwrap());
    assert!(sent == fetched, "another content");

    // As long as the attempts last: the command gives up, and the next one sends what is missing.
    files.write("later.age", LARGE + 1);
    store.tell("cut PUT 1 5");
    let failed = files.store("later.age", &[]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(said(&failed).contains("连不上对象存储"), "{failed:?}");
    assert_eq!(files.list(), ["large.age"]);
    let before = store.puts();
    printed(&files.store("later.age", &[]));
    assert_eq!(store.puts() - before, 2, "the first part is there already");
    assert_eq!(files.list(), ["large.age", "later.age"]);
}

#[test]
fn what_is_altered_or_in_the_clear_is_refused_and_the_newest_is_kept() {
    let Some(mut store) = ObjectStore::start() else {
        return;
    };
    let files = Files::of(&store);
    files.write("a.age", 100);
    printed(&files.store("a.age", &[]));
    store.tell("alter node/a.age");
    let refused = files.fetch("a.age", "fetched.age");
    assert!(said(&refused).contains("已被改动"), "{refused:?}");
    for left in ["fetched.age", "fetched.age.onestop-part"] {
        assert!(!files.path(left).exists(), "{left} is left");
    }
    let missing = files.fetch("b.age", "fetched.age");
    assert!(
        said(&missing).contains("onestop backup list"),
        "{missing:?}"
    );
    files.write("a.age", 200);
    let other = files.store("a.age", &[]);
    assert!(said(&other).contains("不会覆盖"), "{other:?}");
    fs::write(files.path("clear.tar"), "keys in the clear").unwrap();
    let clear = files.store("clear.tar", &[]);
    assert!(said(&clear).contains("不是加密的备份"), "{clear:?}");
    assert_eq!(files.list(), ["a.age"]);

    let all_are_old = ["--backup-store-days", "0"];
    files.write("y.age", 100);
    let lines = printed(&files.store("y.age", &all_are_old));
    assert_eq!(lines[1]["expired"], "a.age", "{lines:?}");
    assert_eq!(files.list(), ["y.age"], "the newest is never deleted");
    store.tell("keep");
    files.write("z.age", 100);
    let lines = printed(&files.store("z.age", &all_are_old));
    let why = lines[1]["not_deleted"].as_str().unwrap();
    assert!(why.contains("AccessDenied"), "{lines:?}");
    assert_eq!(files.list(), ["y.age", "z.age"]);
}
