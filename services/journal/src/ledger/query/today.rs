//! A unit's day. What is due of it is what its reader answers for: of their own unit a supervisor or an auditor has what is due
//! in the whole division, as the figures of the division count it.

use onestop_proto::{
    ledger::{CaseGroup, SortOrder, Today, TodayQuery, WorklistTab},
    time::Timestamp,
};
use rusqlite::{params, types::Value};

use super::{
    Query,
    page::{Condition, Conditions},
};
use crate::{
    domain::visibility::Visibility,
    ledger::{
        encoding::{division_number, tab_number},
        query_error::QueryError,
    },
};

/// So many days an answer to a supervisor's instruction is in the day.
const ANSWERED_DAYS: i64 = 7;

/// The rows shown of a group of the day.
const GROUP: usize = 50;

impl Query<'_> {
    pub(super) fn today(&self, query: &TodayQuery) -> Result<Today, QueryError> {
        self.check_unit(&query.unit)?;
        let seen = self.seen()?;
        let Some(unit) = self.unit(&query.unit)? else {
            return Ok(Today {
                taken: CaseGroup::default(),
                returned: CaseGroup::default(),
                papers: CaseGroup::default(),
                to_close: CaseGroup::default(),
                due: self.due_by(self.context.tonight(), query, -1)?,
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
        let lately = tonight.plus_seconds(-ANSWERED_DAYS * 24 * 60 * 60);
        let lately = [Value::from(lately.as_micros())];
        let answered = Condition::new("worklist.answered_at >= ?", lately);
        let group = |condition, order| self.group(query, unit, condition, order);
        Ok(Today {
            taken: group(opened, SortOrder::Opened)?,
            returned: group(tab(WorklistTab::Returned), SortOrder::Due)?,
            papers: group(tab(WorklistTab::PapersMissing), SortOrder::Due)?,
            to_close: group(tab(WorklistTab::ToClose), SortOrder::Opened)?,
            due: self.due_by(tonight, query, unit)?,
            to_accept: group(tab(WorklistTab::ToAccept), SortOrder::Due)?,
            to_decide: group(tab(WorklistTab::ToDecide), SortOrder::Due)?,
            answered: group(answered, SortOrder::Opened)?,
            seen,
        })
    }

    /// What is due by a moment: of the division that the actor sees to, else in the unit's worklist.
    fn due_by(
        &self,
        moment: Timestamp,
        query: &TodayQuery,
        unit: i64,
    ) -> Result<CaseGroup, QueryError> {
        if let Visibility::Division(division) = &self.visibility
            && query.unit == self.actor.unit
        {
            return self.due_in(division_number(*division), moment);
        }
        let all = tab_list();
        let due = format!("worklist.tab IN ({all}) AND worklist.due_at <= ?");
        let due = Condition::new(&due, [Value::from(moment.as_micros())]);
        self.group(query, unit, due, SortOrder::Due)
    }

    fn due_in(&self, scope: i64, moment: Timestamp) -> Result<CaseGroup, QueryError> {
        let due = "FROM visibility INDEXED BY visibility_due CROSS JOIN cases USING (case_id)
             WHERE visibility.scope = ? AND visibility.due_at <= ? AND cases.number IS NOT NULL";
        let mut select = self.prepare(&format!("SELECT count(*) {due}"))?;
        let values = params![scope, moment.as_micros()];
        let count = select.query_row(values, |row| row.get(0))?;
        let sql = format!(
            "SELECT visibility.case_id, visibility.due_at, cases.id, cases.dossier {due}
             ORDER BY visibility.due_at, visibility.case_id LIMIT {GROUP}"
        );
        let values = [scope, moment.as_micros()].map(Value::from);
        let found = self.rows(&sql, &values, SortOrder::Due, None)?;
        let rows = found.into_iter().map(|(row, _)| row).collect();
        Ok(CaseGroup { count, rows })
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
