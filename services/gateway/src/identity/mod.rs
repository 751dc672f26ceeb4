//! Accounts, passwords, second factors (codes of an app, passkeys), sessions, scopes of tokens, CSRF protection and OpenID
//! Connect. What a role may do is in [`onestop_proto::permission`]; the service that receives a command checks it again.

pub(crate) mod access;
pub(crate) mod account_act;
pub mod accounts;
pub(crate) mod attempts;
pub(crate) mod authentication;
pub(crate) mod csrf;
pub(crate) mod csrf_token;
pub(crate) mod devices;
pub(crate) mod four_eyes;
pub(crate) mod half_sign_in;
pub(crate) mod hashing;
pub(crate) mod late_approval;
pub(crate) mod openid;
pub(crate) mod passkeys;
pub(crate) mod password;
pub(crate) mod scope;
pub(crate) mod second_step;
pub(crate) mod session;
pub(crate) mod staff_import;
pub mod staff_sheet;
pub(crate) mod totp;
mod unit_roles;
pub(crate) mod weak_passwords;

/// Returns 32 random bytes as text.
pub(crate) fn secret() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(data_encoding::BASE64URL_NOPAD.encode(&bytes))
}
