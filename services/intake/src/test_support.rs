//! What tests of the pure rules need from outside: the README's diagram.

pub(crate) use onestop_testing::diagram::{assert_shown, draw, drawn_arrows, explore};
