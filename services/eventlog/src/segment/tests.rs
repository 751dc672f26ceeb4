//! Footers that were altered by an attacker who knows their form: checksums fit, what they say does not.

use std::fs;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::format::{Footer, TRAILER_BYTES, footer_length};
use super::{DIRECTORY, paths};
use crate::error::{Damage, OpenError, ReadError, VerifyError};
use crate::hash::Hash;
use crate::{Append, EventLog, ExpectedRevision, NewEvent, Options, StreamName};

const COUNT: u64 = 3_000;

fn options(path: &Path) -> Options {
    Options {
        ahead_bytes: 64 << 10,
        ..Options::new(path, Uuid::from_u128(1))
    }
}

/// A closed log of several segments with some hundred records each.
fn sample(path: &Path) {
    let log = EventLog::open(options(path)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for first in (0..COUNT).step_by(50) {
        let events = (first..first + 50).map(|id| {
            let payload = id.to_string().repeat(20);
            NewEvent::new(Uuid::from_u128(u128::from(id)), payload)
        });
        let stream = StreamName::new("a").unwrap();
        let append = Append::to(stream, ExpectedRevision::Any, events).with_cursor("c", first);
        runtime.block_on(log.append(append)).unwrap();
    }
    log.verify(&mut |_, _| {}).unwrap();
    log.close().unwrap();
}

fn segments(path: &Path) -> Vec<PathBuf> {
    paths(&path.join(DIRECTORY)).unwrap()
}

/// Writes the footer of a segment anew, with a checksum that fits.
fn alter(path: &Path, alter: impl FnOnce(&mut Footer)) {
    let bytes = fs::read(path).unwrap();
    let (rest, trailer) = bytes.split_last_chunk::<TRAILER_BYTES>().unwrap();
    let begin = rest.len() - footer_length(*trailer).unwrap() as usize;
    let mut footer = Footer::decode(&rest[begin..]).unwrap();
    alter(&mut footer);
    let altered = [&bytes[..begin], &footer.encode()].concat();
    fs::write(path, altered).unwrap();
}

#[test]
fn segments_hold_the_tree_and_it_is_found_again() {
    let directory = tempfile::tempdir().unwrap();
    sample(directory.path());
    assert!(segments(directory.path()).len() >= 3);
    let log = EventLog::open(options(directory.path())).unwrap();
    let head = log.tree_head();
    let records = log
        .read_all(0, crate::Direction::Forward, usize::MAX)
        .unwrap();
    for position in (0..COUNT).step_by(97) {
        let proof = log.inclusion_proof(position, COUNT).unwrap();
        let hash = records[position as usize].hash;
        assert!(crate::verify_inclusion(
            hash, position, &proof, COUNT, head.root
        ));
    }
}

/// No path at open leads over the node.
#[test]
fn a_wrong_node_is_found_by_verify() {
    let directory = tempfile::tempdir().unwrap();
    sample(directory.path());
    let mut position = 0;
    alter(&segments(directory.path())[1], |footer| {
        let mut nodes = footer.nodes.iter_mut();
        let node = nodes.find(|node| node.level == 8).unwrap();
        node.hash = Hash::of_payload(b"another");
        position = node.index << 8;
    });
    let log = EventLog::open(options(directory.path())).unwrap();
    let error = log.verify(&mut |_, _| {}).unwrap_err();
    assert!(
        matches!(error, VerifyError::TreeDiffers { position: at } if at == position),
        "{error:?}"
    );
}

#[test]
fn a_wrong_edge_of_the_tree_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    sample(directory.path());
    let last = segments(directory.path()).pop().unwrap();
    alter(&last, |footer| {
        footer.peaks[0] = Hash::of_payload(b"another");
    });
    let error = EventLog::open(options(directory.path())).unwrap_err();
    assert!(
        matches!(
            error,
            OpenError::Damaged {
                damage: Damage::TreeDiffers,
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn wrong_cursors_are_refused_or_found_by_verify() {
    let directory = tempfile::tempdir().unwrap();
    sample(directory.path());
    let all = segments(directory.path());
    alter(&all[1], |footer| {
        footer.cursors.insert("c".to_owned(), 1);
    });
    let log = EventLog::open(options(directory.path())).unwrap();
    let error = log.verify(&mut |_, _| {}).unwrap_err();
    assert!(
        matches!(error, VerifyError::Read(ReadError::Damaged { .. })),
        "{error:?}"
    );
    log.close().unwrap();
    alter(&all[all.len() - 1], |footer| {
        footer.cursors.insert("d".to_owned(), 1);
    });
    let error = EventLog::open(options(directory.path())).unwrap_err();
    assert!(
        matches!(error, OpenError::CursorsDiffer { .. }),
        "{error:?}"
    );
}
