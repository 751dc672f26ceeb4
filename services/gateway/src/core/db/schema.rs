//! Tables and migrations. Persisted: a released migration is never changed; new ones are appended.

use anyhow::bail;
use rusqlite::{Connection, Transaction, TransactionBehavior};

const MIGRATIONS: &[&str] = &[
    // 1: accounts and sessions. Moments are microseconds since 1970.
    "
    CREATE TABLE staff (
        id          TEXT PRIMARY KEY,
        name        TEXT NOT NULL,
        role        TEXT NOT NULL,
        unit        TEXT NOT NULL,
        created_at  INTEGER NOT NULL,
        disabled_at INTEGER,
        -- argon2id, in PHC form; nothing for whoever signs in elsewhere
        password    TEXT,
        failures    INTEGER NOT NULL DEFAULT 0,
        locked_until INTEGER,
        language    TEXT,
        elder       INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    -- who changed which account, when and how; only ever added to
    CREATE TABLE staff_history (
        id     INTEGER PRIMARY KEY,
        at     INTEGER NOT NULL,
        by     TEXT NOT NULL,
        staff  TEXT NOT NULL,
        what   TEXT NOT NULL
    ) STRICT;
    CREATE TABLE session (
        -- SHA-256 of the cookie's token: whoever reads this file cannot sign in with it
        token   BLOB PRIMARY KEY,
        staff   TEXT NOT NULL REFERENCES staff (id),
        csrf    TEXT NOT NULL,
        began_at INTEGER NOT NULL,
        seen_at  INTEGER NOT NULL,
        ends_at  INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX session_of ON session (staff);
    ",
    // 2: passwords that must be changed, and tokens of programs.
    "
    ALTER TABLE staff ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE token (
        id         INTEGER PRIMARY KEY,
        -- SHA-256 of what the program keeps
        token      BLOB NOT NULL UNIQUE,
        staff      TEXT NOT NULL REFERENCES staff (id),
        name       TEXT NOT NULL,
        scopes     TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        ends_at    INTEGER NOT NULL,
        used_at    INTEGER,
        revoked_at INTEGER
    ) STRICT;
    CREATE INDEX token_of ON token (staff);
    ",
    // 3: webhooks; secrets of the gateway's own.
    "
    CREATE TABLE secret (
        name  TEXT PRIMARY KEY,
        value BLOB NOT NULL
    ) STRICT;
    CREATE TABLE webhook (
        id         TEXT PRIMARY KEY,
        unit       TEXT NOT NULL,
        -- as whom the journal is asked
        actor      TEXT NOT NULL,
        url        TEXT NOT NULL,
        -- a JSON list; empty: all
        types      TEXT NOT NULL,
        item       TEXT,
        -- sealed (see webhook_secrets); in clear where an earlier version wrote it
        secret     TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        -- incarnation of the journal's log, and the next position in it
        epoch      TEXT,
        position   INTEGER NOT NULL,
        state      TEXT NOT NULL,
        failures   INTEGER NOT NULL DEFAULT 0,
        problem    TEXT,
        next_try_at INTEGER,
        stuck_at   INTEGER
    ) STRICT;
    CREATE INDEX webhook_of ON webhook (unit, created_at);
    CREATE INDEX webhook_due ON webhook (state, next_try_at);
    ",
    // 4: drafts, sealed with the gateway's key and bound to whose they are.
    "
    CREATE TABLE draft (
        staff    TEXT NOT NULL,
        kind     TEXT NOT NULL,
        id       TEXT NOT NULL,
        saved_at INTEGER NOT NULL,
        sealed   BLOB NOT NULL,
        PRIMARY KEY (staff, kind, id)
    ) STRICT;
    ",
    // 5: sessions that another service vouched for.
    "
    -- 1: no password was used, so none has to be changed first
    ALTER TABLE session ADD COLUMN elsewhere INTEGER NOT NULL DEFAULT 0;
    ",
    // 6: second factors.
    "
    CREATE TABLE second_factor (
        staff        TEXT PRIMARY KEY REFERENCES staff (id),
        -- sealed (see second_factors)
        secret       TEXT NOT NULL,
        begun_at     INTEGER NOT NULL,
        -- nothing until the app has shown the first code
        confirmed_at INTEGER,
        -- the code of no earlier step is taken
        last_step    INTEGER NOT NULL DEFAULT 0,
        failures     INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE recovery_code (
        staff   TEXT NOT NULL REFERENCES staff (id),
        -- SHA-256
        code    BLOB NOT NULL,
        used_at INTEGER,
        PRIMARY KEY (staff, code)
    ) STRICT;
    -- what one administrator asks and another one confirms
    CREATE TABLE factor_reset (
        id         INTEGER PRIMARY KEY,
        staff      TEXT NOT NULL REFERENCES staff (id),
        asked_by   TEXT NOT NULL REFERENCES staff (id),
        asked_at   INTEGER NOT NULL,
        ends_at    INTEGER NOT NULL,
        reason     TEXT NOT NULL,
        decided_at INTEGER,
        decided_by TEXT
    ) STRICT;
    ",
    // 7: everything that one administrator asks and another person confirms.
    "
    CREATE TABLE act_request (
        id         INTEGER PRIMARY KEY,
        -- an account that is to be added is not there yet
        staff      TEXT NOT NULL,
        act        TEXT NOT NULL,
        -- what the account is to be
        name       TEXT,
        role       TEXT,
        unit       TEXT,
        asked_by   TEXT NOT NULL REFERENCES staff (id),
        asked_at   INTEGER NOT NULL,
        ends_at    INTEGER NOT NULL,
        reason     TEXT NOT NULL,
        decided_at INTEGER,
        decided_by TEXT,
        -- nothing of those that were decided before version 7
        outcome    TEXT
    ) STRICT;
    INSERT INTO act_request (id, staff, act, asked_by, asked_at, ends_at, reason, decided_at, decided_by)
        SELECT id, staff, 'reset-second-factor', asked_by, asked_at, ends_at, reason, decided_at, decided_by
        FROM factor_reset;
    DROP TABLE factor_reset;
    ",
    // 8: further posts (兼职身份) of an account, beside the main one in its row.
    "
    CREATE TABLE post (
        staff    TEXT NOT NULL REFERENCES staff (id),
        role     TEXT NOT NULL,
        unit     TEXT NOT NULL,
        added_at INTEGER NOT NULL,
        PRIMARY KEY (staff, role, unit)
    ) STRICT;
    -- every post of every account
    CREATE VIEW held_post AS
        SELECT id AS staff, role, unit FROM staff
        UNION ALL
        SELECT staff, role, unit FROM post;
    -- as `<role>@<unit>`: the post that the next session begins in
    ALTER TABLE staff ADD COLUMN last_post TEXT;
    -- as `<role>@<unit>`; nothing of those that began before version 8: the main post
    ALTER TABLE session ADD COLUMN post TEXT;
    ALTER TABLE token ADD COLUMN post TEXT;
    -- the unit whose administrator asks; nothing of requests before version 8: that of the main post
    ALTER TABLE act_request ADD COLUMN requester_unit TEXT;
    ",
    // 9: passkeys (通行密钥), a second factor beside the app or instead of it.
    "
    CREATE TABLE passkey (
        id         INTEGER PRIMARY KEY,
        -- as the device names it
        credential BLOB NOT NULL UNIQUE,
        staff      TEXT NOT NULL REFERENCES staff (id),
        name       TEXT NOT NULL,
        -- the public key, sealed (see passkeys): a writer of this file cannot put one of their own in its place
        public_key TEXT NOT NULL,
        counter    INTEGER NOT NULL,
        -- 1: the device verified its user when it made the key, and must from then on
        verified   INTEGER NOT NULL,
        made_at    INTEGER NOT NULL,
        used_at    INTEGER
    ) STRICT;
    CREATE INDEX passkey_of ON passkey (staff);
    -- accounts whose password alone opens no session
    CREATE VIEW second_factor_set AS
        SELECT staff FROM second_factor WHERE confirmed_at IS NOT NULL
        UNION
        SELECT staff FROM passkey;
    -- wrong answers in a row, with whichever second factor; in place of second_factor.failures
    ALTER TABLE staff ADD COLUMN factor_failures INTEGER NOT NULL DEFAULT 0;
    ",
    // 10: approvals of late entries (补录审批) that one person asks another for.
    "
    CREATE TABLE late_approval (
        id          INTEGER PRIMARY KEY,
        -- the idempotency key of the command
        entry       TEXT NOT NULL,
        -- who enters it, as `<role>/<staff>@<unit>`
        doer        TEXT NOT NULL,
        approver    TEXT NOT NULL,
        occurred_at INTEGER NOT NULL,
        reason      TEXT NOT NULL,
        -- as `<service>.<command>`
        act         TEXT NOT NULL,
        case_ref    TEXT,
        asked_at    INTEGER NOT NULL,
        decided_at  INTEGER,
        -- the approval, signed as the approver; for that entry and doer alone
        token       TEXT,
        -- why it was refused
        why         TEXT
    ) STRICT;
    CREATE INDEX late_approval_of ON late_approval (entry, approver);
    ",
    // 11: how often rows were changed (see changes), by which a standby says how far its copy has come.
    "
    CREATE TABLE change_count (
        id      INTEGER PRIMARY KEY CHECK (id = 1),
        newest  INTEGER NOT NULL,
        -- after the last change for which an answer waits
        awaited INTEGER NOT NULL
    ) STRICT;
    INSERT INTO change_count (id, newest, awaited) VALUES (1, 0, 0);
    ",
    // 12: what is approved of a late entry. Requests of before name no content: they are asked for again.
    "
    -- the hash of the command's data, sealed, or texts could be tried against it
    ALTER TABLE late_approval ADD COLUMN content BLOB;
    ",
    // 13: answers to requests: the page shows them to the person who asked until they have seen them.
    "
    CREATE TABLE request_answer (
        id         INTEGER PRIMARY KEY,
        -- who asked
        staff      TEXT NOT NULL,
        kind       TEXT NOT NULL,
        subject    TEXT NOT NULL,
        link       TEXT NOT NULL,
        -- why it was refused; nothing where it was approved
        why        TEXT,
        decided_by TEXT NOT NULL,
        at         INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX request_answer_of ON request_answer (staff);
    ",
    // 14: answers that services publish come more than once, and an answer that was seen is known when it comes again.
    "
    -- the command that decided; nothing where the gateway itself keeps the request
    ALTER TABLE request_answer ADD COLUMN command TEXT;
    ALTER TABLE request_answer ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
    CREATE UNIQUE INDEX request_answer_once ON request_answer (command);
    ",
    // 15: what an approver of a late entry reads of it.
    "
    -- the command's data, sealed; nothing once the request was answered
    ALTER TABLE late_approval ADD COLUMN data BLOB;
    -- the number of the case, where the command names it by its id
    ALTER TABLE late_approval ADD COLUMN case_number TEXT;
    ",
];

/// The version of the tables after all migrations.
pub(super) fn known_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Applies the migrations that are missing.
pub(super) fn migrate(connection: &mut Connection) -> anyhow::Result<()> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = known_version();
    if version > known {
        bail!(
            "it was made by a newer program (version {version}; this one knows {known}). Start that program"
        );
    }
    for migration in MIGRATIONS.iter().skip(usize::try_from(version)?) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request that waited when the program was upgraded waits on.
    #[test]
    fn a_request_of_before_goes_on() {
        let mut db = Connection::open_in_memory().unwrap();
        for migration in &MIGRATIONS[..6] {
            db.execute_batch(migration).unwrap();
        }
        db.pragma_update(None, "user_version", 6).unwrap();
        db.execute_batch(
            "INSERT INTO staff (id, name, role, unit, created_at)
                 VALUES ('guan-li', '管理', 'unit-administrator', 's4k2m9qxa.window', 1);
             INSERT INTO factor_reset (id, staff, asked_by, asked_at, ends_at, reason)
                 VALUES (7, 'guan-li', 'guan-li', 1, 2, '手机遗失');",
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let kept = db.query_row(
            "SELECT act, reason FROM act_request WHERE id = 7",
            [],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
        );
        let (act, reason) = kept.unwrap();
        assert_eq!(act, "reset-second-factor");
        assert_eq!(reason, "手机遗失");
    }

    /// An account, a session and a token of before are of one post: the role and unit of the account.
    #[test]
    fn an_account_of_before_has_one_post() {
        let mut db = Connection::open_in_memory().unwrap();
        for migration in &MIGRATIONS[..7] {
            db.execute_batch(migration).unwrap();
        }
        db.pragma_update(None, "user_version", 7).unwrap();
        db.execute_batch(
            "INSERT INTO staff (id, name, role, unit, created_at)
                 VALUES ('zhang-li', '张丽', 'clerk', 's4k2m9qxa.window', 1);
             INSERT INTO session (token, staff, csrf, began_at, seen_at, ends_at)
                 VALUES (x'01', 'zhang-li', 'csrf', 1, 1, 2);
             INSERT INTO token (token, staff, name, scopes, created_at, ends_at)
                 VALUES (x'02', 'zhang-li', 'trial', 'read', 1, 2);",
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let posts = db.query_row(
            "SELECT group_concat(role || '@' || unit) FROM held_post",
            [],
            |row| row.get::<_, String>(0),
        );
        assert_eq!(posts.unwrap(), "clerk@s4k2m9qxa.window");
        let kept = db.query_row(
            "SELECT (SELECT count(*) FROM session WHERE post IS NULL)
                 + (SELECT count(*) FROM token WHERE post IS NULL)",
            [],
            |row| row.get::<_, i64>(0),
        );
        assert_eq!(kept.unwrap(), 2);
    }

    /// An app that was set up before is asked for, and goes on alone.
    #[test]
    fn a_second_factor_of_before_is_still_one() {
        let mut db = Connection::open_in_memory().unwrap();
        for migration in &MIGRATIONS[..8] {
            db.execute_batch(migration).unwrap();
        }
        db.pragma_update(None, "user_version", 8).unwrap();
        db.execute_batch(
            "INSERT INTO staff (id, name, role, unit, created_at)
                 VALUES ('zhang-li', '张丽', 'clerk', 's4k2m9qxa.window', 1),
                     ('li-mei', '李梅', 'clerk', 's4k2m9qxa.window', 1);
             INSERT INTO second_factor (staff, secret, begun_at, confirmed_at)
                 VALUES ('zhang-li', 'sealed', 1, 2), ('li-mei', 'sealed', 1, NULL);",
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let set = db.query_row(
            "SELECT group_concat(staff) FROM second_factor_set",
            [],
            |row| row.get::<_, String>(0),
        );
        assert_eq!(set.unwrap(), "zhang-li");
    }
}
