//! How soon a command is accepted elsewhere after a process or a whole node is gone: once in an ordinary run,
//! `TESTS_TAKEOVERS=…` times in a long one, with the median and the worst. `tests/takeovers.sh` prints the rows as one table.

use std::{env, time::Duration};

/// How often each take-over is measured, unless more are asked for.
const TAKEOVERS: usize = 1;

/// How often each take-over is measured.
pub(crate) fn takeovers() -> usize {
    env::var("TESTS_TAKEOVERS").map_or(TAKEOVERS, |text| {
        text.parse().expect("TESTS_TAKEOVERS is a number")
    })
}

/// Prints each, in the order in which they were measured, and a row of Markdown. Fails where one of these took too long.
pub(crate) fn assert_within(bound: Duration, what: &str, mut times: Vec<Duration>) {
    let each: Vec<String> = times
        .iter()
        .map(|time| format!("{:.1}", time.as_secs_f64()))
        .collect();
    // Behind the name of the test, which has no end of line yet.
    eprintln!("\neach of “{what}”, in seconds: {}", each.join(" "));
    times.sort();
    let (median, worst) = (times[(times.len() - 1) / 2], times[times.len() - 1]);
    eprintln!(
        "| {what} | {} | {:.1} s | {:.1} s | {} s |",
        times.len(),
        median.as_secs_f64(),
        worst.as_secs_f64(),
        bound.as_secs()
    );
    assert!(worst < bound, "{what}: {times:?}");
}
