//! From files to a directory: reading, parsing with lines, and the version.

use std::{
    borrow::Cow,
    fs::{self, File},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use onestop_proto::text::Words;
use serde::{Deserialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use toml::Spanned;

use crate::error::{LoadError, Reason};

/// Bytes of one file at most: all divisions of the country are a twentieth of it.
const LONGEST: u64 = 64 * 1024 * 1024;

/// Where the data comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// What was built into the program.
    BuiltIn,
    /// A folder with all six files of `deploy/directory/`.
    Folder(PathBuf),
    /// What was built in, with more at the end of one of its files: for trying what a further entry does.
    BuiltInWith {
        /// The file's name: `calendar.toml`.
        file: &'static str,
        /// What follows its end.
        more: String,
    },
}

impl From<Option<PathBuf>> for Origin {
    /// The folder that was named, or what was built in.
    fn from(folder: Option<PathBuf>) -> Self {
        folder.map_or(Self::BuiltIn, Self::Folder)
    }
}

/// One file, read.
pub(crate) struct Source {
    name: String,
    text: Cow<'static, str>,
}

impl Source {
    fn read(origin: &Origin, file: &str, built_in: &'static str) -> Result<Self, LoadError> {
        match origin {
            Origin::BuiltIn => Ok(Self {
                name: format!("built-in {file}"),
                text: Cow::Borrowed(built_in),
            }),
            Origin::BuiltInWith { file: with, more } => Ok(Self {
                name: format!("built-in {file}"),
                text: if *with == file {
                    Cow::Owned(format!("{built_in}{more}"))
                } else {
                    Cow::Borrowed(built_in)
                },
            }),
            Origin::Folder(folder) => {
                let path = folder.join(file);
                let name = path.display().to_string();
                match read_text(&path) {
                    Ok(text) => Ok(Self {
                        name,
                        text: Cow::Owned(text),
                    }),
                    Err(error) => Err(LoadError {
                        file: name,
                        line: None,
                        reason: if error.kind() == ErrorKind::InvalidData {
                            Reason::NotUtf8
                        } else {
                            Reason::Unreadable { source: error }
                        },
                    }),
                }
            }
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The whole file as TOML; a mistake names its line.
    pub(crate) fn toml<T: DeserializeOwned>(&self) -> Result<T, LoadError> {
        toml::from_str(&self.text).map_err(|error| LoadError {
            file: self.name.clone(),
            line: error.span().map(|span| self.line_at(span.start)),
            reason: Reason::Malformed {
                what: error.message().trim_end_matches('.').to_owned(),
            },
        })
    }

    pub(crate) fn line_of<T>(&self, entry: &Spanned<T>) -> usize {
        self.line_at(entry.span().start)
    }

    fn line_at(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().iter().take(offset);
        1 + before.filter(|byte| **byte == b'\n').count()
    }

    pub(crate) fn error(&self, line: Option<usize>, reason: Reason) -> LoadError {
        LoadError {
            file: self.name.clone(),
            line,
            reason,
        }
    }

    pub(crate) fn at<T>(&self, entry: &Spanned<T>, reason: Reason) -> LoadError {
        self.error(Some(self.line_of(entry)), reason)
    }
}

/// The text of a file up to a length: what lies in the folder may be a device, which has no end, or a pipe, to which no one writes.
fn read_text(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is no file"));
    }
    let mut text = String::new();
    let file = File::open(path)?;
    let read = file.take(LONGEST + 1).read_to_string(&mut text)?;
    if read as u64 > LONGEST {
        let told = format!("it is longer than {LONGEST} bytes");
        return Err(io::Error::new(ErrorKind::FileTooLarge, told));
    }
    Ok(text)
}

/// All files of a directory.
pub(crate) struct Sources {
    pub(crate) divisions: Source,
    pub(crate) sites: Source,
    pub(crate) items: Source,
    pub(crate) standards: Source,
    pub(crate) calendar: Source,
    pub(crate) retention: Source,
}

/// The text of a file of `deploy/directory/`, taken in when the program is built.
macro_rules! built_in {
    ($file:literal) => {
        include_str!(concat!("../../../deploy/directory/", $file))
    };
}

impl Sources {
    pub(crate) fn read(origin: &Origin) -> Result<Self, LoadError> {
        Ok(Self {
            divisions: Source::read(origin, "divisions.csv", built_in!("divisions.csv"))?,
            sites: Source::read(origin, "sites.toml", built_in!("sites.toml"))?,
            items: Source::read(origin, "items.toml", built_in!("items.toml"))?,
            standards: Source::read(origin, "standards.toml", built_in!("standards.toml"))?,
            calendar: Source::read(origin, "calendar.toml", built_in!("calendar.toml"))?,
            retention: Source::read(origin, "retention.toml", built_in!("retention.toml"))?,
        })
    }

    /// The name and text of each file.
    pub(crate) fn files(self) -> [(&'static str, String); 6] {
        [
            ("divisions.csv", self.divisions),
            ("sites.toml", self.sites),
            ("items.toml", self.items),
            ("standards.toml", self.standards),
            ("calendar.toml", self.calendar),
            ("retention.toml", self.retention),
        ]
        .map(|(name, source)| (name, source.text.into_owned()))
    }

    /// The first 8 bytes, in hex, of SHA-256 over all contents, each preceded by its length, so
    /// that no text can move from one file into the next unnoticed.
    pub(crate) fn version(&self) -> String {
        let mut hasher = Sha256::new();
        for source in [
            &self.divisions,
            &self.sites,
            &self.items,
            &self.standards,
            &self.calendar,
            &self.retention,
        ] {
            hasher.update((source.text.len() as u64).to_be_bytes());
            hasher.update(source.text.as_bytes());
        }
        hasher
            .finalize()
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// A day as a file writes it: a TOML date without quotes.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "toml::value::Datetime")]
pub(crate) struct Day(pub(crate) Date);

impl TryFrom<toml::value::Datetime> for Day {
    type Error = String;

    fn try_from(value: toml::value::Datetime) -> Result<Self, String> {
        let wanted =
            || format!("'{value}' is not a day: write 2026-03-01, without quotes or a time");
        let (Some(date), None, None) = (value.date, value.time, value.offset) else {
            return Err(wanted());
        };
        let year = i16::try_from(date.year).map_err(|_| wanted())?;
        let month = i8::try_from(date.month).map_err(|_| wanted())?;
        let day = i8::try_from(date.day).map_err(|_| wanted())?;
        Date::new(year, month, day).map(Self).map_err(|_| wanted())
    }
}

/// Words in both languages, as a file writes them: nothing else beside them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BothLanguages {
    zh: String,
    en: String,
}

impl From<BothLanguages> for Words {
    fn from(words: BothLanguages) -> Words {
        Words {
            zh: words.zh,
            en: words.en,
        }
    }
}

/// A remark of a file in both languages; where it is one text, as in folders of before, that is shown in both.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Remark {
    Both(BothLanguages),
    Same(String),
}

impl From<Remark> for Words {
    fn from(remark: Remark) -> Words {
        match remark {
            Remark::Both(words) => words.into(),
            Remark::Same(text) => Words::untranslated(&text),
        }
    }
}

/// A period whose last day belongs to it; without one it goes on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Period {
    pub(crate) from: Date,
    pub(crate) until: Option<Date>,
}

impl Period {
    /// Refuses a period that ends before it begins.
    pub(crate) fn new(from: Day, until: Option<Day>) -> Result<Self, Reason> {
        let (from, until) = (from.0, until.map(|day| day.0));
        match until {
            Some(until) if until < from => Err(Reason::EmptyPeriod { from, until }),
            Some(_) | None => Ok(Self { from, until }),
        }
    }

    pub(crate) fn covers(self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// The first day that both cover.
    pub(crate) fn overlap(self, other: Self) -> Option<Date> {
        let day = self.from.max(other.from);
        (self.covers(day) && other.covers(day)).then_some(day)
    }
}

/// Refuses a name pattern that lacks the place to fill in, or has unknown ones.
pub(crate) fn check_pattern(
    pattern: &str,
    fills: &[&str],
    known: &'static str,
) -> Result<(), Reason> {
    let mut rest = pattern.to_owned();
    for fill in fills {
        rest = rest.replace(fill, "");
    }
    if rest.len() == pattern.len() || rest.contains(['{', '}']) {
        return Err(Reason::Pattern {
            pattern: pattern.to_owned(),
            known,
        });
    }
    Ok(())
}
