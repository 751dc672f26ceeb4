//! One module for each command, or for commands that are two sides of one thing: who may send it, what it decides,
//! and its tests.

mod accept;
mod co_units;
pub(super) mod complete;
mod decline;
mod designate;
mod dispute;
mod extension;
mod external_bodies;
mod oversight;
mod reassign;
pub(super) mod recall;
mod return_case;
