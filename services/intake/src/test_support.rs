//! What tests of the pure rules need from outside: files, and the README's diagram.

use std::{fs, path::Path};

pub(crate) use onestop_testing::diagram::{assert_shown, draw, drawn_arrows, explore};

/// The text of a file.
pub(crate) fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}
