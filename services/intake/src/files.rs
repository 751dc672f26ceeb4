//! What tests of the rules need besides them: the README, and how its diagram is drawn. It stands outside the
//! domain, which touches no file.

use std::{fs, path::Path};

pub(crate) use onestop_chassis::diagram::{assert_shown, draw, explore, shown};

/// A file's text.
pub(crate) fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}
