//! An erased person: in no file of the node and of a later backup, nor in what the logs say.

mod restored;

use std::{
    fs,
    path::{Path, PathBuf},
};

use data_encoding::{BASE64, HEXLOWER, HEXUPPER};
use onestop_chassis::settings::Settings;
use onestop_intake::keyring::{Keyring, folder_of, master::MasterKeySource};
use onestop_proto::{contract, ids::CaseId, journal};

use super::{BUREAU, SUPERVISOR, answered, by, end, json, open_question, refused};
use crate::{
    backup_keys::BackupKeys,
    command_line::run,
    harness::{
        Deployment, Onestop, Part,
        folder::{files, holds},
    },
    invariants::assert_logs,
    journeys::CLERK,
    test_user::TestUser,
};

/// The folder of that name, anywhere below another.
fn folder_called(within: &Path, name: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(within).into_iter().flatten().flatten();
    let mut folders = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir());
    folders.find_map(|path| {
        if path.ends_with(name) {
            return Some(path);
        }
        folder_called(&path, name)
    })
}

/// What the person says, which no file may hold once they are erased.
const CLEAR: [&str; 6] = [
    "岩温香",
    "13987654321",
    "丈夫离家五年",
    "先向法院申请宣告失踪",
    "请向岩温香的邻居核实",
    "邻居说她丈夫未曾回家",
];

/// A bureau and the window write about the person, in the log of another service.
fn write_about_person(running: &Onestop, id: &str) {
    let instruct = ["referral", "supervise", id, "--instruction", CLEAR[4]];
    json(&by(running, BUREAU).says(&instruct));
    let answer = ["referral", "answer-supervision", id, "--answer", CLEAR[5]];
    json(&by(running, CLERK).says(&answer));
}

/// What the window reads of it in the replay.
fn assert_written(running: &Onestop, id: &str, is_shown: bool) {
    let shown = json(&by(running, CLERK).says(&["replay", id])).to_string();
    for text in &CLEAR[4..] {
        assert_eq!(shown.contains(text), is_shown, "{shown}");
    }
    assert_eq!(shown.contains("（已删除）"), !is_shown);
}

/// Takes a paper in that names the person.
fn attach_paper(running: &Onestop, id: &str) {
    let paper = running.data().join("paper.txt");
    fs::write(&paper, "岩温香 13987654321 丈夫离家五年").unwrap();
    let named = paper.display().to_string();
    json(&by(running, CLERK).says(&["case", "attach", id, &named, "--kind", "identity-card"]));
    fs::remove_file(&paper).unwrap();
}

async fn run_again(running: &mut Onestop) -> TestUser {
    running.run(Part::Everything);
    running.wait_until_ready().await;
    TestUser::new(running.client().await)
}

/// A case's key as it lies on the disk, and what would be left of it and of what the person said.
struct KeyOfCase {
    /// The slab that holds it.
    file: PathBuf,
    case: CaseId,
    slot: Vec<u8>,
    traces: Vec<Vec<u8>>,
}

/// Bytes of a slot, and of what comes before the wrapped key in it.
const SLOT: usize = 256;
const HEADER: usize = 24;

impl KeyOfCase {
    fn read(running: &Onestop, case: CaseId) -> Self {
        let settings = Settings {
            data: running.data(),
            ..Settings::default()
        };
        let keys = folder_of(&settings);
        let key = {
            let keyring = Keyring::open(&keys, &MasterKeySource::of(&settings)).unwrap();
            keyring.existing_key(case).unwrap().bytes().to_vec()
        };
        let file = keys.join("00000.slab");
        let place = place_of(&file, case);
        let slot = fs::read(&file).unwrap()[place..][..SLOT].to_vec();
        let content = slot[HEADER..].iter().rposition(|byte| *byte != 0);
        let wrapped = slot[HEADER..][..=content.unwrap()].to_vec();
        let mut traces: Vec<Vec<u8>> = CLEAR.iter().map(|it| it.as_bytes().to_vec()).collect();
        for secret in [&key, &wrapped] {
            let texts = [
                BASE64.encode(secret),
                HEXLOWER.encode(secret),
                HEXUPPER.encode(secret),
            ];
            traces.push(secret.clone());
            traces.extend(texts.map(String::into_bytes));
        }
        Self {
            file,
            case,
            slot,
            traces,
        }
    }

    /// As if it had not been destroyed yet.
    fn put_back(&self) {
        let place = place_of(&self.file, self.case);
        let mut slab = fs::read(&self.file).unwrap();
        slab[place..][..SLOT].copy_from_slice(&self.slot);
        fs::write(&self.file, slab).unwrap();
    }

    fn is_there(&self) -> bool {
        holds(&fs::read(&self.file).unwrap(), &self.slot)
    }
}

/// Where the slot of a case begins.
fn place_of(slab: &Path, case: CaseId) -> usize {
    let slab = fs::read(slab).unwrap();
    let id = case.uuid();
    let place = slab.windows(16).position(|it| it == id.as_bytes());
    place.unwrap() / SLOT * SLOT
}

/// The supervisor erases the person of a case: for a reason that does not name them, and once.
fn erase_person(running: &Onestop, id: &str) {
    let supervisor = by(running, SUPERVISOR);
    let erase = ["erase", id, "--basis", "consent-withdrawn", "--note"];
    let naming = refused(&supervisor.says(&[&erase[..], &["岩温香要求"]].concat()));
    assert_eq!(naming, (Some(3), "names-the-person".to_owned()));
    let key_of_command = "019ab0c4-8000-7000-8000-0000000000aa";
    let erase = [&erase[..], &["本人书面要求", "--key", key_of_command]].concat();
    json(&supervisor.says(&erase));
    let again = json(&supervisor.says(&erase));
    assert_eq!(again["answer"], "repeated");
}

/// The person of one case is not to be opened or found any more, that of another is.
fn assert_erased(running: &Onestop, id: &str, other_id: &str) {
    let supervisor = by(running, SUPERVISOR);
    let open = ["case", "applicant", id, "--reason", "核查"];
    assert_eq!(
        refused(&supervisor.says(&open)),
        (Some(5), "erased".to_owned())
    );
    let shown = json(&supervisor.says(&["case", "show", id]));
    assert_eq!(shown["erased"], "consent-withdrawn");
    let find = ["case", "find", "--phone", CLEAR[1], "--reason", "核查"];
    let found = json(&supervisor.says(&find));
    assert_eq!(found["cases"].as_array().unwrap().len(), 0);
    json(&by(running, CLERK).says(&["case", "archive", id]));
    let told = json(&by(running, CLERK).says(&["case", "applicant", other_id]));
    assert_eq!(told["applicant"]["people"][0]["name"], "李扎拉");
}

/// What the logs say when they are read.
async fn read_logs(user: &TestUser, case: CaseId) -> Vec<(PathBuf, Vec<u8>)> {
    let mut read = vec![(
        PathBuf::from("replay"),
        serde_json::to_vec(&user.complete_replay(case).await).unwrap(),
    )];
    for service in contract::services() {
        if service != journal::service() {
            let log = serde_json::to_vec(&user.log(&service).await).unwrap();
            read.push((PathBuf::from(service.as_str()), log));
        }
    }
    read
}

fn assert_no_traces(read: &[(PathBuf, Vec<u8>)], traces: &[Vec<u8>]) {
    for (path, bytes) in read {
        for (number, wanted) in traces.iter().enumerate() {
            assert!(
                !holds(bytes, wanted),
                "{} holds no. {number}",
                path.display()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_is_in_no_file_and_everything_still_verifies() {
    let mut running = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(running.client().await);
    let case = open_question(&user, (CLEAR[0], CLEAR[1]), CLEAR[2]).await;
    let other = answered(&user, ("李扎拉", "13711112222"), ("邻居砍树", "可以调解")).await;
    let (id, other_id) = (case.to_string(), other.to_string());
    json(&by(&running, CLERK).says(&["case", "applicant", &id]));
    attach_paper(&running, &id);
    user.wait_for_event(case, "referral.custody-taken", 1).await;
    write_about_person(&running, &id);
    user.wait_for_event(case, "referral.supervision-answered", 1)
        .await;
    assert_written(&running, &id, true);
    end(&user, case, CLEAR[3]).await;
    let attachments = running.data().join("intake/attachments");
    let attachment = folder_called(&attachments, &id).expect("what was attached is kept");

    assert_eq!(running.stop(Part::Everything), Some(0));
    let key = KeyOfCase::read(&running, case);
    let user = run_again(&mut running).await;
    erase_person(&running, &id);
    assert!(!attachment.exists());
    user.wait_for_event(case, "case.erased", 1).await;

    // Killed before the key was destroyed: the next start does what the record says.
    running.kill(Part::Everything);
    assert!(!key.is_there());
    key.put_back();
    assert!(key.is_there());
    let user = run_again(&mut running).await;
    assert!(!key.is_there());
    assert_erased(&running, &id, &other_id);
    assert_written(&running, &id, false);

    // A later backup, and what the logs say when they are read.
    let backup = tempfile::tempdir().unwrap();
    let archive = backup.path().join("node.tar");
    let apart = tempfile::tempdir().unwrap();
    let keys = BackupKeys::make(apart.path(), "identity");
    json(&keys.back_up(&running, archive.to_str().unwrap(), &[]));
    let mut read = read_logs(&user, case).await;
    assert_logs(&user, &[]).await;
    assert_eq!(running.stop(Part::Everything), Some(0));
    let data = running.data();
    let offline = ["verify", "--offline", "--data", data.to_str().unwrap()];
    assert_eq!(run(None, &offline).status.code(), Some(0));

    read.extend(files(&data));
    read.extend(files(backup.path()));
    assert!(read.iter().any(|(_, bytes)| holds(bytes, id.as_bytes())));
    let master = fs::read(data.join("intake/master.key")).unwrap();
    let opened = keys.clear(&archive);
    assert!(!holds(&opened, master.trim_ascii()));
    read.push((PathBuf::from("the backup, decrypted"), opened));
    assert_no_traces(&read, &key.traces);
}
