//! Whose webhooks they are: an administrator of the unit. When the one who registered or restarted a webhook is
//! disabled or loses that post, it passes to another administrator of the unit, or ends if there is none.

use onestop_proto::{
    actor::{Actor, Role},
    http::webhook::RegisterWebhook,
    ids::{StaffId, UnitId},
    time::Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::{
    parsed,
    staff_history::{self, Author, own},
    webhooks::{self, StartPosition},
};

/// Shown to the unit's next administrator.
const ENDED: &str = "the administrator who registered it no longer acts for the unit: an administrator must restart it";

/// Stores a new webhook, as [`webhooks::add`] does. Its owner may have lost the post while the journal was asked where it begins.
pub(crate) fn add(
    db: &Connection,
    id: &str,
    secret: &str,
    owner: &Actor,
    request: &RegisterWebhook,
    begins: StartPosition,
) -> Result<bool> {
    let added = webhooks::add(db, id, secret, owner, request, begins)?;
    settle(db, own(&owner.staff, begins.at))?;
    Ok(added)
}

/// Restarts a webhook, as [`webhooks::restart`] does, for who is an administrator still.
pub(crate) fn restart(
    db: &Connection,
    id: &str,
    owner: &Actor,
    from: Option<u64>,
    at: Timestamp,
) -> Result<()> {
    webhooks::restart(db, id, owner, from)?;
    settle(db, own(&owner.staff, at))
}

/// A webhook without an administrator who answers for it.
struct Orphan {
    id: String,
    unit: UnitId,
    owner: Actor,
}

/// Passes on or ends the webhooks of those who are no longer administrators of the unit.
pub(crate) fn settle(db: &Connection, author: Author<'_>) -> Result<()> {
    for orphan in orphans(db)? {
        let staff = match administrator(db, &orphan.unit)? {
            Some(staff) => {
                pass_on(db, &orphan, &staff)?;
                let what = format!(
                    "webhook {} taken over from {}",
                    orphan.id, orphan.owner.staff
                );
                staff_history::record(db, &staff, &what, author)?;
                continue;
            }
            None => orphan.owner.staff.clone(),
        };
        let ended = db.execute(
            "UPDATE webhook SET state = 'parked', problem = ?2, next_try_at = NULL
             WHERE id = ?1 AND (state <> 'parked' OR problem IS NOT ?2)",
            params![orphan.id, ENDED],
        )?;
        if ended > 0 {
            let what = format!("webhook {} ended", orphan.id);
            staff_history::record(db, &staff, &what, author)?;
        }
    }
    Ok(())
}

fn orphans(db: &Connection) -> Result<Vec<Orphan>> {
    // An actor is `unit-administrator/<account>@<unit>`.
    let mut statement = db.prepare_cached(
        "SELECT id, unit, actor FROM webhook WHERE NOT EXISTS (
             SELECT 1 FROM staff JOIN held_post ON held_post.staff = staff.id
             WHERE staff.disabled_at IS NULL AND held_post.role = ?1
                 AND held_post.unit = webhook.unit
                 AND webhook.actor = held_post.role || '/' || staff.id || '@' || held_post.unit)",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Orphan {
            id: row.get(0)?,
            unit: parsed(row, 1)?,
            owner: parsed(row, 2)?,
        })
    };
    statement
        .query_map([Role::UnitAdministrator.as_str()], read)?
        .collect()
}

/// The administrator of a unit who has been one for the longest.
fn administrator(db: &Connection, unit: &UnitId) -> Result<Option<StaffId>> {
    db.prepare_cached(
        "SELECT staff.id FROM staff JOIN held_post ON held_post.staff = staff.id
         WHERE held_post.unit = ?1 AND held_post.role = ?2 AND staff.disabled_at IS NULL
         ORDER BY staff.created_at, staff.id LIMIT 1",
    )?
    .query_row(
        params![unit.to_string(), Role::UnitAdministrator.as_str()],
        |row| parsed(row, 0),
    )
    .optional()
}

fn pass_on(db: &Connection, orphan: &Orphan, staff: &StaffId) -> Result<()> {
    let owner = Actor {
        role: Role::UnitAdministrator,
        staff: staff.clone(),
        unit: orphan.unit.clone(),
    };
    db.execute(
        "UPDATE webhook SET actor = ?2 WHERE id = ?1",
        params![orphan.id, owner.to_string()],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::core::db::{
        Db,
        staff::{self, Access, Staff},
    };

    const UNIT: &str = "s4k2m9qxa.window";

    fn author() -> Author<'static> {
        Author {
            by: "test",
            at: "2026-03-04 09:00:00".parse::<Timestamp>().unwrap(),
        }
    }

    fn administrator(id: &str) -> Staff {
        Staff::new(
            id.parse().unwrap(),
            id,
            Role::UnitAdministrator,
            UNIT.parse().unwrap(),
        )
    }

    /// A unit with administrators, the first of whom has registered a webhook.
    fn unit_with(ids: &[&str]) -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).unwrap();
        let request: RegisterWebhook =
            serde_json::from_str(r#"{ "url": "https://law.example/hook" }"#).unwrap();
        let start = StartPosition {
            position: 0,
            epoch: Uuid::nil(),
            at: author().at,
        };
        db.blocking(|db| {
            for id in ids {
                staff::put(db, &administrator(id), None, author())?;
            }
            let owner = administrator(ids[0]).actor();
            webhooks::add(db, "one", "sealed", &owner, &request, start)
        })
        .unwrap();
        (folder, db)
    }

    fn disable(db: &Db, id: &str) {
        let id = id.parse().unwrap();
        db.blocking(|db| staff::set_access(db, &id, Access::Disabled, author()))
            .unwrap();
    }

    fn webhook(db: &Db) -> webhooks::StoredWebhook {
        let unit = UNIT.parse().unwrap();
        let found = db.blocking(|db| webhooks::find(db, &unit, "one"));
        found.unwrap().unwrap()
    }

    fn history(db: &Db, id: &str) -> Vec<String> {
        let id = id.parse().unwrap();
        let lines = db.blocking(|db| staff_history::list(db, Some(&id), 10));
        lines.unwrap().into_iter().map(|line| line.what).collect()
    }

    #[test]
    fn the_webhooks_of_a_disabled_administrator_pass_to_another_one_of_the_unit() {
        let (_folder, db) = unit_with(&["guan-li", "he-jun"]);
        disable(&db, "guan-li");
        let after = webhook(&db);
        assert_eq!(after.actor.staff.as_str(), "he-jun");
        assert_eq!(after.webhook.state.as_str(), "active");
        let taken = "webhook one taken over from guan-li";
        assert!(history(&db, "he-jun").iter().any(|line| line == taken));
    }

    #[test]
    fn without_another_administrator_they_end_and_are_told_once() {
        let (_folder, db) = unit_with(&["guan-li"]);
        let mut clerk = administrator("guan-li");
        clerk.role = Role::Clerk;
        db.blocking(|db| staff::put(db, &clerk, None, author()))
            .unwrap();
        disable(&db, "guan-li");
        let after = webhook(&db);
        assert_eq!(after.webhook.state.as_str(), "parked");
        assert_eq!(after.webhook.problem.as_deref(), Some(ENDED));
        let ended = history(&db, "guan-li");
        let ended = ended.iter().filter(|line| *line == "webhook one ended");
        assert_eq!(ended.count(), 1);
    }

    /// A request that was under way when its sender was disabled.
    #[test]
    fn an_administrator_who_is_one_no_more_begins_none() {
        let (_folder, db) = unit_with(&["guan-li"]);
        let owner = administrator("guan-li").actor();
        disable(&db, "guan-li");
        let request: RegisterWebhook =
            serde_json::from_str(r#"{ "url": "https://law.example/late" }"#).unwrap();
        let start = StartPosition {
            position: 0,
            epoch: Uuid::nil(),
            at: author().at,
        };
        db.blocking(|db| {
            add(db, "two", "sealed", &owner, &request, start)?;
            restart(db, "one", &owner, None, start.at)
        })
        .unwrap();
        let active = db.blocking(|db| webhooks::active(db)).unwrap();
        assert!(active.is_empty(), "{active:?}");
    }
}
