//! Runbooks are played: the trouble is made, the commands that the section of `deploy/RUNBOOKS.md` names are given, and it is
//! over. Others are played by `restored_service.rs`, `full_disk.rs`, `cluster.rs`, `clocks.rs` and `parked.rs`.

use std::{collections::BTreeSet, fs, process::Output, time::Duration};

use onestop_chassis::rusqlite::Connection;
use onestop_proto::{
    journal,
    replication::{ReplicationState, Sources},
};
use serde_json::Value;

use crate::{
    backup_keys::BackupKeys,
    command_line::run,
    harness::{Deployment, Onestop, Part, SERVICES, TIMEOUT, repository, until},
    journeys::{self, CLERK, VILLAGE, open_by, request},
    sites::{SITE, Site},
    test_user::TestUser,
};

const EVERYTHING: Part = Part::Everything;
const SUPERVISOR: &str = "supervisor/he-jun@530821.bureau";
const AUDITOR: &str = "auditor/li-jing@530821.bureau";

/// A section of the runbooks, and the node on which it is played.
struct Runbook<'a> {
    text: String,
    node: &'a Onestop,
}

impl<'a> Runbook<'a> {
    fn open(section: &str, node: &'a Onestop) -> Self {
        let all = fs::read_to_string(repository().join("deploy/RUNBOOKS.md")).unwrap();
        let heading = format!("## {section}\n");
        let (_, rest) = all.split_once(&heading).unwrap();
        let text = rest.split("\n## ").next().unwrap().to_owned();
        Self { text, node }
    }

    /// Gives a command that the section names, with further words.
    fn tries(&self, command: &str, further: &[&str]) -> Output {
        // Each begins with the doctor, which is named once for all of them.
        let is_named = command == "doctor" || self.text.contains(&format!("`onestop {command}"));
        assert!(is_named, "onestop {command}: {}", self.text);
        let words: Vec<&str> = command.split(' ').chain(further.iter().copied()).collect();
        tokio::task::block_in_place(|| run(Some(self.node), &words))
    }

    /// The same, and it ends well. Returns what it prints.
    fn plays(&self, command: &str, further: &[&str]) -> String {
        let done = self.tries(command, further);
        assert!(done.status.success(), "onestop {command}: {done:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Asks the doctor until it says or no longer says something of a service.
    async fn until_doctor(&self, what: &str, wanted: impl Fn(&str) -> bool) {
        let mut said = String::new();
        let asked = async {
            loop {
                said = String::from_utf8(self.tries("doctor", &[]).stdout).unwrap();
                if wanted(&said) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        let asked = tokio::time::timeout(TIMEOUT, asked).await;
        assert!(asked.is_ok(), "{what}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_set_aside() {
    let mut node = Onestop::start(Deployment::SingleProcess).await;
    journeys::wages(&TestUser::new(node.client().await)).await;
    // A service is started on an empty folder, and begins a new history.
    assert_eq!(node.stop(EVERYTHING), Some(0));
    fs::remove_dir_all(node.data().join("referral")).unwrap();
    node.run(EVERYTHING);
    node.wait_until_ready().await;

    let runbook = Runbook::open("A source is set aside", &node);
    runbook
        .until_doctor("it is set aside", |said| {
            said.contains("onestop source follow")
        })
        .await;
    // Each service that hears referral sets it aside by itself: all but referral and the registry.
    let aside = SERVICES.len() - 2;
    until("all of them set it aside", async || {
        runbook.plays("source list", &[]).matches("已搁置").count() >= aside
    })
    .await;
    let found = runbook.tries("reconcile", &[]);
    let found = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(found.contains("/onestop/referral/main"), "{found}");
    let further = [
        "/onestop/referral/main",
        "--why",
        "磁盘已丢失",
        "--alone",
        "只有一人值班",
        "--by",
        SUPERVISOR,
    ];
    runbook.plays("source follow-everywhere", &further);
    assert!(!runbook.plays("source list", &[]).contains("已搁置"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_master_key_is_missing_and_then_changed() {
    let mut node = Onestop::start(Deployment::SingleProcess).await;
    journeys::open_wages(&TestUser::new(node.client().await)).await;
    assert_eq!(node.stop(EVERYTHING), Some(0));
    let (key, copy) = (
        node.data().join("intake/master.key"),
        node.data().join("copy"),
    );
    fs::rename(&key, &copy).unwrap();
    node.run(EVERYTHING);
    let ended = tokio::task::block_in_place(|| node.wait(EVERYTHING));
    assert_eq!(ended, Some(1));

    let runbook = Runbook::open("The master key", &node);
    let said = String::from_utf8(runbook.tries("doctor", &[]).stdout).unwrap();
    assert!(said.contains("放回另存的副本"), "{said}");
    fs::copy(&copy, &key).unwrap();
    // With intake stopped.
    runbook.plays("keys rotate-master", &[]);
    assert_ne!(fs::read(&key).unwrap(), fs::read(&copy).unwrap());
    node.run(EVERYTHING);
    node.wait_until_ready().await;
    let runbook = Runbook::open("The master key", &node);
    let says = |said: &str| said.contains("✓ 主密钥");
    runbook.until_doctor("it is there", says).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_too_old() {
    let node = Onestop::start(Deployment::SingleProcess).await;
    let folder = tempfile::tempdir().unwrap();
    let keys = BackupKeys::make(folder.path(), "identity");
    let runbook = Runbook::open("A backup is too old", &node);
    let none = |said: &str| said.contains("没有备份记录");
    runbook.until_doctor("none is known", none).await;
    let refused = runbook.tries("backup make", &["--out", "nowhere"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && said.contains("backup_recipients"),
        "{said}"
    );
    // As the timer does.
    let backups = folder.path().join("backups");
    fs::create_dir(&backups).unwrap();
    let into = backups.display().to_string();
    let further = [
        "--into",
        &into,
        "--keep",
        "14",
        "--backup-recipients",
        &keys.recipient,
    ];
    runbook.plays("backup make", &further);
    let mut made = fs::read_dir(&backups).unwrap();
    let file = made.next().unwrap().unwrap().path().display().to_string();
    let shown = runbook.plays("backup show", &[&file, "--identity", &keys.identity]);
    assert!(shown.contains("intake"), "{shown}");
    runbook
        .until_doctor("it was made", |said| !none(said))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_is_read_often() {
    let node = Onestop::start(Deployment::SingleProcess).await;
    crate::browser::sign_up(&node.data(), ["wang-fang", "王芳", "clerk", VILLAGE]);
    let runbook = Runbook::open("Personal data is read often", &node);
    runbook.plays("audit alarms", &["--by", AUDITOR]);
    runbook.plays("audit staff", &["wang-fang", "--by", AUDITOR]);
    let out = node.data().join("audit.jsonl").display().to_string();
    runbook.plays("audit export", &["--out", &out, "--by", AUDITOR]);
    let disabled = ["wang-fang", "--reason", "查阅过多，正在询问"];
    runbook.plays("staff disable", &disabled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_is_late() {
    let node = Onestop::start(Deployment::SingleProcess).await;
    journeys::open_wages(&TestUser::new(node.client().await)).await;
    let runbook = Runbook::open("A queue is late", &node);
    let listed = runbook.plays("source list", &[]);
    assert!(listed.contains("/onestop/intake/main"), "{listed}");
    // It ends once the service has heard everything.
    runbook.plays("source wait", &["referral"]);
    let parked = Runbook::open("Events are parked", &node);
    parked.plays("parked list", &[]);
}

/// Whether the journal believes nothing that comes from the site.
async fn is_refused(above: &TestUser) -> bool {
    let asked = above.ask(&journal::service(), "sources", Value::Null).await;
    let Sources { sources, .. } = asked.unwrap();
    let mut of_site = sources
        .iter()
        .filter(|state| state.source == Site::source());
    of_site.any(|state| matches!(state.state, ReplicationState::Refused { .. }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_of_a_site_was_stolen() {
    let mut hub = Onestop::start(Deployment::Separate).await;
    let site = Site::start(&mut hub).await;
    hub.wait_until_ready().await;
    let (above, window) = (TestUser::new(hub.client().await), site.user(&hub).await);
    let wages = || request("legal-aid", "labour-pay", VILLAGE);
    let before = open_by(&window, CLERK, wages()).await;
    above.wait_for_event(before, "referral.offered", 1).await;

    let runbook = Runbook::open("A site is replaced", &hub);
    let keys = hub.keys().display().to_string();
    for issuer in ["service/intake", "gateway"] {
        let issuer = format!("{issuer}/{SITE}");
        runbook.plays("keys revoke", &[&issuer, "--keys", &keys]);
    }
    // Services read the changed roster within seconds. What the thief opens from then on stays at the thief's.
    let refused = async {
        while !is_refused(&above).await {
            open_by(&window, CLERK, wages()).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(TIMEOUT, refused).await.unwrap();
    let stolen = open_by(&window, CLERK, wages()).await;
    assert!(is_refused(&above).await);
    assert!(above.replay(stolen).await.is_err(), "it was taken in");
}

/// The former version reads what is there, or it does not; the former executables are this version's own.
#[tokio::test(flavor = "multi_thread")]
async fn back_to_the_version_before() {
    let mut node = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(node.client().await);
    let case = journeys::open_wages(&user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    let folder = tempfile::tempdir().unwrap();
    let keys = BackupKeys::make(folder.path(), "identity");
    let file = folder.path().join("before.age").display().to_string();
    let further = ["--out", &file, "--backup-recipients", &keys.recipient];
    Runbook::open("An upgrade", &node).plays("backup make", &further);

    let runbook = Runbook::open("Back to the version before", &node);
    runbook.plays("upgrade-check", &["--lang", "en"]);
    assert_eq!(node.stop(EVERYTHING), Some(0));
    let data = node.data();
    let database = Connection::open(data.join("gateway/gateway.db")).unwrap();
    database.pragma_update(None, "user_version", 999).unwrap();
    drop(database);
    let runbook = Runbook::open("Back to the version before", &node);
    let checked = runbook.tries("upgrade-check", &["--lang", "en"]);
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert_eq!(checked.status.code(), Some(1), "{said}");
    assert!(said.contains("no way back"), "{said}");

    // The folder is kept, and another one is named.
    let kept = data.with_file_name("kept");
    fs::rename(&data, &kept).unwrap();
    let into = data.display().to_string();
    let identity = ["--identity", &keys.identity, "--no-erasure-list"];
    let further = [&[file.as_str()][..], &identity, &["--data", &into]].concat();
    runbook.plays("backup restore", &further);
    for key in ["intake/master.key", "gateway/draft.key"] {
        fs::copy(kept.join(key), data.join(key)).unwrap();
    }
    node.run(EVERYTHING);
    node.wait_until_ready().await;
    let user = TestUser::new(node.client().await);
    user.wait_for_event(case, "referral.offered", 1).await;
    journeys::wages(&user).await;
}

/// What the documents for operators name as a command is one, with all its options.
#[test]
fn every_command_that_operators_are_told_of_is_there() {
    let help = |words: &[&str]| {
        let done = run(None, &[words, &["--help"]].concat());
        assert!(done.status.success(), "onestop {words:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    let general = help(&[]);
    let mut played = BTreeSet::new();
    for document in [
        "deploy/RUNBOOKS.md",
        "deploy/RECOVERY.md",
        "COMPATIBILITY.md",
    ] {
        let text = fs::read_to_string(repository().join(document)).unwrap();
        for command in named_commands(&text) {
            let said: Vec<&str> = command.split_whitespace().collect();
            let is_word =
                |word: &&&str| word.chars().all(|it| it.is_ascii_lowercase() || it == '-');
            let words = said.iter().take_while(is_word).copied();
            let words: Vec<&str> = words.take_while(|word| !word.starts_with('-')).collect();
            let help = help(&words);
            for option in said.iter().filter(|word| word.starts_with("--")) {
                let is_there = help.contains(option) || general.contains(option);
                assert!(is_there, "{document}: {option} in `onestop {command}`");
            }
            played.insert(command);
        }
    }
    assert!(played.len() > 40, "{played:?}");
}

/// The commands in the code of a document: in a line, or a line of its own.
fn named_commands(text: &str) -> Vec<String> {
    let inline = text.split('`').skip(1).step_by(2);
    let lines = text.lines().filter_map(|line| line.strip_prefix("    "));
    inline
        .chain(lines)
        .filter_map(|code| code.trim().strip_prefix("onestop "))
        .map(|command| command.replace('\n', " "))
        .collect()
}
