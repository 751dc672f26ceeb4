//! Who gets in: passwords, sessions, forged forms, limits. What a role may do is in
//! `onestop_proto::permission`, and is decided again by the service that is asked.

pub(crate) mod again;
pub(crate) mod caller;
mod forged;
mod limits;
pub(crate) mod openid;
pub(crate) mod password;
mod scope;
pub(crate) mod session;

pub(crate) use caller::Caller;
pub(crate) use forged::{Form, same_origin};
pub(crate) use limits::Limits;
pub(crate) use scope::{Scope, Scopes};
pub(crate) use session::{Session, begin, clear};

/// A secret that nobody can guess: 32 bytes of the system's randomness, as text.
pub(crate) fn secret() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(data_encoding::BASE64URL_NOPAD.encode(&bytes))
}
