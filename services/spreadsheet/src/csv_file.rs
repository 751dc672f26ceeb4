//! The rows of a CSV file.

use crate::{
    cell::{Cell, Value},
    error::SheetError,
    grid::{Amount, RawRow},
    limits::MOST_ROWS,
};

/// The bytes by which spreadsheets know UTF-8.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{FEFF}";

pub(crate) fn rows(bytes: &[u8]) -> Result<Vec<RawRow>, SheetError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SheetError::NotUtf8)?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let (mut rows, mut amount) = (Vec::new(), Amount::default());
    for (record, number) in reader.records().zip(1_usize..) {
        let record = record.map_err(|_| SheetError::Damaged)?;
        let mut cells = Vec::new();
        for (column, text) in record.iter().enumerate() {
            if text.trim().is_empty() {
                continue;
            }
            let cell = Cell {
                column,
                value: Value::of_text(text.trim()),
            };
            amount.add(&cell)?;
            cells.push(cell);
        }
        rows.push(RawRow { number, cells });
        if rows.len() > MOST_ROWS {
            return Err(SheetError::TooLarge);
        }
    }
    Ok(rows)
}
