//! A signature of a passkey at a sign-in, or before an act on the own account (WebAuthn, section 7.2).

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    CredentialId, Expected, PasskeyError, PublicKey, UserVerification,
    authenticator_data::AuthenticatorData,
    client_data::{self, Ceremony},
    decode, parse,
};

/// What a browser answers when it was asked to sign with a passkey.
#[derive(Debug, Clone)]
pub(crate) struct AssertionAnswer {
    credential: CredentialId,
    client_data: Vec<u8>,
    authenticator_data: Vec<u8>,
    signature: Vec<u8>,
    user: Option<Vec<u8>>,
}

/// A passkey that is stored, of the account that signs in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownPasskey<'a> {
    pub(crate) key: &'a PublicKey,
    pub(crate) counter: u32,
    pub(crate) verification: UserVerification,
    /// The account, as devices know it.
    pub(crate) user: &'a [u8],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    id: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

impl AssertionAnswer {
    /// Parses what the page's script sends.
    ///
    /// # Errors
    /// If it is none, or too long.
    pub(crate) fn parse(sent: &str) -> Result<Self, PasskeyError> {
        let sent: Sent = parse(sent)?;
        let user = sent.user_handle.filter(|user| !user.is_empty());
        Ok(Self {
            credential: CredentialId::new(decode(&sent.id)?)?,
            client_data: decode(&sent.client_data)?,
            authenticator_data: decode(&sent.authenticator_data)?,
            signature: decode(&sent.signature)?,
            user: user.map(|user| decode(&user)).transpose()?,
        })
    }

    /// The challenge that it says it is for.
    ///
    /// # Errors
    /// If it says none.
    pub(crate) fn challenge(&self) -> Result<Vec<u8>, PasskeyError> {
        client_data::challenge(&self.client_data)
    }

    pub(crate) fn credential(&self) -> &CredentialId {
        &self.credential
    }

    /// The counter to store. It is judged last: who has not the key does not make it look copied.
    pub(crate) fn verify(
        &self,
        known: KnownPasskey<'_>,
        expected: Expected<'_>,
    ) -> Result<u32, PasskeyError> {
        if self.user.as_ref().is_some_and(|user| user != known.user) {
            return Err(PasskeyError::OtherUser);
        }
        client_data::check(&self.client_data, Ceremony::Get, expected)?;
        let data = AuthenticatorData::parse(&self.authenticator_data)?;
        data.check(expected.party, known.verification)?;
        let hash = Sha256::digest(&self.client_data);
        let signed = [self.authenticator_data.as_slice(), &hash].concat();
        known.key.verify(&signed, &self.signature)?;
        // Some devices do not count: theirs stays 0.
        let counts = data.counter != 0 || known.counter != 0;
        if counts && data.counter <= known.counter {
            return Err(PasskeyError::Copied);
        }
        Ok(data.counter)
    }
}
