//! Tests that concern several commands, or are long.

mod agents;
mod applicant;
mod capacity;
mod dated_topics;
mod documents;
mod effective_time;
mod erasure;
mod group;
mod moved_item;
mod notice;
mod properties;
mod redo_clock;
mod respondents;
mod state_diagram;

use super::test_support::*;
