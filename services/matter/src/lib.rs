//! A matter (事项): the work of a specialist unit on a case that it has accepted.
//!
//! Here is what legal aid, notarization and any further specialist have in common: the case comes in
//! when custody does and leaves when custody does; missing papers are asked for once, and the clock
//! stands still until they are there; a clock runs for every step that the law limits, and it is told when that
//! is near its end or past it. What is special
//! is a [`Law`](domain::Law): its steps, its commands, its decisions.
//!
//! It does not decide who has the case (referral does), and knows no particular service item.
//!
//! A specialist service is its law and one line:
//!
//! ```text
//! pub type LegalAid = onestop_matter::Specialist<domain::LegalAid>;
//! ```

mod alarms;
pub mod domain;
mod policy;
mod service;

pub use service::Specialist;
