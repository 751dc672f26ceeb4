//! The rows of a CSV file.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8};

use crate::{
    cell::{Cell, Value},
    error::SheetError,
    grid::{Amount, RawRow},
    limits::MOST_ROWS,
};

/// The bytes by which spreadsheets know UTF-8.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{FEFF}";
/// What separates cells: a comma; in other languages, or copied out of a sheet, something else.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

pub(crate) fn rows(bytes: &[u8]) -> Result<Vec<RawRow>, SheetError> {
    let text = text_of(bytes)?;
    let separator = separator_of(&text);
    let text = with_empty_lines(&text, separator);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .delimiter(separator)
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

/// The text of a file: in UTF-8, in what the mark at its beginning says, or in GB18030, which is what programs with Chinese
/// settings save.
fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, SheetError> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = match marked {
        Some(encoding) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => GB18030,
    };
    let (text, _, is_broken) = encoding.decode(bytes);
    if is_broken || text.contains('\0') {
        return Err(SheetError::OtherEncoding);
    }
    Ok(text)
}

/// What separates the cells of the first line that has text: the one that is there most often.
fn separator_of(text: &str) -> u8 {
    let mut lines = text.lines();
    let first = lines.find(|line| !line.trim().is_empty());
    let times = |separator: &u8| {
        let bytes = first.unwrap_or_default().bytes();
        bytes.filter(|byte| byte == separator).count()
    };
    // Of several the last is the maximum: the comma, where none is there.
    let all = SEPARATORS.into_iter().rev();
    all.max_by_key(times).unwrap_or(b',')
}

/// Where the parser is in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// At the beginning of a row, or behind the carriage return that ended the one before.
    Row,
    Field,
    /// In a cell that did not begin with a quote, or behind its closing one: quotes are signs as others there.
    Bare,
    Quoted,
    /// Behind a quote in a quoted cell: its end, or the first of two that mean one.
    Quote,
}

/// The text with a separator in each row that is empty: the parser would leave it out, and count the rows below it as others
/// than a spreadsheet does. A line break in a quoted cell ends no row.
fn with_empty_lines(text: &str, separator: u8) -> String {
    let mut lines = String::with_capacity(text.len());
    let (mut position, mut before) = (Position::Row, None);
    for sign in text.chars() {
        let ends_row = matches!(sign, '\n' | '\r');
        let is_second_half = sign == '\n' && before == Some('\r');
        if ends_row && position == Position::Row && !is_second_half {
            lines.push(char::from(separator));
        }
        lines.push(sign);
        position = match position {
            Position::Quoted if sign == '"' => Position::Quote,
            Position::Quoted => Position::Quoted,
            Position::Quote if sign == '"' => Position::Quoted,
            Position::Row | Position::Field if sign == '"' => Position::Quoted,
            Position::Row | Position::Field | Position::Bare | Position::Quote => {
                if ends_row {
                    Position::Row
                } else if sign == char::from(separator) {
                    Position::Field
                } else {
                    Position::Bare
                }
            }
        };
        before = Some(sign);
    }
    lines
}
