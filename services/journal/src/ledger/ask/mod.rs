//! The questions, each in a room of its own.

mod cases;
mod desk;
mod page;
mod timeliness;

use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    ids::{CaseId, CaseNumber, CaseRef, UnitId},
    ledger::{
        AnswerBasis, CaseHead, CaseHeadQuery, CaseRow, CasesQuery, Rejection, TimelinessQuery,
        TodayQuery, WorklistQuery,
    },
    rejection::{CommonRejection, Explain, Rejected, parse_field},
    time::Timestamp,
};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row};
use serde::Serialize;
use serde_json::Value;

use super::LedgerError;
use crate::domain::{
    dossier::{Dossier, Sight},
    reach::Reach,
};

/// Why a question got no answer.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// It was refused.
    Rejected(Box<Rejected>),
    /// The file could not be read.
    Failed(LedgerError),
}

impl From<Rejection> for NoAnswer {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(Box::new(rejection.rejected()))
    }
}

impl From<CommonRejection> for NoAnswer {
    fn from(refusal: CommonRejection) -> Self {
        Self::Rejected(Box::new(refusal.rejected()))
    }
}

impl From<LedgerError> for NoAnswer {
    fn from(error: LedgerError) -> Self {
        Self::Failed(error)
    }
}

impl From<rusqlite::Error> for NoAnswer {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// A question that was understood.
pub(super) enum Asked {
    Worklist(WorklistQuery),
    Cases(CasesQuery),
    Today(TodayQuery),
    Case(CaseHeadQuery),
    Timeliness(TimelinessQuery),
}

impl Asked {
    pub(super) fn parse(name: &str, data: Value) -> Result<Self, CommonRejection> {
        let parsed = match name {
            "worklist" => parse_field("data", data).map(Self::Worklist),
            "cases" => parse_field("data", data).map(Self::Cases),
            "today" => parse_field("data", data).map(Self::Today),
            "case" => parse_field("data", data).map(Self::Case),
            "timeliness" => parse_field("data", data).map(Self::Timeliness),
            unknown => {
                return Err(CommonRejection::Malformed {
                    field: "question".to_owned(),
                    problem: format!("there is no question '{unknown}' here"),
                });
            }
        };
        Ok(parsed?)
    }

    pub(super) fn answer(
        &self,
        connection: &Connection,
        directory: &Directory,
        (actor, now): (&Actor, Timestamp),
    ) -> Result<Value, NoAnswer> {
        let asking = Asking {
            connection,
            actor,
            reach: Reach::of(actor, directory)?,
            sight: Sight::new(directory, now),
        };
        match self {
            Self::Worklist(query) => value(&asking.worklist(query)?),
            Self::Cases(query) => value(&asking.cases(query)?),
            Self::Today(query) => value(&asking.today(query)?),
            Self::Case(query) => value(&asking.case(query)?),
            Self::Timeliness(query) => value(&asking.timeliness(query)?),
        }
    }
}

fn value(answer: &impl Serialize) -> Result<Value, NoAnswer> {
    Ok(serde_json::to_value(answer).map_err(LedgerError::Dossier)?)
}

/// Somebody who asks, and what it is answered from.
struct Asking<'a> {
    connection: &'a Connection,
    actor: &'a Actor,
    reach: Reach,
    sight: Sight<'a>,
}

impl Asking<'_> {
    /// Every select goes through here; in tests it is checked that it finds its rows by an index.
    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, NoAnswer> {
        #[cfg(test)]
        super::tests::assert_indexed(self.connection, sql);
        Ok(self.connection.prepare_cached(sql)?)
    }

    fn seen(&self) -> Result<AnswerBasis, NoAnswer> {
        let mut select = self.prepare("SELECT position FROM source")?;
        Ok(AnswerBasis {
            position: select.query_row([], |row| row.get(0))?,
            at: self.sight.now,
        })
    }

    /// The short number of a unit; nothing if it never took part in a case.
    fn unit(&self, unit: &UnitId) -> Result<Option<i64>, NoAnswer> {
        let mut select = self.prepare("SELECT u FROM units WHERE unit = ?1")?;
        Ok(select
            .query_row([unit.as_str()], |row| row.get(0))
            .optional()?)
    }

    /// The unit asked for, if it is one whose work the one who asks may see.
    fn allow(&self, unit: &UnitId) -> Result<(), Rejection> {
        let yours = || Rejection::NotYourUnit {
            unit: unit.clone(),
            yours: self.actor.unit.clone(),
        };
        match &self.reach {
            Reach::Unit(own) if own == unit => Ok(()),
            Reach::Unit(_) => Err(yours()),
            Reach::Area(area) => {
                let known = self.sight.directory.unit(unit);
                let known = known.ok_or_else(|| Rejection::UnknownUnit { unit: unit.clone() })?;
                area.contains(known.division)
                    .then_some(())
                    .ok_or_else(yours)
            }
        }
    }

    fn case(&self, query: &CaseHeadQuery) -> Result<CaseHead, NoAnswer> {
        let unknown = || CommonRejection::UnknownCase {
            case: query.case.clone(),
        };
        let id = match &query.case {
            CaseRef::Id(id) => *id,
            CaseRef::Number(number) => find(self.connection, number)?.ok_or_else(unknown)?,
        };
        let dossier = dossier(self.connection, id)?.ok_or_else(unknown)?;
        if !self.reach.holds(&dossier) {
            return Err(unknown().into());
        }
        let asked = match &self.reach {
            Reach::Unit(unit) => Some(unit),
            Reach::Area(_) => None,
        };
        let row = self.sight.row(id, &dossier, asked).ok_or_else(unknown)?;
        let mut clocks: Vec<_> = dossier
            .open_clocks()
            .map(|clock| self.sight.clock(clock))
            .collect();
        clocks.sort_by_key(|clock| clock.due_at);
        Ok(CaseHead {
            row,
            custody: dossier
                .custody
                .map_or_else(Vec::new, |custody| custody.chain),
            clocks,
            seen: self.seen()?,
        })
    }

    /// A line of a list from `cases.id` and `cases.dossier`.
    fn row(
        &self,
        (id, dossier): (&str, &str),
        asked: Option<&UnitId>,
    ) -> Result<Option<CaseRow>, NoAnswer> {
        let dossier: Dossier = serde_json::from_str(dossier).map_err(LedgerError::Dossier)?;
        Ok(self.sight.row(case_id(id)?, &dossier, asked))
    }
}

/// The id of the case with that number.
pub(super) fn find(
    connection: &Connection,
    number: &CaseNumber,
) -> Result<Option<CaseId>, NoAnswer> {
    let mut select = connection
        .prepare_cached("SELECT id FROM cases WHERE number = ?1 ORDER BY n DESC LIMIT 1")?;
    let found = select.query_row([number.as_str()], |row| row.get::<_, String>(0));
    match found.optional()? {
        Some(id) => Ok(Some(case_id(&id)?)),
        None => Ok(None),
    }
}

/// Whether somebody may see a case.
pub(super) fn shows(
    connection: &Connection,
    directory: &Directory,
    actor: &Actor,
    case: CaseId,
) -> Result<bool, NoAnswer> {
    let reach = Reach::of(actor, directory)?;
    Ok(dossier(connection, case)?.is_some_and(|dossier| reach.holds(&dossier)))
}

fn dossier(connection: &Connection, case: CaseId) -> Result<Option<Dossier>, NoAnswer> {
    let mut select = connection.prepare_cached("SELECT dossier FROM cases WHERE id = ?1")?;
    let found = select.query_row([case.to_string()], |row: &Row<'_>| row.get::<_, String>(0));
    match found.optional()? {
        Some(text) => Ok(serde_json::from_str(&text).map_err(LedgerError::Dossier)?),
        None => Ok(None),
    }
}

fn case_id(text: &str) -> Result<CaseId, LedgerError> {
    let wrong = || LedgerError::Foreign {
        text: text.to_owned(),
    };
    text.parse().map_err(|_| wrong())
}
