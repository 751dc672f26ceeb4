//! Intake's standby: what was confirmed is readable there, and what was erased is in none of its files.

use std::{fs, path::Path, time::Duration};

use data_encoding::{BASE64, HEXLOWER};
use onestop_chassis::client::{ClientError, QuestionMeta};
use onestop_intake::keyring::master;
use onestop_proto::{
    case::{self, Attach, AttachPiece, AttachmentQuery, FileHash, MediaType, Plaintext},
    command::AcceptedCommand,
    ids::{CaseId, CaseRef},
    personal::{self, ApplicantQuery, Erase, ErasureBasis},
    text::Words,
};
use sha2::{Digest, Sha256};

use super::{Standby, followed, lose_machine, with_setting};
use crate::{
    harness::{
        TIMEOUT,
        folder::{files, holds},
    },
    invariants::assert_logs,
    journeys::CLERK,
    persons::{SUPERVISOR, end, open_question},
    test_user::{TestUser, actor},
};

/// Who is erased, what they said, and what the window answered.
const ERASED: [&str; 4] = [
    "岩温香",
    "13987654321",
    "丈夫离家五年",
    "先向法院申请宣告失踪",
];
/// Whose cases stay.
const OTHERS: [(&str, &str); 3] = [
    ("李扎拉", "13711112222"),
    ("罗娜朵", "13711113333"),
    ("白金花", "13711114444"),
];

/// A PDF of two pieces.
fn paper(text: &str) -> Vec<u8> {
    let mut bytes = format!("%PDF-1.7 {text}\n").into_bytes();
    bytes.resize(case::PIECE + 1_000, b'.');
    bytes
}

async fn send(user: &TestUser, case: CaseId, command: impl Into<case::Command>) -> AcceptedCommand {
    let service = case::service();
    let sent = user.command::<case::Command>(&service, CLERK, Some(case), command);
    sent.await.unwrap()
}

async fn attach(user: &TestUser, case: CaseId, bytes: &[u8]) -> FileHash {
    let hash: FileHash = HEXLOWER.encode(&Sha256::digest(bytes)).parse().unwrap();
    for (piece, part) in (0..).zip(bytes.chunks(case::PIECE)) {
        let (hash, data) = (hash.clone(), BASE64.encode(part));
        send(user, case, AttachPiece { hash, piece, data }).await;
    }
    let attach = Attach {
        hash: hash.clone(),
        size: bytes.len() as u64,
        media_type: MediaType::Pdf,
        kind: "identity-card".parse().unwrap(),
        name: Plaintext("身份证.pdf".to_owned()),
    };
    assert_eq!(send(user, case, attach).await.warnings, []);
    hash
}

async fn erase(user: &TestUser, case: CaseId) -> AcceptedCommand {
    let erase = Erase {
        basis: ErasureBasis::ConsentWithdrawn,
        note: Some("本人书面要求".to_owned()),
    };
    let service = case::service();
    let sent = user.command::<personal::Command>(&service, SUPERVISOR, Some(case), erase);
    sent.await.unwrap()
}

/// The first bytes of a case's wrapped key, as they lie in a slab.
fn wrapped_key(intake: &Path, case: CaseId) -> Vec<u8> {
    let slab = fs::read(intake.join("keys/00000.slab")).unwrap();
    let id = case.uuid();
    let place = slab.windows(16).position(|it| it == id.as_bytes());
    slab[place.unwrap() + 16..][..40].to_vec()
}

/// Asks until intake answers, wherever it runs.
async fn applicant_name(user: &TestUser, case: CaseId) -> String {
    let query = ApplicantQuery {
        case: CaseRef::Id(case),
        reason: None,
    };
    let answered = async {
        loop {
            let meta = QuestionMeta::from(actor(CLERK));
            if let Ok(view) = user.client.ask(meta, &query).await {
                return view.applicant.people[0].name.clone();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(2 * TIMEOUT, answered).await.unwrap()
}

async fn read_file(user: &TestUser, case: CaseId, hash: &FileHash) -> Vec<u8> {
    let mut bytes = Vec::new();
    for piece in 0..2 {
        let query = AttachmentQuery {
            case: CaseRef::Id(case),
            hash: hash.clone(),
            piece,
        };
        let meta = QuestionMeta::from(actor(CLERK));
        let answer = user.client.ask(meta, &query).await.unwrap();
        bytes.extend(BASE64.decode(answer.data.as_bytes()).unwrap());
    }
    bytes
}

/// The reading of a case is refused, because its persons were erased.
async fn assert_erased(user: &TestUser, case: CaseId) {
    let query = ApplicantQuery {
        case: CaseRef::Id(case),
        reason: Some("核查".to_owned()),
    };
    let meta = QuestionMeta::from(actor(SUPERVISOR));
    let Err(ClientError::Rejected(rejected)) = user.client.ask(meta, &query).await else {
        panic!("the persons of {case} were opened, or intake did not answer");
    };
    assert_eq!(rejected.code, "erased");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_sync_persons_are_readable_at_the_standby_and_the_erased_are_nowhere() {
    let (mut onestop, user, standby) = followed("intake", "--standby=sync").await;
    let [name, phone, summary, answer] = ERASED;
    let erased = open_question(&user, (name, phone), summary).await;
    attach(&user, erased, &paper(name)).await;
    end(&user, erased, answer).await;
    let mut open = Vec::new();
    for (name, phone) in OTHERS {
        open.push((open_question(&user, (name, phone), "邻居砍树").await, name));
    }
    let file = paper("邻居的树");
    let hash = attach(&user, open[0].0, &file).await;

    // Both disks have the key of the case; when the erasure is answered, neither has.
    let intake = standby.folder.path().join("data/intake");
    let key = wrapped_key(&onestop.data().join("intake"), erased);
    assert_eq!(wrapped_key(&intake, erased), key, "{}", standby.said());
    assert_eq!(erase(&user, erased).await.warnings, []);
    assert_ne!(wrapped_key(&intake, erased), key, "{}", standby.said());

    lose_machine(&mut onestop, "intake");
    for (case, name) in &open {
        assert_eq!(applicant_name(&user, *case).await, *name);
    }
    assert!(read_file(&user, open[0].0, &hash).await == file);
    assert_erased(&user, erased).await;
    assert_logs(&user, &[]).await;

    let Standby { folder, process } = standby;
    let ended = tokio::task::block_in_place(|| process.stop());
    assert_eq!(ended, Some(0));
    let traces = ERASED.map(|text| text.as_bytes().to_vec());
    for (path, bytes) in files(folder.path()) {
        for trace in traces.iter().chain([&key]) {
            assert!(!holds(&bytes, trace), "{}", path.display());
        }
    }
}

/// The event of the erasure is on record, and the key is destroyed at the leader alone: the answer says so.
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_the_standby_has_not_carried_out_says_so_until_it_has() {
    let (onestop, user, standby) = followed("intake", "--standby=async").await;
    let [name, phone, summary, answer] = ERASED;
    let erased = open_question(&user, (name, phone), summary).await;
    end(&user, erased, answer).await;
    super::follows(&user, &case::service()).await;
    let intake = standby.folder.path().join("data/intake");
    let key = wrapped_key(&intake, erased);

    standby.signal("STOP");
    let warned = erase(&user, erased).await;
    let expected = vec![Words::from(personal::ERASED_HERE_ONLY)];
    assert_eq!(warned.warnings, expected);
    assert_ne!(wrapped_key(&onestop.data().join("intake"), erased), key);
    assert_eq!(wrapped_key(&intake, erased), key);

    standby.signal("CONT");
    super::follows(&user, &case::service()).await;
    assert_ne!(wrapped_key(&intake, erased), key, "{}", standby.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_with_another_master_key_copies_nothing_and_says_so() {
    let (onestop, user) = with_setting("intake", "--standby=async").await;
    open_question(&user, OTHERS[0], "邻居砍树").await;
    let folder = Standby::prepare(&onestop, "intake");
    let intake = folder.path().join("data/intake");
    fs::remove_file(intake.join("master.key")).unwrap();
    master::make(&intake.join("master.key")).unwrap();
    let Standby { folder, process } = Standby::start_in(folder, &onestop, "intake");
    let ended = tokio::task::block_in_place(|| process.wait());
    let said = fs::read_to_string(super::log_in(folder.path())).unwrap();
    assert_eq!(ended, Some(1), "{said}");
    // In the words of the catalogue.
    assert!(said.contains("与本机的不是同一把"), "{said}");
    assert!(!intake.join("keys/00000.slab").exists());
}
