//! Given a leader's folder, when what goes with its events is carried to a standby's folder, then intake opens there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use onestop_chassis::{
    settings::Settings,
    standby::{MissingFile, SidecarCopy, SidecarSource},
};
use onestop_proto::{
    case::{Attach, AttachmentAdded, Ciphertext, Event, FileHash, MediaType, Plaintext},
    envelope::RecordedEvent,
    ids::CaseId,
    personal::{Erased, ErasureBasis},
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::{KeysAndFiles, KeysAndFilesCopy, contents::Cases};
use crate::{
    attachments::{self, Attachments, FileId},
    keyring::{Keyring, KeyringError, folder_of, master::MasterKeySource},
};

const CASE: &str = "019ab0c4-8000-7000-8000-0000000000a1";
const OTHER: &str = "019ab0c4-8000-7000-8000-0000000000b2";
const NAME: &str = "岩温香";

/// A machine with a data folder.
struct Machine {
    folder: TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn settings(&self) -> Settings {
        Settings {
            data: self.folder.path().to_owned(),
            ..Settings::default()
        }
    }

    fn intake(&self) -> PathBuf {
        self.folder.path().join("intake")
    }

    fn keyring(&self) -> Keyring {
        let settings = self.settings();
        Keyring::open(folder_of(&settings), &MasterKeySource::of(&settings)).unwrap()
    }

    fn attachments(&self, keyring: &Keyring) -> Attachments {
        let folder = self.intake().join(attachments::FOLDER);
        Attachments::open(folder, keyring.clone()).unwrap()
    }

    fn copy(&self) -> KeysAndFilesCopy {
        KeysAndFilesCopy::open(&self.settings()).unwrap()
    }

    /// Every byte of its files.
    fn bytes(&self) -> Vec<u8> {
        bytes_below(self.folder.path())
    }
}

fn bytes_below(folder: &Path) -> Vec<u8> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let all = entries.map(|path| {
        if path.is_dir() {
            bytes_below(&path)
        } else {
            fs::read(path).unwrap()
        }
    });
    all.flatten().collect()
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|it| it == wanted)
}

/// A leader with its keys, and a standby that has the same master key.
struct World {
    standby: Machine,
    leader: Machine,
    keyring: Keyring,
}

impl World {
    fn new() -> Self {
        let (leader, standby) = (Machine::new(), Machine::new());
        let keyring = leader.keyring();
        fs::create_dir_all(standby.intake()).unwrap();
        let master = |machine: &Machine| machine.intake().join("master.key");
        fs::copy(master(&leader), master(&standby)).unwrap();
        Self {
            standby,
            leader,
            keyring,
        }
    }

    fn source(&self) -> KeysAndFiles {
        let folder = self.leader.intake().join(attachments::FOLDER);
        KeysAndFiles::new(self.keyring.clone(), folder)
    }

    /// Stores a file of a case at the leader.
    fn attach(&self, case: CaseId, bytes: &[u8]) -> FileHash {
        let attach = Attach {
            hash: HEXLOWER.encode(&Sha256::digest(bytes)).parse().unwrap(),
            size: bytes.len() as u64,
            media_type: MediaType::Pdf,
            kind: "wage-record".parse().unwrap(),
            name: Plaintext("工资表.pdf".to_owned()),
        };
        let hash = attach.hash.clone();
        let id = FileId { case, hash };
        let attachments = self.leader.attachments(&self.keyring);
        let now: Timestamp = "2026-11-23 09:00:00".parse().unwrap();
        attachments.take(&id, 0, bytes, now).unwrap();
        attachments.keep(case, &attach).unwrap();
        id.hash
    }

    /// What goes with events of these cases, that name these files.
    fn sidecar(&self, cases: Cases) -> Vec<u8> {
        self.source().contents(cases).unwrap().to_bytes().unwrap()
    }

    /// Carries a file over in parts, up to so many.
    fn carry(&self, copy: &mut KeysAndFilesCopy, file: &MissingFile, most: usize) {
        let mut from = 0;
        for _ in 0..most {
            let part = self.source().read(&file.name, from, 700).unwrap();
            assert_eq!(part.length, file.length);
            copy.receive(file, from, &part.bytes).unwrap();
            from += part.bytes.len() as u64;
            if from == file.length {
                return;
            }
        }
    }

    fn ship(&self, copy: &mut KeysAndFilesCopy, cases: Cases) {
        copy.check(&self.source().check().unwrap()).unwrap();
        for file in copy.take(&self.sidecar(cases)).unwrap() {
            self.carry(copy, &file, usize::MAX);
        }
    }
}

fn case() -> CaseId {
    CASE.parse().unwrap()
}

fn other() -> CaseId {
    OTHER.parse().unwrap()
}

fn about(case: CaseId, files: &[&FileHash]) -> Cases {
    Cases {
        files: BTreeMap::from([(case, files.iter().map(|hash| (*hash).clone()).collect())]),
        erased: BTreeSet::new(),
    }
}

fn erasing(case: CaseId) -> Cases {
    Cases {
        erased: BTreeSet::from([case]),
        ..about(case, &[])
    }
}

fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((0..size - bytes.len()).map(|index| (index % 251) as u8));
    bytes
}

fn wrapped(machine: &Machine, case: CaseId) -> Vec<u8> {
    let slab = fs::read(machine.intake().join("keys/00000.slab")).unwrap();
    let id = case.uuid();
    let place = slab.windows(16).position(|it| it == id.as_bytes()).unwrap();
    slab[place + 16..][..40].to_vec()
}

#[test]
fn events_say_which_files_and_erasures_their_cases_have() {
    let mut cases = Cases::default();
    let hash: FileHash = "ab".repeat(32).parse().unwrap();
    let added = AttachmentAdded {
        hash: hash.clone(),
        size: 9,
        media_type: MediaType::Pdf,
        kind: "wage-record".parse().unwrap(),
        name: Ciphertext(String::new()),
    };
    cases.take_in(case(), &Event::from(added));
    let erased = Erased {
        basis: ErasureBasis::ConsentWithdrawn,
        retention: Vec::new(),
        note: None,
        directory: "2026-1".to_owned(),
        requested_by: None,
    };
    cases.take_in(other(), &Event::from(erased));
    let files = BTreeMap::from([(case(), vec![hash]), (other(), Vec::new())]);
    let erased = BTreeSet::from([other()]);
    assert_eq!(cases, Cases { files, erased });
}

#[test]
fn intake_opens_persons_and_files_on_the_standby() {
    let world = World::new();
    world.keyring.begin_blocking(case()).unwrap();
    let sealed = world.keyring.seal(case(), NAME.as_bytes()).unwrap();
    let paper = pdf(2_000);
    let hash = world.attach(case(), &paper);

    let mut copy = world.standby.copy();
    world.ship(&mut copy, about(case(), &[&hash]));
    // Once more, as after an answer that was lost: nothing is missing.
    let again = world.sidecar(about(case(), &[&hash]));
    assert_eq!(copy.take(&again).unwrap(), []);
    drop(copy);

    let keyring = world.standby.keyring();
    assert_eq!(keyring.unseal(case(), &sealed).unwrap(), NAME.as_bytes());
    let id = FileId { case: case(), hash };
    let read = world.standby.attachments(&keyring).read(&id, 0).unwrap();
    assert_eq!(read, paper);
    assert!(!holds(
        &again,
        keyring.existing_key(case()).unwrap().bytes()
    ));
}

#[test]
fn a_file_that_was_cut_is_fetched_from_its_beginning() {
    let world = World::new();
    world.keyring.begin_blocking(case()).unwrap();
    let paper = pdf(3_000);
    let hash = world.attach(case(), &paper);
    let sidecar = world.sidecar(about(case(), &[&hash]));
    {
        let mut copy = world.standby.copy();
        let missing = copy.take(&sidecar).unwrap();
        world.carry(&mut copy, &missing[0], 2);
    }
    let mut copy = world.standby.copy();
    let missing = copy.take(&sidecar).unwrap();
    assert_eq!(missing.len(), 1, "it is not there before it is whole");
    world.carry(&mut copy, &missing[0], usize::MAX);
    assert_eq!(copy.take(&sidecar).unwrap(), []);
}

#[test]
fn an_erasure_destroys_key_and_files_on_the_standby() {
    let world = World::new();
    world.keyring.begin_blocking(case()).unwrap();
    world.keyring.begin_blocking(other()).unwrap();
    let hash = world.attach(case(), &pdf(900));
    let mut copy = world.standby.copy();
    let late = world.sidecar(about(case(), &[]));
    world.ship(&mut copy, about(case(), &[&hash]));
    world.ship(&mut copy, about(other(), &[]));
    let gone = wrapped(&world.leader, case());
    let stays = wrapped(&world.leader, other());
    assert!(holds(&world.standby.bytes(), &gone));

    // The event is in the log, and the leader has not destroyed its key yet.
    world.ship(&mut copy, erasing(case()));
    assert!(!holds(&world.standby.bytes(), &gone));
    assert!(holds(&world.standby.bytes(), &stays));
    let folder = attachments::folder_of(&world.standby.intake().join(attachments::FOLDER), case());
    assert!(!folder.exists());
    // What was sent before and comes late brings nothing back.
    copy.take(&late).unwrap();
    assert!(!holds(&world.standby.bytes(), &gone));
    drop(copy);
    let read = world.standby.keyring().begin_blocking(case());
    assert!(matches!(read, Err(KeyringError::Erased { .. })), "{read:?}");
}

#[test]
fn a_case_that_was_erased_before_is_erased_on_a_standby_that_begins() {
    let world = World::new();
    world.keyring.begin_blocking(case()).unwrap();
    world.keyring.erase_blocking(case()).unwrap();
    let mut copy = world.standby.copy();
    world.ship(&mut copy, about(case(), &[]));
    drop(copy);
    assert!(world.standby.keyring().is_erased(case()).unwrap());
}

/// The folder of a former leader, which made a key for a case that its standby never heard of.
#[test]
fn the_leaders_key_replaces_one_of_a_former_time() {
    let world = World::new();
    world.keyring.begin_blocking(case()).unwrap();
    let sealed = world.keyring.seal(case(), NAME.as_bytes()).unwrap();
    let mut copy = world.standby.copy();
    copy.check(&world.source().check().unwrap()).unwrap();
    drop(copy);
    let former = world.standby.keyring();
    former.begin_blocking(case()).unwrap();
    drop(former);
    let before = wrapped(&world.standby, case());

    let mut copy = world.standby.copy();
    world.ship(&mut copy, about(case(), &[]));
    drop(copy);
    assert!(!holds(&world.standby.bytes(), &before));
    let opened = world.standby.keyring().unseal(case(), &sealed);
    assert_eq!(opened.unwrap(), NAME.as_bytes());
}

#[test]
fn without_the_leaders_master_key_nothing_is_copied() {
    let world = World::new();
    world.keyring.begin_blocking(case()).unwrap();
    let master = world.standby.intake().join("master.key");
    fs::remove_file(&master).unwrap();
    let missing = KeysAndFilesCopy::open(&world.standby.settings()).err();
    let missing = format!("{:#}", missing.unwrap());
    assert!(missing.contains("needs the master key"), "{missing}");

    crate::keyring::master::make(&master).unwrap();
    let mut copy = world.standby.copy();
    let another = copy.check(&world.source().check().unwrap()).unwrap_err();
    assert!(
        another.to_string().contains("another master key"),
        "{another}"
    );
    let another = copy.take(&world.sidecar(about(case(), &[]))).unwrap_err();
    assert!(
        another.to_string().contains("another master key"),
        "{another}"
    );
    assert!(!world.standby.intake().join("keys/00000.slab").exists());
}

#[test]
fn a_leader_that_awaits_the_list_of_erasures_sends_no_key() {
    let world = World::new();
    let source = world.source();
    let none = || std::iter::empty::<anyhow::Result<RecordedEvent>>();
    assert!(source.of_events(&mut none()).unwrap().is_empty());
    world.keyring.withhold();
    assert!(source.of_events(&mut none()).is_err());
}
