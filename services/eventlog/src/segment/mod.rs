//! Segments: the files that hold the records for good.
//!
//! A file of the write-ahead log that is full is sealed: its records are written, compressed, into a
//! segment, which is synced, gets its name, and is never changed again. Only then is the file of the
//! write-ahead log removed. A segment can be read and checked without any other file:
//!
//! ```text
//! header     whose log it is, and the state before the first record
//! blocks     up to 16 records each: header, records compressed with zstd
//! keys       which event ids and streams are certainly not in it
//! footer     the states before and after, all cursors as of the end, the Merkle tree's right edge and
//!            its stored nodes, where each block begins
//! trailer    length and checksum of the footer
//! ```
//!
//! Its name is its first position and the number of the last commit in it, 20 digits each.

mod file;
mod format;
mod keys;
mod sealer;
mod set;
#[cfg(test)]
mod tests;

pub(crate) use self::file::{SegmentFile, salvage};
pub(crate) use self::keys::{Keys, KeysBuilder};
pub(crate) use self::sealer::{Sealed, Sealer, name_of};
pub(crate) use self::set::{SegmentError, SegmentSet, paths, remove_strays};

/// The folder in the log's directory. Persisted.
pub(crate) const DIRECTORY: &str = "segments";
