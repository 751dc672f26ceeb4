//! Files of sites: uploaded, stored, read, and carried to a standby.

use std::time::UNIX_EPOCH;

use onestop_chassis::{
    settings::Settings,
    standby::{SidecarCopy, SidecarSource},
};
use onestop_proto::registry::{
    Event, EvidenceAttached, EvidenceKind, EvidenceWithdrawn, SiteState, WithdrawnFile,
};

use super::{standby::FilesOfEvents, *};

/// Pieces at the standby: shorter than a file.
const PART: usize = 700;

fn now() -> Timestamp {
    "2026-11-28 09:00:00".parse().unwrap()
}

/// A JPEG of so many bytes.
pub(super) fn photo(size: usize) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0".to_vec();
    bytes.extend((0..size - bytes.len()).map(|index| (index % 251) as u8));
    bytes
}

pub(super) fn attach(bytes: &[u8]) -> AttachEvidence {
    AttachEvidence {
        site: "s4k2m9qxa".parse().unwrap(),
        kind: EvidenceKind::Photo,
        state: None,
        hash: HEXLOWER.encode(&Sha256::digest(bytes)).parse().unwrap(),
        size: bytes.len() as u64,
        media_type: MediaType::Jpeg,
        name: "大厅.jpg".to_owned(),
    }
}

pub(super) fn attached(attach: &AttachEvidence) -> Event {
    let division = "530828207".parse().unwrap();
    EvidenceAttached {
        site: attach.site.clone(),
        unit: format!("{}.window", attach.site).parse().unwrap(),
        division,
        from: now().china_date(),
        kind: attach.kind,
        state: SiteState::Operating,
        hash: attach.hash.clone(),
        size: attach.size,
        media_type: attach.media_type,
        name: attach.name.clone(),
    }
    .into()
}

pub(super) fn withdrawn(attach: &AttachEvidence) -> Event {
    EvidenceWithdrawn {
        site: attach.site.clone(),
        unit: format!("{}.window", attach.site).parse().unwrap(),
        division: "530828207".parse().unwrap(),
        from: now().china_date(),
        hash: attach.hash.clone(),
        reason: "拍到了群众".to_owned(),
        file: Some(WithdrawnFile::Deleted),
    }
    .into()
}

impl FilesOfEvents {
    fn of(events: &[Event]) -> Self {
        let mut files = Self::default();
        events.iter().for_each(|event| files.take_in(event));
        files
    }
}

fn send(files: &EvidenceFiles, attach: &AttachEvidence, bytes: &[u8]) {
    for (piece, bytes) in (0..).zip(bytes.chunks(PIECE)) {
        let taken = files.take(&attach.site, &attach.hash, piece, bytes, now());
        taken.unwrap();
    }
}

fn rejected<T: std::fmt::Debug>(done: Result<T, EvidenceError>) -> Rejection {
    match done.unwrap_err() {
        EvidenceError::Rejected(rejection) => rejection,
        EvidenceError::Disk(error) => panic!("{error}"),
    }
}

#[test]
fn given_pieces_when_they_make_the_file_then_it_is_kept_under_its_hash_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let files = EvidenceFiles::open(folder.path().join(FOLDER)).unwrap();
    let bytes = photo(PIECE + 77);
    let attach = attach(&bytes);
    send(&files, &attach, &bytes);
    files.keep(&attach).unwrap();
    let read: Vec<u8> = (0..2)
        .flat_map(|piece| files.read(&attach.hash, piece).unwrap())
        .collect();
    assert_eq!(read, bytes);
    // Once more, as after an answer that was lost.
    files.keep(&attach).unwrap();
    // Another site's same file is stored once.
    let other = AttachEvidence {
        site: "s9k2m9qxb".parse().unwrap(),
        ..attach.clone()
    };
    files.keep(&other).unwrap();
}

#[test]
fn given_other_bytes_or_another_type_when_a_file_is_kept_then_it_is_refused_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let files = EvidenceFiles::open(folder.path().join(FOLDER)).unwrap();
    let bytes = photo(4_000);
    let known = attach(&bytes);
    assert_eq!(
        rejected(files.keep(&known)),
        Rejection::OtherPiece { wanted: 0 }
    );
    let mut other = bytes.clone();
    other[100] ^= 1;
    send(&files, &known, &other);
    let hash = known.hash.clone();
    assert_eq!(rejected(files.keep(&known)), Rejection::OtherHash { hash });
    let pdf = AttachEvidence {
        kind: EvidenceKind::Document,
        media_type: MediaType::Pdf,
        ..known.clone()
    };
    send(&files, &pdf, &bytes);
    let media_type = MediaType::Pdf;
    assert_eq!(
        rejected(files.keep(&pdf)),
        Rejection::OtherMediaType { media_type }
    );
    assert!(!path_of(files.folder(), &known.hash).exists());
    let staged = fs::read_dir(files.folder().join(STAGED)).unwrap();
    assert_eq!(staged.count(), 0);
}

#[test]
fn given_a_file_that_was_changed_on_the_disk_when_it_is_read_then_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let files = EvidenceFiles::open(folder.path().join(FOLDER)).unwrap();
    let bytes = photo(4_000);
    let attach = attach(&bytes);
    send(&files, &attach, &bytes);
    files.keep(&attach).unwrap();
    fs::write(path_of(files.folder(), &attach.hash), photo(4_001)).unwrap();
    let read = rejected(files.read(&attach.hash, 0));
    assert!(matches!(read, Rejection::EvidenceUnreadable { .. }));
}

#[test]
fn given_a_standby_when_a_file_is_carried_over_in_parts_then_its_registry_reads_it() {
    let (leader, standby) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = EvidenceFiles::open(leader.path().join(FOLDER)).unwrap();
    let bytes = photo(2_000);
    let attach = attach(&bytes);
    send(&files, &attach, &bytes);
    files.keep(&attach).unwrap();
    let source = EvidenceSource::new(files.folder().to_owned());
    let settings = Settings {
        data: standby.path().to_owned(),
        ..Settings::default()
    };
    let mut copy = EvidenceCopy::open(&settings).unwrap();
    copy.check(&source.check().unwrap()).unwrap();
    let sidecar = source
        .contents(FilesOfEvents::of(&[attached(&attach)]))
        .unwrap();
    let missing = copy.take(&sidecar).unwrap();
    assert_eq!(missing.len(), 1);
    for file in &missing {
        let mut from = 0;
        while from < file.length {
            let part = source.read(&file.name, from, PART).unwrap();
            copy.receive(file, from, &part.bytes).unwrap();
            from += part.bytes.len() as u64;
        }
    }
    assert!(copy.take(&sidecar).unwrap().is_empty(), "it has it by now");
    let folder = standby.path().join("registry").join(FOLDER);
    let taken_over = EvidenceFiles::open(folder).unwrap();
    assert_eq!(taken_over.read(&attach.hash, 0).unwrap(), bytes);

    // What is deleted here is deleted there, and one that came again is not.
    let kept = FilesOfEvents::of(&[attached(&attach), withdrawn(&attach), attached(&attach)]);
    copy.take(&source.contents(kept).unwrap()).unwrap();
    copy.applied().unwrap();
    assert_eq!(taken_over.read(&attach.hash, 0).unwrap(), bytes);
    let deleted = FilesOfEvents::of(&[attached(&attach), withdrawn(&attach)]);
    assert!(
        copy.take(&source.contents(deleted).unwrap())
            .unwrap()
            .is_empty()
    );
    // Not before the event is in the log there: the leader may be gone before it is.
    assert_eq!(taken_over.read(&attach.hash, 0).unwrap(), bytes);
    copy.applied().unwrap();
    assert!(!path_of(taken_over.folder(), &attach.hash).exists());
}

#[test]
fn given_files_that_no_site_has_when_the_disk_is_compared_then_those_are_deleted_that_the_log_does_not_lack()
 {
    let folder = tempfile::tempdir().unwrap();
    let files = EvidenceFiles::open(folder.path().join(FOLDER)).unwrap();
    let stored = [1_000, 2_000, 3_000].map(|size| {
        let bytes = photo(size);
        let attach = attach(&bytes);
        send(&files, &attach, &bytes);
        files.keep(&attach).unwrap();
        attach.hash
    });
    let [named, withdrawn, unknown] = &stored;
    let standings = HashMap::from([
        (named.clone(), FileStanding::Named),
        (withdrawn.clone(), FileStanding::Withdrawn),
    ]);
    let is_there = |hash: &FileHash| path_of(files.folder(), hash).exists();
    let written = fs::metadata(path_of(files.folder(), unknown)).unwrap();
    let written = written.modified().unwrap().duration_since(UNIX_EPOCH);
    let written = Timestamp::from_micros(written.unwrap().as_micros() as i64);
    // What the log of another incarnation has lost is not known.
    let restored = (
        Some(written.plus_seconds(60)),
        written.plus_seconds(9 * 86_400),
    );
    assert_eq!(files.delete_unnamed(&standings, restored).unwrap(), 1);
    assert!(is_there(named) && !is_there(withdrawn) && is_there(unknown));
    // Nothing may have named it yet.
    let made_at = Some(written.plus_seconds(-60));
    let soon = (made_at, written.plus_seconds(86_400));
    assert_eq!(files.delete_unnamed(&standings, soon).unwrap(), 0);
    let later = (made_at, written.plus_seconds(9 * 86_400));
    assert_eq!(files.delete_unnamed(&standings, later).unwrap(), 1);
    assert!(is_there(named) && !is_there(unknown));
}
