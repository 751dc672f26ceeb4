//! x
#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]
mod both_ways;
mod desk;
mod journeys;
mod running;
mod sound;
