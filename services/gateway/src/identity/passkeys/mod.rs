//! Passkeys (通行密钥; WebAuthn level 2) as a second factor: what a browser answers, checked without clock, database or
//! network. [`Challenges`](challenges::Challenges) alone keeps state: what was asked of which browser.
//!
//! A key is taken without a proof of the device's maker (attestation `none`). Signatures are ES256, EdDSA or RS256.

pub(crate) mod assertion;
mod authenticator_data;
pub(crate) mod challenges;
mod client_data;
pub(crate) mod options;
mod public_key;
pub(crate) mod registration;
pub(crate) mod relying_party;
#[cfg(test)]
pub(crate) mod tests;

use data_encoding::BASE64URL_NOPAD;
use thiserror::Error;

pub(crate) use public_key::PublicKey;

use relying_party::RelyingParty;

/// An answer of a browser with more characters is not read.
const LONGEST_ANSWER: usize = 32 * 1024;

/// Why an answer of a browser is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum PasskeyError {
    #[error("the answer is not of the form of WebAuthn")]
    Unreadable,
    #[error("the answer is of another ceremony")]
    Ceremony,
    #[error("the challenge is another one")]
    Challenge,
    #[error("the answer comes from another origin")]
    Origin,
    #[error("the answer comes from a frame of another site")]
    CrossOrigin,
    #[error("the passkey is of another site")]
    OtherParty,
    #[error("the device did not ask for a touch")]
    UserPresence,
    #[error("the device did not verify its user")]
    UserVerification,
    #[error("the device's maker vouches for the key, which was not asked for")]
    Attestation,
    #[error("the key is of an algorithm that was not offered")]
    Algorithm,
    #[error("the key is damaged")]
    Key,
    #[error("the credential's id is too short or too long")]
    CredentialId,
    #[error("the passkey is of another account")]
    OtherUser,
    #[error("the signature does not fit")]
    Signature,
    /// The signature fits, and the counter went back: there are two of this key.
    #[error("the counter did not go on: the passkey was copied")]
    Copied,
}

/// 32 random bytes that a browser has signed by its device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Challenge(pub(crate) [u8; 32]);

/// The id that a device gave to a passkey: at least 16 random bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CredentialId(Vec<u8>);

impl CredentialId {
    const SHORTEST: usize = 16;
    const LONGEST: usize = 1023;

    /// # Errors
    /// If it is too short or too long.
    pub(crate) fn new(bytes: Vec<u8>) -> Result<Self, PasskeyError> {
        if (Self::SHORTEST..=Self::LONGEST).contains(&bytes.len()) {
            Ok(Self(bytes))
        } else {
            Err(PasskeyError::CredentialId)
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Whether the device must verify its user, by a PIN, a finger or a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserVerification {
    Required,
    /// The device does it if it can.
    Preferred,
}

/// What an answer of a browser is checked against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) party: &'a RelyingParty,
    pub(crate) challenge: &'a Challenge,
}

/// Decodes a field of an answer.
fn decode(text: &str) -> Result<Vec<u8>, PasskeyError> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes());
    bytes.map_err(|_| PasskeyError::Unreadable)
}

/// Parses the JSON that the page's script makes of a browser's answer.
fn parse<T: serde::de::DeserializeOwned>(sent: &str) -> Result<T, PasskeyError> {
    if sent.len() > LONGEST_ANSWER {
        return Err(PasskeyError::Unreadable);
    }
    serde_json::from_str(sent).map_err(|_| PasskeyError::Unreadable)
}
