//! Checkpoints: a C2SP signed note says how long the log is and what its Merkle root is.
//!
//! Notes are kept as a history of files. A holder of one can be convinced later that
//! the log only grew, and that a record was in it; a log that contradicts one is not opened.

mod audit;
mod cosignature;
mod history;
mod key;
mod prover;
mod signer;

use signed_note::{Note, VerifierList};
use uuid::Uuid;

pub(crate) use self::audit::Audit;
pub use self::cosignature::{CosignerKey, CosigningKey};
pub(crate) use self::history::History;
pub use self::key::{KeyError, SigningKey, VerifyingKey};
pub(crate) use self::prover::Prover;
pub(crate) use self::signer::Signer;
use crate::error::CheckpointError;
use crate::hash::Hash;
use crate::merkle::TreeHead;

/// A checkpoint: a promise about everything before `size`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    head: TreeHead,
    note: String,
}

impl Checkpoint {
    /// Signs a tree head of the log with this epoch.
    pub(crate) fn sign(
        key: &SigningKey,
        epoch: Uuid,
        head: TreeHead,
    ) -> Result<Checkpoint, CheckpointError> {
        let origin = origin(key.verifying_key().name(), epoch);
        let root = tlog_tiles::Hash(*head.root.as_bytes());
        let text = tlog_tiles::Checkpoint::new(&origin, head.size, root, "")
            .map_err(|_| CheckpointError::Malformed)?;
        let mut note = Note::new(&text.to_bytes(), &[]).map_err(|_| CheckpointError::Malformed)?;
        note.add_sigs(&[&key.signer])
            .map_err(|_| CheckpointError::Malformed)?;
        let note = String::from_utf8(note.to_bytes()).map_err(|_| CheckpointError::Malformed)?;
        Ok(Checkpoint { origin, head, note })
    }

    /// Reads a signed note. Says nothing about the signature: see [`Checkpoint::verify`].
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`].
    pub fn parse(note: &str) -> Result<Checkpoint, CheckpointError> {
        let malformed = || CheckpointError::Malformed;
        let parsed = Note::from_bytes(note.as_bytes()).map_err(|_| malformed())?;
        let text = tlog_tiles::Checkpoint::from_bytes(parsed.text()).map_err(|_| malformed())?;
        Ok(Checkpoint {
            origin: text.origin().to_owned(),
            head: TreeHead {
                size: text.size(),
                root: Hash::from_bytes(text.hash().0),
            },
            note: note.to_owned(),
        })
    }

    /// Checks that the key signed it, and that it is about a log of that key.
    ///
    /// # Errors
    /// [`CheckpointError::Unsigned`] or [`CheckpointError::Foreign`].
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), CheckpointError> {
        let unsigned = || CheckpointError::Unsigned {
            key: key.to_string(),
        };
        let known = VerifierList::new(vec![Box::new(key.verifier.clone())]);
        let note = Note::from_bytes(self.note.as_bytes()).map_err(|_| unsigned())?;
        note.verify(&known).map_err(|_| unsigned())?;
        let prefix = format!("{}/", key.name());
        if self.epoch().is_none() || !self.origin.starts_with(&prefix) {
            return Err(CheckpointError::Foreign {
                found: self.origin.clone(),
                expected: prefix,
            });
        }
        Ok(())
    }

    /// The checkpoint with one more line of signature, as another party has sent it. Says nothing about that signature.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`] if it is no such line.
    pub fn with_signature(&self, line: &str) -> Result<Checkpoint, CheckpointError> {
        Checkpoint::parse(&format!("{}{}\n", self.note, line.trim_end()))
    }

    /// Which log it is about: the key's name, a slash, the epoch.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The epoch at the end of the origin.
    #[must_use]
    pub fn epoch(&self) -> Option<Uuid> {
        self.origin.rsplit_once('/')?.1.parse().ok()
    }

    /// Size and root.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.head
    }

    /// The signed note, as in its file.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }
}

/// A restored log has a new epoch and with it a new origin: it is another log to all that hold
/// checkpoints of the old one.
fn origin(key_name: &str, epoch: Uuid) -> String {
    format!("{key_name}/{epoch}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: TreeHead = TreeHead {
        size: 3,
        root: Hash::ZERO,
    };

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed("example.org/log", &[seed; 32]).unwrap()
    }

    #[test]
    fn a_checkpoint_is_a_note_with_three_lines_and_a_signature() {
        let checkpoint = Checkpoint::sign(&key(1), Uuid::from_u128(5), HEAD).unwrap();
        let lines: Vec<_> = checkpoint.note().lines().collect();
        assert_eq!(
            lines[0],
            "example.org/log/00000000-0000-0000-0000-000000000005"
        );
        assert_eq!(lines[1], "3");
        assert_eq!(lines[2], "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        assert_eq!(lines[3], "");
        assert!(
            lines[4].starts_with("\u{2014} example.org/log "),
            "{lines:?}"
        );
        assert_eq!(lines.len(), 5);
        assert_eq!(Checkpoint::parse(checkpoint.note()).unwrap(), checkpoint);
        assert_eq!(checkpoint.epoch(), Some(Uuid::from_u128(5)));
        checkpoint.verify(key(1).verifying_key()).unwrap();
    }

    #[test]
    fn every_changed_byte_of_a_note_is_noticed() {
        let checkpoint = Checkpoint::sign(&key(1), Uuid::from_u128(5), HEAD).unwrap();
        for at in 0..checkpoint.note().len() {
            let mut bytes = checkpoint.note().as_bytes().to_vec();
            bytes[at] ^= 1;
            let Ok(note) = String::from_utf8(bytes) else {
                continue;
            };
            let verified =
                Checkpoint::parse(&note).and_then(|it| it.verify(key(1).verifying_key()));
            assert!(verified.is_err(), "byte {at} of {note}");
        }
    }

    #[test]
    fn another_key_and_another_log_are_refused() {
        let checkpoint = Checkpoint::sign(&key(1), Uuid::from_u128(5), HEAD).unwrap();
        assert!(matches!(
            checkpoint.verify(key(2).verifying_key()),
            Err(CheckpointError::Unsigned { .. })
        ));
    }
}
