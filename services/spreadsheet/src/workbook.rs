//! The rows of a workbook: of its first visible sheet that begins with a known heading, or else that has text.

use std::{
    collections::BTreeMap,
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{
    DataRef, ExcelDateTime, ExcelDateTimeType, Reader, SheetType, SheetVisible, Xlsx, XlsxError,
};

use crate::{
    cell::{self, Cell, Loss, Value},
    error::SheetError,
    grid::{Amount, RawRow},
    limits::MOST_ROWS,
    package,
    table::Column,
};

/// From this on a number of a workbook has lost digits: it keeps fifteen.
const DIGITS_LOST: f64 = 1e15;
/// The numbers that count a day of 1954 to 2119; others are no days.
const DAYS: std::ops::RangeInclusive<f64> = 20_000.0..=80_000.0;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

pub(crate) fn rows(bytes: &[u8], columns: &[Column]) -> Result<Vec<RawRow>, SheetError> {
    package::check(bytes)?;
    // The parser is not ours, and the file is the sender's: where it panics, the file is damaged.
    let read = catch_unwind(AssertUnwindSafe(|| sheet_with_headings(bytes, columns)));
    read.unwrap_or(Err(SheetError::Damaged))
}

fn sheet_with_headings(bytes: &[u8], columns: &[Column]) -> Result<Vec<RawRow>, SheetError> {
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let sheets = book.sheets_metadata().iter();
    let visible = sheets.filter(|sheet| {
        sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet
    });
    let names: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    let mut found: Option<(String, Vec<RawRow>)> = None;
    for name in names {
        let rows = sheet_rows(&mut book, &name)?;
        // A cover or notes may come before what is filled in.
        let begins = rows.first().is_some_and(|row| row.has_heading(columns));
        if begins || (found.is_none() && !rows.is_empty()) {
            found = Some((name, rows));
        }
        if begins {
            break;
        }
    }
    let (name, rows) = found.ok_or(SheetError::Empty)?;
    refuse_merged(&mut book, &name)?;
    Ok(rows)
}

fn unreadable(error: &XlsxError) -> SheetError {
    if matches!(error, XlsxError::Password) {
        SheetError::OldWorkbook
    } else {
        SheetError::Damaged
    }
}

/// The cells of a sheet that have text, by rows.
fn sheet_rows(book: &mut Book<'_>, name: &str) -> Result<Vec<RawRow>, SheetError> {
    let epoch = Epoch::of(book);
    let mut reader = book
        .worksheet_cells_reader(name)
        .map_err(|error| unreadable(&error))?;
    let mut rows: BTreeMap<usize, Vec<Cell>> = BTreeMap::new();
    let mut amount = Amount::default();
    while let Some(found) = reader.next_cell().map_err(|error| unreadable(&error))? {
        let (row, column) = found.get_position();
        let Some(value) = value(found.get_value(), epoch) else {
            continue;
        };
        let (Ok(row), Ok(column)) = (usize::try_from(row), usize::try_from(column)) else {
            return Err(SheetError::TooLarge);
        };
        let cell = Cell { column, value };
        amount.add(&cell)?;
        rows.entry(row).or_default().push(cell);
        if rows.len() > MOST_ROWS {
            return Err(SheetError::TooLarge);
        }
    }
    let raw = |(row, mut cells): (usize, Vec<Cell>)| {
        cells.sort_by_key(|cell| cell.column);
        RawRow {
            number: row + 1,
            cells,
        }
    };
    Ok(rows.into_iter().map(raw).collect())
}

/// Of merged cells the first alone has text: the others would be read as empty.
fn refuse_merged(book: &mut Book<'_>, name: &str) -> Result<(), SheetError> {
    let merged = book
        .merge_cells_by_sheet_name(name)
        .map_err(|error| unreadable(&error))?;
    let Some(first) = merged.first() else {
        return Ok(());
    };
    let corner = |(row, column): (u32, u32)| {
        let (row, column) = (usize::try_from(row), usize::try_from(column));
        cell::name(
            row.unwrap_or_default().saturating_add(1),
            column.unwrap_or_default(),
        )
    };
    let range = format!("{}:{}", corner(first.start), corner(first.end));
    Err(SheetError::Merged { range })
}

/// From which year a book counts days: files of old programs for the Mac begin four years later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Epoch {
    From1900,
    From1904,
}

impl Epoch {
    fn of(book: &Book<'_>) -> Self {
        if book.has_1904_epoch() {
            Self::From1904
        } else {
            Self::From1900
        }
    }
}

/// What a cell holds; nothing if it is empty.
fn value(data: &DataRef<'_>, epoch: Epoch) -> Option<Value> {
    let value = match data {
        DataRef::Empty => return None,
        DataRef::String(text) => Value::of_text(text.trim()),
        DataRef::SharedString(text) => Value::of_text(text.trim()),
        DataRef::Int(number) => Value::Text(number.to_string()),
        DataRef::Float(number) => number_value(*number, epoch),
        DataRef::Bool(is_true) => Value::Text(is_true.to_string()),
        DataRef::DateTime(moment) if moment.is_datetime() => Value::Text(moment_text(moment)),
        DataRef::DateTime(length) => number_value(length.as_f64(), epoch),
        DataRef::DateTimeIso(text) => {
            Value::Text(text.strip_suffix("T00:00:00").unwrap_or(text).to_owned())
        }
        DataRef::DurationIso(text) => Value::Text(text.clone()),
        DataRef::Error(error) => Value::Lost {
            text: error.to_string(),
            loss: Loss::Formula,
        },
    };
    (!value.text().is_empty()).then_some(value)
}

/// A number as it was typed: a telephone number has no point and no exponent.
fn number_value(number: f64, epoch: Epoch) -> Value {
    let text = number.to_string();
    if number.abs() >= DIGITS_LOST {
        return Value::Lost {
            text,
            loss: Loss::LongNumber,
        };
    }
    let day = DAYS.contains(&number).then(|| {
        moment_text(&ExcelDateTime::new(
            number,
            ExcelDateTimeType::DateTime,
            epoch == Epoch::From1904,
        ))
    });
    Value::Number { text, day }
}

/// A day, with the time if it has one.
fn moment_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, _, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute) {
        (0, 0) => date,
        (hour, minute) => format!("{date} {hour:02}:{minute:02}"),
    }
}
