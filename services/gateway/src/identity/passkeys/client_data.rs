//! What a browser says of a ceremony: which one, for which challenge, on a page of which site. The device signs a hash of it.

use serde::Deserialize;

use super::{Expected, PasskeyError, decode};

/// What a browser was asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ceremony {
    Create,
    Get,
}

impl Ceremony {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "webauthn.create",
            Self::Get => "webauthn.get",
        }
    }
}

/// Browsers may add fields.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    ceremony: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

fn parse(json: &[u8]) -> Result<ClientData, PasskeyError> {
    serde_json::from_slice(json).map_err(|_| PasskeyError::Unreadable)
}

/// The challenge that an answer is for, before it is checked.
pub(super) fn challenge(json: &[u8]) -> Result<Vec<u8>, PasskeyError> {
    decode(&parse(json)?.challenge)
}

/// Checks what the browser says.
pub(super) fn check(
    json: &[u8],
    ceremony: Ceremony,
    expected: Expected<'_>,
) -> Result<(), PasskeyError> {
    let said = parse(json)?;
    if said.ceremony != ceremony.as_str() {
        return Err(PasskeyError::Ceremony);
    }
    if decode(&said.challenge)? != expected.challenge.0 {
        return Err(PasskeyError::Challenge);
    }
    if said.origin != expected.party.origin() {
        return Err(PasskeyError::Origin);
    }
    if said.cross_origin {
        return Err(PasskeyError::CrossOrigin);
    }
    Ok(())
}
