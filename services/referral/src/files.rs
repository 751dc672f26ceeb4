//! What tests of the rules need besides them: files, and how the README's diagram is drawn. It stands outside
//! the domain, which touches none.

use std::{fs, path::Path};

use onestop_directory::Directory;
pub(crate) use onestop_testing::diagram::{assert_shown, draw, explore, shown};

/// A file's text.
pub(crate) fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// The shipped directory, with a county whose site is closed.
pub(crate) fn with_a_closed_county() -> Directory {
    let with = Directory::built_in_with(
        "sites.toml",
        "\n[[override]]\ndivision = \"530821\"\nstate = \"suspended\"\n\
         from = 2026-03-03\nreason = { zh = \"撤并\", en = \"merged\" }\n",
    );
    with.unwrap()
}
