//! Comparing a log with its cosigned checkpoints.

use onestop_eventlog::{LogReader, ReadError, verify_consistency};
use onestop_proto::{comparison::LogRoot, envelope::Source};

use super::{file::CosignedCheckpoint, rules::parse_proof};
use crate::domain::hash_text::parse_hash;

/// The cosigned checkpoints that a log has to fit, the smallest first: those of the incarnation that was cosigned last.
/// Of one before it, a restore may have lost the newest records; that its successor was cosigned means that an operator
/// decided to follow it.
pub fn current<'a>(
    source: &Source,
    cosigned: &'a [CosignedCheckpoint],
) -> Vec<&'a CosignedCheckpoint> {
    let of_source = || cosigned.iter().filter(|it| it.source == *source);
    let newest = of_source().filter_map(|it| it.checkpoint.epoch()).max();
    let mut current: Vec<_> = of_source()
        .filter(|it| it.checkpoint.epoch() == newest)
        .collect();
    current.sort_by_key(|it| it.checkpoint.head().size);
    current
}

/// The first cosigned checkpoint that a log does not fit: its past was rewritten, or it was cut.
pub fn first_contradicting<'a>(
    log: &LogReader,
    current: &[&'a CosignedCheckpoint],
) -> Result<Option<&'a CosignedCheckpoint>, ReadError> {
    let heads: Vec<_> = current.iter().map(|it| it.checkpoint.head()).collect();
    let found = log.first_contradicting(&heads)?;
    let first = |head| current.iter().find(|it| it.checkpoint.head() == head);
    Ok(found.and_then(first).copied())
}

/// Whether what a service said of its log, asked for the size of a cosigned checkpoint, shows that the log continues the
/// checkpoint.
pub fn continues(cosigned: &CosignedCheckpoint, answer: &LogRoot) -> bool {
    let old = cosigned.checkpoint.head();
    let (Some(root), Some(proof)) = (parse_hash(&answer.root), parse_proof(&answer.proof)) else {
        return false;
    };
    old.size <= answer.count
        && verify_consistency((old.size, old.root), (answer.count, root), &proof)
}
