mod written;

use std::collections::BTreeMap;

use onestop_proto::{
    envelope::{Envelope, Source},
    raw_json::RawJson,
};
use uuid::Uuid;

use self::written::{FIRST, SECOND, append, built, own, received, subscriber, written};
use super::{Received, Refusal, Said, Side};
use crate::{
    messaging::record_header,
    store::{Cursor, HashPrefix, SourcePosition},
};

#[tokio::test]
async fn random_logs_come_back_record_for_record() {
    for seed in 0..24 {
        let mut random = fastrand::Rng::with_seed(seed);
        let first = seed * 1_000;
        let count = random.u64(1..30);
        let log = written(first..first + count, FIRST).await;
        let mut envelopes = log.envelopes.clone();
        for (number, (_, header)) in envelopes.iter_mut().enumerate() {
            // What the broker has says more than what the journal keeps.
            *header = random
                .bool()
                .then(|| record_header::write(&log.records[number]));
        }
        // A restored log publishes everything again.
        let again = log.envelopes.iter().filter(|_| random.bool());
        let again = again.map(|(event, _)| {
            let epoch = SECOND;
            (
                Envelope {
                    epoch,
                    ..event.clone()
                },
                None,
            )
        });
        let again: Vec<_> = again.collect();
        envelopes.extend(again);
        random.shuffle(&mut envelopes);
        let kept = random.usize(..=log.records.len());
        let base = &log.records[..kept];
        let made = built(base, &envelopes, &[], &Said::default());
        assert_eq!(made.unwrap().unwrap(), log.records[kept..], "seed {seed}");
    }
}

#[tokio::test]
async fn what_is_missing_is_named_and_given_up_by_its_position_alone() {
    let log = written(0..12, FIRST).await;
    let last = log.records.len() as u64 - 1;
    let mut envelopes = log.envelopes.clone();
    envelopes.drain(4..6);
    let refused = built(&[], &envelopes, &[], &Said::default());
    let gap = Refusal::Gap {
        first: 4,
        last: 5,
        end: last,
    };
    assert_eq!(refused.unwrap_err(), gap);
    let lose_from = |position| Said {
        lose_from: Some(position),
        ..Said::default()
    };
    let other = built(&[], &envelopes, &[], &lose_from(5));
    let (said, first) = (5, Some(4));
    assert_eq!(other.unwrap_err(), Refusal::NotLost { said, first });
    let end = received("referral", FIRST, &log.records[last as usize]);
    let made = built(&[], &envelopes, &[end], &lose_from(4)).unwrap();
    assert_eq!(made.unwrap(), log.records[..4]);
    // A backup that holds them fills the gap.
    let made = built(&log.records[..6], &envelopes, &[], &Said::default());
    assert_eq!(made.unwrap().unwrap(), log.records[6..]);
    let nothing = built(&[], &log.envelopes, &[], &lose_from(4)).unwrap_err();
    assert_eq!(
        nothing,
        Refusal::NotLost {
            said: 4,
            first: None
        }
    );
}

#[tokio::test]
async fn what_only_a_subscriber_heard_is_missing() {
    let log = written(0..8, FIRST).await;
    let end = log.records.len() - 1;
    let furthest = received("referral", FIRST, &log.records[end]);
    let refused = built(
        &[],
        &log.envelopes[..end - 1],
        &[furthest],
        &Said::default(),
    );
    let gap = Refusal::Gap {
        first: end as u64 - 1,
        last: end as u64,
        end: end as u64,
    };
    assert_eq!(refused.unwrap_err(), gap);
    let behind = received("referral", FIRST, &log.records[2]);
    let made = built(&[], &log.envelopes, &[behind], &Said::default()).unwrap();
    assert_eq!(made.unwrap(), log.records);
}

#[tokio::test]
async fn two_histories_are_refused_at_their_first_difference() {
    let log = written(0..8, FIRST).await;
    let other = written((0..4).chain(900..904), SECOND).await;
    let same = log.records.iter().zip(&other.records);
    let first = same.take_while(|(one, other)| one == other).count();
    let differs = |side| Refusal::Differs {
        position: first as u64,
        side,
        found: log.records[first].hash.to_string(),
        built: other.records[first].hash.to_string(),
    };
    // An older state that was written on is no state of the log that others heard.
    let refused = built(
        &log.records[..first + 2],
        &other.envelopes,
        &[],
        &Said::default(),
    );
    assert_eq!(refused.unwrap_err(), differs(Side::Base));
    // The newest incarnation is the one that is built; who heard another one is named.
    let all = [&log.envelopes[..], &other.envelopes[..]].concat();
    let referral = received("referral", FIRST, &log.records[first + 1]);
    let by = Side::Subscriber(referral.by.clone());
    let refused = built(&[], &all, std::slice::from_ref(&referral), &Said::default());
    assert_eq!(refused.unwrap_err(), differs(by));
    let said = Said {
        despite: [referral.by.clone()].into(),
        ..Said::default()
    };
    let made = built(&[], &all, &[referral], &said).unwrap().unwrap();
    assert_eq!(made, other.records);
}

#[tokio::test]
async fn what_two_processes_wrote_with_one_log_is_refused() {
    let count = |seed| append(seed).streams[0].events.len();
    let other = (77..).find(|seed| count(*seed) == count(4)).unwrap();
    let log = written(0..5, FIRST).await;
    let twin = written((0..4).chain([other]), FIRST).await;
    let all = [&log.envelopes[..], &twin.envelopes[..]].concat();
    let refused = built(&[], &all, &[], &Said::default()).unwrap_err();
    let last = log.records.len() as u64 - 1;
    let is_twin = matches!(
        &refused,
        Refusal::Differs { side: Side::Twin, position, .. } if *position == last
    );
    assert!(is_twin, "{refused}");
}

#[tokio::test]
async fn an_altered_event_is_refused_unless_somebody_has_it_as_it_was() {
    let log = written(0..6, FIRST).await;
    let mut envelopes = log.envelopes.clone();
    envelopes[3].0.data = RawJson::of(&serde_json::json!({ "b": 2 })).unwrap();
    let refused = built(&[], &envelopes, &[], &Said::default()).unwrap();
    assert_eq!(refused.unwrap_err().position, 3);
    envelopes.push(log.envelopes[3].clone());
    let made = built(&[], &envelopes, &[], &Said::default()).unwrap();
    assert_eq!(made.unwrap(), log.records);
}

#[tokio::test]
async fn another_instance_is_another_log() {
    let log = written(0..3, FIRST).await;
    let town: Source = "/onestop/intake/town".parse().unwrap();
    let source = || town.clone();
    let of_town = log.envelopes.iter().map(|(event, _)| {
        let event = event.clone();
        (
            Envelope {
                source: source(),
                ..event
            },
            None,
        )
    });
    let of_town: Vec<_> = of_town.collect();
    let refused = built(&[], &of_town, &[], &Said::default()).unwrap_err();
    assert!(matches!(refused, Refusal::Nothing { .. }), "{refused}");
    assert!(
        refused.to_string().contains("/onestop/intake/town"),
        "{refused}"
    );
}

#[test]
fn the_newest_incarnation_of_which_something_was_taken_in_counts() {
    let by = subscriber("referral");
    let mark = HashPrefix::parse(&"ab".repeat(32));
    let position = |next, hash_prefix| SourcePosition { next, hash_prefix };
    let cursors: BTreeMap<String, u64> = [
        Cursor::new(&own(), FIRST, position(9, None)),
        Cursor::new(&own(), SECOND, position(4, mark)),
        Cursor::new(&own(), Uuid::from_u128(0xe3), position(0, None)),
        Cursor::new(&subscriber("journal"), Uuid::max(), position(7, None)),
    ]
    .iter()
    .flat_map(Cursor::entries)
    .collect();
    let of_cursors = Received::of_cursors(&by, &own(), &cursors).unwrap();
    let Received {
        epoch,
        next,
        newest,
        ..
    } = of_cursors;
    assert_eq!((epoch, next, newest), (SECOND, 4, Uuid::from_u128(0xe3)));
    assert_eq!(of_cursors.mark, mark);
    assert_eq!(
        Received::of_cursors(&by, &subscriber("mediation"), &cursors),
        None
    );
}
