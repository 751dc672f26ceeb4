//! The contract of Onestop (一窗): what its services say to each other and to anybody else.
//!
//! It holds ids, twelve-digit division codes, the CloudEvents envelope, every event and command,
//! the subjects they travel on, and the typed rejections. It holds no I/O, no clock and no rule of
//! any service: a service knows the others from this crate alone.
//!
//! `schemas/` (JSON Schema), `asyncapi.yaml` and `openapi.yaml` are generated from these types by the package
//! `onestop-proto-generate`; its test fails when they are stale and says how to renew them.
//!
//! ```
//! use onestop_proto::{division::DivisionCode, ids::ServiceItem, subject};
//! let county: DivisionCode = "530821".parse()?;
//! // what the legal aid agency of Ning'er county subscribes to:
//! assert_eq!(
//!     subject::watch("referral", "offered", &ServiceItem::legal_aid(), county),
//!     "evt.referral.offered.legal-aid.53.08.21.>",
//! );
//! # Ok::<(), onestop_proto::ids::InvalidId>(())
//! ```

#![warn(missing_docs)]

#[macro_use]
mod macros;

pub mod actor;
pub mod backup;
pub mod case;
pub mod clock;
pub mod command;
pub mod contract;
pub mod division;
pub mod envelope;
pub mod feed;
pub mod http;
pub mod ids;
pub mod journal;
pub mod ledger;
pub mod legal_aid;
pub mod matter;
pub mod mediation;
pub mod notarization;
pub mod parking;
pub mod permission;
pub mod personal;
pub mod proof;
pub mod query;
pub mod referral;
pub mod rejection;
pub mod replication;
pub mod routing;
pub mod specialist;
pub mod subject;
pub mod text;
pub mod time;
pub mod trace;
