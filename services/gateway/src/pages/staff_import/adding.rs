//! Adds the accounts of a sheet that was checked.

use std::sync::Arc;

use super::{plan, read};
use crate::{
    app::App,
    core::page_error::PageError,
    identity::{
        hashing::{Busy, Priority},
        password,
        session::Session,
        staff_import::{
            ImportWork, NewRow,
            held_sheets::{HeldSheet, ImportOutcome},
        },
        staff_sheet::RowAccount,
    },
};

/// Passwords that one job hashes: sign-ins wait for no more.
const AT_ONCE: usize = 50;
/// After so many seconds a place for hashing may be free again.
const BUSY_SECONDS: u64 = 5;

/// Adds the accounts of the right rows and asks for those that take two people; of a sheet that was sent before, what came
/// of it then.
pub(super) async fn add(
    app: &App,
    session: &Session,
    held: &Arc<HeldSheet>,
) -> Result<Arc<ImportOutcome>, PageError> {
    if let Some(outcome) = held.outcome() {
        return Ok(outcome);
    }
    let (_, sheet) = read(held.bytes.clone()).await?;
    let sheet = sheet.map_err(|_| PageError::not_found())?;
    let planned = plan(app, session, &sheet, &held.reason).await?;
    let now = app.clock.now();
    let work = ImportWork {
        held: Arc::clone(held),
        added: with_passwords(app, planned.added).await?,
        requested: planned.requested,
        problems: planned.problems,
        asker: session.staff.clone(),
        now,
        ends_at: now.plus_seconds(i64::from(app.second_person_hours) * 3600),
    };
    let key = app.draft_key.clone();
    let outcome = app.db.with(move |db| work.carry_out(db, &key)).await?;
    app.access_changes.announce();
    Ok(outcome)
}

/// Gives each account a one-time password.
async fn with_passwords(app: &App, rows: Vec<RowAccount>) -> Result<Vec<NewRow>, PageError> {
    let mut all = Vec::with_capacity(rows.len());
    let mut rows = rows.into_iter();
    loop {
        let some: Vec<RowAccount> = rows.by_ref().take(AT_ONCE).collect();
        if some.is_empty() {
            return Ok(all);
        }
        let hashed = app.hashing.run(Priority::Known, move || {
            let some = some.into_iter().map(with_password);
            some.collect::<anyhow::Result<Vec<NewRow>>>()
        });
        let hashed = hashed.await?;
        let hashed = hashed.map_err(|Busy| PageError::busy("sign-in-busy", BUSY_SECONDS))?;
        all.extend(hashed?);
    }
}

fn with_password(row: RowAccount) -> anyhow::Result<NewRow> {
    let one_time = password::one_time()?;
    let hash = password::hash_one_time(&one_time)?;
    Ok(NewRow::new(row, one_time, hash))
}
