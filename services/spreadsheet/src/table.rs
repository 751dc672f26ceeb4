//! Columns, rows, and what is wrong with them; what kind of file a sheet is.

use std::collections::BTreeMap;

use onestop_proto::text::Words;

use crate::{error::SheetError, limits::MOST_BYTES};

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Text, a line a row.
    Csv,
    /// A workbook of Excel or WPS.
    Xlsx,
}

impl FileKind {
    /// The end of the name of such a file.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    pub(crate) fn of(bytes: &[u8]) -> Result<Self, SheetError> {
        /// The beginning of a compound file: `.xls`, `.et`, and workbooks with a password.
        const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];
        if bytes.len() > MOST_BYTES {
            Err(SheetError::TooLarge)
        } else if bytes.starts_with(COMPOUND) {
            Err(SheetError::OldWorkbook)
        } else if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            Ok(Self::Xlsx)
        } else {
            Ok(Self::Csv)
        }
    }
}

/// What the cells of a column hold, where a spreadsheet may have made something else of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Text,
    /// A day: a bare number counts from the beginning of the workbook's calendar.
    Day,
}

/// A column, by its key and by what people call it: either may be its heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name for programs.
    pub key: &'static str,
    /// What people call it.
    pub heading: &'static str,
    pub(crate) content: Content,
}

impl Column {
    /// A column of texts, codes and numbers.
    pub const fn text(key: &'static str, heading: &'static str) -> Self {
        Self {
            key,
            heading,
            content: Content::Text,
        }
    }

    /// Whether a heading names it.
    pub(crate) fn is_called(&self, heading: &str) -> bool {
        self.heading == heading || self.key == heading
    }

    /// A column of days.
    pub const fn day(key: &'static str, heading: &'static str) -> Self {
        Self {
            key,
            heading,
            content: Content::Day,
        }
    }
}

/// The column of a file to mend that says what is wrong.
pub(crate) const PROBLEM: Column = Column::text("problem", "问题");

/// A row, with its number as spreadsheets count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Its number: the headings are in the first row that has text.
    pub number: usize,
    pub(crate) cells: BTreeMap<&'static str, String>,
}

impl SheetRow {
    /// The trimmed text of a cell, unless it is empty.
    pub fn get(&self, key: &str) -> Option<&str> {
        let text = self.cells.get(key)?.trim();
        Some(text).filter(|text| !text.is_empty())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    pub row: usize,
    /// The heading of the column; empty if it concerns the whole row.
    pub column: &'static str,
    /// What is wrong, and what to do.
    pub words: Words,
}
