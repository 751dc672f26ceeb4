//! A slot of a slab: the wrapped key of one case, or the mark that it was erased.
//!
//! ```text
//! 0   CRC-32 of what follows, little-endian
//! 4   1: a key, 2: erased
//! 6   bytes of the wrapped key, little-endian
//! 8   the case
//! 24  the wrapped key, then zeros
//! ```
//!
//! A slot of zeros is free.

use crate::keyring::cipher::{KEY, SEALING};

/// Bytes of a slot: a divisor of a disk's sector, so that no slot lies in two of them.
pub(super) const SLOT: usize = 256;

const KIND: usize = 4;
const LENGTH: usize = 6;
const CASE: usize = 8;
const CONTENT: usize = 24;

/// What a slot is; persisted.
const KEY_OF_CASE: u8 = 1;
const ERASED: u8 = 2;

/// There is room for a key pair, both halves wrapped apart from each other.
const _: () = assert!(2 * (KEY + SEALING + 12) <= SLOT - CONTENT);

/// A case as a slot names it.
pub(super) type CaseBytes = [u8; 16];

pub(super) type SlotBytes = [u8; SLOT];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slot {
    /// Nothing was written here.
    Free,
    /// A case's key, wrapped.
    Key { case: CaseBytes, wrapped: Vec<u8> },
    /// A case whose key was destroyed.
    Erased { case: CaseBytes },
    /// What was written is not there whole: a power cut came in between, or the disk lost it.
    Damaged { case: CaseBytes },
    /// It is whole, and of a kind that this version does not know.
    Newer,
}

impl Slot {
    pub(super) fn read(bytes: &SlotBytes) -> Self {
        if bytes.iter().all(|byte| *byte == 0) {
            return Self::Free;
        }
        let mut case = CaseBytes::default();
        case.copy_from_slice(&bytes[CASE..CONTENT]);
        if bytes[..KIND] != checksum(bytes) {
            return Self::Damaged { case };
        }
        let length = usize::from(u16::from_le_bytes([bytes[LENGTH], bytes[LENGTH + 1]]));
        let content = bytes.get(CONTENT..CONTENT + length);
        match (bytes[KIND], content) {
            (KEY_OF_CASE, Some(wrapped)) => Self::Key {
                case,
                wrapped: wrapped.to_vec(),
            },
            (ERASED, Some([])) => Self::Erased { case },
            _ => Self::Newer,
        }
    }

    /// The case that it belongs to, as far as that can be read.
    pub(super) fn case(&self) -> Option<CaseBytes> {
        match self {
            Self::Key { case, .. } | Self::Erased { case } | Self::Damaged { case } => Some(*case),
            Self::Free | Self::Newer => None,
        }
    }
}

pub(super) fn key(case: CaseBytes, wrapped: &[u8]) -> SlotBytes {
    encode(KEY_OF_CASE, case, wrapped)
}

/// The slot of a case whose key was destroyed. It holds nothing of the key.
pub(super) fn erased(case: CaseBytes) -> SlotBytes {
    encode(ERASED, case, &[])
}

fn encode(kind: u8, case: CaseBytes, content: &[u8]) -> SlotBytes {
    let mut bytes = [0; SLOT];
    bytes[KIND] = kind;
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    bytes[LENGTH..CASE].copy_from_slice(&length.to_le_bytes());
    bytes[CASE..CONTENT].copy_from_slice(&case);
    for (to, from) in bytes[CONTENT..].iter_mut().zip(content) {
        *to = *from;
    }
    let checksum = checksum(&bytes);
    bytes[..KIND].copy_from_slice(&checksum);
    bytes
}

fn checksum(bytes: &SlotBytes) -> [u8; KIND] {
    crc32fast::hash(&bytes[KIND..]).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_slot_reads_as_it_was_written(case: CaseBytes, wrapped in prop::collection::vec(any::<u8>(), 0..=232)) {
            let read = Slot::read(&key(case, &wrapped));
            prop_assert_eq!(read, Slot::Key { case, wrapped });
            prop_assert_eq!(Slot::read(&erased(case)), Slot::Erased { case });
        }

        #[test]
        fn what_is_altered_anywhere_is_damaged(case: CaseBytes, place in 0..SLOT, bit in 0..8) {
            let mut bytes = key(case, &[7; 84]);
            bytes[place] ^= 1_u8 << bit;
            let is_damaged = matches!(Slot::read(&bytes), Slot::Damaged { .. });
            prop_assert!(is_damaged);
        }
    }

    #[test]
    fn zeros_are_free_and_what_is_new_is_known_as_such() {
        assert_eq!(Slot::read(&[0; SLOT]), Slot::Free);
        assert_eq!(Slot::read(&encode(3, [1; 16], b"pair")), Slot::Newer);
        assert_eq!(Slot::read(&encode(ERASED, [1; 16], b"key")), Slot::Newer);
    }
}
