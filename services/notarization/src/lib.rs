//! Notarization (公证): the matter of a notary office that has accepted a case.
//!
//! It owns the matter: examination, missing papers, acceptance (受理), certificate (出证) or refusal,
//! and their clocks. It does not decide which unit has the case (referral does). What it shares with other
//! specialists is in `onestop-matter`.
//!
//! ```text
//! onestop notarization request-supplement CASE --missing property-title --by specialist/li@530821.notarization
//! ```
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

pub mod domain;

/// The notarization service.
pub type Notarization = onestop_matter::Specialist<domain::NotarizationRules>;
