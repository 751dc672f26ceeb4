//! Intake (登记受理): the window's side of a case, from opening to archive.
//!
//! Intake owns the case: what the citizen wants, the material, the answer, the rating, the close. It does not
//! route a case (referral does) nor work on it (the specialists do); referral's events tell it the result.
//!
//! The rules are in `domain`, which is pure. Names, telephone numbers and the citizen's own words are
//! encrypted per case before an event is written ([`keyring`]).
//!
//! ```text
//! onestop case open --at 530821101201 --item legal-aid --topic labour-pay --name 岩温
//! ```

mod attachments;
mod case_numbers;
mod domain;
pub mod erasures;
pub mod keyring;
mod loaded_case;
mod personal;
mod policy;
mod read;
mod redo_alarms;
mod service;
mod short_codes;
mod standby;
mod streams;
#[cfg(test)]
mod test_support;
mod tracking;

pub use service::Intake;
