//! The seed of a random test.

use std::env;

use fastrand::Rng;

/// `TESTS_SEED`, or a new seed. It is printed, so that a run that failed can be repeated.
///
/// # Panics
/// If `TESTS_SEED` is no number.
#[allow(clippy::print_stderr, reason = "a failed run is repeated from it")]
pub fn seed() -> u64 {
    let seed = env::var("TESTS_SEED").map_or_else(
        |_| Rng::new().u64(..),
        |text| text.parse().expect("TESTS_SEED is a number"),
    );
    eprintln!("TESTS_SEED={seed}");
    seed
}
