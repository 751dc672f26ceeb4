//! Intake (登记受理): the window's side of a case, from opening to archive.
//!
//! It owns the case: what the citizen asked, the material handed in, the answer, the rating, the
//! close. It does not know where a case should go (referral does) nor what becomes of it there
//! (the specialists do); it hears the result and tells the window.
//!
//! The rules are in [`domain`], which is pure. Names, telephone numbers and the citizen's own words are
//! sealed per case before an event is written ([`keyring`]).
//!
//! ```text
//! onestop case open --at 530821101201 --item legal-aid --topic labour-pay --name 岩温
//! ```

mod alarms;
mod attachments;
mod desk;
pub mod domain;
#[cfg(test)]
mod files;
pub mod keyring;
mod numbers;
mod personal;
pub mod policy;
mod receipts;
mod service;
mod showing;
mod tracking;
mod views;
mod withdrawal;

pub use service::Intake;
