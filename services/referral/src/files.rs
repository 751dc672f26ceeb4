//! What tests of the rules need besides them: files, and how the README's diagram is drawn. It stands outside
//! the domain, which touches none.

use std::{fs, path::Path};

pub(crate) use onestop_chassis::diagram::{assert_shown, draw, explore, shown};
use onestop_directory::{Directory, Origin};

/// A file's text.
pub(crate) fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// The shipped directory, with a county whose site is closed.
pub(crate) fn with_a_closed_county() -> Directory {
    shipped_with(
        "sites.toml",
        "\n[[override]]\ndivision = \"530821\"\nstate = \"suspended\"\n\
         from = 2026-03-03\nreason = { zh = \"撤并\", en = \"merged\" }\n",
    )
}

/// The shipped directory, with more in one of its files.
pub(crate) fn shipped_with(file: &str, more: &str) -> Directory {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/directory");
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(shipped).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        let mut text = text(&path);
        if name == file {
            text += more;
        }
        fs::write(folder.path().join(name), text).unwrap();
    }
    Directory::load(&Origin::Folder(folder.path().to_owned())).unwrap()
}
