//! What people type is in no file of the gateway's in the clear.

use std::{collections::BTreeSet, path::Path};

use onestop_directory::Directory;
use onestop_proto::{actor::Role, ids::StaffId, time::Timestamp};

use super::*;
use crate::{
    core::{
        db::{
            Db,
            act_requests::{self, ActRequest, NewActRequest, Word},
            passkeys, request_answers,
            request_answers::Decision,
            staff::{self, Staff},
            staff_history::{self, own},
            tokens::{self, NewToken},
            webhooks,
        },
        post::Post,
    },
    identity::{account_act::Act, scope::Scopes},
};

/// A citizen's name, as it is typed into every field.
const NAME: &str = "岩温波罕";

/// Columns that stay legible, and why.
#[rustfmt::skip]
const CLEAR: [(&str, &[&str], &str); 15] = [
    ("staff", &["id", "name", "role", "unit", "password", "language", "last_post"], "colleagues, whose names are on the unit's door; the password is a hash"),
    ("staff_history", &["by", "staff", "what"], "who did what; the reason in it is sealed by `history_reason`"),
    ("session", &["staff", "csrf", "post"], "accounts and posts; the rest is random"),
    ("token", &["staff", "scopes", "post"], "accounts, posts and codes"),
    ("secret", &["name"], "names that the program gives"),
    ("webhook", &["id", "unit", "actor", "types", "item", "epoch", "state", "problem"], "codes, and sentences of the program"),
    ("webhook", &["secret"], "sealed by `webhook_secrets`"),
    ("draft", &["staff", "kind", "id"], "accounts, and keys that the program gives"),
    ("second_factor", &["staff", "secret"], "the secret is sealed by `second_factors`"),
    ("recovery_code", &["staff"], "an account"),
    ("act_request", &["staff", "act", "name", "role", "unit", "asked_by", "decided_by", "outcome", "requester_unit"], "the name of a colleague who is to get an account"),
    ("passkey", &["staff", "public_key"], "the key is sealed by `passkeys`"),
    ("post", &["staff", "role", "unit"], "what colleagues are"),
    ("late_approval", &["entry", "doer", "approver", "reason", "act", "case_ref", "token", "case_number"], "codes, numbers of cases and colleagues; the token holds hashes of the rest"),
    ("request_answer", &["staff", "kind", "subject", "link", "decided_by", "command"], "accounts, codes and addresses of pages"),
];

fn now() -> Timestamp {
    "2026-03-04 09:00:00".parse().unwrap()
}

fn id(text: &str) -> StaffId {
    text.parse().unwrap()
}

struct Gateway {
    data: tempfile::TempDir,
    db: Db,
    key: DraftKey,
    window: Post,
}

impl Gateway {
    /// A window with a clerk and two administrators.
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let db = Db::open(data.path()).unwrap();
        let key = DraftKey::open(&data.path().join(crate::NAME)).unwrap();
        let directory = Directory::built_in().unwrap();
        let (place, window) = ("530821101".parse().unwrap(), "window".parse().unwrap());
        let unit = directory.unit_at(place, &window).unwrap().id.clone();
        let role = Role::UnitAdministrator;
        for (name, role) in [
            ("zhang-li", Role::Clerk),
            ("guan-li", role),
            ("he-jun", role),
        ] {
            let staff = Staff::new(id(name), name, role, unit.clone());
            let made = db.blocking(|db| staff::put(db, &staff, None, own(&staff.id, now())));
            made.unwrap();
        }
        let window = Post { role, unit };
        Self {
            data,
            db,
            key,
            window,
        }
    }

    fn ask(&self) -> ActRequest {
        let request = NewActRequest {
            staff: &id("zhang-li"),
            act: &Act::ResetPassword,
            asked_by: &id("guan-li"),
            requester_unit: &self.window.unit,
            reason: NAME,
            now: now(),
            ends_at: now().plus_seconds(3600),
        };
        let asked = self.db.blocking(|db| {
            assert!(act_requests::ask(db, &self.key, request)?);
            act_requests::waiting(db, now())
        });
        asked.unwrap().pop().unwrap()
    }

    fn refuse(&self, request: &ActRequest) {
        let word = Word {
            request: request.id,
            by: &id("he-jun"),
            post: &self.window,
            now: now(),
        };
        let refused = self
            .db
            .blocking(|db| act_requests::refuse(db, &self.key, word, NAME));
        assert!(refused.unwrap());
    }

    fn make_token(&self) {
        let token = NewToken {
            text: "secret",
            name: NAME,
            post: &self.window,
            scopes: &Scopes::all(),
            ends_at: now(),
        };
        let staff = id("guan-li");
        let made = self
            .db
            .blocking(|db| tokens::add(db, &self.key, &staff, token, now()));
        made.unwrap();
    }

    /// What the history, the token, the passkey, the answer and the request say to their readers.
    fn read(&self) -> BTreeSet<String> {
        let (key, owner) = (&self.key, id("guan-li"));
        let read = self.db.blocking(|db| {
            let history = staff_history::list(db, Some(&id("zhang-li")), 10)?.into_iter();
            let mut read: BTreeSet<String> = history.map(|entry| entry.opened(key).what).collect();
            read.extend(
                tokens::list(db, key, &owner)?
                    .into_iter()
                    .map(|one| one.name),
            );
            read.extend(
                passkeys::list(db, key, &owner)?
                    .into_iter()
                    .map(|one| one.name),
            );
            let waiting = act_requests::waiting(db, now())?.into_iter();
            read.extend(waiting.map(|request| request.opened(key).reason));
            for unseen in request_answers::unseen(db, key, &owner)? {
                if let Decision::Refused(why) = unseen.answer.decision {
                    read.insert(why);
                }
            }
            Ok(read)
        });
        read.unwrap()
    }

    /// The files that hold a text in the clear.
    fn leaking(&self, text: &str) -> Vec<String> {
        let folder = self.data.path().join(crate::NAME);
        let files = std::fs::read_dir(folder).unwrap();
        let paths = files.map(|entry| entry.unwrap().path());
        let holds = |path: &Path| {
            let bytes = std::fs::read(path).unwrap();
            let mut parts = bytes.windows(text.len());
            parts.any(|part| part == text.as_bytes())
        };
        let leaking = paths.filter(|path| holds(path));
        leaking.map(|path| path.display().to_string()).collect()
    }
}

#[test]
fn a_name_that_people_type_is_in_no_file() {
    let gateway = Gateway::new();
    let request = gateway.ask();
    assert_eq!(gateway.leaking(NAME), Vec::<String>::new());
    gateway.refuse(&request);
    gateway.make_token();
    assert_eq!(gateway.leaking(NAME), Vec::<String>::new());
    let read = gateway.read();
    for typed in [
        NAME.to_owned(),
        format!("password reset asked: {NAME}"),
        format!("password reset refused: {NAME}"),
    ] {
        assert!(read.contains(&typed), "{typed} in {read:?}");
    }
}

#[test]
fn what_earlier_programs_kept_in_the_clear_is_sealed_and_read_as_before() {
    let gateway = Gateway::new();
    let kept = format!(
        "INSERT INTO act_request (staff, act, asked_by, asked_at, ends_at, reason)
             VALUES ('zhang-li', 'reset-password', 'guan-li', {asked}, {ends}, '{NAME}');
         INSERT INTO staff_history (at, by, staff, what) VALUES
             (1, 'guan-li', 'zhang-li', 'password reset asked: {NAME}'),
             (1, 'he-jun', 'zhang-li', 'put: clerk for s4k2m9qxa.window refused: {NAME} asked: '),
             (1, 'command-line', 'zhang-li', 'disabled at the machine: {NAME}');
         INSERT INTO token (token, staff, name, scopes, created_at, ends_at)
             VALUES (x'01', 'guan-li', '{NAME}', 'read', 1, 2);
         INSERT INTO passkey (credential, staff, name, public_key, counter, verified, made_at)
             VALUES (x'01', 'guan-li', '{NAME}', '', 0, 0, 1);
         INSERT INTO late_approval (entry, doer, approver, occurred_at, reason, act, asked_at, why)
             VALUES ('one', 'clerk/zhang-li@s4k2m9qxa.window', 'he-jun', 1, 'outage', 'intake.open', 1, '{NAME}');
         INSERT INTO request_answer (staff, kind, subject, link, why, decided_by, at)
             VALUES ('guan-li', 'account', 'zhang-li password reset', '/staff', '{NAME}', 'he-jun', 1);",
        asked = now().as_micros(),
        ends = now().plus_seconds(3600).as_micros(),
    );
    gateway.db.blocking(|db| db.execute_batch(&kept)).unwrap();
    let before = gateway.read();
    assert!(!gateway.leaking(NAME).is_empty());
    for _ in 0..2 {
        let sealed = gateway.db.blocking(|db| seal_all(db, &gateway.key));
        sealed.unwrap();
        assert_eq!(gateway.leaking(NAME), Vec::<String>::new());
        assert_eq!(gateway.read(), before);
    }
}

/// The secret of a webhook signs messages, and its address may hold another.
#[test]
fn the_secret_and_the_address_of_a_webhook_are_in_no_file() {
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ADDRESS: &str = "https://law.example/hook?key=5f1c2a90";
    let gateway = Gateway::new();
    gateway
        .db
        .blocking(|db| {
            db.execute(
                "INSERT INTO webhook (id, unit, actor, url, types, secret, created_at, position, state)
                 VALUES ('one', 's4k2m9qxa.window', 'unit-administrator/guan-li@s4k2m9qxa.window', ?2, '[]', ?1, 0, 0, 'active')",
                [SECRET, ADDRESS],
            )?;
            seal_all(db, &gateway.key)?;
            seal_all(db, &gateway.key)
        })
        .unwrap();
    let stored: String = gateway
        .db
        .blocking(|db| db.query_row("SELECT secret FROM webhook", [], |row| row.get(0)))
        .unwrap();
    let key = &gateway.key;
    let opened = webhook_secrets::open(key, "one", &stored);
    assert_eq!(opened.as_deref(), Some(SECRET));
    assert_eq!(webhook_secrets::open(key, "two", &stored), None);
    let unit = "s4k2m9qxa.window".parse().unwrap();
    let found = gateway
        .db
        .blocking(|db| webhooks::find(db, &unit, "one"))
        .unwrap()
        .unwrap();
    assert_eq!(found.opened(key).webhook.url, ADDRESS);
    for clear in [SECRET, ADDRESS] {
        assert_eq!(gateway.leaking(clear), Vec::<String>::new());
    }
}

/// A new column of texts is sealed, or says here why it is not.
#[test]
fn every_column_of_texts_is_sealed_or_says_why_it_is_not() {
    let gateway = Gateway::new();
    let columns = gateway.db.blocking(|db| {
        let mut columns = db.prepare(
            "SELECT tables.name || '.' || columns.name FROM main.sqlite_schema AS tables
                 JOIN pragma_table_info(tables.name) AS columns
             WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%' AND columns.type = 'TEXT'",
        )?;
        let columns = columns.query_map([], |row| row.get::<_, String>(0))?;
        columns.collect::<Result<BTreeSet<String>>>()
    });
    let of = |table: &str, column: &str| format!("{table}.{column}");
    let sealed = COLUMNS.iter().map(|it| of(it.table, it.column));
    let clear = CLEAR
        .iter()
        .flat_map(|(table, columns, _)| columns.iter().map(move |column| of(table, column)));
    let known: Vec<String> = sealed.chain(clear).collect();
    let named: BTreeSet<String> = known.iter().cloned().collect();
    assert_eq!(named.len(), known.len(), "a column is named twice");
    assert_eq!(columns.unwrap(), named);
}
