//! Sheets as files: CSV with the mark by which spreadsheets know UTF-8, and workbooks whose cells are all text.

use std::collections::BTreeSet;

use rust_xlsxwriter::{Color, Format, Workbook, Worksheet, XlsxError};

use crate::{
    csv_file::BYTE_ORDER_MARK,
    error::WriteError,
    limits::LONGEST_CELL,
    table::{Column, FileKind, PROBLEM},
};

/// The width of a column, in signs.
const WIDTH: f64 = 20.0;
/// The width of the column that says what is wrong.
const PROBLEM_WIDTH: f64 = 60.0;
/// The name of a sheet that is filled in.
pub(crate) const SHEET: &str = "填写";
/// The number of the format by which a cell is text.
const TEXT: u8 = 49;
const HEADING: Color = Color::RGB(0x00E7_ECEF);
const WRONG: Color = Color::RGB(0x00FF_D9D6);

pub(crate) struct OutRow {
    pub(crate) cells: Vec<String>,
    /// The places of the cells that are wrong.
    pub(crate) wrong: BTreeSet<usize>,
}

/// Whether there is a column for what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extra {
    Nothing,
    Problems,
}

/// A sheet of rows, each with a cell for each column.
pub fn write(
    kind: FileKind,
    columns: &'static [Column],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<Vec<u8>, WriteError> {
    let rows = rows.into_iter().map(|cells| OutRow {
        cells,
        wrong: BTreeSet::new(),
    });
    write_rows(kind, columns, rows, Extra::Nothing)
}

pub(crate) fn write_rows(
    kind: FileKind,
    columns: &'static [Column],
    rows: impl Iterator<Item = OutRow>,
    extra: Extra,
) -> Result<Vec<u8>, WriteError> {
    let problems = match extra {
        Extra::Nothing => None,
        Extra::Problems => Some(&PROBLEM),
    };
    let columns: Vec<&Column> = columns.iter().chain(problems).collect();
    match kind {
        FileKind::Csv => csv_bytes(&columns, rows),
        FileKind::Xlsx => workbook_bytes(&columns, rows),
    }
}

fn csv_bytes(
    columns: &[&Column],
    rows: impl Iterator<Item = OutRow>,
) -> Result<Vec<u8>, WriteError> {
    let mut file = csv::Writer::from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    file.write_record(columns.iter().map(|column| column.heading))?;
    for row in rows {
        file.write_record(&row.cells)?;
    }
    let written = file.into_inner();
    written.map_err(|error| WriteError::Csv(csv::Error::from(error.into_error())))
}

fn workbook_bytes(
    columns: &[&Column],
    rows: impl Iterator<Item = OutRow>,
) -> Result<Vec<u8>, WriteError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    write_headings(sheet, columns)?;
    let (plain, wrong) = (text_format(), text_format().set_background_color(WRONG));
    for (row, number) in rows.zip(1_u32..) {
        for (at, (text, column)) in row.cells.iter().zip(0_u16..).enumerate() {
            let format = if row.wrong.contains(&at) {
                &wrong
            } else if text.is_empty() {
                continue;
            } else {
                &plain
            };
            sheet.write_string_with_format(number, column, short(text), format)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

/// Writes the headings of a sheet that is filled in. Its columns are text, so that codes keep their digits.
pub(crate) fn write_headings(sheet: &mut Worksheet, columns: &[&Column]) -> Result<(), XlsxError> {
    sheet.set_name(SHEET)?;
    sheet.set_freeze_panes(1, 0)?;
    let heading = heading_format();
    for (column, at) in columns.iter().zip(0_u16..) {
        let width = if column.key == PROBLEM.key {
            PROBLEM_WIDTH
        } else {
            WIDTH
        };
        sheet.set_column_width(at, width)?;
        sheet.set_column_format(at, &text_format())?;
        sheet.write_string_with_format(0, at, column.heading, &heading)?;
    }
    Ok(())
}

pub(crate) fn heading_format() -> Format {
    text_format().set_bold().set_background_color(HEADING)
}

pub(crate) fn text_format() -> Format {
    Format::new().set_num_format_index(TEXT)
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST_CELL).collect()
}
