//! What the service answers from: an index of all cases, the worklists and the view of a case made from it.

pub(crate) mod custody_tables;
pub(crate) mod pending;
mod task_units;
pub(crate) mod view;
pub(crate) mod worklist;
