//! Failures, deliveries and restarts of a stored webhook.

use super::*;
use crate::core::db::Db;

fn moment() -> Timestamp {
    "2026-03-04 09:00:00".parse().unwrap()
}

fn owner() -> Actor {
    "unit-administrator/guan-li@s4k2m9qxa.window"
        .parse()
        .unwrap()
}

/// A file with one webhook that begins at position 5.
fn registered() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let request: RegisterWebhook =
        serde_json::from_str(r#"{ "url": "https://law.example/hook" }"#).unwrap();
    let begins = StartPosition {
        position: 5,
        epoch: Uuid::from_u128(7),
        at: moment(),
    };
    let added = db.blocking(|db| add(db, "one", "whsec_x", &owner(), &request, begins));
    assert!(added.unwrap());
    (folder, db)
}

fn now(db: &Db) -> StoredWebhook {
    let unit = "s4k2m9qxa.window".parse().unwrap();
    db.blocking(|db| find(db, &unit, "one")).unwrap().unwrap()
}

fn fails(db: &Db, kept: &StoredWebhook, next_try_at: Option<Timestamp>) -> bool {
    let late = DeliveryFailure {
        problem: "it answered 500".to_owned(),
        stuck_at: Some(kept.webhook.position),
        next_try_at,
    };
    db.blocking(|db| record_failure(db, kept, &late)).unwrap()
}

/// The clock was a day ahead when an attempt failed, and was set right since.
#[test]
fn a_clock_that_was_ahead_does_not_delay_a_retry() {
    let (_folder, db) = registered();
    let due = |now| db.blocking(|db| due(db, now)).unwrap().len();
    assert!(fails(&db, &now(&db), Some(moment().plus_seconds(3600))));
    assert_eq!((due(moment()), due(moment().plus_seconds(3600))), (0, 1));
    assert_eq!(due(moment().plus_seconds(-86_400)), 1);
}

#[test]
fn a_failure_is_stored_with_its_position() {
    let (_folder, db) = registered();
    assert!(fails(&db, &now(&db), Some(moment())));
    assert!(fails(&db, &now(&db), None));
    let stored = now(&db);
    assert_eq!((stored.webhook.failures, stored.stuck_at), (2, Some(5)));
    assert_eq!(stored.webhook.state, WebhookState::Parked);
}

#[test]
fn a_late_failure_does_not_overwrite_what_was_set_meanwhile() {
    let (_folder, db) = registered();
    let begun = now(&db);
    // Replayed from elsewhere while a message was under way.
    db.blocking(|db| restart(db, "one", &owner(), Some(2)))
        .unwrap();
    assert!(!fails(&db, &begun, None));
    assert_eq!(now(&db).webhook.state, WebhookState::Active);
    assert_eq!(now(&db).webhook.position, 2);

    // Tried anew where it stood, after failures that the late one counted.
    assert!(fails(&db, &now(&db), Some(moment())));
    let begun = now(&db);
    db.blocking(|db| restart(db, "one", &owner(), None))
        .unwrap();
    assert!(!fails(&db, &begun, None));
    assert_eq!(now(&db).webhook.failures, 0);

    // Replayed from where it stood, in whichever incarnation of the log there is.
    let (_folder, db) = registered();
    let begun = now(&db);
    db.blocking(|db| restart(db, "one", &owner(), Some(5)))
        .unwrap();
    assert!(!fails(&db, &begun, None));
    assert_eq!(now(&db).webhook.state, WebhookState::Active);
}

#[test]
fn a_delivery_advances_the_webhook_and_resets_its_failures() {
    let (_folder, db) = registered();
    let begun = now(&db);
    assert!(fails(&db, &begun, Some(moment())));
    let epoch = Uuid::from_u128(7);
    assert!(db.blocking(|db| advance(db, &begun, 6, epoch)).unwrap());
    let stored = now(&db).webhook;
    assert_eq!((stored.position, stored.failures), (6, 0));
    assert!(!db.blocking(|db| advance(db, &begun, 6, epoch)).unwrap());
}
