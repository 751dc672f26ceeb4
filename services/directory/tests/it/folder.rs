//! A directory on disk: the shipped files with a few divisions, and one thing changed.

use std::{fs, path::Path};

use onestop_directory::{Directory, LoadError, Origin};
use tempfile::TempDir;

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/directory");

/// A county with a village, and a second county.
pub(crate) const DIVISIONS: &str = "\
code,name,tier
530000000000,云南省,province
530800000000,普洱市,prefecture
530821000000,宁洱哈尼族彝族自治县,county
530821101000,宁洱镇,township
530821101201,新塘村民委员会,village
530822000000,墨江哈尼族自治县,county
";

pub(crate) struct Folder(TempDir);

/// A shipped file, without the samples, the local days off and the lines of means: they are of other places.
pub(crate) fn shipped(file: &str) -> String {
    let text = fs::read_to_string(Path::new(SHIPPED).join(file)).unwrap();
    let ends = ["# Samples", "# Local days off"];
    let end = ends.iter().find_map(|end| text.find(end));
    let text = &text[..end.unwrap_or(text.len())];
    match text.split_once("\n[[means_line]]") {
        Some((above, lines)) => {
            let below = lines.find("# Kinds of legal aid").unwrap();
            format!("{above}\n{}", &lines[below..])
        }
        None => text.to_owned(),
    }
}

/// How long a shipped file is.
pub(crate) fn shipped_lines(file: &str) -> usize {
    shipped(file).lines().count()
}

/// The line on which the entry of a shipped file begins that has `text` first.
#[track_caller]
pub(crate) fn entry_line(file: &str, text: &str) -> usize {
    let shipped = shipped(file);
    let upto = shipped.find(text).expect("the text is in the file");
    let header = shipped[..upto].rfind("\n[[").expect("an entry begins");
    shipped[..=header].lines().count() + 1
}

impl Folder {
    pub(crate) fn small() -> Self {
        let folder = Self(TempDir::new().unwrap());
        for file in [
            "sites.toml",
            "items.toml",
            "standards.toml",
            "calendar.toml",
            "retention.toml",
        ] {
            fs::write(folder.0.path().join(file), shipped(file)).unwrap();
        }
        folder.write("divisions.csv", DIVISIONS)
    }

    pub(crate) fn write_bytes(self, file: &str, bytes: &[u8]) -> Self {
        fs::write(self.0.path().join(file), bytes).unwrap();
        self
    }

    pub(crate) fn write(self, file: &str, text: &str) -> Self {
        fs::write(self.0.path().join(file), text).unwrap();
        self
    }

    pub(crate) fn append(self, file: &str, text: &str) -> Self {
        let old = fs::read_to_string(self.0.path().join(file)).unwrap();
        self.write(file, &format!("{old}{text}"))
    }

    /// Replaces the first occurrence, which must be there.
    #[track_caller]
    pub(crate) fn replace(self, file: &str, from: &str, to: &str) -> Self {
        let old = fs::read_to_string(self.0.path().join(file)).unwrap();
        assert!(old.contains(from), "{file} has no {from}");
        self.write(file, &old.replacen(from, to, 1))
    }

    /// Puts a link to something else in the place of a file.
    pub(crate) fn leading_to(self, file: &str, target: &str) -> Self {
        let path = self.0.path().join(file);
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
        self
    }

    /// Makes a file as long as that, with nothing behind what was in it.
    pub(crate) fn extended_to(self, file: &str, bytes: u64) -> Self {
        let path = self.0.path().join(file);
        let opened = fs::OpenOptions::new().write(true).open(path);
        opened.unwrap().set_len(bytes).unwrap();
        self
    }

    pub(crate) fn without(self, file: &str) -> Self {
        fs::remove_file(self.0.path().join(file)).unwrap();
        self
    }

    pub(crate) fn load(&self) -> Result<Directory, LoadError> {
        Directory::load(&Origin::Folder(self.0.path().to_owned()))
    }

    /// What the operator reads, without the folder's name.
    #[track_caller]
    pub(crate) fn refusal(&self) -> String {
        let folder = format!("{}/", self.0.path().display());
        self.load().unwrap_err().to_string().replace(&folder, "")
    }
}
