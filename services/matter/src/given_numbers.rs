//! Numbers of papers that a unit gives once (公证书编号). What was given is in the read model; a command that gives one waits
//! until that includes the whole log, and is the only one that does so until it is appended.

use std::fmt;

use onestop_chassis::{
    Failure,
    projection::{Projection, ProjectionError},
    rusqlite::params,
    store::Store,
};
use onestop_proto::ids::{CaseId, UnitId};
use tokio::sync::{Mutex, MutexGuard};

use crate::{domain::SpecialistRules, matter_tables::MatterTables};

pub(crate) struct GivenNumbers<L: SpecialistRules> {
    rows: Projection<MatterTables<L>>,
    turn: Mutex<()>,
}

impl<L: SpecialistRules> fmt::Debug for GivenNumbers<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenNumbers").finish_non_exhaustive()
    }
}

impl<L: SpecialistRules> GivenNumbers<L> {
    pub(crate) fn new(rows: Projection<MatterTables<L>>) -> Self {
        let turn = Mutex::new(());
        Self { rows, turn }
    }

    /// Waits for the commands before this one that give a number, and until the rows include what they gave.
    ///
    /// # Errors
    /// If the rows do not come so far in time.
    pub(crate) async fn turn(&self, store: &Store) -> Result<MutexGuard<'_, ()>, Failure> {
        let turn = self.turn.lock().await;
        self.rows.shows_all(store).await?;
        Ok(turn)
    }

    /// The cases in which a unit gave a number, as it is compared.
    pub(crate) fn cases(
        &self,
        unit: &UnitId,
        number: &str,
    ) -> Result<Vec<CaseId>, ProjectionError> {
        self.rows.look_up(|rows| {
            let mut found =
                rows.prepare_cached("SELECT subject FROM given WHERE unit = ?1 AND number = ?2")?;
            let subjects = found.query_map(params![unit.as_str(), number], |row| {
                row.get::<_, String>(0)
            })?;
            let subjects: Result<Vec<String>, _> = subjects.collect();
            let cases = subjects?.into_iter();
            Ok(cases.filter_map(|subject| subject.parse().ok()).collect())
        })
    }
}
