//! Erasures that outlive a restore (删除名单): a backup holds the keys of persons who were erased after it was made.
//!
//! Intake enters each erased case in a list outside the node ([`ErasureList`]), which holds nothing of a person. A node
//! that was made from a backup says so ([`Restored`]), and gives out no key before the list was asked, or the operator has
//! said that there is none.

mod at_node;
mod error;
mod lines;
mod list;
mod restored;
mod settle;
mod tail;
#[cfg(test)]
mod tests;
pub(crate) mod witness;

pub use self::{
    error::ListError,
    lines::ListHead,
    list::ErasureList,
    restored::{LaterErasures, Restored},
    settle::{SettleError, settle_closed},
};
pub(crate) use self::{settle::remove_files, witness::Witness};
