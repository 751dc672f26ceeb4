//! What the leases of ten thousand sites cost the broker: an intake and a gateway at each, switched on within a minute.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use fastrand::Rng;
use onestop_proto::envelope::Source;
use onestop_testing::seed;

use super::*;
use crate::bus::lease_subject;

const SITES: u32 = 10_000;
const SERVICES: [&str; 2] = ["intake", "gateway"];
const STARTS_WITHIN: Duration = Duration::from_secs(60);
const LENGTH: Duration = Duration::from_secs(1_800);
/// From when the pace is measured.
const STEADY: u64 = 600;
/// From a request to its answer.
const ROUND: Duration = Duration::from_millis(20);
/// Bytes of a request and its answer besides subject and record: framing, headers, reply addresses, the acknowledgement.
const FRAMING: usize = 300;
/// What one message of the broker carries at most.
const MAX_PAYLOAD: usize = 1 << 20;

/// One process of a site, and the broker's record of its lease.
struct Holder {
    rules: Rules,
    subject: String,
    seen: Seen,
    step: Step,
}

#[derive(Debug, Clone, Copy, Default)]
struct Traffic {
    messages: u64,
    bytes: usize,
}

struct World {
    rng: Rng,
    holders: Vec<Holder>,
    seconds: BTreeMap<u64, Traffic>,
    is_silent: fn(Duration) -> bool,
}

impl World {
    fn new(at: At, is_silent: fn(Duration) -> bool) -> Self {
        let mut rng = Rng::with_seed(seed());
        let each = (0..SITES).flat_map(|site| SERVICES.map(|service| (site, service)));
        let holders = each.map(|(site, service)| {
            let source = format!(
                "/onestop/{service}/town-{}",
                530_821_100_000_u64 + u64::from(site)
            );
            let own: Source = source.parse().unwrap();
            let holder = Uuid::from_u128(rng.u128(1..));
            Holder {
                rules: Rules::new(holder, format!("node-{site}"), at, Claim::default()),
                subject: lease_subject(&own),
                seen: Seen {
                    record: None,
                    sequence: 0,
                },
                step: Step::Look,
            }
        });
        let holders = holders.collect();
        Self {
            rng,
            holders,
            seconds: BTreeMap::new(),
            is_silent,
        }
    }

    fn run(&mut self) {
        let within = STARTS_WITHIN.as_nanos() as u64;
        let mut due: BinaryHeap<Reverse<(Duration, usize)>> = (0..self.holders.len())
            .map(|index| Reverse((Duration::from_nanos(self.rng.u64(..within)), index)))
            .collect();
        while let Some(Reverse((now, index))) = due.pop() {
            if now < LENGTH {
                due.push(Reverse((self.go_on(now, index), index)));
            }
        }
    }

    /// Does what the rules of a holder say; returns when it goes on.
    fn go_on(&mut self, now: Duration, index: usize) -> Duration {
        let Holder {
            rules,
            subject,
            seen,
            step,
        } = &mut self.holders[index];
        let (record, next) = match step.clone() {
            Step::Wait(_) => {
                *step = rules.next(now);
                return now;
            }
            Step::Look => (0, None),
            Step::Write { expected, record } => {
                assert_eq!(expected, seen.sequence, "{subject}");
                (serde_json::to_vec(&record).unwrap().len(), Some(record))
            }
            Step::Stop(why) => panic!("{subject}: {why:?}"),
        };
        let traffic = self.seconds.entry(now.as_secs()).or_default();
        traffic.messages += 2;
        traffic.bytes += FRAMING + subject.len() + record;
        let answered = now + ROUND;
        if (self.is_silent)(now) {
            *step = rules.unanswered(answered, Presence::Nobody);
        } else if let Some(record) = next {
            let term = record.term;
            seen.sequence += 1;
            seen.record = Some(record);
            *step = rules.wrote(now, term, seen.sequence);
        } else {
            *step = rules.seen(answered, seen, Presence::Nobody);
        }
        match step {
            Step::Wait(pause) => answered + *pause,
            Step::Look | Step::Write { .. } | Step::Stop(_) => answered,
        }
    }

    /// Messages and bytes a second, and messages in the worst second, from a moment on.
    fn pace(&self, from: u64, until: u64) -> (f64, f64, u64) {
        let length = (until - from) as f64;
        let within: Vec<&Traffic> = self.seconds.range(from..until).map(|(_, it)| it).collect();
        let messages: u64 = within.iter().map(|it| it.messages).sum();
        let bytes: usize = within.iter().map(|it| it.bytes).sum();
        let worst = within
            .iter()
            .map(|it| it.messages)
            .max()
            .unwrap_or_default();
        (messages as f64 / length, bytes as f64 / length, worst)
    }
}

/// So many messages a second at most where every holder renews: a request and its answer in the shortest of the long pauses.
fn at_rest() -> f64 {
    let processes = f64::from(SITES) * SERVICES.len() as f64;
    2.0 * processes / (RENEW_AT_SITE.as_secs_f64() * 0.75)
}

/// `--nocapture` prints what it measured.
#[test]
#[allow(clippy::print_stderr, reason = "what was measured is shown")]
fn the_leases_of_ten_thousand_sites_cost_the_broker_little() {
    let processes = f64::from(SITES) * SERVICES.len() as f64;
    let mut world = World::new(At::Site, |_| false);
    world.run();
    let (messages, bytes, worst) = world.pace(STEADY, LENGTH.as_secs());
    let (first, _, start) = world.pace(0, 2 * STARTS_WITHIN.as_secs());
    // A holder at the hub writes each time after the same short pause.
    let as_at_hub = 2.0 * processes / RENEW.as_secs_f64();
    eprintln!(
        "{SITES} sites, {processes} leases: {messages:.0} messages and {:.0} KB a second, {worst} messages in the worst one; \
         {first:.0} a second in the first two minutes, {start} in the worst one; at the pace of the hub {as_at_hub:.0} a second",
        bytes / 1e3
    );
    let bound = at_rest();
    assert!(messages <= bound, "{messages} a second, {bound} wanted");
    assert!(worst as f64 <= 1.5 * bound, "{worst} in one second");
    assert!(
        start as f64 <= as_at_hub / 4.0,
        "{start} in one second at the start"
    );
    let written = world.holders.iter().all(|it| it.seen.sequence > 20);
    assert!(written, "each is there");
}

/// Streams do not answer for ten minutes while the links of all sites are up.
#[test]
fn a_silent_broker_is_not_asked_to_death_by_sites_that_go_on() {
    let is_silent = |now: Duration| (600..1_200).contains(&now.as_secs());
    let mut world = World::new(At::Site, is_silent);
    world.run();
    let (messages, _, _) = world.pace(700, 1_200);
    let processes = f64::from(SITES) * SERVICES.len() as f64;
    let bound = 2.0 * processes / RETRY_AT_SITE.as_secs_f64();
    assert!(
        messages <= 1.1 * bound,
        "{messages} a second, {bound} wanted"
    );
    let (after, _, _) = world.pace(1_300, LENGTH.as_secs());
    assert!(after <= at_rest(), "{after} a second, {} wanted", at_rest());
}

/// The stream's configuration lists the subject of each lease, and is sent as one message.
#[test]
fn the_subjects_of_all_leases_fit_in_one_message() {
    let world = World::new(At::Site, |_| false);
    let quoted = world.holders.iter().map(|it| it.subject.len() + 3);
    let bytes: usize = quoted.sum();
    assert!(bytes < MAX_PAYLOAD * 3 / 4, "{bytes} bytes");
}
