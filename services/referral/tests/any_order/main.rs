//! Custody over the real log, whatever is asked, in whatever order, by whomever: with keys that come again,
//! decisions on revisions that no longer stand, two who ask in the same instant, and crashes, also in the
//! midst of a command.
//!
//! `ONESTOP_SEED=… ONESTOP_STEPS=… cargo nextest run -p onestop-referral any_order` repeats or lengthens a run.
#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]
#![allow(clippy::print_stderr, reason = "the seed is shown when a test fails")]

mod asked;
mod chosen;
mod faults;
mod held;
mod known;
mod run;
mod seen;

use std::env;

use fastrand::Rng;

use crate::run::Run;

/// Steps of one run, unless others are asked for: a few seconds. So many carry out every command, and see
/// every stage and every fault.
const STEPS: u64 = 1_000;
/// So many times as long a run may take to do that.
const LONGER: u64 = 4;

fn seed() -> u64 {
    let seed = env::var("ONESTOP_SEED").map_or_else(
        |_| Rng::new().u64(..),
        |text| text.parse().expect("ONESTOP_SEED is a number"),
    );
    eprintln!("repeat with ONESTOP_SEED={seed}");
    seed
}

fn steps() -> u64 {
    env::var("ONESTOP_STEPS").map_or(STEPS, |text| {
        text.parse().expect("ONESTOP_STEPS is a number")
    })
}

#[test]
fn in_any_order_one_unit_holds_the_case_and_the_log_tells_all() {
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
    let seen = run.end();
    eprintln!("{seen:#?}");
    if steps >= STEPS {
        assert_eq!(seen.never(), [""; 0], "never seen");
    }
}
