//! CSV files for spreadsheets: UTF-8 with a byte order mark. What looks like a formula is kept a text, and so are codes,
//! which a spreadsheet would make numbers of. A file that a limit has cut says so in its last row.

use std::fmt::Display;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use onestop_chassis::opened_texts::without_sealed;

/// Before a code, it makes a spreadsheet take the cell as text: programs that read the file trim it.
const TEXT: char = '\t';
/// Before a formula, it makes a spreadsheet take the cell as text. A tab does not: some spreadsheets trim it first.
const APOSTROPHE: char = '\'';
/// What a formula begins with, in half and in full width.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// Rows of one file. A list that is longer is narrowed down first.
pub(crate) const MOST: usize = 5_000;

/// Whether a file holds its whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completeness {
    Whole,
    /// Rows beyond the limit are missing.
    Cut,
}

impl Completeness {
    /// By whether the list goes on after the last row of the file.
    pub(crate) fn of<T>(next: Option<&T>) -> Self {
        next.map_or(Self::Whole, |_| Self::Cut)
    }
}

pub(crate) struct CsvFile(csv::Writer<Vec<u8>>);

impl CsvFile {
    pub(crate) fn new() -> Self {
        Self(csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]))
    }

    /// Adds a row. What is sealed and was not opened for its reader is not in it.
    ///
    /// # Errors
    /// If the row has more or fewer cells than the first.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) -> csv::Result<()> {
        self.0
            .write_record(cells.into_iter().map(without_sealed).map(harmless))
    }

    /// Ends a file with a sentence of the reader's language, if rows are missing.
    ///
    /// # Errors
    /// If the first row has another number of columns.
    pub(crate) fn end(
        &mut self,
        completeness: Completeness,
        columns: usize,
        sentence: impl FnOnce() -> String,
    ) -> csv::Result<()> {
        if completeness == Completeness::Whole {
            return Ok(());
        }
        let empty = std::iter::repeat_n(String::new(), columns.saturating_sub(1));
        self.row(std::iter::once(sentence()).chain(empty))
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// If it cannot be written, which memory always can.
    pub(crate) fn into_bytes(self) -> csv::Result<Vec<u8>> {
        let written = self.0.into_inner();
        written.map_err(|error| csv::Error::from(error.into_error()))
    }
}

/// A code: `530821000000` is no number.
pub(crate) fn code(code: impl Display) -> String {
    format!("{TEXT}{code}")
}

/// A text that no spreadsheet computes. Blanks, tabs and ends of lines before it are passed over, as a spreadsheet does.
fn harmless(cell: String) -> String {
    let computed = cell.trim_start().starts_with(FORMULA) && !is_negative_number(&cell);
    if computed {
        return format!("{APOSTROPHE}{cell}");
    }
    cell
}

/// Figures may be below zero.
fn is_negative_number(cell: &str) -> bool {
    cell.starts_with('-') && cell.parse::<f64>().is_ok_and(f64::is_finite)
}

/// The bytes of a file with one row more, which is a sentence to its reader.
///
/// # Errors
/// If they are no file of rows.
pub(crate) fn with_sentence(mut bytes: Vec<u8>, sentence: String) -> csv::Result<Vec<u8>> {
    let columns = csv::Reader::from_reader(bytes.as_slice()).headers()?.len();
    let mut row = csv::Writer::from_writer(Vec::new());
    let empty = std::iter::repeat_n(String::new(), columns.saturating_sub(1));
    row.write_record(std::iter::once(harmless(sentence)).chain(empty))?;
    let row = row.into_inner();
    bytes.extend(row.map_err(|error| csv::Error::from(error.into_error()))?);
    Ok(bytes)
}

pub(crate) fn saved(bytes: Vec<u8>, name: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ),
    ];
    (headers, bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_texts_and_nothing_is_computed() {
        let mut file = CsvFile::new();
        file.row(["区划代码".to_owned(), "名称".to_owned(), "数".to_owned()])
            .unwrap();
        file.row([code("530821000000"), "=1+1".to_owned(), "-3".to_owned()])
            .unwrap();
        let bytes = file.into_bytes().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let wanted = "\u{feff}区划代码,名称,数\n\t530821000000,'=1+1,-3\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_sealed_text_is_not_in_a_file() {
        let mut file = CsvFile::new();
        let case = "019ab0c4-8000-7000-8000-000000000002";
        file.row([format!("{{sealed:v1:{case}:AAAA}}")]).unwrap();
        let text = String::from_utf8(file.into_bytes().unwrap()).unwrap();
        assert_eq!(text, "\u{feff}（密封）(sealed)\n");
    }

    #[test]
    fn a_formula_is_a_text_whatever_precedes_it() {
        let formulas = [
            "=1+1",
            "+8613800138000",
            "-1+1",
            "@SUM(A1)",
            "\t=1+1",
            "\r=1+1",
            "\n=1+1",
            " =1+1",
            "＝1+1",
            "-inf",
        ];
        for formula in formulas {
            assert_eq!(harmless(formula.to_owned()), format!("'{formula}"));
        }
        for text in ["岩温", "a=1", "-3.5", "2026-03-04", ""] {
            assert_eq!(harmless(text.to_owned()), text);
        }
        assert_eq!(
            harmless(code("s4k2m9qxa-260302-001")),
            "\ts4k2m9qxa-260302-001"
        );
    }

    #[test]
    fn a_sentence_is_the_last_row_of_a_file() {
        let mut file = CsvFile::new();
        file.row(["编号".to_owned(), "事项".to_owned()]).unwrap();
        file.row(["1".to_owned(), "=1".to_owned()]).unwrap();
        let before = String::from_utf8(file.into_bytes().unwrap()).unwrap();
        let told = with_sentence(before.clone().into_bytes(), "=colour".to_owned()).unwrap();
        let told = String::from_utf8(told).unwrap();
        assert_eq!(told, format!("{before}'=colour,\n"));
    }

    #[test]
    fn a_file_that_was_cut_says_so_in_its_last_row() {
        let write = |completeness| {
            let mut file = CsvFile::new();
            file.row(["编号".to_owned(), "事项".to_owned()]).unwrap();
            file.end(completeness, 2, || "不全".to_owned()).unwrap();
            String::from_utf8(file.into_bytes().unwrap()).unwrap()
        };
        assert_eq!(write(Completeness::of::<u8>(None)), "\u{feff}编号,事项\n");
        assert_eq!(
            write(Completeness::of(Some(&"next"))),
            "\u{feff}编号,事项\n不全,\n"
        );
    }
}
