//! Accounts, sessions and tokens.

use std::sync::LazyLock;

use onestop_proto::{actor::Role, time::Timestamp};
use rusqlite::{Connection, Result};

use super::{
    Db, FILE,
    drafts::DraftKey,
    sessions::{self, NewSession, SessionLimits, SignInMethod},
    staff::{self, Access, NewPassword, Staff, Writing},
    staff_history::{self, Author},
    tokens::{self, NewToken},
};
use crate::{
    core::post::Post,
    identity::scope::{Scope, Scopes},
};

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn somebody() -> Staff {
    Staff::clerk("zhang-li", "张丽")
}

fn author(by: &str, at: Timestamp) -> Author<'_> {
    Author { by, at }
}

fn chosen(hash: &str) -> NewPassword<'_> {
    NewPassword {
        hash,
        must_change: false,
    }
}

fn set_by_administrator(hash: &str) -> NewPassword<'_> {
    NewPassword {
        hash,
        must_change: true,
    }
}

/// The only post of the account.
fn post() -> &'static Post {
    static POST: LazyLock<Post> = LazyLock::new(|| somebody().post());
    &POST
}

fn token(scopes: &Scopes, ends_at: Timestamp) -> NewToken<'_> {
    NewToken {
        text: "secret",
        name: "trial",
        post: post(),
        scopes,
        ends_at,
    }
}

fn add_token(db: &Db, token: NewToken<'_>, now: Timestamp) {
    let (id, key) = (somebody().id, DraftKey::of_test());
    db.blocking(|db| tokens::add(db, &key, &id, token, now))
        .unwrap();
}

fn begin(
    db: &Connection,
    method: SignInMethod,
    token: &str,
    began_at: Timestamp,
    ends_at: Timestamp,
) -> Result<()> {
    let session = NewSession {
        staff: &somebody().id,
        post: post(),
        method,
        token,
        csrf: "csrf",
        began_at,
        ends_at,
    };
    sessions::begin(db, &session)
}

/// A database with one account, signed in at nine with the token `t` until nine in the evening.
fn signed_in() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let nine = moment("2026-03-04 09:00:00");
    db.blocking(|db| {
        staff::put(db, &somebody(), Some("$hash"), author("test", nine))?;
        let ends = moment("2026-03-04 21:00:00");
        begin(db, SignInMethod::Password, "t", nine, ends)
    })
    .unwrap();
    (folder, db)
}

#[test]
fn adding_an_account_changes_none_that_exists() {
    let (_folder, db) = signed_in();
    let now = moment("2026-03-04 10:00:00");
    let colleague = Staff {
        name: "新同事".to_owned(),
        role: Role::Specialist,
        ..somebody()
    };
    let put = |writing| {
        let written = db.blocking(|db| {
            let by = author("guan-li", now);
            staff::put_unless_exists(db, &colleague, None, writing, by)
        });
        let found = db.blocking(|db| staff::find(db, &somebody().id));
        (written.unwrap(), found.unwrap().unwrap())
    };
    let (existing, after) = put(Writing::Add);
    assert_eq!(existing.unwrap().name, "张丽");
    assert_eq!((after.name.as_str(), after.role), ("张丽", Role::Clerk));
    assert!(is_in(&db, "2026-03-04 10:01:00", "2026-03-04 08:00:00"));
    let (existing, after) = put(Writing::Change);
    assert!(existing.is_none());
    assert_eq!(
        (after.name.as_str(), after.role),
        ("新同事", Role::Specialist)
    );
}

fn limits(now: Timestamp, idle_since: Timestamp) -> SessionLimits {
    SessionLimits {
        now,
        idle_since,
        last_end: now.plus_seconds(12 * 3600),
    }
}

fn is_in(db: &Db, now: &str, idle_since: &str) -> bool {
    let limits = limits(moment(now), moment(idle_since));
    db.blocking(|db| sessions::find(db, "t", limits))
        .unwrap()
        .is_some()
}

#[test]
fn a_session_ends_with_the_day_and_when_it_is_idle() {
    let (_folder, db) = signed_in();
    assert!(is_in(&db, "2026-03-04 10:00:00", "2026-03-04 08:00:00"));
    // Idle since nine, seen last at nine.
    assert!(!is_in(&db, "2026-03-04 11:00:00", "2026-03-04 09:00:00"));
    assert!(!is_in(&db, "2026-03-04 21:00:00", "2026-03-04 08:00:00"));
    let seen = moment("2026-03-04 10:59:00");
    db.blocking(|db| sessions::seen(db, "t", seen)).unwrap();
    assert!(is_in(&db, "2026-03-04 11:00:00", "2026-03-04 09:00:00"));
}

/// The clock was a day ahead when the session began, and was set right since.
#[test]
fn a_clock_that_was_ahead_does_not_prolong_a_session() {
    let (_folder, db) = signed_in();
    assert!(is_in(&db, "2026-03-04 09:00:00", "2026-03-04 07:00:00"));
    assert!(!is_in(&db, "2026-03-03 09:00:00", "2026-03-03 07:00:00"));
}

#[test]
fn a_change_of_role_or_unit_ends_sessions_and_tokens_and_a_change_of_name_only_sessions() {
    let (_folder, db) = signed_in();
    let (now, ends) = (moment("2026-03-04 09:30:00"), moment("2026-06-04 09:30:00"));
    let scopes = [Scope::Read].into_iter().collect();
    let good = || {
        let found = db.blocking(|db| tokens::find(db, "secret", now));
        found.unwrap().is_some()
    };
    add_token(&db, token(&scopes, ends), now);
    let mut changed = somebody();
    changed.name = "张莉".to_owned();
    db.blocking(|db| staff::put(db, &changed, None, author("zhao", now)))
        .unwrap();
    assert!(good());
    changed.role = Role::UnitAdministrator;
    db.blocking(|db| staff::put(db, &changed, None, author("zhao", now)))
        .unwrap();
    assert!(!good());
    assert!(!is_in(&db, "2026-03-04 09:31:00", "2026-03-04 08:00:00"));
}

#[test]
fn disabling_an_account_ends_its_sessions_and_tokens() {
    let (_folder, db) = signed_in();
    let (now, ends) = (moment("2026-03-04 09:30:00"), moment("2026-06-04 09:30:00"));
    let scopes = [Scope::Read].into_iter().collect();
    let id = somebody().id;
    let good = || db.blocking(|db| tokens::find(db, "secret", now)).unwrap();
    add_token(&db, token(&scopes, ends), now);
    assert!(
        good()
            .is_some_and(|(_, scopes)| scopes.allows(Scope::Read) && !scopes.allows(Scope::Decide))
    );
    db.blocking(|db| staff::set_access(db, &id, Access::Disabled, author("zhao", now)))
        .unwrap();
    assert!(good().is_none());
    assert!(!is_in(&db, "2026-03-04 09:31:00", "2026-03-04 08:00:00"));
    // Enabled again, one signs in again; a token stays revoked.
    db.blocking(|db| staff::set_access(db, &id, Access::Enabled, author("zhao", now)))
        .unwrap();
    assert!(good().is_none());
    let history = db
        .blocking(|db| staff_history::list(db, Some(&id), 10))
        .unwrap();
    let what: Vec<&str> = history.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(what[..2], ["enabled", "disabled"]);
    let after = |last| {
        db.blocking(|db| staff_history::after(db, last, 10))
            .unwrap()
    };
    let all = after(0);
    assert!(all.windows(2).all(|two| two[0].0 < two[1].0), "{all:?}");
    let (last, latest) = all.last().unwrap();
    assert_eq!(latest.what, "enabled");
    assert_eq!(after(*last), []);
}

#[test]
fn a_token_expires() {
    let (_folder, db) = signed_in();
    let (now, ends) = (moment("2026-03-04 09:30:00"), moment("2026-04-04 09:30:00"));
    let scopes = Scope::ALL.into_iter().collect();
    add_token(&db, token(&scopes, ends), now);
    assert!(
        db.blocking(|db| tokens::find(db, "secret", ends))
            .unwrap()
            .is_none()
    );
    assert!(
        db.blocking(|db| tokens::find(db, "another", now))
            .unwrap()
            .is_none()
    );
}

#[test]
fn wrong_passwords_are_noted_and_the_right_one_resets_the_count() {
    let (_folder, db) = signed_in();
    let now = moment("2026-03-04 09:00:00");
    let id = somebody().id;
    let wrong = || {
        db.blocking(|db| staff::record_failure(db, &id, 3, now))
            .unwrap();
    };
    let noted = || {
        let history = db.blocking(|db| staff_history::list(db, Some(&id), 50));
        let history = history.unwrap().into_iter().map(|one| one.what);
        history
            .filter(|what| what.contains("wrong passwords"))
            .collect::<Vec<_>>()
    };
    wrong();
    wrong();
    db.blocking(|db| {
        let judged = staff::credential(db, &id)?.unwrap();
        staff::record_success(db, &id, &judged, now)
    })
    .unwrap();
    wrong();
    wrong();
    assert_eq!(noted(), Vec::<String>::new());
    for _ in 0..5 {
        wrong();
    }
    assert_eq!(noted(), ["6 wrong passwords", "3 wrong passwords"]);
}

#[test]
fn a_new_password_ends_every_other_session_and_the_tokens() {
    let (_folder, db) = signed_in();
    let (now, ends) = (moment("2026-03-04 09:05:00"), moment("2026-03-04 21:00:00"));
    let id = somebody().id;
    let scopes = [Scope::Read].into_iter().collect();
    db.blocking(|db| {
        begin(db, SignInMethod::Password, "u", now, ends)?;
        tokens::add(db, &DraftKey::of_test(), &id, token(&scopes, ends), now)
    })
    .unwrap();
    db.blocking(|db| {
        staff::set_password(db, &id, chosen("$new"), Some("u"), author("zhang-li", now))
    })
    .unwrap();
    let found = db.blocking(|db| tokens::find(db, "secret", now)).unwrap();
    assert!(found.is_none());
    assert!(!is_in(&db, "2026-03-04 09:06:00", "2026-03-04 08:00:00"));
    let summaries = db.blocking(|db| sessions::list(db, &id, "u", now)).unwrap();
    assert!(summaries.len() == 1 && summaries[0].own);
}

/// A request that was under way, as one that waits for its password to be judged, comes too late.
#[test]
fn what_a_session_began_that_has_ended_since_changes_nothing() {
    let (_folder, db) = signed_in();
    let (now, ends) = (moment("2026-03-04 09:05:00"), moment("2026-03-04 21:00:00"));
    let id = somebody().id;
    let scopes = [Scope::Read].into_iter().collect();
    let judged = db.blocking(|db| {
        begin(db, SignInMethod::Password, "stolen", now, ends)?;
        begin(db, SignInMethod::Password, "own", now, ends)?;
        let judged = staff::credential(db, &id)?;
        let author = author("zhang-li", now);
        staff::set_password(db, &id, chosen("$new"), Some("own"), author)?;
        Ok(judged.unwrap())
    });
    let make_token = |session: &'static str| {
        let key = DraftKey::of_test();
        db.blocking(|db| {
            sessions::within(db, session, |db| {
                tokens::add(db, &key, &id, token(&scopes, ends), now)
            })
        })
    };
    assert!(make_token("stolen").unwrap().is_none());
    let found = db.blocking(|db| tokens::find(db, "secret", now));
    assert!(found.unwrap().is_none());
    assert!(make_token("own").unwrap().is_some());
    // A sign-in with the password of before.
    let judged = judged.unwrap();
    let late = db.blocking(|db| staff::record_success(db, &id, &judged, now));
    assert!(late.unwrap().is_none());
}

/// A user for whom the OpenID Connect provider vouches may never have seen the password that an administrator set.
#[test]
fn only_sessions_of_the_temporary_password_must_change_it() {
    let (_folder, db) = signed_in();
    let (now, ends) = (moment("2026-03-04 09:05:00"), moment("2026-03-04 21:00:00"));
    let id = somebody().id;
    let must_change = |token: &str, by| {
        db.blocking(|db| {
            begin(db, by, token, now, ends)?;
            sessions::find(db, token, limits(now, moment("2026-03-04 08:00:00")))
        })
        .unwrap()
        .unwrap()
        .staff
        .must_change
    };
    assert!(!must_change("before", SignInMethod::Password));
    db.blocking(|db| {
        staff::set_password(
            db,
            &id,
            set_by_administrator("$one-time"),
            None,
            author("zhao", now),
        )
    })
    .unwrap();
    assert!(must_change("password", SignInMethod::Password));
    assert!(!must_change("elsewhere", SignInMethod::OpenId));
}

#[test]
fn a_file_of_a_newer_program_is_left_alone() {
    let (folder, db) = signed_in();
    db.blocking(|db| db.pragma_update(None, "user_version", 999))
        .unwrap();
    drop(db);
    let refused = Db::open(folder.path())
        .err()
        .map(|error| format!("{error:#}"))
        .unwrap();
    assert!(refused.contains("newer program"), "{refused}");
}

/// A process that closes a file of SQLite's by other means than SQLite loses its locks on it; then the next program that closes the
/// database, such as the command line, takes its write-ahead file away.
#[test]
fn a_database_that_is_opened_again_keeps_its_locks() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    let first = Db::open(folder.path()).unwrap();
    let _second = Db::open(folder.path()).unwrap();
    let count = "SELECT count(*) FROM staff";
    let count = first.blocking(|db| db.query_row(count, [], |row| row.get::<_, i64>(0)));
    assert_eq!(count.unwrap(), 0);
    let file = folder.path().join(crate::NAME).join(FILE);
    let inode = format!(":{}", std::fs::metadata(file).unwrap().ino());
    let locks = std::fs::read_to_string("/proc/locks").unwrap();
    let mut parts = locks.split_whitespace();
    assert!(parts.any(|part| part.ends_with(&inode)), "{locks}");
}

/// The last use of a token or session is a note: who reads on a full disk is let in without it.
#[test]
fn a_full_disk_keeps_nobody_from_reading() {
    let error = |code| {
        Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(code),
            None,
        ))
    };
    assert!(super::unless_disk_full(error(rusqlite::ffi::SQLITE_FULL)).is_ok());
    assert!(super::unless_disk_full(error(rusqlite::ffi::SQLITE_CORRUPT)).is_err());
}
