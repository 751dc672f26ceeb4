//! Replaying a case, and keeping many. Pure.

mod beside;
pub mod dossier;
mod facts;
mod order;
pub mod reach;
mod replay;

pub use replay::{Entry, replay};

#[cfg(test)]
pub(crate) mod tests;
