//! Files: uploaded, stored, read.

use onestop_chassis::stored_files::{MOST_UPLOADS, make_folder};
use onestop_proto::case::{FileHash, MediaType, Plaintext};

use super::*;
use crate::keyring::master::MasterKeySource;

const CASE: &str = "019ab0c4-8000-7000-8000-0000000000a1";
const OTHER: &str = "019ab0c4-8000-7000-8000-0000000000b2";

struct Store {
    #[expect(dead_code, reason = "it is removed with the test")]
    folder: tempfile::TempDir,
    attachments: Attachments,
}

fn store() -> Store {
    let folder = tempfile::tempdir().unwrap();
    let attachments = opened(folder.path());
    Store {
        folder,
        attachments,
    }
}

fn opened(folder: &Path) -> Attachments {
    let master = MasterKeySource::Own(folder.join("master.key"));
    let keyring = Keyring::open(folder.join("keys"), &master).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(keyring.begin(case())).unwrap();
    Attachments::open(folder.join("attachments"), keyring).unwrap()
}

fn case() -> CaseId {
    CASE.parse().unwrap()
}

fn now() -> Timestamp {
    "2026-11-23 09:00:00".parse().unwrap()
}

/// A PDF of so many bytes.
fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((0..size - bytes.len()).map(|index| (index % 251) as u8));
    bytes
}

fn attach(bytes: &[u8]) -> Attach {
    Attach {
        hash: HEXLOWER.encode(&Sha256::digest(bytes)).parse().unwrap(),
        size: bytes.len() as u64,
        media_type: MediaType::Pdf,
        kind: "wage-record".parse().unwrap(),
        name: Plaintext("工资表.pdf".to_owned()),
    }
}

fn id(attach: &Attach) -> FileId {
    FileId {
        case: case(),
        hash: attach.hash.clone(),
    }
}

impl Store {
    fn send(&self, attach: &Attach, bytes: &[u8]) {
        for (piece, bytes) in (0..).zip(bytes.chunks(PIECE)) {
            let taken = self.attachments.take(&id(attach), piece, bytes, now());
            taken.unwrap();
        }
    }

    fn read(&self, attach: &Attach) -> Vec<u8> {
        let all = 0..pieces(attach.size);
        all.flat_map(|piece| self.attachments.read(&id(attach), piece).unwrap())
            .collect()
    }
}

fn rejected<T: std::fmt::Debug>(result: Result<T, AttachmentError>) -> Rejection {
    match result.unwrap_err() {
        AttachmentError::Rejected(rejection) => rejection,
        error @ (AttachmentError::Key(_) | AttachmentError::Disk(_)) => panic!("{error}"),
    }
}

#[test]
fn a_file_comes_in_pieces_and_goes_out_in_pieces() {
    for size in [20, PIECE, PIECE + 1, 2 * PIECE + 77] {
        let (store, bytes) = (store(), pdf(size));
        let attach = attach(&bytes);
        store.send(&attach, &bytes);
        store.attachments.keep(case(), &attach).unwrap();
        assert_eq!(store.read(&attach), bytes);
        // Once more, as after a reply that was lost.
        store.attachments.keep(case(), &attach).unwrap();
    }
}

#[test]
fn a_file_on_disk_is_encrypted_for_its_case() {
    let (store, bytes) = (store(), pdf(4_000));
    let attach = attach(&bytes);
    store.send(&attach, &bytes);
    store.attachments.keep(case(), &attach).unwrap();
    let kept = fs::read(store.attachments.path(&id(&attach))).unwrap();
    assert!(!kept.windows(5).any(|window| window == b"%PDF-"));
    // And with the key of another case neither.
    let other = FileId {
        case: OTHER.parse().unwrap(),
        hash: attach.hash.clone(),
    };
    let copy = store.attachments.path(&other);
    make_folder(copy.parent().unwrap()).unwrap();
    fs::copy(store.attachments.path(&id(&attach)), copy).unwrap();
    let read = store.attachments.read(&other, 0);
    assert!(matches!(
        rejected(read),
        Rejection::AttachmentUnreadable { .. }
    ));
}

#[test]
fn a_damaged_file_is_not_given_out() {
    let (store, bytes) = (store(), pdf(PIECE + 4_000));
    let attach = attach(&bytes);
    store.send(&attach, &bytes);
    store.attachments.keep(case(), &attach).unwrap();
    let path = store.attachments.path(&id(&attach));
    let mut kept = fs::read(&path).unwrap();
    let last = kept.len() - 1;
    kept[last] ^= 1;
    fs::write(&path, kept).unwrap();
    assert!(store.attachments.read(&id(&attach), 0).is_ok());
    let read = store.attachments.read(&id(&attach), 1);
    assert!(matches!(
        rejected(read),
        Rejection::AttachmentUnreadable { .. }
    ));
}

#[test]
fn pieces_come_in_order_and_one_may_come_twice() {
    let (store, bytes) = (store(), pdf(2 * PIECE + 77));
    let attach = attach(&bytes);
    let take = |piece: u32, bytes: &[u8]| store.attachments.take(&id(&attach), piece, bytes, now());
    let parts: Vec<&[u8]> = bytes.chunks(PIECE).collect();
    assert_eq!(
        rejected(take(1, parts[1])),
        Rejection::OtherPiece { wanted: 0 }
    );
    take(0, parts[0]).unwrap();
    assert_eq!(
        rejected(take(2, parts[2])),
        Rejection::OtherPiece { wanted: 1 }
    );
    take(1, parts[1]).unwrap();
    take(1, parts[1]).unwrap();
    let early = store.attachments.keep(case(), &attach);
    assert_eq!(rejected(early), Rejection::OtherPiece { wanted: 2 });
    take(2, parts[2]).unwrap();
    assert_eq!(
        rejected(take(3, b"more")),
        Rejection::OtherPiece { wanted: 3 }
    );
    store.attachments.keep(case(), &attach).unwrap();
}

#[test]
fn a_file_that_is_another_is_not_kept() {
    let (store, bytes) = (store(), pdf(4_000));
    let mut claimed = attach(&bytes);
    claimed.hash = "0".repeat(64).parse().unwrap();
    store.send(&claimed, &bytes);
    let kept = store.attachments.keep(case(), &claimed);
    assert!(matches!(rejected(kept), Rejection::OtherHash { .. }));
    let mut claimed = attach(&bytes);
    claimed.media_type = MediaType::Png;
    store.send(&claimed, &bytes);
    let kept = store.attachments.keep(case(), &claimed);
    assert!(matches!(rejected(kept), Rejection::OtherMediaType { .. }));
    assert!(!store.attachments.path(&id(&claimed)).exists());
}

#[test]
fn uploads_are_limited_and_an_idle_one_makes_room() {
    let store = store();
    let take = |number: usize, now: &str| {
        let hash: FileHash = format!("{number:064x}").parse().unwrap();
        let (case, now) = (case(), now.parse().unwrap());
        store
            .attachments
            .take(&FileId { case, hash }, 0, b"%PDF-", now)
    };
    for number in 0..MOST_UPLOADS {
        take(number, "2026-11-23 09:00:00").unwrap();
    }
    let full = take(MOST_UPLOADS, "2026-11-23 09:01:00");
    assert_eq!(
        rejected(full),
        Rejection::UploadsFull {
            count: MOST_UPLOADS
        }
    );
    take(MOST_UPLOADS, "2026-11-23 09:11:00").unwrap();
}

#[test]
fn an_upload_interrupted_by_a_stop_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = pdf(4_000);
    let attach = attach(&bytes);
    let before = opened(folder.path());
    before.take(&id(&attach), 0, &bytes, now()).unwrap();
    drop(before);
    let after = opened(folder.path());
    let kept = after.keep(case(), &attach);
    assert_eq!(rejected(kept), Rejection::OtherPiece { wanted: 0 });
    after.take(&id(&attach), 0, &bytes, now()).unwrap();
    after.keep(case(), &attach).unwrap();
}
