//! Gives the cells of a table the keys of their columns: the first row that has text has the headings.

use onestop_proto::text::Words;

use crate::{
    cell::{self, Cell, Loss, Value},
    error::SheetError,
    limits::{MOST_COLUMNS, MOST_ROWS, MOST_TEXT},
    table::{Column, Content, PROBLEM, RowProblem, SheetRow},
};

/// The cells of a row that have text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawRow {
    /// As spreadsheets count.
    pub(crate) number: usize,
    pub(crate) cells: Vec<Cell>,
}

/// The rows of a table, with the cells that cannot be read.
pub(crate) struct Named {
    pub(crate) rows: Vec<SheetRow>,
    pub(crate) lost: Vec<RowProblem>,
}

impl RawRow {
    /// Whether a cell has a heading that is known.
    pub(crate) fn has_heading(&self, columns: &[Column]) -> bool {
        let mut headings = self.cells.iter().map(heading_of);
        headings.any(|heading| columns.iter().any(|column| column.is_called(heading)))
    }
}

/// The text of a heading. A star marks what has to be filled in.
fn heading_of(cell: &Cell) -> &str {
    let text = cell.value.text().trim();
    text.trim_end_matches(['*', '＊']).trim()
}

/// The column of a heading, or that of the problems.
fn known(heading: &str, columns: &'static [Column]) -> Option<&'static Column> {
    let mut known = columns.iter().chain([&PROBLEM]);
    known.find(|column| column.is_called(heading))
}

/// Counts what is read, so that it stops in time.
#[derive(Debug, Default)]
pub(crate) struct Amount {
    text: usize,
}

impl Amount {
    pub(crate) fn add(&mut self, cell: &Cell) -> Result<(), SheetError> {
        self.text += cell.value.text().len();
        if self.text > MOST_TEXT || cell.column >= MOST_COLUMNS {
            return Err(SheetError::TooLarge);
        }
        Ok(())
    }
}

pub(crate) fn name_cells(
    rows: Vec<RawRow>,
    columns: &'static [Column],
) -> Result<Named, SheetError> {
    if rows.len() > MOST_ROWS {
        return Err(SheetError::TooLarge);
    }
    let mut rows = rows.into_iter().filter(|row| !row.cells.is_empty());
    let headings = headings(&rows.next().ok_or(SheetError::Empty)?, columns)?;
    let mut named = Named {
        rows: Vec::new(),
        lost: Vec::new(),
    };
    for row in rows {
        named.add(row, &headings)?;
    }
    Ok(named)
}

/// The column at each place; nothing where there is no heading.
fn headings(
    row: &RawRow,
    columns: &'static [Column],
) -> Result<Vec<Option<&'static Column>>, SheetError> {
    let mut found: Vec<Option<&'static Column>> = Vec::new();
    for cell in &row.cells {
        let heading = heading_of(cell);
        let column = known(heading, columns).ok_or_else(|| unknown(heading, columns))?;
        if found.iter().flatten().any(|other| other.key == column.key) {
            let heading = heading.to_owned();
            return Err(SheetError::HeadingTwice { heading });
        }
        if found.len() <= cell.column {
            found.resize(cell.column + 1, None);
        }
        if let Some(place) = found.get_mut(cell.column) {
            *place = Some(column);
        }
    }
    Ok(found)
}

fn unknown(heading: &str, columns: &[Column]) -> SheetError {
    let known: Vec<_> = columns.iter().map(|column| column.heading).collect();
    SheetError::UnknownHeading {
        // A file of another kind may have a page of text there.
        heading: heading.chars().take(40).collect(),
        known: known.join("、"),
    }
}

impl Named {
    fn add(&mut self, raw: RawRow, headings: &[Option<&'static Column>]) -> Result<(), SheetError> {
        let mut row = SheetRow {
            number: raw.number,
            cells: std::collections::BTreeMap::new(),
        };
        let mut lost = Vec::new();
        for cell in raw.cells {
            let Some(column) = headings.get(cell.column).copied().flatten() else {
                let cell = cell::name(raw.number, cell.column);
                return Err(SheetError::NoHeading { cell });
            };
            if column.key == PROBLEM.key {
                continue;
            }
            let text = match (cell.value, column.content) {
                (Value::Number { day: Some(day), .. }, Content::Day) => day,
                (Value::Lost { text, loss }, Content::Text | Content::Day) => {
                    lost.push(RowProblem {
                        row: raw.number,
                        column: column.heading,
                        words: loss_in_words(loss, &text),
                    });
                    text
                }
                (Value::Text(text) | Value::Number { text, .. }, Content::Text | Content::Day) => {
                    text
                }
            };
            row.cells.insert(column.key, text);
        }
        // Of a row that was emptied only what was wrong with it may be left.
        if !row.cells.is_empty() {
            self.rows.push(row);
            self.lost.append(&mut lost);
        }
        Ok(())
    }
}

fn loss_in_words(loss: Loss, text: &str) -> Words {
    match loss {
        Loss::Scientific => Words {
            zh: format!(
                "“{text}”只剩前几位数字：表格软件把号码变成了科学计数。请把该列设为“文本”后重新填写"
            ),
            en: format!(
                "'{text}' has only the first digits left; set the column to text and type the number once more"
            ),
        },
        Loss::LongNumber => Words {
            zh: format!(
                "“{text}”超过 15 位，表格软件已把后几位变成 0。请把该列设为“文本”后重新填写"
            ),
            en: format!(
                "'{text}' has more than 15 digits, of which the last are lost; set the column to text and type it once more"
            ),
        },
        Loss::Formula => Words {
            zh: format!("“{text}”是出错的公式，请直接填写内容"),
            en: format!("'{text}' is a formula that failed; write the content itself"),
        },
    }
}
