//! A matter (事项): the work of a specialist unit on a case that it has accepted.
//!
//! Here is what legal aid, notarization and any further specialist have in common: the case comes in when custody
//! does and leaves when custody does; missing papers are requested once, and the clock is paused until they are
//! there; a clock runs for every step that the law limits, and announces when that is near its end or past it. What
//! is special is one type's [`SpecialistRules`](domain::SpecialistRules): its steps, its commands, its decisions.
//!
//! It does not decide which unit has the case (referral does), and knows no particular service item.
//!
//! A specialist service is its rules and one line:
//!
//! ```text
//! pub type LegalAid = onestop_matter::Specialist<domain::LegalAidRules>;
//! ```
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

pub mod domain;
mod given_numbers;
mod matter_store;
mod matter_tables;
mod offers;
mod policy;
mod service;
mod streams;
mod timer;

pub use service::Specialist;
