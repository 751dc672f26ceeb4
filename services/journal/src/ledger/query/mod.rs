//! The questions that the ledger answers.

mod case;
mod cases;
mod figure;
mod page;
mod readings;
mod timeliness;
mod worklist;
mod worklist_parts;
mod workload;

use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    ids::UnitId,
    ledger::{
        AnswerBasis, CaseHeadQuery, CaseRow, CasesQuery, Rejection, TimelinessQuery, TodayQuery,
        WorklistQuery, WorkloadQuery,
    },
    query::{LedgerQuestion, QuestionType},
    raw_json::RawJson,
    time::Timestamp,
};
use rusqlite::{CachedStatement, Connection, OptionalExtension};

use self::case::case_id;
pub(super) use self::{
    case::{find, may_see},
    readings::{audited_division, reading_alarms, readings_of},
};
use super::{LedgerError, query_error::QueryError};
use crate::domain::{
    dossier::{Dossier, ReadContext},
    visibility::Visibility,
};

pub(super) fn answer(
    question: &LedgerQuestion,
    connection: &Connection,
    directory: &Directory,
    actor: &Actor,
    now: Timestamp,
) -> Result<RawJson, QueryError> {
    let query = Query {
        connection,
        actor,
        visibility: Visibility::of(actor, directory)?,
        context: ReadContext::new(directory, now),
    };
    match question {
        LedgerQuestion::Worklist(question) => encode::<WorklistQuery>(&query.worklist(question)?),
        LedgerQuestion::Cases(question) => encode::<CasesQuery>(&query.cases(question)?),
        LedgerQuestion::Today(question) => encode::<TodayQuery>(&query.today(question)?),
        LedgerQuestion::Case(question) => encode::<CaseHeadQuery>(&query.case(question)?),
        LedgerQuestion::Timeliness(question) => {
            encode::<TimelinessQuery>(&query.timeliness(question)?)
        }
        LedgerQuestion::Workload(question) => encode::<WorkloadQuery>(&query.workload(question)?),
    }
}

fn encode<Q: QuestionType>(answer: &Q::Answer) -> Result<RawJson, QueryError> {
    Ok(Q::encode(answer).map_err(LedgerError::Dossier)?)
}

/// What an answer is made from: the file, and what the actor may see of it.
pub(super) struct Query<'a> {
    connection: &'a Connection,
    actor: &'a Actor,
    visibility: Visibility,
    context: ReadContext<'a>,
}

impl Query<'_> {
    /// Prepares a select. Tests check that it finds its rows by an index.
    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, QueryError> {
        #[cfg(test)]
        super::tests::assert_indexed(self.connection, sql);
        Ok(self.connection.prepare_cached(sql)?)
    }

    fn seen(&self) -> Result<AnswerBasis, QueryError> {
        let mut select = self.prepare("SELECT position FROM source")?;
        Ok(AnswerBasis {
            position: select.query_row([], |row| row.get(0))?,
            at: self.context.now,
        })
    }

    /// The number of a unit in the file; none if it never took part in a case.
    fn unit(&self, unit: &UnitId) -> Result<Option<i64>, QueryError> {
        let mut select = self.prepare("SELECT unit_id FROM units WHERE unit = ?1")?;
        Ok(select
            .query_row([unit.as_str()], |row| row.get(0))
            .optional()?)
    }

    /// Refuses a unit whose worklist the actor may not see.
    fn check_unit(&self, unit: &UnitId) -> Result<(), Rejection> {
        let yours = || Rejection::NotYourUnit {
            unit: unit.clone(),
            yours: self.actor.unit.clone(),
        };
        match &self.visibility {
            Visibility::Unit(own) if own == unit => Ok(()),
            Visibility::Unit(_) => Err(yours()),
            Visibility::Division(area) => {
                let known = self.context.directory.unit(unit);
                let known = known.ok_or_else(|| Rejection::UnknownUnit { unit: unit.clone() })?;
                area.contains(known.division)
                    .then_some(())
                    .ok_or_else(yours)
            }
        }
    }

    /// The row of a list from `cases.id` and `cases.dossier`.
    fn row(
        &self,
        id: &str,
        dossier: &str,
        viewer: Option<&UnitId>,
    ) -> Result<Option<CaseRow>, QueryError> {
        let dossier: Dossier = serde_json::from_str(dossier).map_err(LedgerError::Dossier)?;
        Ok(self.context.row(case_id(id)?, &dossier, viewer))
    }
}
