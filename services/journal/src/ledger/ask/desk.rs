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
    Asking, NoAnswer,
    page::{self, Columns, Conditions, Cursor},
};
use crate::{
    domain::dossier::{Scope, search},
    ledger::writer::tab_number,
};

const COLUMNS: Columns = Columns {
    due: "seats.due_at",
    opened: "seats.opened_at",
    number: "seats.number",
    n: "seats.n",
};

/// Rows of a group of the day.
const GROUP: usize = 50;

/// Where in a worklist something can be done, or is waited for.
const ACTIVE: [WorklistTab; 8] = [
    WorklistTab::ToAccept,
    WorklistTab::Working,
    WorklistTab::WaitingForPapers,
    WorklistTab::AtWindow,
    WorklistTab::OfferedByUs,
    WorklistTab::Returned,
    WorklistTab::WithOthers,
    WorklistTab::ToClose,
];

impl Asking<'_> {
    pub(super) fn worklist(&self, query: &WorklistQuery) -> Result<WorklistPage, NoAnswer> {
        self.allow(&query.unit)?;
        let seen = self.seen()?;
        let cursor = query.cursor.as_deref();
        let cursor = cursor.map(|text| Cursor::parse(text, Some(query.order)));
        let cursor = cursor.transpose()?;
        let Some(unit) = self.unit(&query.unit)? else {
            return Ok(WorklistPage {
                rows: Vec::new(),
                next: None,
                counts: self.counts(-1)?,
                total: Some(0),
                seen,
            });
        };
        let mut conditions = Conditions::default();
        let tab = [unit, tab_number(query.tab)].map(Value::from);
        conditions.and("seats.unit = ? AND seats.tab = ?", tab);
        self.narrow(&mut conditions, &query.filters, &query.unit);
        let total = match cursor {
            None => Some(self.count(&conditions)?),
            Some(_) => None,
        };
        if let Some(cursor) = &cursor {
            COLUMNS.behind(&mut conditions, cursor);
        }
        let size = page::size(query.limit);
        let mut found = self.seats(&conditions, query.order, size + 1, &query.unit)?;
        let more = found.len() > size;
        found.truncate(size);
        let next = found
            .last()
            .filter(|_| more)
            .map(|(_, cursor)| cursor.text());
        Ok(WorklistPage {
            rows: found.into_iter().map(|(row, _)| row).collect(),
            next,
            counts: self.counts(unit)?,
            total,
            seen,
        })
    }

    fn narrow(&self, conditions: &mut Conditions, filters: &Filters, unit: &UnitId) {
        let columns = ("seats.item", "seats.origin", COLUMNS.due);
        page::narrow(conditions, filters, columns, &self.sight);
        if let Some(staff) = &filters.mine {
            conditions.and("seats.staff = ?", [Value::from(staff.to_string())]);
        }
        let text = filters.text.as_deref();
        if let Some(wanted) = text.and_then(|text| search(&Scope::Unit(unit), text)) {
            let found = "seats.n IN (SELECT rowid FROM search WHERE search MATCH ?)";
            conditions.and(found, [Value::from(wanted)]);
        }
    }

    fn count(&self, conditions: &Conditions) -> Result<u64, NoAnswer> {
        let sql = format!("SELECT count(*) FROM seats WHERE {}", conditions.text());
        let mut select = self.prepare(&sql)?;
        let values = params_from_iter(&conditions.values);
        Ok(select.query_row(values, |row| row.get(0))?)
    }

    fn seats(
        &self,
        conditions: &Conditions,
        order: SortOrder,
        most: usize,
        unit: &UnitId,
    ) -> Result<Vec<(CaseRow, Cursor)>, NoAnswer> {
        let sql = format!(
            "SELECT seats.n, {}, cases.id, cases.dossier FROM seats CROSS JOIN cases USING (n)
             WHERE {} ORDER BY {} LIMIT {most}",
            COLUMNS.key(order),
            conditions.text(),
            COLUMNS.order(order),
        );
        self.lines(&sql, &conditions.values, order, Some(unit))
    }

    /// Rows of a select of number, sort key, id and dossier.
    pub(super) fn lines(
        &self,
        sql: &str,
        values: &[Value],
        order: SortOrder,
        asked: Option<&UnitId>,
    ) -> Result<Vec<(CaseRow, Cursor)>, NoAnswer> {
        let mut select = self.prepare(sql)?;
        let mut rows = select.query(params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let cursor = match order {
                SortOrder::Due | SortOrder::Opened => Cursor::Time(order, row.get(1)?, row.get(0)?),
                SortOrder::Number => Cursor::Number(row.get(1)?, row.get(0)?),
            };
            let (id, dossier) = (row.get_ref(2)?, row.get_ref(3)?);
            let texts = (
                id.as_str().map_err(rusqlite::Error::from)?,
                dossier.as_str().map_err(rusqlite::Error::from)?,
            );
            let line = self.row(texts, asked)?;
            found.extend(line.map(|line| (line, cursor)));
        }
        Ok(found)
    }

    fn counts(&self, unit: i64) -> Result<Vec<TabCount>, NoAnswer> {
        let mut counts: Vec<TabCount> = WorklistTab::ALL
            .iter()
            .map(|tab| TabCount {
                tab: *tab,
                count: 0,
                overdue: 0,
            })
            .collect();
        let mut select = self.prepare(
            "SELECT tab, count(*), sum(due_at <= ?2) FROM seats WHERE unit = ?1 AND tab > 0 GROUP BY tab",
        )?;
        let mut rows = select.query([unit, self.sight.now.as_micros()])?;
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

    pub(super) fn today(&self, query: &TodayQuery) -> Result<Today, NoAnswer> {
        self.allow(&query.unit)?;
        let seen = self.seen()?;
        let Some(unit) = self.unit(&query.unit)? else {
            return Ok(Today {
                taken: CaseGroup::default(),
                returned: CaseGroup::default(),
                to_close: CaseGroup::default(),
                due: CaseGroup::default(),
                to_accept: CaseGroup::default(),
                seen,
            });
        };
        let tab = |tab: WorklistTab| ("seats.tab = ?", vec![Value::from(tab_number(tab))]);
        let tonight = self.sight.tonight();
        let morning = tonight.plus_seconds(-24 * 60 * 60).as_micros();
        let all = numbers(WorklistTab::ALL);
        let ours = format!("seats.tab IN ({all}) AND seats.opened_at >= ? AND seats.own");
        let ours = (ours.as_str(), vec![Value::from(morning)]);
        let active = numbers(&ACTIVE);
        let due = format!("seats.tab IN ({active}) AND seats.due_at <= ?");
        let due = (due.as_str(), vec![Value::from(tonight.as_micros())]);
        let group = |condition, order| self.group(query, unit, (condition, order));
        Ok(Today {
            taken: group(ours, SortOrder::Opened)?,
            returned: group(tab(WorklistTab::Returned), SortOrder::Due)?,
            to_close: group(tab(WorklistTab::ToClose), SortOrder::Opened)?,
            due: group(due, SortOrder::Due)?,
            to_accept: group(tab(WorklistTab::ToAccept), SortOrder::Due)?,
            seen,
        })
    }

    fn group(
        &self,
        query: &TodayQuery,
        unit: i64,
        ((condition, values), order): ((&str, Vec<Value>), SortOrder),
    ) -> Result<CaseGroup, NoAnswer> {
        let mut conditions = Conditions::default();
        conditions.and("seats.unit = ?", [Value::from(unit)]);
        conditions.and(condition, values);
        if let Some(staff) = &query.staff {
            conditions.and("seats.staff = ?", [Value::from(staff.to_string())]);
        }
        let count = self.count(&conditions)?;
        let rows = if count == 0 {
            Vec::new()
        } else {
            self.seats(&conditions, order, GROUP, &query.unit)?
        };
        let rows = rows.into_iter().map(|(row, _)| row).collect();
        Ok(CaseGroup { count, rows })
    }
}

fn numbers(tabs: &[WorklistTab]) -> String {
    let numbers = tabs.iter().map(|tab| tab_number(*tab).to_string());
    numbers.collect::<Vec<_>>().join(", ")
}
