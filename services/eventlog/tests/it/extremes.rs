//! Numbers at the edges, wherever a caller gives one: an answer or an error, never a panic.

use futures::StreamExt;
use onestop_eventlog::{Append, Condition, Direction, ExpectedRevision, Filter};

use crate::support::{event, fill, one, open, run, stream};

const EDGES: [u64; 9] = [0, 1, 19, 20, 21, 1 << 32, 1 << 63, u64::MAX - 1, u64::MAX];

#[test]
fn reads_and_proofs_take_any_number() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    fill(&log, "a", 0..20);
    let all = Filter::everything();
    for from in EDGES {
        let left = 20_u64.saturating_sub(from) as usize;
        for limit in [0, 1, usize::MAX] {
            let expected = left.min(limit);
            let read = log.read_all(from, Direction::Forward, limit).unwrap();
            assert_eq!(read.len(), expected, "{from} {limit}");
            let read = log.read_stream(&stream("a"), from, Direction::Forward, limit);
            assert_eq!(read.unwrap().len(), expected, "{from} {limit}");
            let read = log.read_matching(&all, from, Direction::Forward, limit);
            assert_eq!(read.unwrap().len(), expected, "{from} {limit}");
            let expected = (from.saturating_add(1).min(20) as usize).min(limit);
            let read = log.read_all(from, Direction::Backward, limit).unwrap();
            assert_eq!(read.len(), expected, "{from} {limit}");
            let read = log.read_stream(&stream("a"), from, Direction::Backward, limit);
            assert_eq!(read.unwrap().len(), expected, "{from} {limit}");
            let read = log.read_matching(&all, from, Direction::Backward, limit);
            assert_eq!(read.unwrap().len(), expected, "{from} {limit}");
        }
        assert_eq!(log.record(from).unwrap().is_some(), from < 20);
        assert_eq!(log.hash_before(from).unwrap().is_some(), from <= 20);
        assert_eq!(run(log.stream_all(from).count()), left);
        assert_eq!(run(log.stream_of(&stream("a"), from).count()), left);
        assert_eq!(log.subscribe(from).position(), from);
        assert!(log.checkpoint_of(from).is_err(), "none was signed");
        let mut file = Vec::new();
        let exported = log.export_since(from, &mut file, &mut |_, _| {});
        assert_eq!(exported.is_ok(), from <= 20, "{from}");
        for end in EDGES {
            let page = log.backup_page(from, end).unwrap();
            assert_eq!(page.is_some(), from < end.min(20), "{from} {end}");
            let proof = log.inclusion_proof(from, end);
            assert_eq!(proof.is_ok(), from < end && end <= 20, "{from} {end}");
            let proof = log.consistency_proof(from, end);
            assert_eq!(proof.is_ok(), from <= end && end <= 20, "{from} {end}");
        }
    }
}

#[test]
fn expectations_take_any_number() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    fill(&log, "a", 0..20);
    for number in EDGES {
        let id = 1_000 + u128::from(number);
        let exact = one("a", ExpectedRevision::Exact(number), id);
        let is_last = log.stream_revision(&stream("a")).unwrap() == Some(number);
        assert_eq!(run(log.append(exact)).is_ok(), is_last, "{number}");
        let cursor = Append::cursor("c", number).only_if(Condition::Head(number));
        assert_eq!(run(log.append(cursor)).is_ok(), number == log.head().count);
        let none = Condition::NoneMatching {
            filter: Filter::everything(),
            from: number,
        };
        let is_behind = number >= log.head().count;
        let events = [event(2_000 + id, "x")];
        let append = Append::to(stream("b"), ExpectedRevision::Any, events).only_if(none);
        assert_eq!(run(log.append(append)).is_ok(), is_behind, "{number}");
    }
}
