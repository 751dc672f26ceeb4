//! The logs as files: copied while they are written, restored elsewhere, cut when they are damaged.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Output};

use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    backup_keys::{BackupKeys, restore},
    command_line::run,
    harness::{Deployment, Onestop, Part, SERVICES, json, until},
    invariants::{assert_logs, by_service},
    journeys,
    test_user::TestUser,
};

const CLERK: &str = "clerk/zhang-li@530821101201";
/// A file that a citizen brings to the window.
const PAPER: &[u8] = b"%PDF-1.7\nthree months of wages\n";

/// Runs without services on a data folder.
fn offline(data: &Path, words: &[&str]) -> Output {
    run(
        None,
        &[words, &["--json", "--data", data.to_str().unwrap()]].concat(),
    )
}

/// The first file of the write-ahead log, in a log's folder.
const FIRST_FILE: &str = "wal/00000000000000000001";

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_copied_while_it_is_written_and_restored_elsewhere() {
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    for _ in 0..3 {
        journeys::wages(&user).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("intake.oslog");
    let words = ["log", "export", "--service", "intake", "--out"];
    let export = |file: &Path, more: &[&'static str]| {
        let all = [&words[..], &[file.to_str().unwrap(), "--json"], more].concat();
        run(Some(&onestop), &all)
    };
    let (copied, _) = tokio::join!(
        async { tokio::task::block_in_place(|| json(&export(&file, &[]))) },
        journeys::open_wages(&user),
    );
    let events = copied["events"].as_u64().unwrap();
    assert!(events >= 3, "{copied}");
    let again = export(&file, &[]);
    assert_eq!(
        again.status.code(),
        Some(1),
        "a backup is never overwritten"
    );
    assert_eq!(onestop.stop(Part::Everything), Some(0));

    let restored = folder.path().join("restored");
    let import = [
        "log",
        "import",
        file.to_str().unwrap(),
        "--service",
        "intake",
    ];
    let done = json(&offline(&restored, &import));
    assert_eq!(done["events"], events);
    assert_eq!(done["root"], copied["root"]);
    assert_ne!(done["epoch"], copied["epoch"], "a new incarnation");
    let verified = json(&offline(&restored, &["verify", "--offline"]));
    assert_eq!(
        (&verified["events"], &verified["root"]),
        (&done["events"], &done["root"])
    );
    let twice = offline(&restored, &import);
    assert_eq!(twice.status.code(), Some(1), "a log is never overwritten");

    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let other = folder.path().join("other");
    assert_eq!(offline(&other, &import).status.code(), Some(1));
    assert!(!other.join("intake/log").exists(), "all of it or nothing");
}

#[tokio::test]
async fn a_log_that_lost_its_end_is_refused_and_cut_only_when_asked() {
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    let data = onestop.data();
    until("the checkpoint of intake is cosigned", async || {
        let cosigned = fs::read_to_string(data.join("journal/cosigned.jsonl"));
        cosigned.is_ok_and(|lines| lines.contains("/onestop/intake/main"))
    })
    .await;
    assert_eq!(onestop.stop(Part::Everything), Some(0));
    let file = data.join("intake/log").join(FIRST_FILE);
    let file = fs::File::options().write(true).open(file).unwrap();
    file.set_len(512).unwrap();

    let refused = offline(&data, &["verify", "--offline"]);
    assert_eq!(refused.status.code(), Some(8));
    let said = String::from_utf8(refused.stdout).unwrap();
    let first: Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
    assert!(
        first["problem"].as_str().unwrap().contains("position"),
        "{first}"
    );

    let done = json(&offline(&data, &["log", "repair", "--service", "intake"]));
    assert!(done["lost"].as_u64().unwrap() > 0, "{done}");
    assert!(
        Path::new(done["cut"].as_str().unwrap())
            .join(FIRST_FILE)
            .is_file()
    );
    // The log is whole; that it lacks what was cosigned stays known.
    let verified = offline(&data, &["verify", "--offline"]);
    assert_eq!(verified.status.code(), Some(8));
    let said = String::from_utf8(verified.stdout).unwrap();
    let verdicts = said.lines().map(|line| {
        let one: Value = serde_json::from_str(line).unwrap();
        let is_intake = one["service"] == "intake";
        (is_intake, one["verdict"].as_str().unwrap().to_owned())
    });
    for (is_intake, verdict) in verdicts {
        let expected = if is_intake { "contradicted" } else { "intact" };
        assert_eq!(verdict, expected, "{said}");
    }
}

/// Attaches the citizen's file to a case, as it lies in a folder; by this hash it is fetched.
fn attach_paper(onestop: &Onestop, folder: &Path, case: &str) -> String {
    let paper = folder.join("paper.pdf");
    fs::write(&paper, PAPER).unwrap();
    let paper = paper.display().to_string();
    let attach = [
        "case",
        "attach",
        case,
        &paper,
        "--kind",
        "wage-record",
        "--by",
        CLERK,
    ];
    json(&run(Some(onestop), &[&attach[..], &["--json"]].concat()));
    HEXLOWER.encode(&Sha256::digest(PAPER))
}

fn add_account(data: &Path, folder: &Path) {
    let password = folder.join("password");
    fs::write(&password, "a-password-of-the-tests\n").unwrap();
    let password = password.display().to_string();
    let add = [
        "staff",
        "add",
        "zhang-li",
        "--name",
        "张丽",
        "--role",
        "clerk",
        "--unit",
        "530821101201",
        "--password-file",
        &password,
    ];
    let added = offline(data, &add);
    assert!(added.status.success(), "{added:?}");
}

/// The backup has every log, only its owner may read it, it is never overwritten, and it shows what was said of it.
fn assert_backup(onestop: &Onestop, folder: &Path, keys: &BackupKeys, file: &str, made: &Value) {
    assert_eq!(
        made["logs"].as_object().unwrap().len(),
        SERVICES.len(),
        "{made}"
    );
    let mode = fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "it holds keys: nobody else may read it");
    let again = keys.back_up(onestop, file, &[]);
    assert_eq!(again.status.code(), Some(1), "never overwritten");
    let show = ["backup", "show", file, "--identity", &keys.identity];
    assert_eq!(json(&offline(folder, &show)), *made);
}

/// The new machine: only the file, and the copy of the master key.
async fn restore_elsewhere(keys: &BackupKeys, file: &str, made: &Value, master: &[u8]) -> Onestop {
    let elsewhere = Onestop::new(Deployment::SingleProcess, &[]);
    let words = ["--identity", &keys.identity, "--no-erasure-list"];
    assert_eq!(json(&restore(&elsewhere.data(), file, &words)), *made);
    for model in ["intake/register.sqlite", "referral/custody.sqlite"] {
        let model = elsewhere.data().join(model);
        assert!(!model.exists(), "it is made from the log: {model:?}");
    }
    let twice = restore(&elsewhere.data(), file, &words);
    assert_eq!(twice.status.code(), Some(1), "nor is what is there");
    let put_back = elsewhere.data().join("intake/master.key");
    fs::write(&put_back, master).unwrap();
    fs::set_permissions(&put_back, fs::Permissions::from_mode(0o600)).unwrap();
    elsewhere.started().await
}

/// The applicant of a case has a name again.
fn assert_personal_data(onestop: &Onestop, case: &str) {
    let name = run(Some(onestop), &["case", "applicant", case, "--by", CLERK]);
    let name = String::from_utf8(name.stdout).unwrap();
    assert!(
        name.contains("岩温"),
        "its personal data can be read: {name}"
    );
}

/// The citizen's file is what it was.
fn assert_paper(onestop: &Onestop, folder: &Path, case: &str, hash: &str) {
    let copy = folder.join("copy.pdf").display().to_string();
    let fetch = [
        "case",
        "attachment",
        case,
        hash,
        "--out",
        &copy,
        "--by",
        CLERK,
    ];
    let fetched = run(Some(onestop), &fetch);
    assert!(fetched.status.success(), "{fetched:?}");
    assert_eq!(fs::read(&copy).unwrap(), PAPER);
}

/// A machine burns: the node goes on somewhere else, from one file.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_is_copied_while_it_works_and_goes_on_elsewhere() {
    let mut burning = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(burning.client().await);
    let told = journeys::wages(&user).await;
    let wages = told.case;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("node.tar");
    let file = file.to_str().unwrap();
    let busy = async {
        for _ in 0..3 {
            journeys::papers_missing(&user).await;
        }
    };
    let open = journeys::open_wages(&user).await.to_string();
    let hash = attach_paper(&burning, folder.path(), &open);
    add_account(&burning.data(), folder.path());
    let apart = tempfile::tempdir().unwrap();
    let keys = BackupKeys::make(apart.path(), "identity");
    let (made, ()) = tokio::join!(
        async { tokio::task::block_in_place(|| json(&keys.back_up(&burning, file, &[]))) },
        busy,
    );
    assert_backup(&burning, folder.path(), &keys, file, &made);
    // A copy of the master key is kept apart: it is in no backup.
    let master = fs::read(burning.data().join("intake/master.key")).unwrap();
    burning.kill(Part::Everything);

    let elsewhere = restore_elsewhere(&keys, file, &made, &master).await;
    let user = TestUser::new(elsewhere.client().await);
    assert_eq!(
        by_service(&user.replay(wages).await.unwrap()),
        by_service(&told)
    );
    assert_personal_data(&elsewhere, &wages.to_string());
    assert_paper(&elsewhere, folder.path(), &open, &hash);
    let people = offline(&elsewhere.data(), &["staff", "list"]);
    let people = String::from_utf8(people.stdout).unwrap();
    assert!(people.contains("zhang-li"), "accounts are in it: {people}");
    journeys::wages(&user).await;
    assert_logs(&user, &[]).await;
    let checked = run(Some(&elsewhere), &["doctor"]);
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
fn what_is_no_backup_of_a_node_restores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("node.tar");
    let data = folder.path().join("data");
    let words = ["backup", "restore", file.to_str().unwrap()];
    for bytes in [&b""[..], b"not an archive", &[0; 4_096]] {
        fs::write(&file, bytes).unwrap();
        assert_eq!(offline(&data, &words).status.code(), Some(1));
        assert!(!data.exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_increment_holds_what_came_since_the_whole() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let folder = tempfile::tempdir().unwrap();
    let keys = BackupKeys::make(folder.path(), "identity");
    let path = |name: &str| folder.path().join(name);
    let [whole, later, all] =
        ["whole", "later", "all"].map(|name| path(name).display().to_string());
    journeys::wages(&user).await;
    let case = journeys::open_wages(&user).await.to_string();
    let first_file = attach_paper(&onestop, folder.path(), &case);
    let refused = keys.back_up(&onestop, &later, &["--increment"]);
    assert_eq!(
        refused.status.code(),
        Some(1),
        "there is no whole: {refused:?}"
    );
    let before = json(&keys.back_up(&onestop, &whole, &[]));
    journeys::wages(&user).await;
    let last_whole = || fs::read(onestop.data().join("last-backup.json")).unwrap();
    let noted = last_whole();
    let made = json(&keys.back_up(&onestop, &later, &["--increment"]));
    assert_eq!(last_whole(), noted, "an increment is no whole backup");
    assert!(onestop.data().join("last-increment.json").exists());
    json(&keys.back_up(&onestop, &all, &[]));
    assert!(
        made["logs"]["intake"]["events"].as_u64() > before["logs"]["intake"]["events"].as_u64()
    );
    let length = |file: &str| fs::metadata(file).unwrap().len();
    assert!(length(&later) < length(&all));

    let identity = ["--identity", &keys.identity, "--no-erasure-list"];
    let alone = restore(&path("alone"), &later, &identity);
    assert_eq!(alone.status.code(), Some(1), "{alone:?}");
    // It is an increment of the first whole, not of the second.
    let with = [&identity[..], &["--increment", &later]].concat();
    let other = restore(&path("other"), &all, &with);
    assert_eq!(other.status.code(), Some(1), "{other:?}");
    let done = json(&restore(&path("restored"), &whole, &with));
    for service in SERVICES.iter() {
        let (done, made) = (&done["logs"][service], &made["logs"][service]);
        assert_eq!(
            (&done["events"], &done["root"]),
            (&made["events"], &made["root"]),
            "{service}"
        );
    }
    let verified = offline(&path("restored"), &["verify", "--offline"]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    let kept = path("restored").join("intake/attachments");
    assert!(kept.is_dir(), "with the files of before: {first_file}");
}
