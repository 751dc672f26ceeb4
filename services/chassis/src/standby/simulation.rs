//! A leader, its standby, an older copy of the log and a broker: the leader is paused, killed, started again and cut off, the
//! standby is cut off, slow and started anew, on its copy and on an empty disk, also between the keys of a change and the
//! change itself, the broker's servers elect and store without an answer, an older copy is started as the leader, and the
//! clocks run differently fast. What is copied is a log in one world, and a database, as the gateway has it, in the next: that
//! begins with the whole for each run of a process, and answers wait for some of its changes alone. A standby never takes the
//! lease while its leader is sure of it, and then has everything that was confirmed as kept twice; what can be heard of a
//! leader's log never becomes less. Every step follows from one seed.

mod broker;
mod following;
mod leading;
mod parts;
mod world;

use fastrand::Rng;
use onestop_testing::seed;

use self::{
    parts::{Decides, Kind},
    world::World,
};
use super::copies::Followed;

const STEPS: u64 = 1_000_000;
/// Steps in one world: a takeover ends it earlier.
const LONGEST: u64 = 20_000;
/// A lease by a slow clock, and a few looks, in milliseconds.
const SOON: u64 = 34_000;

fn steps() -> u64 {
    let said = std::env::var("TESTS_STEPS");
    said.map_or(STEPS, |text| text.parse().expect("TESTS_STEPS is a number"))
}

#[test]
fn no_standby_takes_over_from_a_leader_that_is_sure_or_without_what_was_kept_twice() {
    let mut rng = Rng::with_seed(seed());
    let (mut taken, mut older, mut kept_twice, mut done) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut databases = 0_u64;
    while done < steps() {
        let mut world = World::new(rng.u64(..));
        for _ in 0..LONGEST {
            done += 1;
            world.happen();
            if let Some(decides) = world.step() {
                match decides {
                    Decides::Standby => {
                        taken += 1;
                        databases += u64::from(world.kind == Kind::Database);
                    }
                    Decides::OlderCopy => older += 1,
                }
                break;
            }
        }
        kept_twice += world.leader.kept_twice;
    }
    if steps() >= STEPS {
        assert!(
            taken > 50 && databases > 10 && kept_twice > 10_000 && older > 0,
            "{taken} {databases} {kept_twice} {older}"
        );
    }
}

/// A world in which the standby has followed for a while, and whose leader dies now.
fn leaderless(seed: u64) -> World {
    let mut world = World::new(seed);
    while world.now < 130_000 || world.standby.told == Followed::No || world.one_in(2) {
        assert_eq!(world.step(), None, "its leader runs");
    }
    world.kill();
    world
}

#[test]
fn a_standby_that_follows_takes_over_soon_after_the_lease_is_over() {
    let mut rng = Rng::with_seed(seed());
    for _ in 0..200 {
        let mut world = leaderless(rng.u64(..));
        let died = world.now;
        while world.step().is_none() {
            assert!(world.now < died + SOON, "it waits for too long");
        }
    }
}

#[test]
fn an_older_copy_that_is_started_when_the_leader_dies_lets_the_standby_go_first() {
    let mut rng = Rng::with_seed(seed());
    for _ in 0..200 {
        let mut world = leaderless(rng.u64(..));
        world.start_older();
        let died = world.now;
        let decides = loop {
            if let Some(decides) = world.step() {
                break decides;
            }
            assert!(world.now < died + SOON, "none decides");
        };
        assert_eq!(decides, Decides::Standby);
    }
}
