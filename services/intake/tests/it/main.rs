//! Intake on a real log and real keys, without a broker.
#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod at_once;
mod merging;
mod named_cases;
mod person_index;
mod readings;
mod restored;
mod support;
mod texts;
