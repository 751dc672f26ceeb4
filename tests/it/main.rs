//! The whole of Onestop over a real broker: journeys, crashes, refusals, clients in another language.
//!
//! Each test starts an Onestop of its own on a free port and a temporary folder. Random choices come
//! from a seed that is printed and that `TESTS_SEED` sets.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]
#![allow(
    clippy::print_stderr,
    reason = "seeds and logs are shown when a test fails"
)]

mod alerts;
mod api;
mod audit_export;
mod available;
mod backup_keys;
mod backups;
mod browser;
mod calendars;
mod catching_up;
mod chaos;
mod clocks;
mod cluster;
mod command_line;
mod containers;
mod cosigned;
mod deployments;
mod draining;
mod encrypted;
mod fenced;
mod full_disk;
mod harness;
mod invariants;
mod journeys;
mod junk;
mod kills;
mod least_privilege;
mod long_case;
mod mixed_versions;
mod named_things;
mod object_store;
mod observed;
mod one_key;
mod one_lock;
mod openid;
mod other_language;
mod parked;
mod partitions;
mod permissions;
mod persons;
mod pipeline;
mod proofs;
mod proxy;
mod public_pages;
mod readings;
mod refilled;
mod refusals;
mod registry;
mod release;
mod restored;
mod restored_service;
mod restored_upto;
mod rolled_back;
mod runbooks;
mod scripts;
mod sealed_texts;
mod settings;
mod site_files;
mod site_gateway;
mod site_keys;
mod site_sheets;
mod sites;
mod staff_sheets;
mod standby;
mod statutory_clocks;
mod takeovers;
mod test_user;
mod three_nodes;
mod tidy;
mod time_travel;
mod unknown_outcome;
mod unproven_events;
mod unreadable;
mod upgrade;
mod urgency;
mod window;
mod written_commands;
