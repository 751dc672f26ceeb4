//! Legal aid (法律援助): the matter of an agency that has accepted a case.
//!
//! It owns the matter: means, papers, grant or refusal, assignment, conclusion, and the clocks of
//! 法律援助法 art. 43. It does not decide who has the case (referral does) and never speaks to the
//! citizen's window directly: it says what happened, and whoever is concerned hears it. What it shares
//! with other specialists is in `onestop-matter`.
//!
//! ```text
//! onestop legal-aid determine-means CASE --means exempt --by specialist/wang@530821.legal-aid
//! ```

pub mod domain;

/// The legal aid service.
pub type LegalAid = onestop_matter::Specialist<domain::LegalAid>;
