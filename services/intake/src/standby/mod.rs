//! What intake's standby has besides the log: the keys of cases, wrapped as they lie in the slabs, and the files of cases,
//! encrypted.
//!
//! With each change of the log go the keys and the files of the cases that its events are about. Of a case whose persons
//! were erased goes the mark: its key and its files are destroyed on the standby before the event of the erasure is in its
//! log. So what the standby acknowledges of the log it can read, and what it acknowledges as erased it cannot.

mod contents;
mod copy;
mod source;
#[cfg(test)]
mod tests;

pub(crate) use self::{copy::KeysAndFilesCopy, source::KeysAndFiles};
