//! Pages of a list: conditions, an order, and where the page before ended.
//!
//! A cursor names the last row of a page by what it is sorted by and by its number, so that a page begins
//! where the one before ended whatever has come in meanwhile.

use onestop_proto::{
    ledger::{DueFilter, Filters, SortOrder},
    rejection::CommonRejection,
};
use rusqlite::types::Value;

use super::super::writer::digits;
use crate::domain::dossier::Sight;

/// Nobody reads more at once.
const LONGEST: u32 = 200;

/// Rows of a page: at least one, at most [`LONGEST`].
pub(super) fn size(limit: u32) -> usize {
    limit.clamp(1, LONGEST) as usize
}

/// Conditions of a `WHERE`, with their values.
#[derive(Default, Clone)]
pub(super) struct Conditions {
    texts: Vec<String>,
    pub(super) values: Vec<Value>,
}

impl Conditions {
    /// Adds a condition; each `?` stands for the next of the values.
    pub(super) fn and(&mut self, text: &str, values: impl IntoIterator<Item = Value>) {
        self.texts.push(text.to_owned());
        self.values.extend(values);
    }

    pub(super) fn text(&self) -> String {
        self.texts.join(" AND ")
    }
}

/// What is due as a filter says, as a range that holds its end and not its beginning. What is overdue has no
/// beginning.
fn range(due: DueFilter, sight: &Sight<'_>) -> (i64, i64) {
    let (now, tonight) = (sight.now.as_micros(), sight.tonight().as_micros());
    match due {
        DueFilter::Overdue => (i64::MIN, now),
        DueFilter::Today => (now, tonight),
        DueFilter::Soon => (now, sight.soon.max(sight.tonight()).as_micros()),
    }
}

/// Narrows a list; `item`, `origin` and `due` are the columns.
pub(super) fn narrow(
    conditions: &mut Conditions,
    filters: &Filters,
    (item, origin, due): (&str, &str, &str),
    sight: &Sight<'_>,
) {
    if let Some(wanted) = &filters.item {
        let wanted = Value::from(wanted.to_string());
        conditions.and(&format!("{item} = ?"), [wanted]);
    }
    if let Some(from) = filters.origin {
        let (first, last) = span(from);
        let range = [first, last].map(Value::from);
        conditions.and(&format!("{origin} BETWEEN ? AND ?"), range);
    }
    if let Some(filter) = filters.due {
        let (after, upto) = range(filter, sight);
        let range = [after, upto].map(Value::from);
        conditions.and(&format!("{due} > ? AND {due} <= ?"), range);
    }
}

/// The codes that lie in a division, the first and the last.
pub(super) fn span(code: onestop_proto::division::DivisionCode) -> (i64, i64) {
    let first = digits(code);
    let width = 10_i64.pow(12 - code.tier().digits() as u32);
    (first, first + width - 1)
}

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cursor {
    /// By due day or by opening, and by number in the file.
    Time(SortOrder, i64, i64),
    /// By the case's number, and by number in the file.
    Number(String, i64),
    /// By number in the file alone.
    Found(i64),
}

impl Cursor {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Time(order, at, n) => format!("{order}.{at}.{n}"),
            Self::Number(number, n) => format!("number.{number}.{n}"),
            Self::Found(n) => format!("found.{n}"),
        }
    }

    /// Reads a cursor for an order; nothing for an order by what was found.
    pub(super) fn parse(text: &str, order: Option<SortOrder>) -> Result<Self, CommonRejection> {
        let parts: Vec<&str> = text.split('.').collect();
        let parsed = match (order, parts[..].as_ref()) {
            (Some(order @ (SortOrder::Due | SortOrder::Opened)), [name, at, n])
                if *name == order.as_str() =>
            {
                at.parse()
                    .ok()
                    .zip(n.parse().ok())
                    .map(|(at, n)| Self::Time(order, at, n))
            }
            (Some(SortOrder::Number), ["number", number, n]) => n
                .parse()
                .ok()
                .map(|n| Self::Number((*number).to_owned(), n)),
            (None, ["found", n]) => n.parse().ok().map(Self::Found),
            (Some(_) | None, _) => None,
        };
        parsed.ok_or_else(|| CommonRejection::Malformed {
            field: "data.cursor".to_owned(),
            problem: "this cursor is of no page in this order; begin with the first page"
                .to_owned(),
        })
    }
}

/// The columns that a list is sorted by.
pub(super) struct Columns {
    pub(super) due: &'static str,
    pub(super) opened: &'static str,
    pub(super) number: &'static str,
    pub(super) n: &'static str,
}

impl Columns {
    /// Goes on behind a cursor.
    pub(super) fn behind(&self, conditions: &mut Conditions, cursor: &Cursor) {
        let Self {
            due,
            opened,
            number,
            n,
        } = self;
        match cursor {
            Cursor::Time(SortOrder::Due, at, last) => conditions.and(
                &format!("({due}, {n}) > (?, ?)"),
                [*at, *last].map(Value::from),
            ),
            Cursor::Time(SortOrder::Opened | SortOrder::Number, at, last) => conditions.and(
                &format!("({opened}, {n}) < (?, ?)"),
                [*at, *last].map(Value::from),
            ),
            Cursor::Number(last, n_last) => conditions.and(
                &format!("({number}, {n}) > (?, ?)"),
                [Value::from(last.clone()), Value::from(*n_last)],
            ),
            Cursor::Found(last) => conditions.and(&format!("{n} < ?"), [Value::from(*last)]),
        }
    }

    pub(super) fn order(&self, order: SortOrder) -> String {
        let Self {
            due,
            opened,
            number,
            n,
        } = self;
        match order {
            SortOrder::Due => format!("{due}, {n}"),
            SortOrder::Opened => format!("{opened} DESC, {n} DESC"),
            SortOrder::Number => format!("{number}, {n}"),
        }
    }

    /// What the cursor behind a row is made of: the value sorted by.
    pub(super) fn key(&self, order: SortOrder) -> &'static str {
        match order {
            SortOrder::Due => self.due,
            SortOrder::Opened => self.opened,
            SortOrder::Number => self.number,
        }
    }
}
