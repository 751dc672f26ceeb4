//! A follower is a beginning of its leader, whatever is killed or cut; it catches up, and refuses what is not
//! its leader's.

use std::fs;
use std::path::Path;

use onestop_eventlog::{
    Append, Change, EventLog, ExpectedRevision, FollowError, FollowPosition, Follower, Identity,
    LogReader, OpenError, Options, Record, SigningKey,
};

use crate::support::{EPOCH, copy, event, everything, fill, noise, open, run, stream};

pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed("example.org/follow", &[5; 32]).unwrap()
}

/// Small files, so that sealing never stops; signed.
pub(crate) fn leading(path: &Path) -> Options {
    Options {
        signer: Some(key()),
        checkpoint_events: 50,
        ahead_bytes: 64 << 10,
        ..Options::new(path, EPOCH)
    }
}

pub(crate) fn following(path: &Path) -> Options {
    Options {
        verifying_key: Some(key().verifying_key().clone()),
        ..Options::new(path, EPOCH)
    }
}

/// Event `number` and a cursor that says it, in one commit; sometimes a commit with a cursor alone.
pub(crate) fn write(log: &EventLog, numbers: std::ops::Range<u64>) {
    for number in numbers {
        let name = stream(&format!("s/{}", number % 5));
        let payload = noise(u128::from(number), (number % 40) as u8);
        let events = [
            event(u128::from(number) * 2, &payload),
            event(u128::from(number) * 2 + 1, "second"),
        ];
        let append = Append::to(name, ExpectedRevision::Any, events);
        run(log.append(append.with_cursor("source/a", number))).unwrap();
        if number.is_multiple_of(7) {
            run(log.append(Append::cursor("relay", number))).unwrap();
        }
    }
}

/// What a follower has is what its leader had at some commit.
pub(crate) fn check_is_beginning(follower: &Follower, leader: &[Record]) {
    let count = follower.head().count;
    assert_eq!(count % 2, 0, "half a commit");
    for position in 0..count {
        let record = follower.record(position).unwrap().unwrap();
        assert_eq!(record, leader[position as usize]);
    }
    assert_eq!(follower.record(count).unwrap(), None);
    let last = (count / 2).checked_sub(1);
    assert_eq!(follower.cursors().get("source/a").copied(), last);
    let relay = follower.cursors().get("relay").copied();
    let due = last.map(|last| last - last % 7);
    let before = due.and_then(|due| due.checked_sub(7));
    assert!(relay == due || relay == before, "{relay:?} at {last:?}");
}

/// Names and bytes of all segments.
fn segments(path: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let files = fs::read_dir(path.join("segments")).unwrap();
    let mut all: Vec<_> = files
        .map(|file| file.unwrap())
        .map(|file| (file.file_name(), fs::read(file.path()).unwrap()))
        .collect();
    all.sort();
    all
}

/// Leader and follower hold the same, and the promoted follower is a log like any other.
pub(crate) fn check_is_whole(leader: EventLog, leader_path: &Path, follower: Follower) {
    let (head, tree) = (leader.head(), leader.tree_head());
    assert_eq!((follower.head(), follower.tree_head()), (head, tree));
    assert_eq!(*follower.cursors(), leader.cursors(""));
    let path = follower.path().to_owned();
    let records = everything(&leader);
    let sizes = leader.checkpoints().unwrap();
    leader.close().unwrap();
    drop(follower);

    let (ours, theirs) = (segments(&path), segments(leader_path));
    assert_eq!(ours, theirs, "segments differ");
    let reader = LogReader::open(following(&path)).unwrap();
    let verified = reader.verify(&mut |_, _| {}).unwrap();
    assert_eq!((verified.count, verified.root), (head.count, tree.root));
    drop(reader);
    let refused = EventLog::open(leading(&path)).unwrap_err();
    assert!(
        matches!(refused, OpenError::Following { .. }),
        "{refused:?}"
    );

    assert!(!Follower::is_promoted(&path).unwrap());
    Follower::open(following(&path)).unwrap().promote().unwrap();
    assert!(Follower::is_promoted(&path).unwrap());
    let promoted = EventLog::open(Options {
        identity: Identity {
            service: "intake".to_owned(),
            term: 2,
            ..Identity::default()
        },
        ..leading(&path)
    })
    .unwrap();
    assert_eq!(everything(&promoted), records);
    let copied = promoted.checkpoints().unwrap();
    assert!(
        !copied.is_empty() && sizes.starts_with(&copied),
        "{sizes:?}"
    );
    write(&promoted, head.count / 2..head.count / 2 + 3);
    promoted.verify(&mut |_, _| {}).unwrap();
    promoted.close().unwrap();
}

#[test]
fn a_follower_has_the_same_files_and_can_be_promoted() {
    let directory = tempfile::tempdir().unwrap();
    let from = directory.path().join("leader");
    let to = directory.path().join("copy");
    let leader = EventLog::open(leading(&from)).unwrap();
    let mut follower = Follower::open(following(&to)).unwrap();
    assert_eq!(leader.follow(&mut follower).unwrap(), follower.position());
    for step in 0..30 {
        write(&leader, step * 10..step * 10 + 10);
        // Now and then it falls behind by whole segments, or is opened anew.
        if step % 5 != 3 {
            leader.follow(&mut follower).unwrap();
            check_is_beginning(&follower, &everything(&leader));
            assert_eq!(follower.head(), leader.head());
        }
        if step % 7 == 2 {
            drop(follower);
            follower = Follower::open(following(&to)).unwrap();
        }
    }
    leader.checkpoint().unwrap();
    leader.follow(&mut follower).unwrap();
    check_is_whole(leader, &from, follower);
}

#[test]
fn a_change_says_how_many_records_a_log_has_after_it() {
    let directory = tempfile::tempdir().unwrap();
    let from = directory.path().join("leader");
    let to = directory.path().join("copy");
    let leader = EventLog::open(leading(&from)).unwrap();
    write(&leader, 0..200);
    leader.checkpoint().unwrap();
    let mut follower = Follower::open(following(&to)).unwrap();
    loop {
        let changes = leader.changes_since(&follower.position(), 1).unwrap();
        let Some(change) = changes.first() else {
            break;
        };
        let before = follower.head().count;
        follower.apply(change).unwrap();
        // A segment may hold what was taken as commits.
        let after = change.count_after().unwrap().unwrap_or(before).max(before);
        assert_eq!(follower.head().count, after);
    }
    assert_eq!(follower.head(), leader.head());
}

#[test]
fn what_is_not_whole_or_not_next_is_refused_and_leaves_no_trace() {
    let directory = tempfile::tempdir().unwrap();
    let from = directory.path().join("leader");
    let to = directory.path().join("copy");
    let leader = EventLog::open(leading(&from)).unwrap();
    write(&leader, 0..40);
    let mut follower = Follower::open(following(&to)).unwrap();
    leader.follow(&mut follower).unwrap();
    write(&leader, 40..43);
    let position = follower.position();
    let changes = leader.changes_since(&position, usize::MAX).unwrap();
    let last = changes.last().unwrap();
    if changes.len() > 1 {
        let skipped = follower.apply(last).unwrap_err();
        assert!(
            matches!(skipped, FollowError::OutOfOrder { .. }) && skipped.position() == Some(80),
            "{skipped:?}"
        );
    }
    let bytes = changes[0].as_bytes();
    for length in 0..bytes.len() {
        assert!(Change::from_bytes(bytes[..length].to_vec()).is_err());
    }
    for at in 0..bytes.len() {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 4;
        assert!(Change::from_bytes(bytes).is_err(), "byte {at}");
    }
    assert_eq!(follower.position(), position);
    let encoded = position.to_bytes();
    assert_eq!(FollowPosition::from_bytes(&encoded), Some(position));
    assert_eq!(FollowPosition::from_bytes(&encoded[1..]), None);
    for change in &changes {
        follower.apply(change).unwrap();
        follower.apply(change).unwrap();
    }
    leader.follow(&mut follower).unwrap();
    check_is_beginning(&follower, &everything(&leader));
}

/// The same log goes two ways: the copy stays as it is, and the first position that differs is named.
#[test]
fn a_leader_that_went_another_way_is_refused_by_position() {
    for (common, own, other) in [(30, 3, 5), (30, 200, 4), (30, 4, 200), (90, 75, 400)] {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let leader = EventLog::open(leading(&path("leader"))).unwrap();
        write(&leader, 0..common);
        leader.close().unwrap();
        copy(&path("leader"), &path("other"));
        let leader = EventLog::open(leading(&path("leader"))).unwrap();
        write(&leader, common..common + own);
        let mut follower = Follower::open(following(&path("copy"))).unwrap();
        leader.follow(&mut follower).unwrap();

        let rival = EventLog::open(leading(&path("other"))).unwrap();
        fill(&rival, "rival", 1_000_000..1_000_000 + u128::from(other));
        let before = follower.position();
        let refused = rival.follow(&mut follower).unwrap_err();
        let named = refused.position();
        if common * 2 + other < (common + own) * 2 {
            assert!(
                matches!(&refused, FollowError::LeaderBehind { .. }),
                "{refused:?}"
            );
            assert_eq!(named, Some(common * 2 + other));
        } else {
            assert!(
                matches!(&refused, FollowError::Diverged { .. }),
                "{refused:?}"
            );
            assert_eq!(named, Some(common * 2), "{common} {own} {other}");
        }
        assert_eq!(follower.position(), before);
        check_is_beginning(&follower, &everything(&leader));
    }
}

#[test]
fn another_log_and_other_folders_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let other = open(&path("other"));
    fill(&other, "a", 0..3);
    other.close().unwrap();
    let not_empty = Follower::open(following(&path("other"))).unwrap_err();
    assert!(
        matches!(not_empty, OpenError::NotFollowing { .. }),
        "{not_empty:?}"
    );

    let leader = EventLog::open(leading(&path("leader"))).unwrap();
    write(&leader, 0..3);
    let mut foreign = Follower::open(Options {
        new_epoch: uuid::Uuid::from_u128(9),
        ..following(&path("foreign"))
    })
    .unwrap();
    let refused = leader.follow(&mut foreign).unwrap_err();
    assert!(
        matches!(&refused, FollowError::OtherLog { .. }),
        "{refused:?}"
    );
}

#[test]
fn a_leader_of_an_older_term_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let owned = |term| Options {
        identity: Identity {
            service: "intake".to_owned(),
            term,
            ..Identity::default()
        },
        ..leading(&path("leader"))
    };
    let leader = EventLog::open(owned(3)).unwrap();
    write(&leader, 0..20);
    let mut follower = Follower::open(following(&path("copy"))).unwrap();
    leader.follow(&mut follower).unwrap();
    let late = leader.changes_since(
        &FollowPosition {
            ..follower.position()
        },
        1,
    );
    assert!(late.unwrap().is_empty());
    leader.close().unwrap();
    copy(&path("leader"), &path("old"));
    let leader = EventLog::open(owned(4)).unwrap();
    write(&leader, 20..22);
    leader.follow(&mut follower).unwrap();
    drop(follower);
    let mut follower = Follower::open(following(&path("copy"))).unwrap();
    let stale = EventLog::open(Options {
        path: path("old"),
        ..owned(3)
    })
    .unwrap();
    // It writes the very same commits: only its term distinguishes it from the leader.
    write(&stale, 20..23);
    let refused = stale.follow(&mut follower).unwrap_err();
    assert!(
        matches!(&refused, FollowError::Foreign { .. }),
        "{refused:?}"
    );
}

fn of_intake(path: &Path) -> Options {
    Options {
        identity: Identity {
            service: "intake".to_owned(),
            ..Identity::default()
        },
        ..leading(path)
    }
}

/// The lease is taken after the log was opened. What was written before stays, and is copied with what comes after.
#[test]
fn a_term_begins_while_a_log_is_open_and_is_in_its_files() {
    let directory = tempfile::tempdir().unwrap();
    let from = directory.path().join("leader");
    let to = directory.path().join("copy");
    let leader = EventLog::open(of_intake(&from)).unwrap();
    leader.term().begin(1);
    write(&leader, 0..400);
    leader.close().unwrap();

    let leader = EventLog::open(of_intake(&from)).unwrap();
    assert_eq!(leader.identity().term, 1, "as its files say");
    write(&leader, 400..600);
    let mut follower = Follower::open(following(&to)).unwrap();
    leader.follow(&mut follower).unwrap();
    leader.term().begin(2);
    leader.term().begin(1);
    assert_eq!(leader.identity().term, 2, "a term does not go back");
    for step in 6..12 {
        write(&leader, step * 100..step * 100 + 100);
        leader.follow(&mut follower).unwrap();
        drop(follower);
        follower = Follower::open(following(&to)).unwrap();
    }
    leader.checkpoint().unwrap();
    leader.follow(&mut follower).unwrap();
    check_is_whole(leader, &from, follower);
}

#[test]
fn a_leader_whose_term_is_over_is_refused_although_it_was_opened_as_the_new_one_was() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let leader = EventLog::open(of_intake(&path("leader"))).unwrap();
    leader.term().begin(3);
    write(&leader, 0..20);
    leader.close().unwrap();
    copy(&path("leader"), &path("old"));
    let leader = EventLog::open(of_intake(&path("leader"))).unwrap();
    leader.term().begin(4);
    write(&leader, 20..22);
    let mut follower = Follower::open(following(&path("copy"))).unwrap();
    leader.follow(&mut follower).unwrap();
    let stale = EventLog::open(of_intake(&path("old"))).unwrap();
    // It writes the very same commits under its own term.
    write(&stale, 20..23);
    let refused = stale.follow(&mut follower).unwrap_err();
    assert!(
        matches!(&refused, FollowError::Foreign { .. }),
        "{refused:?}"
    );
}

/// A follower refuses a checkpoint that is signed by another key, or for other records.
#[test]
fn a_checkpoint_is_compared_with_key_and_records() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let leader = EventLog::open(leading(&path("leader"))).unwrap();
    write(&leader, 0..10);
    leader.checkpoint().unwrap();
    let other_key = SigningKey::from_seed("example.org/follow", &[6; 32]).unwrap();
    let mut follower = Follower::open(Options {
        verifying_key: Some(other_key.verifying_key().clone()),
        ..following(&path("copy"))
    })
    .unwrap();
    let refused = leader.follow(&mut follower).unwrap_err();
    assert!(
        matches!(&refused, FollowError::Checkpoint { size: 20, .. }),
        "{refused:?}"
    );
    assert_eq!(follower.head(), leader.head());
    drop(follower);

    // The same key signs for another history of the same epoch.
    let forged = EventLog::open(leading(&path("forged"))).unwrap();
    fill(&forged, "forged", 0..20);
    forged.checkpoint().unwrap();
    let size = forged.checkpoints().unwrap().into_iter().max().unwrap();
    let note = forged.checkpoint_of(size).unwrap();
    let target = path("leader")
        .join("checkpoints")
        .join(format!("{size:020}"));
    fs::write(target, note.note()).unwrap();
    let mut follower = Follower::open(following(&path("copy"))).unwrap();
    let refused = leader.follow(&mut follower).unwrap_err();
    assert!(
        matches!(&refused, FollowError::CheckpointDiffers { signed: 20, .. }),
        "{refused:?}"
    );
}
