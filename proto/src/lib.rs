#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

#[macro_use]
mod macros;

pub mod actor;
pub mod backup;
pub mod case;
pub mod catalogue;
pub mod clock;
pub mod command;
pub mod command_size;
pub mod comparison;
pub mod contract;
pub mod division;
pub mod envelope;
mod event_type;
pub mod feed;
pub mod field_names;
pub mod http;
pub mod ids;
mod invalid_id;
pub mod issuer;
pub mod journal;
pub mod late_entry;
pub mod ledger;
pub mod legal_aid;
mod malformed;
pub mod matter;
pub mod mediation;
pub mod notarization;
pub mod organ_notice;
pub mod parking;
pub mod permission;
pub mod personal;
mod problem_words;
pub mod proof;
pub mod query;
pub mod raw_json;
pub mod reckoning;
pub mod referral;
mod refused;
pub mod registry;
pub mod rejection;
pub mod rejection_texts;
pub mod replication;
pub mod routing;
mod serde_text;
mod source;
pub mod specialist;
pub mod stored_event;
pub mod subject;
mod summary;
pub mod text;
pub mod time;
pub mod trace;
pub mod typed;
pub mod yuan;
