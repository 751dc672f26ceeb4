//! Four eyes, by a clock of the tests.

use super::*;
use crate::{
    core::db::{
        Db,
        drafts::DraftKey,
        second_factors::Typed,
        staff::{self, Access, Preferences, Staff},
        tokens::{self, NewToken},
    },
    identity::{scope::Scopes, totp::TotpSecret},
};

fn now() -> Timestamp {
    "2026-03-04 09:00:00".parse().unwrap()
}

fn id(text: &str) -> StaffId {
    text.parse().unwrap()
}

fn person(name: &str, role: Role) -> Staff {
    Staff {
        id: id(name),
        name: name.to_owned(),
        role,
        unit: "s4k2m9qxa.window".parse().unwrap(),
        disabled_at: None,
        preferences: Preferences::default(),
        must_change: false,
        second_factor: false,
    }
}

/// A unit with a clerk who has a second factor, and three administrators of whom two were there for long.
struct Unit {
    _folder: tempfile::TempDir,
    db: Db,
}

impl Unit {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).unwrap();
        let key = DraftKey::open(&folder.path().join(crate::NAME)).unwrap();
        let unit = Self {
            _folder: folder,
            db,
        };
        let before = now().plus_seconds(-2 * APART);
        let everybody = [
            ("zhang-li", Role::Clerk),
            ("guan-li", Role::UnitAdministrator),
            ("he-jun", Role::UnitAdministrator),
        ];
        for (name, role) in everybody {
            unit.put(&person(name, role), "guan-li", before);
        }
        let (staff, secret) = (id("zhang-li"), TotpSecret::generate().unwrap());
        let code = secret.app_code(now());
        let typed = Typed {
            staff: &staff,
            code: &code,
            recovery_codes: &[],
            now: now(),
        };
        let confirmed = unit.db.blocking(|db| {
            second_factors::begin(db, &key, &staff, &secret, now())?;
            second_factors::confirm(db, &key, typed, "kept")
        });
        assert!(confirmed.unwrap());
        unit
    }

    fn put(&self, staff: &Staff, by: &str, at: Timestamp) {
        self.db
            .blocking(|db| staff::put(db, staff, None, Author { by, at }))
            .unwrap();
    }

    fn ask(&self, by: &str, at: Timestamp) -> bool {
        let request = NewResetRequest {
            staff: &id("zhang-li"),
            asked_by: &id(by),
            reason: "手机遗失",
            now: at,
            ends_at: at.plus_seconds(72 * 3600),
        };
        self.db.blocking(|db| ask(db, request)).unwrap()
    }

    fn waiting(&self, at: Timestamp) -> Vec<ResetRequest> {
        self.db.blocking(|db| waiting(db, at)).unwrap()
    }

    fn confirm(&self, request: i64, by: &str, at: Timestamp) -> Confirmation {
        let by = id(by);
        self.db
            .blocking(|db| confirm(db, request, &by, at))
            .unwrap()
    }

    fn has_factor(&self) -> bool {
        let found = self.db.blocking(|db| staff::find(db, &id("zhang-li")));
        found.unwrap().unwrap().second_factor
    }

    fn history(&self) -> Vec<(String, String)> {
        let lines = self
            .db
            .blocking(|db| staff_history::list(db, Some(&id("zhang-li")), 2));
        let lines = lines.unwrap().into_iter();
        lines.map(|line| (line.by, line.what)).collect()
    }
}

#[test]
fn one_asks_and_another_confirms_and_both_stand_in_the_history() {
    let unit = Unit::new();
    let scopes = Scopes::all();
    let token = NewToken {
        text: "secret",
        name: "trial",
        scopes: &scopes,
        ends_at: now().plus_seconds(86_400),
    };
    unit.db
        .blocking(|db| tokens::add(db, &id("zhang-li"), token, now()))
        .unwrap();
    assert!(unit.ask("guan-li", now()));
    let waiting = unit.waiting(now());
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].reason, "手机遗失");
    // A second request beside it.
    assert!(!unit.ask("he-jun", now()));
    let request = waiting[0].id;
    for same in ["guan-li", "zhang-li"] {
        assert_eq!(
            unit.confirm(request, same, now()),
            Confirmation::SamePerson,
            "{same}"
        );
    }
    assert!(unit.has_factor());
    assert_eq!(unit.confirm(request, "he-jun", now()), Confirmation::Done);
    assert!(!unit.has_factor() && unit.waiting(now()).is_empty());
    let told = [
        ("he-jun", "second factor reset, asked by guan-li"),
        ("guan-li", "second factor reset asked: 手机遗失"),
    ];
    let told = told.map(|(by, what)| (by.to_owned(), what.to_owned()));
    assert_eq!(unit.history(), told);
    let found = unit.db.blocking(|db| tokens::find(db, "secret", now()));
    assert!(found.unwrap().is_none());
    // Twice is once.
    assert_eq!(unit.confirm(request, "he-jun", now()), Confirmation::Over);
    assert!(!unit.ask("guan-li", now()));
}

#[test]
fn an_account_that_the_asker_made_or_reset_lately_is_no_second_person() {
    let unit = Unit::new();
    let yesterday = now().plus_seconds(-86_400);
    let puppet = person("bai-yu", Role::UnitAdministrator);
    unit.put(&puppet, "guan-li", yesterday);
    assert!(unit.ask("guan-li", now()));
    let request = unit.waiting(now())[0].id;
    let refused = unit.confirm(request, "bai-yu", now());
    assert_eq!(refused, Confirmation::SamePerson);
    // Nor the other way round.
    let author = own(&puppet.id, yesterday);
    unit.db
        .blocking(|db| staff_history::record(db, &id("he-jun"), "password reset", author))
        .unwrap();
    let refuse = |request: i64| {
        unit.db
            .blocking(|db| refuse(db, request, &id("guan-li"), now()))
            .unwrap()
    };
    assert!(refuse(request) && !refuse(request));
    assert!(unit.ask("bai-yu", now()));
    let request = unit.waiting(now())[0].id;
    let refused = unit.confirm(request, "he-jun", now());
    assert_eq!(refused, Confirmation::SamePerson);
    assert!(unit.has_factor());
}

#[test]
fn a_request_is_void_after_its_deadline_or_without_its_author() {
    let unit = Unit::new();
    assert!(unit.ask("guan-li", now()));
    let request = unit.waiting(now())[0].id;
    let late = now().plus_seconds(72 * 3600);
    assert_eq!(unit.confirm(request, "he-jun", late), Confirmation::Over);
    assert!(unit.ask("guan-li", late));
    let request = unit.waiting(late)[0].id;
    let author = Author {
        by: "test",
        at: late,
    };
    unit.db
        .blocking(|db| staff::set_access(db, &id("guan-li"), Access::Disabled, author))
        .unwrap();
    assert_eq!(unit.confirm(request, "he-jun", late), Confirmation::Over);
    assert!(unit.has_factor());
}

#[test]
fn nobody_asks_about_themselves_or_about_what_is_not_there() {
    let unit = Unit::new();
    assert!(!unit.ask("zhang-li", now()));
    unit.db
        .blocking(|db| second_factors::remove_own(db, &id("zhang-li"), now()))
        .unwrap();
    assert!(!unit.ask("guan-li", now()));
}

#[test]
fn the_operator_of_the_machine_resets_it_on_record() {
    let unit = Unit::new();
    let author = Author {
        by: "command-line",
        at: now(),
    };
    unit.db
        .blocking(|db| reset_at_once(db, &id("zhang-li"), "手机遗失", author))
        .unwrap();
    assert!(!unit.has_factor());
    let (by, what) = unit.history().remove(0);
    assert_eq!(by, "command-line");
    assert_eq!(what, "second factor reset at the machine: 手机遗失");
}
