//! What a browser is asked: to make a passkey, or to sign with one. The page's script decodes the bytes.

use coset::iana::EnumI64;
use data_encoding::BASE64URL_NOPAD;
use onestop_proto::ids::StaffId;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Challenge, CredentialId, UserVerification, challenges::LIFETIME, public_key::ALGORITHMS,
    relying_party::RelyingParty,
};

/// For whom a passkey is made, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewUser<'a> {
    pub(crate) party: &'a RelyingParty,
    /// The name of the workbench.
    pub(crate) site: &'a str,
    pub(crate) staff: &'a StaffId,
    pub(crate) name: &'a str,
}

/// The account, as devices know it: it says nothing of the person.
pub(crate) fn user_handle(staff: &StaffId) -> [u8; 32] {
    Sha256::digest(format!("onestop/passkeys/{staff}").as_bytes()).into()
}

/// The options of `navigator.credentials.create`. A device that has one of `known` makes no second one.
pub(crate) fn creation(user: NewUser<'_>, challenge: &Challenge, known: &[CredentialId]) -> Value {
    let algorithms = ALGORITHMS.map(|one| json!({ "type": "public-key", "alg": one.to_i64() }));
    json!({
        "rp": { "id": user.party.id(), "name": user.site },
        "user": {
            "id": BASE64URL_NOPAD.encode(&user_handle(user.staff)),
            "name": user.staff,
            "displayName": user.name,
        },
        "challenge": BASE64URL_NOPAD.encode(&challenge.0),
        "pubKeyCredParams": algorithms,
        "excludeCredentials": descriptors(known),
        "authenticatorSelection": { "residentKey": "discouraged", "userVerification": "preferred" },
        "attestation": "none",
        "timeout": milliseconds(),
    })
}

/// The options of `navigator.credentials.get`, with the passkeys of the account.
pub(crate) fn request(
    party: &RelyingParty,
    challenge: &Challenge,
    known: &[(CredentialId, UserVerification)],
) -> Value {
    let mut verifications = known.iter().map(|(_, verification)| *verification);
    let verification = if verifications.all(|one| one == UserVerification::Required) {
        "required"
    } else {
        "preferred"
    };
    let ids: Vec<CredentialId> = known.iter().map(|(id, _)| id.clone()).collect();
    json!({
        "rpId": party.id(),
        "challenge": BASE64URL_NOPAD.encode(&challenge.0),
        "allowCredentials": descriptors(&ids),
        "userVerification": verification,
        "timeout": milliseconds(),
    })
}

fn descriptors(known: &[CredentialId]) -> Vec<Value> {
    let known = known.iter();
    known
        .map(|one| json!({ "type": "public-key", "id": BASE64URL_NOPAD.encode(one.as_bytes()) }))
        .collect()
}

fn milliseconds() -> u64 {
    LIFETIME.as_secs() * 1000
}
