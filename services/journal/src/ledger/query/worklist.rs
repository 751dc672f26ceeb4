//! A unit's worklist.

use onestop_proto::{
    ids::UnitId,
    ledger::{CaseRow, Filters, SortOrder, TabCount, WorklistPage, WorklistQuery, WorklistTab},
};
use rusqlite::{params_from_iter, types::Value};

use super::{
    Query,
    page::{self, Columns, Condition, Conditions, Cursor},
    worklist_parts::WorklistParts,
};
use crate::{
    domain::dossier::{SearchScope, search_expression},
    ledger::{encoding::tab_number, query_error::QueryError},
};

const COLUMNS: Columns = Columns {
    item: "worklist.item",
    origin: "worklist.origin",
    due: "worklist.due_at",
    step_due: "worklist.step_due",
    whole_due: "worklist.whole_due",
    date_due: "worklist.date_due",
    opened: "worklist.opened_at",
    number: "worklist.number",
    case_id: "worklist.case_id",
};

impl Query<'_> {
    pub(super) fn worklist(&self, query: &WorklistQuery) -> Result<WorklistPage, QueryError> {
        self.check_unit(&query.unit)?;
        let seen = self.seen()?;
        let cursor = query.cursor.as_deref();
        let cursor = cursor.map(|text| Cursor::parse(text, Some(query.order)));
        let cursor = cursor.transpose()?;
        let Some(unit) = self.unit(&query.unit)? else {
            return Ok(WorklistPage {
                rows: Vec::new(),
                next: None,
                counts: self.counts(-1, &WorklistParts::of_unit())?,
                total: Some(0),
                seen,
            });
        };
        let parts = self.worklist_parts(&query.unit, unit)?;
        let mut conditions = Conditions::default();
        conditions.and("worklist.unit_id = ?", [Value::from(unit)]);
        conditions.push(parts.rows_in(query.tab));
        self.narrow(&mut conditions, &query.filters, &query.unit);
        let total = match cursor {
            None => Some(self.count(&conditions)?),
            Some(_) => None,
        };
        if let Some(cursor) = &cursor {
            COLUMNS.continue_after(&mut conditions, cursor);
        }
        let size = page::size(query.limit);
        let mut found = self.worklist_rows(&conditions, query.order, size + 1, &query.unit)?;
        let more = found.len() > size;
        found.truncate(size);
        let next = found
            .last()
            .filter(|_| more)
            .map(|(_, cursor)| cursor.text());
        let tab = Some(query.tab);
        let rows = found.into_iter().map(|(row, _)| CaseRow { tab, ..row });
        Ok(WorklistPage {
            rows: rows.collect(),
            next,
            counts: self.counts(unit, &parts)?,
            total,
            seen,
        })
    }

    fn narrow(&self, conditions: &mut Conditions, filters: &Filters, unit: &UnitId) {
        page::narrow(conditions, filters, &COLUMNS, &self.context);
        if let Some(staff) = &filters.mine {
            conditions.and("worklist.staff = ?", [Value::from(staff.to_string())]);
        }
        let Some(text) = page::text(filters, self.context.directory) else {
            return;
        };
        match search_expression(&SearchScope::Unit(unit), &text) {
            Some(expression) => {
                let found = "worklist.case_id IN (SELECT rowid FROM search WHERE search MATCH ?)";
                conditions.and(found, [Value::from(expression)]);
            }
            // Signs alone are in no case.
            None => conditions.and("FALSE", []),
        }
    }

    pub(super) fn count(&self, conditions: &Conditions) -> Result<u64, QueryError> {
        let sql = format!("SELECT count(*) FROM worklist WHERE {}", conditions.text());
        let mut select = self.prepare(&sql)?;
        let values = params_from_iter(&conditions.values);
        Ok(select.query_row(values, |row| row.get(0))?)
    }

    pub(super) fn worklist_rows(
        &self,
        conditions: &Conditions,
        order: SortOrder,
        most: usize,
        unit: &UnitId,
    ) -> Result<Vec<(CaseRow, Cursor)>, QueryError> {
        let sql = format!(
            "SELECT worklist.case_id, {}, cases.id, cases.dossier FROM worklist CROSS JOIN cases USING (case_id)
             WHERE {} ORDER BY {} LIMIT {most}",
            COLUMNS.key(order),
            conditions.text(),
            COLUMNS.order(order),
        );
        self.rows(&sql, &conditions.values, order, Some(unit))
    }

    /// The rows of a select of case number in the file, sort key, id and dossier.
    pub(super) fn rows(
        &self,
        sql: &str,
        values: &[Value],
        order: SortOrder,
        viewer: Option<&UnitId>,
    ) -> Result<Vec<(CaseRow, Cursor)>, QueryError> {
        let mut select = self.prepare(sql)?;
        let mut rows = select.query(params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let cursor = match order {
                SortOrder::Due | SortOrder::Opened => Cursor::Time(order, row.get(1)?, row.get(0)?),
                SortOrder::Number => Cursor::Number(row.get(1)?, row.get(0)?),
            };
            let (id, dossier) = (row.get_ref(2)?, row.get_ref(3)?);
            let id = id.as_str().map_err(rusqlite::Error::from)?;
            let dossier = dossier.as_str().map_err(rusqlite::Error::from)?;
            let row = self.row(id, dossier, viewer)?;
            found.extend(row.map(|row| (row, cursor)));
        }
        Ok(found)
    }

    fn counts(&self, unit: i64, parts: &WorklistParts) -> Result<Vec<TabCount>, QueryError> {
        let mut counts: Vec<TabCount> = WorklistTab::ALL
            .iter()
            .map(|tab| TabCount {
                tab: *tab,
                count: 0,
                overdue: 0,
            })
            .collect();
        let Condition { text, mut values } = parts.part();
        let sql = format!(
            "SELECT {text}, count(*), sum(due_at <= ?) FROM worklist WHERE unit_id = ? AND tab > 0 GROUP BY 1"
        );
        let mut select = self.prepare(&sql)?;
        values.extend([self.context.now.as_micros(), unit].map(Value::from));
        let mut rows = select.query(params_from_iter(&values))?;
        while let Some(row) = rows.next()? {
            let tab: i64 = row.get(0)?;
            let counted = counts.iter_mut().find(|one| tab_number(one.tab) == tab);
            if let Some(counted) = counted {
                counted.count = row.get(1)?;
                counted.overdue = row.get(2)?;
            }
        }
        Ok(counts)
    }
}
