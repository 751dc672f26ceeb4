//! Webhooks: receivers, and the position up to which each has received events.

use std::collections::BTreeSet;

use onestop_proto::{
    actor::Actor,
    http::webhook::{RegisterWebhook, Webhook, WebhookState},
    ids::UnitId,
    time::Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use uuid::Uuid;

use super::{drafts::DraftKey, parsed};

/// A webhook, with what only its delivery needs.
#[derive(Debug, Clone)]
pub(crate) struct StoredWebhook {
    /// With its address sealed; see [`StoredWebhook::opened`].
    pub(crate) webhook: Webhook,
    /// The actor of the questions to the journal.
    pub(crate) actor: Actor,
    /// Sealed; see [`webhook_secrets`](super::webhook_secrets).
    pub(crate) secret: String,
    /// The epoch of the journal's log to which the position belongs; none: the present one.
    pub(crate) epoch: Option<Uuid>,
    /// The position of the event that could not be delivered.
    pub(crate) stuck_at: Option<u64>,
}

impl StoredWebhook {
    /// The same, with its address as it was registered.
    pub(crate) fn opened(mut self, key: &DraftKey) -> Self {
        let owner = owner_of_address(&self.webhook.id);
        self.webhook.url = key.open_text(&owner, &self.webhook.url);
        self
    }
}

/// An address as the database keeps it: it may hold a secret of the receiver's.
pub(crate) fn sealed_address(key: &DraftKey, webhook: &str, url: &str) -> String {
    key.seal_text(&owner_of_address(webhook), url)
}

fn owner_of_address(webhook: &str) -> String {
    format!("webhook/{webhook} url")
}

const COLUMNS: &str = "id, unit, url, types, item, created_at, position, state, failures, problem, \
     next_try_at, actor, secret, epoch, stuck_at";

fn read(row: &Row<'_>) -> Result<StoredWebhook> {
    let number = |column| row.get::<_, i64>(column).map(|number| number.max(0) as u64);
    let maybe = |column| row.get::<_, Option<i64>>(column);
    let types: String = row.get(3)?;
    let item: Option<String> = row.get(4)?;
    let epoch: Option<String> = row.get(13)?;
    Ok(StoredWebhook {
        webhook: Webhook {
            id: row.get(0)?,
            unit: parsed(row, 1)?,
            url: row.get(2)?,
            // Always valid: only `add` writes it.
            types: serde_json::from_str(&types).unwrap_or_default(),
            item: item.and_then(|item| item.parse().ok()),
            created_at: Timestamp::from_micros(row.get(5)?),
            position: number(6)?,
            state: parsed(row, 7)?,
            failures: row.get(8)?,
            problem: row.get(9)?,
            next_try_at: maybe(10)?.map(Timestamp::from_micros),
        },
        actor: parsed(row, 11)?,
        secret: row.get(12)?,
        epoch: epoch.and_then(|epoch| epoch.parse().ok()),
        stuck_at: maybe(14)?.map(|at| at.max(0) as u64),
    })
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct StartPosition {
    pub(crate) position: u64,
    pub(crate) epoch: Uuid,
    pub(crate) at: Timestamp,
}

/// Stores a new webhook; returns false if the id is in use.
pub(crate) fn add(
    db: &Connection,
    id: &str,
    secret: &str,
    actor: &Actor,
    request: &RegisterWebhook,
    begins: StartPosition,
) -> Result<bool> {
    let types = serde_json::to_string(&request.types).unwrap_or_else(|_| "[]".to_owned());
    let added = db.execute(
        "INSERT INTO webhook (id, unit, actor, url, types, item, secret, created_at, epoch, position, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'active') ON CONFLICT DO NOTHING",
        params![
            id,
            actor.unit.to_string(),
            actor.to_string(),
            request.url,
            types,
            request.item.as_ref().map(|item| item.as_str().to_owned()),
            secret,
            begins.at.as_micros(),
            begins.epoch.to_string(),
            signed(begins.position),
        ],
    )?;
    Ok(added == 1)
}

/// No log grows beyond `i64::MAX`.
fn signed(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

pub(crate) fn of_unit(db: &Connection, unit: &UnitId) -> Result<Vec<StoredWebhook>> {
    let sql = format!("SELECT {COLUMNS} FROM webhook WHERE unit = ?1 ORDER BY created_at, id");
    let mut all = db.prepare_cached(&sql)?;
    all.query_map([unit.to_string()], read)?.collect()
}

pub(crate) fn find(db: &Connection, unit: &UnitId, id: &str) -> Result<Option<StoredWebhook>> {
    let sql = format!("SELECT {COLUMNS} FROM webhook WHERE unit = ?1 AND id = ?2");
    db.prepare_cached(&sql)?
        .query_row(params![unit.to_string(), id], read)
        .optional()
}

pub(crate) fn remove(db: &Connection, unit: &UnitId, id: &str) -> Result<bool> {
    let removed = db.execute(
        "DELETE FROM webhook WHERE unit = ?1 AND id = ?2",
        params![unit.to_string(), id],
    )?;
    Ok(removed == 1)
}

/// No wait for the next attempt is longer, in seconds. One that seems to be was set while the clock was ahead.
const LONGEST_WAIT: i64 = 2 * 3600;

/// The active webhooks whose next attempt is due.
pub(crate) fn due(db: &Connection, now: Timestamp) -> Result<Vec<StoredWebhook>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM webhook WHERE state = 'active'
             AND coalesce(next_try_at, 0) NOT BETWEEN ?1 + 1 AND ?2
         ORDER BY next_try_at, id"
    );
    let last = now.plus_seconds(LONGEST_WAIT);
    let mut all = db.prepare_cached(&sql)?;
    all.query_map([now.as_micros(), last.as_micros()], read)?
        .collect()
}

/// The ids of the webhooks that are delivered to.
pub(crate) fn active(db: &Connection) -> Result<BTreeSet<String>> {
    let mut all = db.prepare_cached("SELECT id FROM webhook WHERE state = 'active'")?;
    all.query_map([], |row| row.get(0))?.collect()
}

/// Stores the next position, unless the webhook was changed meanwhile.
pub(crate) fn advance(
    db: &Connection,
    kept: &StoredWebhook,
    position: u64,
    epoch: Uuid,
) -> Result<bool> {
    let changed = db.execute(
        "UPDATE webhook SET position = ?3, epoch = ?4, failures = 0, problem = NULL, next_try_at = NULL,
             stuck_at = NULL
         WHERE id = ?1 AND position = ?2 AND state = 'active'",
        params![
            kept.webhook.id,
            signed(kept.webhook.position),
            signed(position),
            epoch.to_string()
        ],
    )?;
    Ok(changed == 1)
}

#[derive(Debug, Clone)]
pub(crate) struct DeliveryFailure {
    pub(crate) problem: String,
    pub(crate) stuck_at: Option<u64>,
    /// The next attempt; none: the webhook is parked.
    pub(crate) next_try_at: Option<Timestamp>,
}

/// Stores a failure; returns false if the webhook was changed or restarted meanwhile.
pub(crate) fn record_failure(
    db: &Connection,
    kept: &StoredWebhook,
    failure: &DeliveryFailure,
) -> Result<bool> {
    let state = if failure.next_try_at.is_some() {
        WebhookState::Active
    } else {
        WebhookState::Parked
    };
    let changed = db.execute(
        "UPDATE webhook SET failures = failures + 1, problem = ?2, stuck_at = ?3, next_try_at = ?4, state = ?5
         WHERE id = ?1 AND state = 'active' AND position = ?6 AND epoch IS ?7 AND failures = ?8",
        params![
            kept.webhook.id,
            failure.problem,
            failure.stuck_at.map(signed),
            failure.next_try_at.map(Timestamp::as_micros),
            state.as_str(),
            signed(kept.webhook.position),
            kept.epoch.map(|epoch| epoch.to_string()),
            kept.webhook.failures,
        ],
    )?;
    Ok(changed == 1)
}

/// Restarts delivery at once, for the administrator who restarts it; with `from`, from another position, in whichever
/// epoch.
pub(crate) fn restart(db: &Connection, id: &str, owner: &Actor, from: Option<u64>) -> Result<()> {
    db.execute(
        "UPDATE webhook SET state = 'active', failures = 0, next_try_at = NULL, stuck_at = NULL,
             epoch = CASE WHEN ?2 IS NULL THEN epoch END, position = coalesce(?2, position), actor = ?3
         WHERE id = ?1",
        params![id, from.map(signed), owner.to_string()],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests;
