use super::*;
use crate::standby::copies::Followed;

const BLOCK: usize = 4_096;

fn replica(folder: &Path) -> DatabaseReplica {
    let place = DatabasePlace {
        own: "/onestop/gateway/main".parse().unwrap(),
        file: folder.join("gateway.db"),
        key_file: folder.join("draft.key"),
        key: "a key".to_owned(),
        incomplete: Incomplete::Wait,
    };
    DatabaseReplica::open(place).unwrap()
}

fn state() -> LeaderState {
    LeaderState {
        term: 3,
        epoch: Uuid::from_u128(9),
        count: 12,
        followed: Followed::Yes,
        key: "a key".to_owned(),
        length: 5,
        sidecar: 0,
        refused: None,
    }
}

fn take(replica: &mut DatabaseReplica, change: &BlockChange) -> Added {
    match replica.prepare(&state(), change.to_bytes()).unwrap() {
        Some(_) => replica.apply().unwrap(),
        None => Added::No,
    }
}

#[test]
fn a_copy_takes_the_whole_then_changes_and_becomes_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let mut copy = replica(folder.path());
    let (first, whole) = Image::default().change_to(vec![1; 3 * BLOCK], 7);
    assert_eq!(take(&mut copy, &whole), Added::Yes);
    let mut bytes = vec![1; 3 * BLOCK];
    bytes[BLOCK] = 2;
    let (_, change) = first.change_to(bytes.clone(), 8);
    assert_eq!(take(&mut copy, &change), Added::Yes);
    assert!(has_database_copy(folder.path()));
    fs::write(folder.path().join("gateway.db-wal"), "of another").unwrap();
    copy.promote().unwrap();
    assert_eq!(fs::read(folder.path().join("gateway.db")).unwrap(), bytes);
    assert!(!folder.path().join("gateway.db-wal").exists());
    assert!(copy.place.is_promoted() && !has_database_copy(folder.path()));
}

#[test]
fn a_process_that_was_killed_between_two_blocks_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut copy = replica(folder.path());
    let (first, whole) = Image::default().change_to(vec![1; 3 * BLOCK], 7);
    take(&mut copy, &whole);
    let (_, change) = first.change_to(vec![2; 3 * BLOCK], 8);
    // The change is on the disk, and one of its blocks.
    write_durably(&copy.folder.join(CHANGE), &change.to_bytes()).unwrap();
    let file = File::options().write(true).open(copy.folder.join(DATABASE));
    file.unwrap().write_all_at(&[2; BLOCK], 0).unwrap();
    drop(copy);
    let copy = replica(folder.path());
    assert_eq!(copy.held(), 8);
    assert_eq!(copy.image.unwrap().bytes(), vec![2; 3 * BLOCK]);
}

#[test]
fn what_does_not_fit_is_asked_for_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut copy = replica(folder.path());
    let (first, whole) = Image::default().change_to(vec![1; 3 * BLOCK], 7);
    take(&mut copy, &whole);
    let mut bytes = vec![1; 3 * BLOCK];
    bytes[0] = 5;
    let (second, _) = first.change_to(bytes.clone(), 8);
    bytes[BLOCK] = 6;
    let (_, later) = second.change_to(bytes, 9);
    assert_eq!(take(&mut copy, &later), Added::No);
    let Some(Question::Blocks { run, .. }) = copy.question(Uuid::nil(), 0) else {
        panic!("it asks nothing")
    };
    assert!(run.is_nil());
    assert_eq!(copy.held(), 7, "what it has stays");
}
