//! Cosignatures ([c2sp.org/tlog-cosignature](https://c2sp.org/tlog-cosignature)): a second party signs the text of a
//! checkpoint with the time at which it saw that the log continues the checkpoint before.
//!
//! `signed_note` carries and checks the line; of this kind of key and of what is signed it knows nothing.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64;
use ed25519_dalek::Signer as _;
use signed_note::{Note, Signature, Verifier, VerifierList};

use super::{Checkpoint, KeyError};
use crate::error::CheckpointError;

/// Number of the signature type "timestamped Ed25519 cosignature". Part of key texts and key ids.
const COSIGNATURE: u8 = 4;
/// Bytes of the time before the signature.
const TIME_BYTES: usize = 8;

/// Signs that a checkpoint continues the one before. Its text is enough to sign: keep it secret.
#[derive(Clone)]
pub struct CosigningKey {
    secret: ed25519_dalek::SigningKey,
    public: CosignerKey,
}

impl CosigningKey {
    /// The key that belongs to a secret seed of 32 random bytes. Use no seed that signs anything else.
    ///
    /// # Errors
    /// [`KeyError::Name`] if a note cannot hold the name.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<CosigningKey, KeyError> {
        if !signed_note::is_key_name_valid(name) || name.chars().any(char::is_control) {
            return Err(KeyError::Name {
                name: name.to_owned(),
            });
        }
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = CosignerKey::new(name, secret.verifying_key());
        Ok(CosigningKey { secret, public })
    }

    /// The secret text of the key, to be kept in a file that only its owner can read.
    #[must_use]
    pub fn to_secret_text(&self) -> String {
        let CosignerKey { name, id, .. } = &self.public;
        let secret = BASE64.encode(&typed(self.secret.as_bytes()));
        format!("PRIVATE+KEY+{name}+{id:08x}+{secret}")
    }

    /// The public key.
    #[must_use]
    pub fn cosigner(&self) -> &CosignerKey {
        &self.public
    }

    /// The checkpoint with one more signature: that it was seen at `time` (seconds since 1970) to continue what this
    /// key has cosigned before. That it does is for the caller to check.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`] if the note takes no further signature.
    pub fn cosign(
        &self,
        checkpoint: &Checkpoint,
        time: u64,
    ) -> Result<Checkpoint, CheckpointError> {
        let malformed = |_| CheckpointError::Malformed;
        let note = Note::from_bytes(checkpoint.note.as_bytes()).map_err(malformed)?;
        let signature = self.secret.sign(&message(time, note.text())).to_bytes();
        let CosignerKey { name, id, .. } = &self.public;
        let bytes = [&time.to_be_bytes()[..], &signature].concat();
        let line = Signature::new(name.clone(), *id, bytes).map_err(malformed)?;
        let line = String::from_utf8(line.to_bytes()).map_err(|_| CheckpointError::Malformed)?;
        checkpoint.with_signature(&line)
    }
}

impl FromStr for CosigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<CosigningKey, KeyError> {
        let wrong = || KeyError::Signing;
        let rest = text.trim().strip_prefix("PRIVATE+KEY+").ok_or_else(wrong)?;
        let (name, id, seed) = parts(rest).ok_or_else(wrong)?;
        let key = CosigningKey::from_seed(name, &seed).map_err(|_| KeyError::Signing)?;
        if key.public.id == id {
            Ok(key)
        } else {
            Err(KeyError::Signing)
        }
    }
}

impl fmt::Debug for CosigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CosigningKey({})", self.public)
    }
}

/// Verifies cosignatures. Its text is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignerKey {
    name: String,
    id: u32,
    key: ed25519_dalek::VerifyingKey,
}

impl CosignerKey {
    fn new(name: &str, key: ed25519_dalek::VerifyingKey) -> CosignerKey {
        CosignerKey {
            name: name.to_owned(),
            id: signed_note::key_id(name, &typed(key.as_bytes())),
            key,
        }
    }

    /// When the key cosigned the checkpoint, in seconds since 1970.
    ///
    /// # Errors
    /// [`CheckpointError::Unsigned`] if it did not.
    pub fn verify(&self, checkpoint: &Checkpoint) -> Result<u64, CheckpointError> {
        let unsigned = || CheckpointError::Unsigned {
            key: self.to_string(),
        };
        let known = VerifierList::new(vec![Box::new(self.clone())]);
        let note = Note::from_bytes(checkpoint.note.as_bytes()).map_err(|_| unsigned())?;
        let (verified, _) = note.verify(&known).map_err(|_| unsigned())?;
        let line = verified.first().ok_or_else(unsigned)?;
        let (time, _) = split(line.signature()).ok_or_else(unsigned)?;
        Ok(time)
    }
}

impl Verifier for CosignerKey {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        let Some((time, signature)) = split(signature) else {
            return false;
        };
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        let message = message(time, text);
        self.key.verify_strict(&message, &signature).is_ok()
    }
}

impl FromStr for CosignerKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<CosignerKey, KeyError> {
        let wrong = || KeyError::Verifying;
        let (name, id, key) = parts(text.trim()).ok_or_else(wrong)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&key).map_err(|_| wrong())?;
        let key = CosignerKey::new(name, key);
        if key.id == id { Ok(key) } else { Err(wrong()) }
    }
}

impl fmt::Display for CosignerKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = BASE64.encode(&typed(self.key.as_bytes()));
        write!(formatter, "{}+{:08x}+{key}", self.name, self.id)
    }
}

/// What is signed: a line with the version, one with the time, and the text of the note.
fn message(time: u64, text: &[u8]) -> Vec<u8> {
    [format!("cosignature/v1\ntime {time}\n").as_bytes(), text].concat()
}

/// The time and the signature of a line's bytes.
fn split(bytes: &[u8]) -> Option<(u64, &[u8; 64])> {
    let (time, signature) = bytes.split_first_chunk::<TIME_BYTES>()?;
    Some((u64::from_be_bytes(*time), signature.try_into().ok()?))
}

/// `<name>+<id>+<base64>`: base64 has a plus of its own, only the first ones separate.
fn parts(text: &str) -> Option<(&str, u32, [u8; 32])> {
    let (name, rest) = text.split_once('+')?;
    let (id, key) = rest.split_once('+')?;
    let id = (id.len() == 8).then(|| u32::from_str_radix(id, 16).ok())??;
    let key = BASE64.decode(key.as_bytes()).ok()?;
    let (&COSIGNATURE, key) = key.split_first()? else {
        return None;
    };
    let is_name = signed_note::is_key_name_valid(name);
    is_name.then(|| Some((name, id, key.try_into().ok()?)))?
}

fn typed(key: &[u8; 32]) -> [u8; 33] {
    let mut typed = [COSIGNATURE; 33];
    typed[1..].copy_from_slice(key);
    typed
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::Verifier as _;
    use sha2::{Digest, Sha256};
    use uuid::Uuid;

    use super::*;
    use crate::checkpoint::SigningKey;
    use crate::hash::Hash;
    use crate::merkle::TreeHead;

    const TIME: u64 = 1_679_315_147;

    fn key() -> CosigningKey {
        CosigningKey::from_seed("example.org/witness", &[9; 32]).unwrap()
    }

    fn log_key() -> SigningKey {
        SigningKey::from_seed("example.org/log", &[1; 32]).unwrap()
    }

    fn checkpoint(size: u64) -> Checkpoint {
        let head = TreeHead {
            size,
            root: Hash::ZERO,
        };
        Checkpoint::sign(&log_key(), Uuid::from_u128(5), head).unwrap()
    }

    /// Byte for byte as the specification lays it out, put together here without the code above.
    #[test]
    fn a_cosignature_has_the_layout_of_the_specification() {
        let cosigned = key().cosign(&checkpoint(3), TIME).unwrap();
        let (text, _) = cosigned.note().split_once("\n\n").unwrap();
        let last = cosigned.note().lines().last().unwrap();
        let encoded = last.strip_prefix("\u{2014} example.org/witness ").unwrap();
        let bytes = BASE64.decode(encoded.as_bytes()).unwrap();
        assert_eq!(bytes.len(), 4 + 8 + 64);

        let public = ed25519_dalek::SigningKey::from_bytes(&[9; 32]).verifying_key();
        let id = Sha256::new()
            .chain_update("example.org/witness\n\u{4}")
            .chain_update(public.as_bytes())
            .finalize();
        assert_eq!(bytes[..4], id[..4]);
        assert_eq!(bytes[4..12], TIME.to_be_bytes());
        let signed = format!("cosignature/v1\ntime 1679315147\n{text}\n");
        let signature = ed25519_dalek::Signature::from_slice(&bytes[12..]).unwrap();
        public.verify(signed.as_bytes(), &signature).unwrap();
    }

    #[test]
    fn the_log_s_signature_and_the_cosignature_are_both_verified() {
        let cosigned = key().cosign(&checkpoint(3), TIME).unwrap();
        assert_eq!(key().cosigner().verify(&cosigned).unwrap(), TIME);
        cosigned.verify(log_key().verifying_key()).unwrap();
        assert!(key().cosigner().verify(&checkpoint(3)).is_err());
        let other = CosigningKey::from_seed("example.org/witness", &[8; 32]).unwrap();
        assert!(other.cosigner().verify(&cosigned).is_err());
    }

    #[test]
    fn every_changed_byte_of_a_cosigned_note_is_noticed() {
        let cosigned = key().cosign(&checkpoint(3), TIME).unwrap();
        for at in 0..cosigned.note().len() {
            let mut bytes = cosigned.note().as_bytes().to_vec();
            bytes[at] ^= 1;
            let Ok(note) = String::from_utf8(bytes) else {
                continue;
            };
            let verified = Checkpoint::parse(&note).and_then(|it| {
                it.verify(log_key().verifying_key())?;
                key().cosigner().verify(&it)
            });
            assert!(verified.is_err(), "byte {at} of {note}");
        }
    }

    #[test]
    fn keys_are_read_back_from_their_texts_and_no_other_kind_is() {
        for seed in 0..=255 {
            let key = CosigningKey::from_seed("example.org/w", &[seed; 32]).unwrap();
            let again: CosigningKey = key.to_secret_text().parse().unwrap();
            assert_eq!(again.cosigner(), key.cosigner());
            let public: CosignerKey = key.cosigner().to_string().parse().unwrap();
            assert_eq!(&public, key.cosigner());
        }
        let signing = log_key();
        assert!(signing.to_secret_text().parse::<CosigningKey>().is_err());
        let public = signing.verifying_key().to_string();
        assert!(public.parse::<CosignerKey>().is_err());
        assert!(CosigningKey::from_seed("a b", &[1; 32]).is_err());
    }
}
