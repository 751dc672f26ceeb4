//! Why a file is not read as a sheet, with what to do now.

use onestop_proto::{catalogue::BuiltInCatalogue, text::Words};
use serde::Serialize;

/// Why a file is not read as a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "kebab-case")]
#[error("{}", self.words().en)]
pub enum SheetError {
    /// It has more bytes, rows, columns or text than is read.
    TooLarge,
    /// An old or encrypted workbook: `.xls`, `.et`, or one with a password.
    OldWorkbook,
    /// A workbook of another program or form: `.ods`, `.xlsb`.
    OtherWorkbook,
    /// An archive that is no workbook, or a damaged one.
    Damaged,
    /// A text in none of the encodings that are read.
    OtherEncoding,
    /// There is no row with text.
    Empty,
    Merged {
        /// Which, as `A1:C1`.
        range: String,
    },
    /// A heading is not among those that are known.
    UnknownHeading { heading: String, known: String },
    /// Two columns have the same heading.
    HeadingTwice { heading: String },
    /// A cell has text in a column without a heading.
    NoHeading {
        /// The cell, as `D12`.
        cell: String,
    },
}

static WORDS: BuiltInCatalogue = BuiltInCatalogue::new(
    include_str!("../texts/zh-CN.ftl"),
    include_str!("../texts/en.ftl"),
);

impl SheetError {
    /// What is wrong, and what to do now.
    pub fn words(&self) -> Words {
        WORDS.words_of("error", self)
    }
}

/// A file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("the CSV file cannot be made")]
    Csv(#[source] csv::Error),
    #[error("the workbook cannot be made")]
    Workbook(#[source] Box<rust_xlsxwriter::XlsxError>),
}

impl From<csv::Error> for WriteError {
    fn from(error: csv::Error) -> Self {
        Self::Csv(error)
    }
}

impl From<rust_xlsxwriter::XlsxError> for WriteError {
    fn from(error: rust_xlsxwriter::XlsxError) -> Self {
        Self::Workbook(Box::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_sentence_in_both_languages() {
        let text = || "A1".to_owned();
        for error in [
            SheetError::TooLarge,
            SheetError::OldWorkbook,
            SheetError::OtherWorkbook,
            SheetError::Damaged,
            SheetError::OtherEncoding,
            SheetError::Empty,
            SheetError::Merged { range: text() },
            SheetError::UnknownHeading {
                heading: text(),
                known: text(),
            },
            SheetError::HeadingTwice { heading: text() },
            SheetError::NoHeading { cell: text() },
        ] {
            let Words { zh, en } = error.words();
            assert!(en.contains(' ') && !en.contains('$'), "{en}");
            assert!(zh != en && !zh.contains('$'), "{zh}");
        }
    }
}
