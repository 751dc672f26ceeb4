//! Referral (分流转办): who should have a case, who is asked, who has it.
//!
//! It owns custody: one stream for each case, with this service as its only writer, so that at every
//! moment exactly one unit answers for the case. A race between the window that takes an offer back and
//! the unit that accepts it is settled by that stream's revision: one wins, the other is told who did.
//!
//! It does not know what the specialists do with a case; it hears that they are done.
//!
//! The rules are in [`domain`], which is pure.
//!
//! ```text
//! onestop referral list   --by specialist/wang@530821.legal-aid
//! onestop referral accept CASE --by specialist/wang@530821.legal-aid
//! onestop referral dispute CASE --reason not-ours --why 事由不在本县 --by specialist/wang@530821.legal-aid
//! onestop referral designate CASE --to 530802.legal-aid --why 用工地在思茅区 --by supervisor/zhao@5308.bureau
//! ```

pub mod domain;
#[cfg(test)]
mod files;
pub mod policy;
mod service;
mod shown;
mod timer;
mod views;

pub use service::Referral;
