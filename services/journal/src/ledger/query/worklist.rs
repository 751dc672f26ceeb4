//! A unit's worklist, and its day.

use onestop_proto::{
    ids::UnitId,
    ledger::{
        CaseGroup, CaseRow, Filters, SortOrder, TabCount, Today, TodayQuery, WorklistPage,
        WorklistQuery, WorklistTab,
    },
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

/// So many days an answer to a supervisor's instruction is in the day.
const ANSWERED_DAYS: i64 = 7;

/// The rows shown of a group of the day.
const GROUP: usize = 50;

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

    fn count(&self, conditions: &Conditions) -> Result<u64, QueryError> {
        let sql = format!("SELECT count(*) FROM worklist WHERE {}", conditions.text());
        let mut select = self.prepare(&sql)?;
        let values = params_from_iter(&conditions.values);
        Ok(select.query_row(values, |row| row.get(0))?)
    }

    fn worklist_rows(
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

    pub(super) fn today(&self, query: &TodayQuery) -> Result<Today, QueryError> {
        self.check_unit(&query.unit)?;
        let seen = self.seen()?;
        let Some(unit) = self.unit(&query.unit)? else {
            return Ok(Today {
                taken: CaseGroup::default(),
                returned: CaseGroup::default(),
                papers: CaseGroup::default(),
                to_close: CaseGroup::default(),
                due: CaseGroup::default(),
                to_accept: CaseGroup::default(),
                to_decide: CaseGroup::default(),
                answered: CaseGroup::default(),
                seen,
            });
        };
        let parts = self.worklist_parts(&query.unit, unit)?;
        let tab = |tab: WorklistTab| parts.rows_in(tab);
        let tonight = self.context.tonight();
        let morning = tonight.plus_seconds(-24 * 60 * 60).as_micros();
        let all = tab_list();
        let opened =
            format!("worklist.tab IN ({all}) AND worklist.opened_at >= ? AND worklist.own");
        let opened = Condition::new(&opened, [Value::from(morning)]);
        let due = format!("worklist.tab IN ({all}) AND worklist.due_at <= ?");
        let due = Condition::new(&due, [Value::from(tonight.as_micros())]);
        let lately = tonight.plus_seconds(-ANSWERED_DAYS * 24 * 60 * 60);
        let lately = [Value::from(lately.as_micros())];
        let answered = Condition::new("worklist.answered_at >= ?", lately);
        let group = |condition, order| self.group(query, unit, condition, order);
        Ok(Today {
            taken: group(opened, SortOrder::Opened)?,
            returned: group(tab(WorklistTab::Returned), SortOrder::Due)?,
            papers: group(tab(WorklistTab::PapersMissing), SortOrder::Due)?,
            to_close: group(tab(WorklistTab::ToClose), SortOrder::Opened)?,
            due: group(due, SortOrder::Due)?,
            to_accept: group(tab(WorklistTab::ToAccept), SortOrder::Due)?,
            to_decide: group(tab(WorklistTab::ToDecide), SortOrder::Due)?,
            answered: group(answered, SortOrder::Opened)?,
            seen,
        })
    }

    fn group(
        &self,
        query: &TodayQuery,
        unit: i64,
        condition: Condition,
        order: SortOrder,
    ) -> Result<CaseGroup, QueryError> {
        let mut conditions = Conditions::default();
        conditions.and("worklist.unit_id = ?", [Value::from(unit)]);
        conditions.push(condition);
        if let Some(staff) = &query.staff {
            conditions.and("worklist.staff = ?", [Value::from(staff.to_string())]);
        }
        let count = self.count(&conditions)?;
        let rows = if count == 0 {
            Vec::new()
        } else {
            self.worklist_rows(&conditions, order, GROUP, &query.unit)?
        };
        let rows = rows.into_iter().map(|(row, _)| row).collect();
        Ok(CaseGroup { count, rows })
    }
}

/// The numbers of all parts of a worklist.
fn tab_list() -> String {
    let tabs = WorklistTab::ALL.iter();
    let numbers = tabs.map(|tab| tab_number(*tab).to_string());
    numbers.collect::<Vec<_>>().join(", ")
}
