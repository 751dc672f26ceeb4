//! The same comparison between logs that are open for reading only.

use std::collections::BTreeMap;

use onestop_eventlog::{LogReader, ReadError};
use onestop_proto::{envelope::Source, replication::Contradiction};

use super::comparison::Claim;
use crate::store::{Cursor, HashPrefix};

/// How the log of `own` contradicts what the subscriber `by` has taken in, whose log holds `cursors`.
pub fn contradiction(
    own: &Source,
    log: &LogReader,
    by: &Source,
    cursors: &BTreeMap<String, u64>,
) -> Result<Option<Contradiction>, ReadError> {
    let positions = Cursor::positions(cursors);
    let claim = Claim::of_positions(&positions, own, log.epoch());
    let record = match claim.last() {
        Some(last) => log.record(last)?,
        None => None,
    };
    let record = record.and_then(|record| HashPrefix::parse(&record.hash.to_string()));
    Ok(claim.compare(by, log.head().count, record))
}
