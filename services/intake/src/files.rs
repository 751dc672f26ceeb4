//! What tests of the rules need besides them: files, and how the README's diagram is drawn. It stands outside
//! the domain, which touches none.

use std::{fs, path::Path};

pub(crate) use onestop_testing::diagram::{assert_shown, draw, explore, shown};

/// A file's text.
pub(crate) fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}
