//! The list of all cases that the actor may see.

use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::UnitId,
    ledger::{CaseRow, CasesPage, CasesQuery, Rejection, SortOrder},
};
use rusqlite::types::Value;

use super::{
    Query, figure,
    page::{self, Columns, Conditions, Cursor},
    timeliness::CountedCases,
};
use crate::{
    domain::{
        dossier::{SearchScope, search_expression},
        visibility::Visibility,
    },
    ledger::{encoding::division_number, query_error::QueryError},
};

const COLUMNS: Columns = Columns {
    item: "cases.item",
    origin: "cases.origin",
    due: "visibility.due_at",
    step_due: "visibility.step_due",
    whole_due: "visibility.whole_due",
    date_due: "visibility.date_due",
    opened: "visibility.opened_at",
    number: "cases.sorted_number",
    case_id: "cases.case_id",
};

/// The cases that a list is made of, as the file has them.
struct Within<'a> {
    scope: SearchScope<'a>,
    number: i64,
    /// The unit to which the rows are shown.
    unit: Option<&'a UnitId>,
}

impl Query<'_> {
    pub(super) fn cases(&self, query: &CasesQuery) -> Result<CasesPage, QueryError> {
        let seen = self.seen()?;
        let nothing = CasesPage {
            rows: Vec::new(),
            next: None,
            figure: None,
            seen,
        };
        let item = query.filters.item.as_ref();
        let figure = query.figure.as_ref();
        let counted = figure.map(|figure| self.figure_cases(figure, item));
        let counted = counted.transpose()?;
        let Some(within) = self.within(query)? else {
            return Ok(nothing);
        };
        if let Some(counted) = &counted {
            return self.cases_of_figure(query, &within, counted, nothing);
        }
        let text = page::text(&query.filters, self.context.directory);
        let words = text.as_ref();
        let words = words.and_then(|text| search_expression(&within.scope, text));
        // Signs alone are in no case.
        if text.is_some() && words.is_none() {
            return Ok(nothing);
        }
        let order = words.is_none().then_some(query.order);
        let cursor = query.cursor.as_deref();
        let cursor = cursor.map(|text| Cursor::parse(text, order)).transpose()?;
        let mut conditions = Conditions::default();
        if let Some(words) = &words {
            conditions.and("search MATCH ?", [Value::from(words.clone())]);
        }
        self.narrow_cases(&mut conditions, query, &within)?;
        if let Some(cursor) = &cursor {
            COLUMNS.continue_after(&mut conditions, cursor);
        }
        let most = page::size(query.limit);
        let sql = select(&conditions, order, most + 1, &within);
        let sorted = order.unwrap_or(SortOrder::Opened);
        let found = self.rows(&sql, &conditions.values, sorted, within.unit)?;
        let (rows, last) = first(found, most);
        let next = last.map(|cursor| match (order, cursor) {
            // What was found by words is sorted by its number in the file.
            (None, Cursor::Time(_, _, case_id)) => Cursor::Found(case_id).text(),
            (Some(_) | None, cursor) => cursor.text(),
        });
        Ok(CasesPage {
            rows,
            next,
            ..nothing
        })
    }

    /// The cases behind a figure. The item of the filters is the one that the figure was counted under.
    fn cases_of_figure(
        &self,
        query: &CasesQuery,
        within: &Within<'_>,
        counted: &CountedCases,
        nothing: CasesPage,
    ) -> Result<CasesPage, QueryError> {
        let mut query = query.clone();
        query.filters.item = None;
        let cursor = query.cursor.as_deref();
        let cursor = cursor.map(|text| Cursor::parse(text, Some(query.order)));
        let cursor = cursor.transpose()?;
        let figure = match &cursor {
            None => Some(self.figure_total(counted, within.number)?),
            Some(_) => None,
        };
        let mut conditions = Conditions::default();
        if let Some(text) = page::text(&query.filters, self.context.directory) {
            let Some(words) = search_expression(&within.scope, &text) else {
                return Ok(CasesPage { figure, ..nothing });
            };
            let found = "cases.case_id IN (SELECT rowid FROM search WHERE search MATCH ?)";
            conditions.and(found, [Value::from(words)]);
        }
        self.narrow_cases(&mut conditions, &query, within)?;
        if let Some(cursor) = &cursor {
            COLUMNS.continue_after(&mut conditions, cursor);
        }
        let most = page::size(query.limit);
        let sql = figure::select(&conditions, &COLUMNS, query.order, most + 1);
        let values = figure::values(counted, &conditions);
        let found = self.rows(&sql, &values, query.order, within.unit)?;
        let (rows, last) = first(found, most);
        Ok(CasesPage {
            rows,
            next: last.map(|cursor| cursor.text()),
            figure,
            ..nothing
        })
    }

    /// Narrows a list to those that the actor sees, and by its filters but the text.
    fn narrow_cases(
        &self,
        conditions: &mut Conditions,
        query: &CasesQuery,
        within: &Within<'_>,
    ) -> Result<(), QueryError> {
        conditions.and("visibility.scope = ?", [Value::from(within.number)]);
        page::narrow(conditions, &query.filters, &COLUMNS, &self.context);
        if let Some(open) = query.open {
            conditions.and("visibility.closed = ?", [Value::from(!open)]);
        }
        if let Some(staff) = &query.filters.mine {
            let own = self.unit(&self.actor.unit)?.unwrap_or(-1);
            let values = [Value::from(own), Value::from(staff.to_string())];
            let own_case = "EXISTS (SELECT 1 FROM worklist
                WHERE worklist.unit_id = ? AND worklist.case_id = cases.case_id AND worklist.staff = ?)";
            conditions.and(own_case, values);
        }
        Ok(())
    }

    /// The cases that a list is made of; none for a unit without a case. An origin within the division narrows it.
    fn within<'a>(&'a self, query: &CasesQuery) -> Result<Option<Within<'a>>, QueryError> {
        match &self.visibility {
            Visibility::Unit(unit) => {
                if let Some(within) = query.within {
                    return Err(Rejection::NotYourDivision {
                        within,
                        yours: self.division_of(unit, within),
                    }
                    .into());
                }
                Ok(self.unit(unit)?.map(|number| Within {
                    scope: SearchScope::Unit(unit),
                    number: -number,
                    unit: Some(unit),
                }))
            }
            Visibility::Division(yours) => {
                let present = |code| self.context.directory.present_division(code);
                let within = query.within.map_or(*yours, present);
                if !yours.contains(within) {
                    let yours = *yours;
                    return Err(Rejection::NotYourDivision { within, yours }.into());
                }
                let origin = query.filters.origin.map(present);
                let area = origin
                    .filter(|from| within.contains(*from))
                    .unwrap_or(within);
                Ok(Some(Within {
                    scope: SearchScope::Division(area),
                    number: division_number(area),
                    unit: None,
                }))
            }
        }
    }

    fn division_of(&self, unit: &UnitId, otherwise: DivisionCode) -> DivisionCode {
        let known = self.context.directory.unit(unit);
        known.map_or(otherwise, |unit| unit.division)
    }
}

/// The rows of a page, and where it ended if there are more.
fn first(mut found: Vec<(CaseRow, Cursor)>, most: usize) -> (Vec<CaseRow>, Option<Cursor>) {
    let more = found.len() > most;
    found.truncate(most);
    let (rows, mut cursors): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    (rows, cursors.pop().filter(|_| more))
}

/// Joins in a fixed order where SQLite would have to guess how many rows there are.
fn select(
    conditions: &Conditions,
    order: Option<SortOrder>,
    most: usize,
    within: &Within<'_>,
) -> String {
    let wide = match within.scope {
        SearchScope::Division(code) => code.tier() <= Tier::Prefecture,
        SearchScope::Unit(_) => false,
    };
    let by_visibility = "visibility CROSS JOIN cases ON cases.case_id = visibility.case_id";
    let by_case = "cases CROSS JOIN visibility ON visibility.case_id = cases.case_id";
    let (from, sorted) = match order {
        None => (
            "search CROSS JOIN cases ON cases.case_id = search.rowid CROSS JOIN visibility ON visibility.case_id = cases.case_id",
            "search.rowid DESC".to_owned(),
        ),
        // Of many cases the first by number are soon found; few are sooner sorted.
        Some(SortOrder::Number) if wide => (by_case, COLUMNS.order(SortOrder::Number)),
        Some(order) => (by_visibility, COLUMNS.order(order)),
    };
    let key = COLUMNS.key(order.unwrap_or(SortOrder::Opened));
    format!(
        "SELECT cases.case_id, {key}, cases.id, cases.dossier FROM {from}
         WHERE cases.number IS NOT NULL AND {} ORDER BY {sorted} LIMIT {most}",
        conditions.text(),
    )
}
