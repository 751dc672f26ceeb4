//! Legal aid (法律援助): the matter of an agency that has accepted a case.
//!
//! It owns the matter: means, papers, grant or refusal, assignment, conclusion, and the clocks of
//! 法律援助法 art. 43. It does not decide who has the case (referral does) and never speaks to the
//! citizen's window directly: it says what happened, and whoever is concerned hears it.
//!
//! The rules are in [`domain`], which is pure.
//!
//! ```text
//! onestop legal-aid means CASE exempt --by specialist/wang@530821.legal-aid
//! ```

pub mod domain;
mod service;

pub use service::LegalAid;
