//! A request that reaches no broker, signed by an issuer of another node: its public key is known, and no roster.

use onestop_proto::time::Timestamp;
use pasetors::{keys::AsymmetricPublicKey, version4::V4};

use super::token::Unverified;

/// Whether a token was signed lately with the key whose public half this is (PASERK `k4.public`), for these bytes on this subject.
pub fn is_signed_by(
    public: &str,
    token: Option<&str>,
    request: (&str, &[u8]),
    now: Timestamp,
) -> bool {
    let key = AsymmetricPublicKey::<V4>::try_from(public.trim());
    let read = token.and_then(|token| Unverified::read(token).ok());
    let verified = key.ok().zip(read);
    verified.is_some_and(|(key, token)| token.verify(&key, request, Some(now)).is_ok())
}
