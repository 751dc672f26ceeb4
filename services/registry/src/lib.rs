//! The registry (登记簿): what the bureaus record of their sites and units.
//!
//! It owns what was recorded of a site: telephone and address, the state of the site, which unit is full until when. It
//! decides who may record it and from which day on it holds. What follows from it for a case is for the services that
//! judge with the directory; they hear its events (`onestop-current-directory`).
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

pub mod domain;
mod evidence;
mod service;
mod streams;

pub use evidence::{FileCounts, count_files};
pub use service::Registry;
