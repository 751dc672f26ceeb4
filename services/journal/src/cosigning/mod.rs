//! The journal cosigns (会签) the checkpoints of all logs, so that no holder of a log's signing key can rewrite what was
//! cosigned without being found out.
//!
//! Each source signs a checkpoint; the journal checks that it continues the one that it cosigned last, and the events
//! that it has heard itself, and adds its own signature (`rules`). What it cosigned is kept in a file that only grows
//! (`file`), and in the same form at an outside witness, where one is named. `onestop verify` compares logs with both
//! (`compare`).

mod compare;
pub(crate) mod file;
mod keeper;
pub(crate) mod node;
pub(crate) mod rules;
mod state;
#[cfg(test)]
mod tests;
mod web;
mod witness;

pub(crate) use self::keeper::{Cosigner, Parts};
pub use self::{
    compare::{continues, current, first_contradicting},
    file::{Continued, CosignedCheckpoint, CosignedFileError, parse, read},
    node::file_of,
    web::{LONGEST_FILE, fetch},
};

/// The name of the file of cosigned checkpoints, in the journal's folder.
pub const FILE: &str = "cosigned.jsonl";

/// The name of the file of those that a witness on the web, or another node, has taken, in the journal's folder.
pub const WITNESSED_FILE: &str = "witnessed.jsonl";
