//! Whether a checkpoint may be cosigned: it continues the one that was cosigned last, and what the journal has heard.
//! Pure.

use onestop_chassis::keys;
use onestop_eventlog::{Checkpoint, Hash, TreeHead, VerifyingKey, verify_consistency};
use onestop_proto::{
    comparison::{LogRoot, NotCosigned},
    envelope::Source,
};

use super::file::CosignedCheckpoint;
use crate::domain::hash_text::parse_hash;

/// What the journal knows of a log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) source: &'a Source,
    pub(crate) last: Option<&'a CosignedCheckpoint>,
    /// What it holds of the log's events; nothing of its own log, which holds no copies of itself.
    pub(crate) held: Option<TreeHead>,
}

/// A checkpoint that a source has signed, with the proofs that it continues what is known.
#[derive(Debug)]
pub(crate) struct Offered {
    pub(crate) checkpoint: Checkpoint,
    pub(crate) key: VerifyingKey,
    pub(super) from_held: Vec<Hash>,
    pub(super) from_cosigned: Vec<Hash>,
}

impl Offered {
    /// A checkpoint that another node's journal has cosigned, with the proof that it continues the one before.
    pub(crate) fn forwarded(
        checkpoint: Checkpoint,
        key: VerifyingKey,
        from_cosigned: Vec<Hash>,
    ) -> Self {
        Self {
            checkpoint,
            key,
            from_held: Vec::new(),
            from_cosigned,
        }
    }

    /// Reads a source's answer.
    ///
    /// # Errors
    /// [`NotCosigned::NotSigned`] if there is no checkpoint in it.
    pub(super) fn parse(answer: &LogRoot) -> Result<Self, NotCosigned> {
        let read = || {
            let signed = answer.signed.as_ref()?;
            Some(Self {
                checkpoint: Checkpoint::parse(&signed.note).ok()?,
                key: signed.key.parse().ok()?,
                from_held: parse_proof(&answer.proof)?,
                from_cosigned: parse_proof(&signed.proof)?,
            })
        };
        read().ok_or(NotCosigned::NotSigned {})
    }
}

/// Checks that a checkpoint may be cosigned. A new incarnation of a log, as after a restore, need not continue what was
/// cosigned of the one before, but what was heard: until an operator follows it, that is the history of before.
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn check(known: &Known<'_>, offered: &Offered) -> Result<(), NotCosigned> {
    let (checkpoint, key) = (&offered.checkpoint, &offered.key);
    if key.name() != keys::key_name(known.source) || checkpoint.verify(key).is_err() {
        return Err(NotCosigned::NotSigned {});
    }
    if let Some(last) = known.last {
        match checkpoint.epoch().cmp(&last.checkpoint.epoch()) {
            std::cmp::Ordering::Less => {
                let size = last.checkpoint.head().size;
                return Err(NotCosigned::OtherPast { size });
            }
            std::cmp::Ordering::Equal if *key != last.key => return Err(NotCosigned::OtherKey {}),
            std::cmp::Ordering::Equal => {
                let last = last.checkpoint.head();
                check_continues(last, checkpoint.head(), &offered.from_cosigned)?;
            }
            std::cmp::Ordering::Greater => {}
        }
    }
    match known.held {
        Some(held) => check_continues(held, checkpoint.head(), &offered.from_held),
        None => Ok(()),
    }
}

fn check_continues(old: TreeHead, new: TreeHead, proof: &[Hash]) -> Result<(), NotCosigned> {
    let size = old.size;
    if new.size < size {
        Err(NotCosigned::Shorter { size })
    } else if verify_consistency((size, old.root), (new.size, new.root), proof) {
        Ok(())
    } else {
        Err(NotCosigned::OtherPast { size })
    }
}

/// A proof from its text; nothing if a hash is none.
pub(crate) fn parse_proof(proof: &[String]) -> Option<Vec<Hash>> {
    proof.iter().map(|hash| parse_hash(hash)).collect()
}
