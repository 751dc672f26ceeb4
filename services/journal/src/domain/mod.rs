//! Replaying a case. Pure.

mod facts;
mod order;
mod replay;

pub use replay::{Entry, replay};

#[cfg(test)]
mod tests;
