//! Relay and consumer over a transport in memory that does to them what NATS may do: a publication that
//! timed out but was stored, one that is lost, an acknowledgement that comes late or never, a redelivery,
//! an order that differs from connection to connection, a broker that loses its newest messages or
//! everything, a stream that is deleted, or a broker that comes back with an older store, and what another publisher
//! sent on the source's subjects. Events arrive and are processed many at a time, some of them can never be processed,
//! some have types that are newer than the consumer, some are about what their source set aside, and the consumer is
//! killed before and after its appends. Millions of steps from one seed.
//!
//! `TESTS_SEED=… TESTS_STEPS=… cargo test -p onestop-chassis simulation` repeats or lengthens a run.

mod consumer;
mod parts;
mod processing;
mod world;

use std::env;

use onestop_testing::seed;
use uuid::Uuid;

use self::{parts::Process, processing::expected, world::World};
use crate::store::{SourcePosition, followed};

/// Steps of one run, unless more are asked for.
const STEPS: u64 = 2_000_000;

fn steps() -> u64 {
    env::var("TESTS_STEPS").map_or(STEPS, |text| text.parse().expect("TESTS_STEPS is a number"))
}

/// Whatever the transport does: every event is applied once, in the order of its log, and in the end the
/// broker holds every one again.
#[test]
fn nothing_is_lost_doubled_or_out_of_order() {
    let mut world = World::new(seed());
    let (mut deaths, mut parked, mut skipped) = (0, 0, 0);
    for step in 1..=steps() {
        world.step();
        // The log stays short enough that what is lost at its beginning matters as well.
        if step % 50_000 == 0 {
            world.settle();
            assert_processed(&world);
            deaths += world.consumer.deaths;
            parked += world.consumer.parked.len();
            skipped += world.consumer.skipped;
            let seed = world.rng.u64(..);
            world = World::new(seed);
        }
    }
    world.settle();
    assert_processed(&world);
    if steps() >= STEPS {
        assert!(
            deaths > 100 && parked > 100 && skipped > 100,
            "{deaths} {parked} {skipped}"
        );
    }
}

/// The cursors have passed every event in order, and from each followed what had to, once and in order.
fn assert_processed(world: &World) {
    let consumer = &world.consumer;
    assert_eq!(consumer.applied, world.origin.log);
    let expected = expected(&world.origin.log, consumer.taking);
    assert!(consumer.effects == expected, "other effects");
}

/// However often either side starts again and links break: what loses nothing is not taken for a loss.
#[test]
fn an_ordinary_restart_is_no_loss() {
    let mut world = World::new(seed());
    for _ in 0..steps() / 10 {
        world.step_without_loss();
    }
    world.settle();
    assert_processed(&world);
    assert_eq!(world.origin.rewinds, 0);
}

#[test]
fn the_same_seed_repeats_a_run() {
    let seed = seed();
    let run = || {
        let mut world = World::new(seed);
        for _ in 0..20_000 {
            world.step();
        }
        (
            world.broker.stored,
            world.consumer.effects,
            world.consumer.deaths,
        )
    };
    assert!(run() == run(), "the runs differ");
}

/// A restored source that continues the processed history is followed without a decision. Otherwise nothing of
/// it is applied until an operator decides, and then all of it is.
#[test]
fn a_restored_source_is_never_mixed_in() {
    let mut world = World::new(seed());
    let (mut continued, mut decided) = (0_u64, 0_u64);
    for _ in 0..steps() / 2_000 {
        for _ in 0..300 {
            world.step();
        }
        let heard = followed(&world.consumer.reached, &world.origin.source);
        let (_, before) = heard.unwrap_or((Uuid::nil(), SourcePosition::default()));
        let applied = world.consumer.applied.len();
        world.restore();
        let kept = world.origin.log.len() as u64;
        world.origin.process = Process::Up;
        for _ in 0..20 {
            world.write();
        }
        for _ in 0..20 {
            world.ask();
        }
        if kept >= before.next {
            continued += 1;
            assert_eq!(
                world.consumer.set_aside, None,
                "it continues what was heard"
            );
        } else {
            decided += 1;
            assert!(
                world.consumer.set_aside.is_some(),
                "kept {kept}, heard {}",
                before.next
            );
            assert_eq!(
                world.consumer.applied.len(),
                applied,
                "another history was mixed in"
            );
            world.follow();
        }
        // From here on its own events count, whatever was applied of the history before.
        world.settle();
        let ids = &world.consumer.ids;
        let missing = world
            .origin
            .log
            .iter()
            .filter(|event| !ids.contains(&(event.position, event.own)));
        assert_eq!(missing.count(), 0);
        let seed = world.rng.u64(..);
        world = World::new(seed);
    }
    assert!(continued > 20 && decided > 20, "{continued} {decided}");
}
