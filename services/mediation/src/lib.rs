//! People's mediation (人民调解): the matter of a mediation committee that has accepted a case.
//!
//! It owns the matter: the parties' consent, acceptance (受理), the mediators, the agreement and what
//! becomes of it, or the failure, and their clocks. It does not decide which unit has the case (referral does).
//! What it shares with other specialists is in `onestop-matter`.
//!
//! ```text
//! onestop mediation name-mediators CASE --mediators yang-mei --named-by parties \
//!     --by specialist/li@530821101.mediation
//! ```
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

pub mod domain;

/// The mediation service.
pub type Mediation = onestop_matter::Specialist<domain::MediationRules>;
