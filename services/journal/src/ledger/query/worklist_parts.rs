//! The parts of a unit's worklist as one person has them. What waits for the unit's decision (待我决定) is in that part for the
//! people who may decide it; for their colleagues it stays in the part of the unit's work.

use onestop_proto::{actor::Role, ids::UnitId, ledger::WorklistTab};
use rusqlite::{OptionalExtension, params_from_iter, types::Value};

use super::{Query, page::Condition};
use crate::ledger::{encoding::tab_number, query_error::QueryError};

/// The parts for one person.
pub(super) struct WorklistParts {
    /// Which rows of 待我决定 the person decides; none where that is all of them.
    decided: Option<Condition>,
}

impl WorklistParts {
    /// As the unit has them.
    pub(super) const fn of_unit() -> Self {
        Self { decided: None }
    }

    /// The part of a row, as an expression.
    pub(super) fn part(&self) -> Condition {
        let to_decide = tab_number(WorklistTab::ToDecide);
        match &self.decided {
            None => Condition::new("worklist.tab", []),
            Some(Condition { text, values }) => Condition {
                text: format!(
                    "CASE WHEN worklist.tab = {to_decide} AND NOT ({text}) THEN worklist.work_tab ELSE worklist.tab END"
                ),
                values: values.clone(),
            },
        }
    }

    /// The rows of one part.
    pub(super) fn rows_in(&self, tab: WorklistTab) -> Condition {
        let number = tab_number(tab);
        let Condition { text, values } = self.part();
        let found = match self.decided {
            None => format!("{text} = {number}"),
            // The tabs in which the rows of the part can be narrow by an index.
            Some(_) => {
                let to_decide = tab_number(WorklistTab::ToDecide);
                format!("worklist.tab IN ({number}, {to_decide}) AND {text} = {number}")
            }
        };
        Condition {
            text: found,
            values,
        }
    }
}

impl Query<'_> {
    /// The parts of a unit's worklist for the person who asks.
    pub(super) fn worklist_parts(
        &self,
        of: &UnitId,
        unit: i64,
    ) -> Result<WorklistParts, QueryError> {
        let Some(decided) = self.decided_by_actor(of) else {
            return Ok(WorklistParts::of_unit());
        };
        let to_decide = tab_number(WorklistTab::ToDecide);
        let sql = format!(
            "SELECT 1 FROM worklist WHERE worklist.unit_id = ? AND worklist.tab = {to_decide} AND NOT ({}) LIMIT 1",
            decided.text
        );
        let mut select = self.prepare(&sql)?;
        let values = std::iter::once(Value::from(unit)).chain(decided.values.iter().cloned());
        let of_others = select.query_row(params_from_iter(values), |_| Ok(()));
        let waits_for_others = of_others.optional()?.is_some();
        Ok(WorklistParts {
            decided: Some(decided).filter(|_| waits_for_others),
        })
    }

    /// Which rows of 待我决定 the person who asks decides; none where that is all of them, or they look at another unit.
    fn decided_by_actor(&self, of: &UnitId) -> Option<Condition> {
        let actor = self.actor;
        if actor.unit != *of {
            return None;
        }
        match actor.role {
            Role::Supervisor | Role::Auditor | Role::System => None,
            Role::Specialist => {
                let staff = [Value::from(actor.staff.to_string())];
                // Of drafts by several people each waits for the others.
                let of_colleague = "worklist.drafter IS NOT NULL AND worklist.drafter <> ?";
                Some(Condition::new(of_colleague, staff))
            }
            Role::Clerk | Role::UnitAdministrator => Some(Condition::new("FALSE", [])),
        }
    }
}
