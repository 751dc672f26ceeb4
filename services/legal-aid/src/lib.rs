//! Legal aid (法律援助): the matter of an agency that has accepted a case.
//!
//! It owns the matter: means, papers, grant or refusal, assignment, conclusion, and the clocks of
//! 法律援助法 art. 43. It does not decide which unit has the case (referral does), and sends nothing to the citizen's
//! window: it writes what happened, and the services concerned read its events. What it shares with other
//! specialists is in `onestop-matter`.
//!
//! ```text
//! onestop legal-aid determine-means CASE --means exempt --exempt-group migrant-worker --evidence 工资卡流水 --by specialist/wang@530821.legal-aid
//! ```
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

pub mod domain;

/// The legal aid service.
pub type LegalAid = onestop_matter::Specialist<domain::LegalAidRules>;
