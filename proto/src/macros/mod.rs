//! The shapes that the contract is made of: ids, lists of events, lists of commands, lists of choices.

#[macro_use]
mod serde_text;
#[macro_use]
mod choices;
#[macro_use]
mod commands;
#[macro_use]
mod events;
#[macro_use]
mod ids;
#[macro_use]
mod questions;
