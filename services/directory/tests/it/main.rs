//! The directory as its callers meet it.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of tests may panic as the tests do"
)]

mod aid_kinds;
mod building;
mod calendar;
mod clocks;
mod coverage;
mod dated_acts;
mod dated_cases;
mod day_count;
mod due_years;
mod escalation;
mod folder;
mod former_divisions;
mod former_limits;
mod former_rows;
mod former_rules;
mod late_entry;
mod local_days;
mod moved_clocks;
mod moved_sites;
mod official_numbers;
mod outside_bodies;
mod outside_divisions;
mod pause_months;
mod places;
mod province;
mod provisional_days;
mod reckoned_pauses;
mod recorded_changes;
mod recorded_limits;
mod recorded_papers;
mod refusals;
mod retention;
mod roster;
mod routing;
mod shipped;
mod sites;
mod standards;
mod stations;
mod topics;
mod two_kinds_of_days;
mod visibility;
mod visits;

use std::sync::OnceLock;

use jiff::civil::Date;
use onestop_directory::Directory;
use onestop_proto::{division::DivisionCode, ids::UnitKind, time::Timestamp};

/// What is built in, loaded once for all tests.
fn built_in() -> &'static Directory {
    static LOADED: OnceLock<Directory> = OnceLock::new();
    LOADED.get_or_init(|| Directory::built_in().unwrap())
}

fn code(text: &str) -> DivisionCode {
    text.parse().unwrap()
}

fn kind(text: &str) -> UnitKind {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}
