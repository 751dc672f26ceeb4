//! The keys of checkpoints, as text in the form that Go's sumdb and C2SP use.
//!
//! `signed_note` (Cloudflare's port of Go's `x/mod/sumdb/note`, BSD-3-Clause) parses and writes them,
//! signs and verifies. Randomness is the owner's: a key is made from a seed that it brings.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64;
use signed_note::{StandardSigner, StandardVerifier, Verifier};
use thiserror::Error;

/// Number of the Ed25519 signature type. Part of key texts and key ids.
const ED25519: u8 = 1;

/// A text that is no key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Not `PRIVATE+KEY+<name>+<id>+<base64>`.
    #[error("this is no signing key; it should read PRIVATE+KEY+<name>+<id>+<base64>")]
    Signing,
    /// Not `<name>+<id>+<base64>`.
    #[error("this is no public key; it should read <name>+<id>+<base64>")]
    Verifying,
    /// An empty name, or one with a space or a plus.
    #[error("{name:?} cannot be the name of a key; use no spaces and no plus")]
    Name {
        /// The name.
        name: String,
    },
}

/// Signs checkpoints. Its text is enough to sign: keep it secret.
#[derive(Clone)]
pub struct SigningKey {
    text: String,
    public: VerifyingKey,
    pub(super) signer: StandardSigner,
}

impl SigningKey {
    /// The key that belongs to a secret seed of 32 random bytes.
    ///
    /// The name says whose log it is, best like a URL without a scheme: `example.org/orders`.
    ///
    /// # Errors
    /// [`KeyError::Name`] if a note cannot hold the name.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<SigningKey, KeyError> {
        let bad_name = || KeyError::Name {
            name: name.to_owned(),
        };
        if !signed_note::is_key_name_valid(name) || name.chars().any(char::is_control) {
            return Err(bad_name());
        }
        let public = ed25519_dalek::SigningKey::from_bytes(seed).verifying_key();
        let id = signed_note::key_id(name, &typed(public.as_bytes()));
        let secret = BASE64.encode(&typed(seed));
        format!("PRIVATE+KEY+{name}+{id:08x}+{secret}").parse()
    }

    /// The secret text of the key, to be kept in a file that only its owner can read.
    #[must_use]
    pub fn to_secret_text(&self) -> String {
        self.text.clone()
    }

    /// The public key.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }
}

impl FromStr for SigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<SigningKey, KeyError> {
        let text = text.trim();
        let signer = StandardSigner::new(text).map_err(|_| KeyError::Signing)?;
        // Base64 has a plus of its own: only the first ones separate.
        let mut parts = text.splitn(5, '+').skip(2);
        let (Some(name), Some(_), Some(secret)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Signing);
        };
        let secret = BASE64.decode(secret.as_bytes());
        let secret = secret.map_err(|_| KeyError::Signing)?;
        let seed: &[u8; 32] = secret
            .split_first()
            .and_then(|(_, seed)| seed.try_into().ok())
            .ok_or(KeyError::Signing)?;
        let public = ed25519_dalek::SigningKey::from_bytes(seed).verifying_key();
        let public = signed_note::new_ed25519_verifier_key(name, &public);
        Ok(SigningKey {
            text: text.to_owned(),
            public: public.parse()?,
            signer,
        })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({})", self.public)
    }
}

/// Verifies checkpoints. Its text is public.
#[derive(Clone)]
pub struct VerifyingKey {
    text: String,
    pub(super) verifier: StandardVerifier,
}

impl VerifyingKey {
    /// Whose key it is.
    #[must_use]
    pub fn name(&self) -> &str {
        self.verifier.name()
    }
}

impl FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<VerifyingKey, KeyError> {
        let text = text.trim();
        Ok(VerifyingKey {
            verifier: StandardVerifier::new(text).map_err(|_| KeyError::Verifying)?,
            text: text.to_owned(),
        })
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "VerifyingKey({self})")
    }
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &VerifyingKey) -> bool {
        self.text == other.text
    }
}

impl Eq for VerifyingKey {}

fn typed(key: &[u8; 32]) -> [u8; 33] {
    let mut typed = [ED25519; 33];
    typed[1..].copy_from_slice(key);
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_from_its_text_and_hides_it() {
        for seed in 0..=255 {
            let key = SigningKey::from_seed("example.org/log", &[seed; 32]).unwrap();
            let again: SigningKey = key.to_secret_text().parse().unwrap();
            assert_eq!(again.verifying_key(), key.verifying_key());
            let public: VerifyingKey = key.verifying_key().to_string().parse().unwrap();
            assert_eq!(&public, key.verifying_key());
        }
        let key = SigningKey::from_seed("example.org/log", &[7; 32]).unwrap();
        assert_eq!(key.verifying_key().name(), "example.org/log");
        let secret = key.to_secret_text();
        let secret = secret.rsplit('+').next().unwrap();
        assert!(!format!("{key:?}").contains(secret));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for name in ["", "a b", "a+b", "a\nb"] {
            assert!(SigningKey::from_seed(name, &[7; 32]).is_err(), "{name:?}");
        }
        let key = SigningKey::from_seed("example.org/log", &[7; 32]).unwrap();
        let other = key.to_secret_text().replace("log+", "lag+");
        assert_eq!(other.parse::<SigningKey>().unwrap_err(), KeyError::Signing);
        let public = key.verifying_key().to_string();
        assert!(public.parse::<VerifyingKey>().is_ok());
        assert!(public[1..].parse::<VerifyingKey>().is_err());
        assert!(key.to_secret_text().parse::<VerifyingKey>().is_err());
    }
}
