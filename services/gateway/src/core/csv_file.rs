//! CSV files for spreadsheets: UTF-8 with a byte order mark. What looks like a formula is kept a text, and so are codes,
//! which a spreadsheet would make numbers of.

use std::fmt::Display;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// What makes a spreadsheet take a cell as text: programs that read the file trim it.
const TEXT: char = '\t';

pub(crate) struct CsvFile(csv::Writer<Vec<u8>>);

impl CsvFile {
    pub(crate) fn new() -> Self {
        Self(csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]))
    }

    /// Adds a row.
    ///
    /// # Errors
    /// If the row has more or fewer cells than the first.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) -> csv::Result<()> {
        self.0.write_record(cells.into_iter().map(harmless))
    }

    /// The whole file.
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

/// A text that no spreadsheet computes.
fn harmless(cell: String) -> String {
    let computed = cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
    if computed {
        return format!("{TEXT}{cell}");
    }
    cell
}

/// A file to be saved.
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
        let wanted = "\u{feff}区划代码,名称,数\n\t530821000000,\t=1+1,-3\n";
        assert_eq!(text, wanted);
    }
}
