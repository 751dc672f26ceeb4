//! Search among all cases that somebody may see.

use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::UnitId,
    ledger::{CasesPage, CasesQuery, Rejection, SortOrder},
};
use rusqlite::types::Value;

use super::{
    Asking, NoAnswer,
    page::{self, Columns, Conditions, Cursor},
};
use crate::{
    domain::{
        dossier::{Scope, search},
        reach::Reach,
    },
    ledger::writer::digits,
};

const COLUMNS: Columns = Columns {
    due: "reach.due_at",
    opened: "reach.opened_at",
    number: "cases.number",
    n: "cases.n",
};

/// Among which cases a list is made, as the file has it.
struct Within<'a> {
    scope: Scope<'a>,
    number: i64,
    /// The asked unit, in whose sight the rows are shown.
    unit: Option<&'a UnitId>,
}

impl Asking<'_> {
    pub(super) fn cases(&self, query: &CasesQuery) -> Result<CasesPage, NoAnswer> {
        let seen = self.seen()?;
        let Some(within) = self.within(query)? else {
            return Ok(CasesPage {
                rows: Vec::new(),
                next: None,
                seen,
            });
        };
        let text = query.filters.text.as_deref();
        let words = text.and_then(|text| search(&within.scope, text));
        let order = words.is_none().then_some(query.order);
        let cursor = query.cursor.as_deref();
        let cursor = cursor.map(|text| Cursor::parse(text, order)).transpose()?;
        let mut conditions = Conditions::default();
        if let Some(words) = &words {
            conditions.and("search MATCH ?", [Value::from(words.clone())]);
        }
        conditions.and("reach.scope = ?", [Value::from(within.number)]);
        let columns = ("cases.item", "cases.origin", COLUMNS.due);
        page::narrow(&mut conditions, &query.filters, columns, &self.sight);
        if let Some(open) = query.open {
            conditions.and("reach.closed = ?", [Value::from(!open)]);
        }
        if let Some(staff) = &query.filters.mine {
            let own = self.unit(&self.actor.unit)?.unwrap_or(-1);
            let values = [Value::from(own), Value::from(staff.to_string())];
            let seat = "EXISTS (SELECT 1 FROM seats
                WHERE seats.unit = ? AND seats.n = cases.n AND seats.staff = ?)";
            conditions.and(seat, values);
        }
        if let Some(cursor) = &cursor {
            COLUMNS.behind(&mut conditions, cursor);
        }
        let most = page::size(query.limit);
        let sql = select(&conditions, order, most + 1, &within);
        let sorted = order.unwrap_or(SortOrder::Opened);
        let mut found = self.lines(&sql, &conditions.values, sorted, within.unit)?;
        let more = found.len() > most;
        found.truncate(most);
        let last = found.last().filter(|_| more);
        let next = last.map(|(_, cursor)| match (order, cursor) {
            // What was found by words is sorted by its number in the file.
            (None, Cursor::Time(_, _, n)) => Cursor::Found(*n).text(),
            (Some(_) | None, cursor) => cursor.text(),
        });
        Ok(CasesPage {
            rows: found.into_iter().map(|(row, _)| row).collect(),
            next,
            seen,
        })
    }

    /// Among which cases; nothing if there is none. An origin within it narrows it without a search.
    fn within<'a>(&'a self, query: &CasesQuery) -> Result<Option<Within<'a>>, NoAnswer> {
        match &self.reach {
            Reach::Unit(unit) => {
                if let Some(within) = query.within {
                    return Err(Rejection::NotYourDivision {
                        within,
                        yours: self.division_of(unit, within),
                    }
                    .into());
                }
                Ok(self.unit(unit)?.map(|number| Within {
                    scope: Scope::Unit(unit),
                    number: -number,
                    unit: Some(unit),
                }))
            }
            Reach::Area(yours) => {
                let within = query.within.unwrap_or(*yours);
                if !yours.contains(within) {
                    let yours = *yours;
                    return Err(Rejection::NotYourDivision { within, yours }.into());
                }
                let origin = query.filters.origin.filter(|from| within.contains(*from));
                let area = origin.unwrap_or(within);
                Ok(Some(Within {
                    scope: Scope::Area(area),
                    number: digits(area),
                    unit: None,
                }))
            }
        }
    }

    fn division_of(&self, unit: &UnitId, otherwise: DivisionCode) -> DivisionCode {
        let known = self.sight.directory.unit(unit);
        known.map_or(otherwise, |unit| unit.division)
    }
}

/// The way to the rows is said where SQLite would have to guess how many there are.
fn select(
    conditions: &Conditions,
    order: Option<SortOrder>,
    most: usize,
    within: &Within<'_>,
) -> String {
    let wide = match within.scope {
        Scope::Area(code) => code.tier() <= Tier::Prefecture,
        Scope::Unit(_) => false,
    };
    let by_reach = "reach CROSS JOIN cases ON cases.n = reach.n";
    let by_case = "cases CROSS JOIN reach ON reach.n = cases.n";
    let (from, sorted) = match order {
        None => (
            "search CROSS JOIN cases ON cases.n = search.rowid CROSS JOIN reach ON reach.n = cases.n",
            "search.rowid DESC".to_owned(),
        ),
        // Of many cases the first by number are soon found; few are sooner sorted.
        Some(SortOrder::Number) if wide => (by_case, COLUMNS.order(SortOrder::Number)),
        Some(order) => (by_reach, COLUMNS.order(order)),
    };
    let key = COLUMNS.key(order.unwrap_or(SortOrder::Opened));
    format!(
        "SELECT cases.n, {key}, cases.id, cases.dossier FROM {from}
         WHERE cases.number IS NOT NULL AND {} ORDER BY {sorted} LIMIT {most}",
        conditions.text(),
    )
}
