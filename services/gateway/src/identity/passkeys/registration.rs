//! A passkey that a device has made (WebAuthn, section 7.1).

use serde::Deserialize;

use super::{
    CredentialId, Expected, PasskeyError, PublicKey, UserVerification,
    authenticator_data::{AuthenticatorData, item},
    client_data::{self, Ceremony},
    decode, parse,
};

/// What a browser answers when it was asked to make a passkey.
#[derive(Debug, Clone)]
pub(crate) struct RegistrationAnswer {
    client_data: Vec<u8>,
    attestation: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MadePasskey {
    pub(crate) credential: CredentialId,
    pub(crate) key: PublicKey,
    pub(crate) counter: u32,
    /// Required from now on, if the device verified its user when it made the key.
    pub(crate) verification: UserVerification,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
}

impl RegistrationAnswer {
    /// Parses what the page's script sends.
    ///
    /// # Errors
    /// If it is none, or too long.
    pub(crate) fn parse(sent: &str) -> Result<Self, PasskeyError> {
        let sent: Sent = parse(sent)?;
        Ok(Self {
            client_data: decode(&sent.client_data)?,
            attestation: decode(&sent.attestation_object)?,
        })
    }

    /// The challenge that it says it is for.
    ///
    /// # Errors
    /// If it says none.
    pub(crate) fn challenge(&self) -> Result<Vec<u8>, PasskeyError> {
        client_data::challenge(&self.client_data)
    }

    /// # Errors
    /// What does not fit.
    pub(crate) fn verify(&self, expected: Expected<'_>) -> Result<MadePasskey, PasskeyError> {
        client_data::check(&self.client_data, Ceremony::Create, expected)?;
        let data = unattested(&self.attestation)?;
        let data = AuthenticatorData::parse(&data)?;
        data.check(expected.party, UserVerification::Preferred)?;
        let verification = if data.is_user_verified() {
            UserVerification::Required
        } else {
            UserVerification::Preferred
        };
        let counter = data.counter;
        let made = data.credential.ok_or(PasskeyError::Unreadable)?;
        Ok(MadePasskey {
            credential: made.id,
            key: made.key,
            counter,
            verification,
        })
    }
}

/// The authenticator's data in an attestation object of the format `none`.
fn unattested(mut bytes: &[u8]) -> Result<Vec<u8>, PasskeyError> {
    let object = item(&mut bytes)?;
    let object = object.into_map().map_err(|_| PasskeyError::Unreadable)?;
    if !bytes.is_empty() {
        return Err(PasskeyError::Unreadable);
    }
    let find = |name: &str| {
        let mut entries = object.iter();
        let found = entries.find(|(key, _)| key.as_text() == Some(name));
        found
            .map(|(_, value)| value)
            .ok_or(PasskeyError::Unreadable)
    };
    let is_empty = find("attStmt")?.as_map().is_some_and(Vec::is_empty);
    if find("fmt")?.as_text() != Some("none") || !is_empty {
        return Err(PasskeyError::Attestation);
    }
    let data = find("authData")?.as_bytes();
    data.cloned().ok_or(PasskeyError::Unreadable)
}
