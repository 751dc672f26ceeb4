//! The log against a plain list: random appends, conflicts, repeats and reopenings.

use std::collections::BTreeMap;
use std::path::Path;

use onestop_eventlog::{
    Append, AppendError, Condition, CursorUpdate, EventLog, ExpectedCursor, ExpectedRevision,
    Filter, Label, Labels, NewEvent, Options, Outcome,
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::support::{EPOCH, everything, run, stream};

#[derive(Debug, Clone)]
enum Step {
    Append(Append),
    Reopen,
    /// The index is deleted, and the next step does not wait for the new one.
    LoseIndex,
}

#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    WrongRevision,
    IdReused,
    PartialOverlap,
    IdRepeated,
    WrongHead,
    WrongCursor,
    Conflicting,
    Empty,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    stream: String,
    revision: u64,
    id: Uuid,
    labels: Labels,
    payload: Vec<u8>,
}

#[derive(Default)]
struct Model {
    entries: Vec<Entry>,
    cursors: BTreeMap<String, u64>,
}

impl Model {
    fn append(&mut self, append: &Append) -> Result<(u64, u64, Outcome), Refusal> {
        let flat: Vec<(&str, &NewEvent)> = append
            .streams
            .iter()
            .flat_map(|part| {
                part.events
                    .iter()
                    .map(|event| (part.stream.as_str(), event))
            })
            .collect();
        self.check_shape(append, &flat)?;
        let next = self.entries.len() as u64;
        let answer = if flat.is_empty() {
            self.check_conditions(append)?;
            self.check_cursors(append)?;
            (next, next, Outcome::CursorsSet)
        } else if let Some((first, last)) = self.originals(&flat)? {
            (first, last, Outcome::AlreadyThere)
        } else {
            self.check_conditions(append)?;
            self.check_cursors(append)?;
            self.check_revisions(append)?;
            for (stream, event) in &flat {
                let revision = self.revisions(stream);
                let (stream, id) = ((*stream).to_owned(), event.id);
                self.entries.push(Entry {
                    stream,
                    revision,
                    id,
                    labels: event.labels.clone(),
                    payload: event.payload.to_vec(),
                });
            }
            (next, next + flat.len() as u64 - 1, Outcome::Written)
        };
        if answer.2 != Outcome::AlreadyThere || self.may_set_again(append) {
            let updates = append.cursors.iter();
            self.cursors
                .extend(updates.map(|update| (update.name.clone(), update.value)));
        }
        Ok(answer)
    }

    fn check_shape(&self, append: &Append, flat: &[(&str, &NewEvent)]) -> Result<(), Refusal> {
        let is_empty = append.streams.is_empty() && append.cursors.is_empty();
        if is_empty || append.streams.iter().any(|part| part.events.is_empty()) {
            return Err(Refusal::Empty);
        }
        for (at, (_, event)) in flat.iter().enumerate() {
            if flat[..at].iter().any(|(_, other)| other.id == event.id) {
                return Err(Refusal::IdRepeated);
            }
        }
        Ok(())
    }

    fn originals(&self, flat: &[(&str, &NewEvent)]) -> Result<Option<(u64, u64)>, Refusal> {
        let find = |id| self.entries.iter().position(|entry| entry.id == id);
        let places: Vec<Option<usize>> = flat.iter().map(|(_, event)| find(event.id)).collect();
        for (place, (stream, event)) in places.iter().zip(flat) {
            let Some(entry) = place.map(|place| &self.entries[place]) else {
                continue;
            };
            let same = (&entry.payload[..], &entry.labels) == (&event.payload[..], &event.labels);
            if entry.stream != *stream || !same {
                return Err(Refusal::IdReused);
            }
        }
        let Some(first) = places.iter().flatten().next().copied() else {
            return Ok(None);
        };
        let in_order = (first..)
            .zip(&places)
            .all(|(expected, place)| *place == Some(expected));
        if !in_order {
            return Err(Refusal::PartialOverlap);
        }
        Ok(Some((first as u64, (first + flat.len() - 1) as u64)))
    }

    fn check_conditions(&self, append: &Append) -> Result<(), Refusal> {
        for condition in &append.conditions {
            match condition {
                Condition::Head(count) if *count != self.entries.len() as u64 => {
                    return Err(Refusal::WrongHead);
                }
                Condition::Head(_) => {}
                Condition::Stream { stream, expected } => {
                    check_revision(*expected, self.revisions(stream.as_str()))?;
                }
                Condition::NoneMatching { filter, from } => {
                    let mut later = self.entries.iter().skip(*from as usize);
                    if later.any(|entry| filter.matches(&entry.labels)) {
                        return Err(Refusal::Conflicting);
                    }
                }
            }
        }
        Ok(())
    }

    fn check_cursors(&self, append: &Append) -> Result<(), Refusal> {
        let is_expected = |update: &CursorUpdate| {
            let actual = self.cursors.get(&update.name).copied();
            match update.expected {
                ExpectedCursor::Any => true,
                ExpectedCursor::Unset => actual.is_none(),
                ExpectedCursor::Exact(value) => actual == Some(value),
                ExpectedCursor::Lower => actual < Some(update.value),
            }
        };
        if append.cursors.iter().all(is_expected) {
            Ok(())
        } else {
            Err(Refusal::WrongCursor)
        }
    }

    fn may_set_again(&self, append: &Append) -> bool {
        let is_forward = |first: &CursorUpdate| {
            let actual = self.cursors.get(&first.name).copied();
            actual < Some(first.value)
        };
        append.cursors.first().is_some_and(is_forward) && self.check_cursors(append).is_ok()
    }

    fn check_revisions(&self, append: &Append) -> Result<(), Refusal> {
        for (at, part) in append.streams.iter().enumerate() {
            let earlier = append.streams[..at].iter();
            let earlier = earlier.filter(|earlier| earlier.stream == part.stream);
            let added: usize = earlier.map(|earlier| earlier.events.len()).sum();
            let revisions = self.revisions(part.stream.as_str()) + added as u64;
            check_revision(part.expected, revisions)?;
        }
        Ok(())
    }

    fn revisions(&self, stream: &str) -> u64 {
        self.entries
            .iter()
            .filter(|entry| entry.stream == stream)
            .count() as u64
    }
}

fn check_revision(expected: ExpectedRevision, revisions: u64) -> Result<(), Refusal> {
    let as_expected = match expected {
        ExpectedRevision::Any => true,
        ExpectedRevision::NoStream => revisions == 0,
        ExpectedRevision::Exact(revision) => revisions == revision + 1,
    };
    if as_expected {
        Ok(())
    } else {
        Err(Refusal::WrongRevision)
    }
}

fn refusal(error: AppendError) -> Refusal {
    match error {
        AppendError::WrongRevision { .. } => Refusal::WrongRevision,
        AppendError::IdReused { .. } => Refusal::IdReused,
        AppendError::PartialOverlap { .. } => Refusal::PartialOverlap,
        AppendError::IdRepeated { .. } => Refusal::IdRepeated,
        AppendError::WrongHead { .. } => Refusal::WrongHead,
        AppendError::WrongCursor { .. } => Refusal::WrongCursor,
        AppendError::Conflicting { .. } => Refusal::Conflicting,
        AppendError::Empty => Refusal::Empty,
        other @ (AppendError::TooLarge { .. }
        | AppendError::CursorName { .. }
        | AppendError::OriginalUnreadable { .. }
        | AppendError::ConditionUnreadable { .. }
        | AppendError::Closed { .. }
        | AppendError::Unconfirmed { .. }) => panic!("not foreseen by the model: {other:?}"),
    }
}

fn expected() -> impl Strategy<Value = ExpectedRevision> {
    prop_oneof![
        6 => Just(ExpectedRevision::Any),
        1 => Just(ExpectedRevision::NoStream),
        1 => (0u64..4).prop_map(ExpectedRevision::Exact),
    ]
}

/// Runs of neighbouring ids whose payload mostly follows from the id, so that repeats, overlaps and
/// reuse all happen.
fn events() -> impl Strategy<Value = Vec<NewEvent>> {
    let payload = prop_oneof![9 => Just(0u32), 1 => Just(1)];
    (0u128..60, 0usize..4, payload, any::<bool>()).prop_map(|(id, count, salt, reverse)| {
        let event = |id: u128| {
            let payload = format!("{id}/{salt}").repeat(id as usize * 70);
            let event = NewEvent::new(Uuid::from_u128(id), payload);
            match id % 4 {
                0 => event.labelled(Some(label("opened")), [tag(id % 3)]),
                1 => event.labelled(None, [tag(id % 3), tag(7 + u128::from(salt))]),
                _ => event,
            }
        };
        let mut events: Vec<_> = (id..).take(count).map(event).collect();
        if reverse && count == 3 {
            events.reverse();
        }
        events
    })
}

fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

fn tag(number: u128) -> Label {
    label(&format!("tag:{number}"))
}

fn expected_cursor() -> impl Strategy<Value = ExpectedCursor> {
    prop_oneof![
        4 => Just(ExpectedCursor::Any),
        1 => Just(ExpectedCursor::Unset),
        1 => (0u64..9).prop_map(ExpectedCursor::Exact),
        2 => Just(ExpectedCursor::Lower),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let stream = |name: u8, expected| Condition::Stream {
        stream: stream(&format!("s/{name}")),
        expected,
    };
    let filter = |number: u128, from| {
        let filter = match number {
            0 => Filter::of_types([label("opened")]),
            1 => Filter::of_tags([tag(1), tag(7)]),
            2 => Filter::everything(),
            _ => Filter::of_types([label("opened")])
                .and_tags([tag(number % 3)])
                .or(Filter::of_tags([tag(8)])),
        };
        Condition::NoneMatching { filter, from }
    };
    prop_oneof![
        (0u64..12).prop_map(Condition::Head),
        (0u8..3, expected()).prop_map(move |(name, expected)| stream(name, expected)),
        (0u128..6, 0u64..20).prop_map(move |(number, from)| filter(number, from)),
    ]
}

fn append() -> impl Strategy<Value = Append> {
    let part = (0u8..3, expected(), events());
    let cursors = proptest::collection::vec((0u8..3, 0u64..9, expected_cursor()), 0..3);
    let conditions = prop_oneof![
        4 => Just(Vec::new()),
        1 => proptest::collection::vec(condition(), 1..3),
    ];
    let parts = proptest::collection::vec(part, 0..4);
    (parts, cursors, conditions).prop_map(|(parts, cursors, conditions)| {
        let mut append = Append::default();
        for (name, expected, events) in parts {
            append = append.and_to(stream(&format!("s/{name}")), expected, events);
        }
        for (name, value, expected) in cursors {
            append = append.with_cursor_if(format!("c/{name}"), value, expected);
        }
        append.conditions = conditions;
        append
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![12 => append().prop_map(Step::Append), 1 => Just(Step::Reopen), 1 => Just(Step::LoseIndex)];
    proptest::collection::vec(step, 1..40)
}

/// A tail of one record is written behind, and merged, all the time; the default never here.
fn index_tails() -> impl Strategy<Value = usize> {
    prop_oneof![Just(1), Just(7), Just(1 << 17)]
}

fn verify_at_opens() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(u64::MAX)]
}

fn check(log: &EventLog, model: &Model) {
    let entries: Vec<Entry> = everything(log)
        .into_iter()
        .map(|record| Entry {
            stream: record.stream.to_string(),
            revision: record.revision,
            id: record.id,
            labels: record.labels,
            payload: record.payload.to_vec(),
        })
        .collect();
    assert_eq!(entries, model.entries);
    assert_eq!(log.cursors(""), model.cursors);
    log.verify(&mut |_, _| {}).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_log_answers_like_a_plain_list(
        steps in steps(), index_tail in index_tails(), verify_at_open in verify_at_opens(),
    ) {
        let directory = tempfile::tempdir().unwrap();
        let open = |path: &Path| {
            let ahead_bytes = 64 << 10;
            let options = Options { index_tail, verify_at_open, ahead_bytes, ..Options::new(path, EPOCH) };
            EventLog::open(options).unwrap()
        };
        let mut log = open(directory.path());
        let mut model = Model::default();
        for step in steps {
            match step {
                Step::Append(append) => {
                    let expected = model.append(&append);
                    let answer = run(log.append(append)).map_err(refusal);
                    let answer = answer.map(|done| (done.first, done.last, done.outcome));
                    prop_assert_eq!(answer, expected);
                }
                Step::Reopen => {
                    log.close().unwrap();
                    log = open(directory.path());
                    check(&log, &model);
                }
                Step::LoseIndex => {
                    log.close().unwrap();
                    std::fs::remove_dir_all(directory.path().join("index")).unwrap();
                    log = open(directory.path());
                }
            }
        }
        check(&log, &model);
    }
}
