//! Custody over the real log: any command and any trigger, in any order, by any unit; with repeated keys, stale
//! revisions, races, and crashes, also during a command.
//!
//! `TESTS_SEED=… TESTS_STEPS=… cargo nextest run -p onestop-referral any_order` repeats or lengthens a run.
#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]
#![allow(clippy::print_stderr, reason = "the seed is shown when a test fails")]

mod commands;
mod coverage;
mod faults;
mod inputs;
mod invariants;
mod model;
mod run;
mod scheduler;

use std::env;

use fastrand::Rng;
use onestop_testing::seed;

use crate::run::Run;

/// Steps of one run, unless the environment says otherwise: a few seconds. So many carry out every command, and see
/// every stage and every fault.
const STEPS: u64 = 1_000;
/// So many times as long a run may take to do that.
const LONGER: u64 = 4;

fn steps() -> u64 {
    env::var("TESTS_STEPS").map_or(STEPS, |text| text.parse().expect("TESTS_STEPS is a number"))
}

#[test]
fn one_unit_has_custody_in_any_order_and_the_log_replays_it() {
    let (seed, steps) = (seed(), steps());
    let mut run = Run::new(Rng::with_seed(seed));
    for _ in 0..steps {
        run.step();
    }
    // What is rare may come late.
    let more = if steps < STEPS { 0 } else { LONGER * steps };
    for _ in 0..more {
        if run.never().is_empty() {
            break;
        }
        run.step();
    }
    let coverage = run.end();
    eprintln!("{coverage:#?}");
    if steps >= STEPS {
        assert_eq!(coverage.never(), [""; 0], "never covered");
    }
}
