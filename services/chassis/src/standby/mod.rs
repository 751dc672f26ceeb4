//! A second copy of a service's log on another machine, and the process there that takes over (`onestop standby`).
//!
//! The standby asks the process that decides, its leader, for what comes after the last commit that it has on disk; the
//! leader answers with the next change of its log (`onestop_eventlog::Change`). So the first question begins the copy, a
//! lost answer is asked for once more, and every question says that everything before it is kept twice. A broker's
//! acknowledgement would not: it comes before the broker has written to its disk.
//!
//! - `copies` is what a leader knows of its copy, and which answers wait for it. Pure, but for the waiting.
//! - `takeover` is when a standby takes the lease. Pure.
//! - `leader` and `follower` carry both out over the broker; `message` is what travels between them.
//! - `sidecar` is what a service keeps besides its log, such as keys: it is on the standby's disk before the change of the
//!   log that it goes with, and what that change takes away goes after it. So what is acknowledged of the log is
//!   acknowledged of that too.
//! - `database` is the same for a process that keeps a database instead of a log: the blocks of its file travel.
//! - `progress` is what a standby says of itself, and why it refuses; `progress_page` says it over HTTP.

mod copies;
mod database;
mod follower;
mod leader;
mod message;
mod progress;
mod progress_page;
mod sidecar;
#[cfg(test)]
mod simulation;
mod takeover;

use onestop_proto::envelope::Source;

pub(crate) use self::{
    copies::Copies,
    leader::{Leader, check},
};
pub use self::{
    database::{DatabaseImage, DatabaseSource, DatabaseVersion, Durability, Leadership},
    follower::{CopyPlace, DatabasePlace, StandbyEnd, follow, follow_database, has_database_copy},
    message::request_switch,
    progress::{FollowProgress, StandbyRefused},
    progress_page::serve_progress,
    sidecar::{FilePart, MissingFile, SidecarCopy, SidecarSource},
    takeover::Incomplete,
};

/// The subject on which an instance's standby asks its leader, and the operator for a switch.
pub fn standby_subject(own: &Source) -> String {
    format!("standby.{}.{}", own.service, own.instance)
}
