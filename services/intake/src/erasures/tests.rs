//! The list, and a folder in which it is carried out.

mod signed;

use std::{fs, path::Path};

use onestop_chassis::{clock::SystemClock, settings::Settings};
use onestop_proto::{case::SERVICE, ids::CaseId};
use tempfile::TempDir;

use super::{tail::ListTail, *};
use crate::{
    attachments,
    keyring::{Keyring, folder_of, master::MasterKeySource},
};

fn case(number: u8) -> CaseId {
    format!("019ab0c4-8000-7000-8000-0000000000{number:02}")
        .parse()
        .unwrap()
}

fn enter(path: &Path, cases: &[CaseId]) -> ErasureList {
    ErasureList::enter(path, cases, SystemClock.now()).unwrap()
}

#[test]
fn a_list_grows_and_names_each_case_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erasures.jsonl");
    assert!(matches!(
        ErasureList::read(&path),
        Err(ListError::File { .. })
    ));
    assert!(ErasureList::read(Path::new("/dev/zero")).is_err());
    assert_eq!(enter(&path, &[]).head(), ListHead::default());
    let first = enter(&path, &[case(1), case(2)]);
    let second = enter(&path, &[case(2), case(3)]);
    let read = ErasureList::read(&path).unwrap();
    assert_eq!(read.cases(), [case(1), case(2), case(3)]);
    assert_eq!(read.head(), second.head());
    for earlier in [ListHead::default(), first.head(), second.head()] {
        assert!(read.continues(&earlier));
    }
    assert!(!first.continues(&second.head()), "an earlier copy");
    let other = folder.path().join("other.jsonl");
    let other = enter(&other, &[case(4), case(5), case(6)]);
    assert!(!other.continues(&second.head()), "another list");
}

#[test]
fn a_line_that_was_altered_left_out_or_moved_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erasures.jsonl");
    enter(&path, &[case(1), case(2), case(3)]);
    let whole = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let renamed = whole.replace(&case(2).to_string(), &case(9).to_string());
    for (number, text) in [
        (2, renamed),
        (2, format!("{}\n{}\n", lines[0], lines[2])),
        (1, format!("{}\n{}\n", lines[1], lines[0])),
        (4, format!("{whole}{}\n", lines[2])),
        (3, format!("{}\n{}\n\n", lines[0], lines[1])),
    ] {
        fs::write(&path, text).unwrap();
        for refused in [
            ErasureList::read(&path),
            ErasureList::enter(&path, &[case(7)], SystemClock.now()),
        ] {
            match refused {
                Err(ListError::Altered { line, .. }) => assert_eq!(line, number),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_line_that_was_not_finished_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erasures.jsonl");
    enter(&path, &[case(1), case(2)]);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 30]).unwrap();
    assert_eq!(ErasureList::read(&path).unwrap().cases(), [case(1)]);
    enter(&path, &[case(3)]);
    let read = ErasureList::read(&path).unwrap();
    assert_eq!(read.cases(), [case(1), case(3)]);
}

/// The work of an entry does not grow with the list; another copy that was put in its place is read again.
#[test]
fn an_entry_in_a_file_reads_only_what_others_have_entered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erasures.jsonl");
    let mut tail = ListTail::default();
    let mut enter_next = |number| {
        tail.enter_in_file(&path, &[case(number)], SystemClock.now())
            .unwrap()
    };
    enter_next(1);
    enter_next(2);
    let first = fs::read(&path).unwrap();
    let line = first.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    // What is before the last line cannot be read any more.
    let mut unreadable = first.clone();
    unreadable[..line].fill(0xff);
    fs::write(&path, &unreadable).unwrap();
    enter_next(3);
    let entered = fs::read(&path).unwrap();
    assert_eq!(entered[..first.len()], unreadable);
    assert!(entered.len() > first.len());
    // What another process has entered is no copy of before.
    fs::write(&path, [&first[..], &entered[first.len()..]].concat()).unwrap();
    enter(&path, &[case(4)]);
    enter_next(4);
    enter_next(5);
    let cases = [1, 2, 3, 4, 5].map(case);
    assert_eq!(ErasureList::read(&path).unwrap().cases(), cases);
    fs::write(&path, &first).unwrap();
    enter_next(6);
    let cases = [1, 2, 6].map(case);
    assert_eq!(ErasureList::read(&path).unwrap().cases(), cases);
}

/// A data folder as a restore leaves it: two cases with keys and files, and no master key.
struct Node {
    folder: TempDir,
    settings: Settings,
    /// The wrapped key of the first case, as it lies on the disk.
    wrapped: Vec<u8>,
}

impl Node {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            data: folder.path().join("data"),
            ..Settings::default()
        };
        let source = MasterKeySource::of(&settings);
        fs::create_dir_all(settings.data.join(SERVICE)).unwrap();
        let keyring = Keyring::open(folder_of(&settings), &source).unwrap();
        for number in [1, 2] {
            keyring.begin_blocking(case(number)).unwrap();
            let files = settings.data.join(SERVICE).join(attachments::FOLDER);
            let files = attachments::folder_of(&files, case(number));
            fs::create_dir_all(&files).unwrap();
            fs::write(files.join("a-file"), b"sealed").unwrap();
        }
        drop(keyring);
        let slab = fs::read(folder_of(&settings).join("00000.slab")).unwrap();
        let id = case(1).uuid();
        let place = slab.windows(16).position(|it| it == id.as_bytes()).unwrap();
        let wrapped = slab[place / 256 * 256 + 24..][..64].to_vec();
        fs::rename(source.file().unwrap(), folder.path().join("kept-apart")).unwrap();
        Self {
            folder,
            settings,
            wrapped,
        }
    }

    fn restored(&self, listed: Option<ListHead>) -> Restored {
        let restored = Restored {
            backup: SystemClock.now(),
            restored: SystemClock.now(),
            listed,
            erasures: LaterErasures::Awaited,
        };
        restored.write(&self.intake()).unwrap();
        restored
    }

    fn intake(&self) -> std::path::PathBuf {
        self.settings.data.join(SERVICE)
    }

    fn later(&self) -> LaterErasures {
        Restored::read(&self.intake()).unwrap().unwrap().erasures
    }

    fn holds_key(&self) -> bool {
        let keys = fs::read_dir(folder_of(&self.settings)).unwrap();
        keys.map(|entry| fs::read(entry.unwrap().path()).unwrap())
            .any(|bytes| {
                bytes
                    .windows(self.wrapped.len())
                    .any(|it| it == self.wrapped)
            })
    }
}

#[test]
fn a_restored_folder_loses_the_keys_and_files_of_the_list_without_the_master_key() {
    let node = Node::new();
    let list = node.folder.path().join("erasures.jsonl");
    let head = enter(&list, &[case(8)]).head();
    enter(&list, &[case(1)]);
    let restored = node.restored(Some(head));
    // As it was being written when the folder was copied.
    let staged = folder_of(&node.settings).join("00000.7.new");
    fs::write(&staged, &node.wrapped).unwrap();
    assert!(node.holds_key());
    let now = SystemClock.now();
    let destroyed =
        settle_closed(&node.settings, Some(&list.clone().into()), now, &restored).unwrap();
    assert_eq!(destroyed, 1, "the other never had a key here");
    assert!(!node.holds_key() && !staged.exists());
    assert!(matches!(node.later(), LaterErasures::Applied { head, .. } if head.entries == 2));
    let files = |number| {
        attachments::folder_of(&node.intake().join(attachments::FOLDER), case(number)).exists()
    };
    assert!(!files(1) && files(2));
    let again = settle_closed(&node.settings, Some(&list.clone().into()), now, &restored).unwrap();
    assert_eq!(again, 0);

    let master = MasterKeySource::File(node.folder.path().join("kept-apart"));
    let keyring = Keyring::open(folder_of(&node.settings), &master).unwrap();
    assert!(keyring.is_erased(case(1)).unwrap() && keyring.is_erased(case(8)).unwrap());
    assert!(keyring.begin_blocking(case(1)).is_err());
    assert!(keyring.existing_key(case(2)).is_ok());
}

#[test]
fn an_earlier_copy_of_the_list_is_refused_and_nothing_is_settled() {
    let node = Node::new();
    let list = node.folder.path().join("erasures.jsonl");
    enter(&list, &[case(1)]);
    let earlier = fs::read(&list).unwrap();
    let head = enter(&list, &[case(2)]).head();
    fs::write(&list, earlier).unwrap();
    let restored = node.restored(Some(head));
    let now = SystemClock.now();
    let refused = settle_closed(&node.settings, Some(&list.clone().into()), now, &restored);
    assert!(
        matches!(refused, Err(SettleError::Earlier { entries: 2, .. })),
        "{refused:?}"
    );
    assert_eq!(node.later(), LaterErasures::Awaited);
    assert!(node.holds_key());
    // That there is no list is recorded, and erases nothing.
    assert_eq!(
        settle_closed(&node.settings, None, now, &restored).unwrap(),
        0
    );
    assert_eq!(node.later(), LaterErasures::None { at: now });
    assert!(node.holds_key());
}
