//! Pages of a list: conditions, an order, and where the page before ended.
//!
//! A cursor names the last row of a page by what it is sorted by and by its number, so that a page begins
//! where the one before ended whatever has come in meanwhile.

use onestop_directory::{CaseKey, Directory};
use onestop_proto::{
    ledger::{DueFilter, Filters, SortOrder},
    problem_words::own,
    rejection::{CommonRejection, Malformed},
    time::Timestamp,
};
use rusqlite::types::Value;

use crate::{domain::dossier::ReadContext, ledger::encoding::division_range};

/// Rows of a page at most.
const LONGEST: u32 = 200;

/// Rows of a page: at least one, at most [`LONGEST`].
pub(super) fn size(limit: u32) -> usize {
    limit.clamp(1, LONGEST) as usize
}

/// A condition of a `WHERE`; each `?` is the next of its values.
#[derive(Clone)]
pub(super) struct Condition {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl Condition {
    pub(super) fn new(text: &str, values: impl IntoIterator<Item = Value>) -> Self {
        Self {
            text: text.to_owned(),
            values: values.into_iter().collect(),
        }
    }
}

/// The conditions of a `WHERE`, with their values.
#[derive(Default, Clone)]
pub(super) struct Conditions {
    texts: Vec<String>,
    pub(super) values: Vec<Value>,
}

impl Conditions {
    /// Adds a condition; each `?` is the next of the values.
    pub(super) fn and(&mut self, text: &str, values: impl IntoIterator<Item = Value>) {
        self.push(Condition::new(text, values));
    }

    pub(super) fn push(&mut self, condition: Condition) {
        self.texts.push(condition.text);
        self.values.extend(condition.values);
    }

    pub(super) fn text(&self) -> String {
        self.texts.join(" AND ")
    }
}

/// The text that is looked for, if one was typed: the whole name of a case as the index has it. One of signs alone finds nothing.
pub(super) fn text(filters: &Filters, directory: &Directory) -> Option<String> {
    let text = filters.text.as_deref();
    let text = text.filter(|text| !text.trim().is_empty())?;
    Some(match directory.read_case(text) {
        Ok(CaseKey::Number(number)) => number.to_string(),
        Ok(CaseKey::ShortCode(code)) => code.to_string(),
        Ok(CaseKey::Id(_)) | Err(_) => text.to_owned(),
    })
}

/// Narrows a list by its filters.
pub(super) fn narrow(
    conditions: &mut Conditions,
    filters: &Filters,
    columns: &Columns,
    context: &ReadContext<'_>,
) {
    let Columns { item, origin, .. } = columns;
    if let Some(filter) = &filters.item {
        let value = Value::from(filter.to_string());
        conditions.and(&format!("{item} = ?"), [value]);
    }
    if let Some(from) = filters.origin {
        let (first, last) = division_range(context.directory.present_division(from));
        let range = [first, last].map(Value::from);
        conditions.and(&format!("{origin} BETWEEN ? AND ?"), range);
    }
    if let Some(filter) = filters.due {
        conditions.push(due_as(filter, columns, context));
    }
}

/// What a filter lets through: all that is overdue, one part of a case that is, or whatever has its end in a span.
fn due_as(filter: DueFilter, columns: &Columns, context: &ReadContext<'_>) -> Condition {
    let (now, tonight) = (context.now, context.tonight());
    // The first of them narrows by an index.
    let over = |column: &str| {
        let text = format!("{} <= ? AND {column} <= ?", columns.due);
        Condition::new(&text, [now, now].map(|at| Value::from(at.as_micros())))
    };
    match filter {
        DueFilter::Overdue => over(columns.due),
        DueFilter::OverdueStep => over(columns.step_due),
        DueFilter::OverdueWhole => over(columns.whole_due),
        DueFilter::OverdueCriticalDate => over(columns.date_due),
        DueFilter::Today => ends_within(columns, now, tonight),
        DueFilter::Soon => ends_within(columns, now, context.soon.max(tonight)),
    }
}

/// Whether the step, the whole or the critical date ends in a span: its end is included, its beginning is not. The one that
/// is due first may have ended before.
fn ends_within(columns: &Columns, after: Timestamp, upto: Timestamp) -> Condition {
    let Columns {
        due,
        step_due,
        whole_due,
        date_due,
        ..
    } = columns;
    let (after, upto) = (after.as_micros(), upto.as_micros());
    let ends = [step_due, whole_due, date_due]
        .map(|column| format!("({column} > ? AND {column} <= ?)"))
        .join(" OR ");
    let values = [upto, after, upto, after, upto, after, upto];
    Condition::new(&format!("{due} <= ? AND ({ends})"), values.map(Value::from))
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

    /// Reads a cursor for an order; no order means the order of search results.
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
        parsed.ok_or_else(|| Malformed::new("data.cursor", own::OTHER_LIST.en).into())
    }
}

/// The columns that a list is filtered and sorted by.
pub(super) struct Columns {
    pub(super) item: &'static str,
    pub(super) origin: &'static str,
    /// The first of the three below.
    pub(super) due: &'static str,
    pub(super) step_due: &'static str,
    pub(super) whole_due: &'static str,
    pub(super) date_due: &'static str,
    pub(super) opened: &'static str,
    pub(super) number: &'static str,
    pub(super) case_id: &'static str,
}

impl Columns {
    pub(super) fn continue_after(&self, conditions: &mut Conditions, cursor: &Cursor) {
        let Self {
            due,
            opened,
            number,
            case_id,
            ..
        } = self;
        match cursor {
            Cursor::Time(SortOrder::Due, at, last) => conditions.and(
                &format!("({due}, {case_id}) > (?, ?)"),
                [*at, *last].map(Value::from),
            ),
            Cursor::Time(SortOrder::Opened | SortOrder::Number, at, last) => conditions.and(
                &format!("({opened}, {case_id}) < (?, ?)"),
                [*at, *last].map(Value::from),
            ),
            Cursor::Number(last, last_case) => conditions.and(
                &format!("({number}, {case_id}) > (?, ?)"),
                [Value::from(last.clone()), Value::from(*last_case)],
            ),
            Cursor::Found(last) => conditions.and(&format!("{case_id} < ?"), [Value::from(*last)]),
        }
    }

    pub(super) fn order(&self, order: SortOrder) -> String {
        let Self {
            due,
            opened,
            number,
            case_id,
            ..
        } = self;
        match order {
            SortOrder::Due => format!("{due}, {case_id}"),
            SortOrder::Opened => format!("{opened} DESC, {case_id} DESC"),
            SortOrder::Number => format!("{number}, {case_id}"),
        }
    }

    /// The column that a cursor is made of: the one sorted by.
    pub(super) fn key(&self, order: SortOrder) -> &'static str {
        match order {
            SortOrder::Due => self.due,
            SortOrder::Opened => self.opened,
            SortOrder::Number => self.number,
        }
    }
}
