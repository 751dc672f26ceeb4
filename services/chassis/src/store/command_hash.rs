//! Hashes of commands whose text is sealed. A plain hash of a command would let a reader of the log try texts, also after
//! the case was erased; so it is keyed with what only this service has.

use std::path::Path;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use onestop_eventlog::SigningKey;
use onestop_proto::envelope::Source;
use sha2::Sha256;

use super::keys;

/// What the key is derived for. Persisted.
const PURPOSE: &[u8] = b"onestop command hash v1";
/// Between the name of the key and the hash.
const SEPARATOR: char = '.';
/// Bytes of the name of a key.
const NAME: usize = 4;

/// The key of the hashes, derived from the one that signs the log: a standby has it too.
#[derive(Clone)]
pub(crate) struct CommandHashKey {
    key: [u8; 32],
    name: String,
}

impl CommandHashKey {
    /// The key of a service, by its folder.
    ///
    /// # Errors
    /// If the key that signs cannot be read or made.
    pub(crate) fn read(folder: &Path, own: &Source) -> anyhow::Result<Self> {
        Ok(Self::of(&keys::signing_key(folder, &keys::key_name(own))?))
    }

    fn of(signer: &SigningKey) -> Self {
        let key = mac(signer.to_secret_text().as_bytes(), PURPOSE);
        let mut name = HEXLOWER.encode(&mac(&key, b"name"));
        name.truncate(2 * NAME);
        Self { key, name }
    }

    /// The hash of a command, keyed, with the name of the key before it.
    pub(super) fn hash(&self, plain: &str) -> String {
        let hash = HEXLOWER.encode(&mac(&self.key, plain.as_bytes()));
        format!("{}{SEPARATOR}{hash}", self.name)
    }
}

/// Whether two hashes may be of one command. Hashes with different keys cannot be compared: then the log was restored to a
/// machine that signs with another key, and the command's own key is all there is to go by.
pub(super) fn may_be_same(one: &str, other: &str) -> bool {
    match (one.split_once(SEPARATOR), other.split_once(SEPARATOR)) {
        (Some((key, hash)), Some((other_key, other_hash))) => {
            key != other_key || hash == other_hash
        }
        (None, _) | (_, None) => one == other,
    }
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("HMAC takes a key of any length")
    };
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> CommandHashKey {
        CommandHashKey::of(&SigningKey::from_seed("example.org/log", &[seed; 32]).unwrap())
    }

    #[test]
    fn hashes_with_one_key_are_compared_and_say_nothing_without_it() {
        let (one, again) = (key(1).hash("ab12"), key(1).hash("ab12"));
        assert!(may_be_same(&one, &again));
        assert!(!may_be_same(&one, &key(1).hash("ab13")));
        assert!(!one.contains("ab12"));
        assert!(may_be_same(&one, &key(2).hash("ab13")));
        assert!(!may_be_same(&one, "ab12"));
        assert!(may_be_same("ab12", "ab12"));
    }
}
