//! The file of a case's key: the key and the blind indexes of its persons, wrapped with the master key.

use chacha20poly1305::Key;
use onestop_proto::ids::CaseId;

use super::{blind_index::BlindIndex, cipher::KEY, error::UnwrapError, master::MasterKey};

/// What the file of a case holds.
#[derive(Debug, Clone)]
pub struct CaseKey {
    pub(super) key: Key,
    /// The blind indexes of the case's persons.
    pub blind_indexes: Vec<BlindIndex>,
    /// Whether the file holds the key unwrapped, as an earlier version wrote it.
    pub is_unwrapped: bool,
}

impl CaseKey {
    /// The bytes of the key, for tests that look for them where they must not be.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    pub(super) fn read(
        master: &MasterKey,
        case: CaseId,
        bytes: &[u8],
    ) -> Result<Self, UnwrapError> {
        let is_unwrapped = bytes.len() == KEY;
        let clear = if is_unwrapped {
            bytes.to_vec()
        } else {
            master.unwrap(case.uuid().as_bytes(), bytes)?
        };
        let (key, indexes) = clear.split_at_checked(KEY).ok_or(UnwrapError::Altered)?;
        Ok(Self {
            key: Key::try_from(key).map_err(|_| UnwrapError::Altered)?,
            blind_indexes: indexes
                .chunks_exact(8)
                .filter_map(BlindIndex::from_bytes)
                .collect(),
            is_unwrapped,
        })
    }
}

/// The content of the file, wrapped.
pub(super) fn wrap(
    master: &MasterKey,
    case: CaseId,
    key: &Key,
    blind_indexes: &[BlindIndex],
) -> Vec<u8> {
    let mut clear = key.to_vec();
    for index in blind_indexes {
        clear.extend(index.to_bytes());
    }
    master.wrap(case.uuid().as_bytes(), &clear)
}
