//! Referral (分流转办): which unit should have a case, to which it is offered, which has it.
//!
//! It owns custody: one stream for each case, with this service as its only writer, so that at every moment
//! exactly one unit answers for the case. A race between the window that recalls an offer and the unit that accepts
//! it is settled by that stream's revision: one wins, the other's rejection says which.
//!
//! It does not know what the specialists do with a case; it reads from their events when they are done.
//!
//! The rules are in [`domain`], which is pure.
//!
//! ```text
//! onestop referral list   --by specialist/wang@530821.legal-aid
//! onestop referral accept CASE --by specialist/wang@530821.legal-aid
//! onestop referral dispute CASE --reason not-ours --why 事由不在本县 --by specialist/wang@530821.legal-aid
//! onestop referral designate CASE --to 530802.legal-aid --why 用工地在思茅区 --by supervisor/zhao@5308.bureau
//! ```
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

mod acting_people;
mod custody_store;
pub mod domain;
mod opposing_parties;
pub mod policy;
mod read;
mod service;
mod streams;
mod timer;

pub use service::Referral;
