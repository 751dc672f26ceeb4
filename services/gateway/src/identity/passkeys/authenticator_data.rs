//! What a device says of a ceremony (WebAuthn, section 6.1): the site, what its user did, how often it has signed, and the
//! key that it made.

use ciborium::{Value, de::from_reader_with_recursion_limit};

use super::{CredentialId, PasskeyError, PublicKey, UserVerification, relying_party::RelyingParty};

/// Levels of CBOR in each other.
const DEPTH: usize = 16;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const HAS_CREDENTIAL: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;

#[derive(Debug)]
pub(super) struct AuthenticatorData<'a> {
    party: &'a [u8],
    flags: u8,
    pub(super) counter: u32,
    pub(super) credential: Option<AttestedCredential>,
}

/// A passkey that a device has just made.
#[derive(Debug)]
pub(super) struct AttestedCredential {
    pub(super) id: CredentialId,
    pub(super) key: PublicKey,
}

impl<'a> AuthenticatorData<'a> {
    /// # Errors
    /// If it is cut, longer than it says, or has a key or id that is not accepted.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, PasskeyError> {
        const CUT: PasskeyError = PasskeyError::Unreadable;
        let (party, rest) = bytes.split_at_checked(32).ok_or(CUT)?;
        let (flags, rest) = rest.split_first().ok_or(CUT)?;
        let (counter, mut rest) = rest.split_first_chunk::<4>().ok_or(CUT)?;
        let credential = if flags & HAS_CREDENTIAL == 0 {
            None
        } else {
            Some(credential(&mut rest)?)
        };
        if flags & HAS_EXTENSIONS != 0 && !item(&mut rest)?.is_map() {
            return Err(CUT);
        }
        if !rest.is_empty() {
            return Err(CUT);
        }
        Ok(Self {
            party,
            flags: *flags,
            counter: u32::from_be_bytes(*counter),
            credential,
        })
    }

    /// Checks the site, that the user was there, and whether the device verified who it was.
    pub(super) fn check(
        &self,
        party: &RelyingParty,
        verification: UserVerification,
    ) -> Result<(), PasskeyError> {
        if self.party != party.hash() {
            return Err(PasskeyError::OtherParty);
        }
        if self.flags & USER_PRESENT == 0 {
            return Err(PasskeyError::UserPresence);
        }
        if verification == UserVerification::Required && !self.is_user_verified() {
            return Err(PasskeyError::UserVerification);
        }
        Ok(())
    }

    pub(super) fn is_user_verified(&self) -> bool {
        self.flags & USER_VERIFIED != 0
    }
}

/// Reads one item of CBOR, and leaves what follows it.
pub(super) fn item(bytes: &mut &[u8]) -> Result<Value, PasskeyError> {
    from_reader_with_recursion_limit(bytes, DEPTH).map_err(|_| PasskeyError::Unreadable)
}

fn credential(bytes: &mut &[u8]) -> Result<AttestedCredential, PasskeyError> {
    const CUT: PasskeyError = PasskeyError::Unreadable;
    let (_model, rest) = bytes.split_at_checked(16).ok_or(CUT)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(CUT)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (id, rest) = rest.split_at_checked(length).ok_or(CUT)?;
    let id = CredentialId::new(id.to_vec())?;
    let mut after_key = rest;
    item(&mut after_key)?;
    let key = &rest[..rest.len() - after_key.len()];
    *bytes = after_key;
    Ok(AttestedCredential {
        id,
        key: PublicKey::parse(key)?,
    })
}
