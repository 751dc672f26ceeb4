//! Who acts is proven: every request carries a token (PASETO v4.public) that its issuer signed for this request alone.
//! The service that decides checks it against the keys that the operator enrolled.

mod files;
mod issuer;
mod roster;
mod signature;
mod statements;
mod token;

#[cfg(test)]
mod approval_tests;
#[cfg(test)]
mod roster_file_tests;
#[cfg(test)]
mod tests;

pub use self::{
    files::{IdentityError, ROSTER_FILE, issuer_file},
    issuer::{Issuer, IssuerKey},
    roster::{ANY_QUESTION, Enrolled, Issuers, KeyState, SpeaksFor},
    signature::is_signed_by,
    statements::InstanceKeys,
};
pub(crate) use self::{
    files::{Instance, Roster},
    roster::{NamedQuestion, Proof},
};

/// The header of a request that carries the token.
pub const HEADER: &str = "Onestop-Token";
