//! Four eyes, by a clock of the tests.

use onestop_proto::ids::UnitId;

use super::*;
use crate::{
    core::db::{
        Db,
        drafts::DraftKey,
        second_factors::Typed,
        staff_history::Author,
        tokens::{self, NewToken},
    },
    identity::{scope::Scopes, totp::TotpSecret},
};

/// Why a request is refused.
const WHY: &str = "本人未到场";

fn now() -> Timestamp {
    "2026-03-04 09:00:00".parse().unwrap()
}

fn id(text: &str) -> StaffId {
    text.parse().unwrap()
}

fn town(directory: &Directory) -> UnitId {
    let (place, window) = ("530821101".parse().unwrap(), "window".parse().unwrap());
    directory.unit_at(place, &window).unwrap().id.clone()
}

fn person(name: &str, role: Role, unit: UnitId) -> Staff {
    Staff::new(id(name), name, role, unit)
}

/// A unit with a clerk who has a second factor, and three administrators of whom two were there for long.
struct Unit {
    _folder: tempfile::TempDir,
    db: Db,
    key: DraftKey,
    directory: Directory,
}

impl Unit {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).unwrap();
        let key = DraftKey::open(&folder.path().join(crate::NAME)).unwrap();
        let unit = Self {
            _folder: folder,
            db,
            key,
            directory: Directory::built_in().unwrap(),
        };
        let before = now().plus_seconds(-2 * APART);
        let everybody = [
            ("zhang-li", Role::Clerk),
            ("guan-li", Role::UnitAdministrator),
            ("he-jun", Role::UnitAdministrator),
        ];
        for (name, role) in everybody {
            unit.put(name, role, before);
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
            second_factors::begin(db, &unit.key, &staff, &secret, now())?;
            second_factors::confirm(db, &unit.key, typed, "kept")
        });
        assert!(confirmed.unwrap().is_some());
        unit
    }

    fn put(&self, name: &str, role: Role, at: Timestamp) {
        let staff = person(name, role, town(&self.directory));
        let author = Author { by: "guan-li", at };
        self.db
            .blocking(|db| staff::put(db, &staff, None, author))
            .unwrap();
    }

    fn ask(&self, by: &str, at: Timestamp) -> bool {
        self.ask_for("zhang-li", &Act::ResetSecondFactor, by, at)
    }

    fn ask_for(&self, staff: &str, act: &Act, by: &str, at: Timestamp) -> bool {
        let request = NewActRequest {
            staff: &id(staff),
            act,
            asked_by: &id(by),
            requester_unit: &town(&self.directory),
            reason: "手机遗失",
            now: at,
            ends_at: at.plus_seconds(72 * 3600),
        };
        self.db.blocking(|db| ask(db, &self.key, request)).unwrap()
    }

    fn waiting(&self, at: Timestamp) -> Vec<ActRequest> {
        let waiting = self.db.blocking(|db| waiting(db, at)).unwrap();
        let opened = waiting.into_iter().map(|request| request.opened(&self.key));
        opened.collect()
    }

    fn confirm(&self, request: i64, by: &str, at: Timestamp) -> Result<(), ConfirmRefusal> {
        let post = self.find(by).unwrap().post();
        self.confirm_as(request, by, &post, at)
    }

    /// Confirms as a person in one of their posts.
    fn confirm_as(
        &self,
        request: i64,
        by: &str,
        post: &Post,
        at: Timestamp,
    ) -> Result<(), ConfirmRefusal> {
        let word = Word {
            request,
            by: &id(by),
            post,
            now: at,
        };
        self.db
            .blocking(|db| confirm(db, &self.directory, word, Some("a hash")))
            .unwrap()
    }

    fn refuse(&self, request: i64, by: &str) -> bool {
        let word = Word {
            request,
            by: &id(by),
            post: &self.find(by).unwrap().post(),
            now: now(),
        };
        self.db
            .blocking(|db| refuse(db, &self.key, word, WHY))
            .unwrap()
    }

    fn find(&self, name: &str) -> Option<Staff> {
        self.db.blocking(|db| staff::find(db, &id(name))).unwrap()
    }

    fn has_factor(&self) -> bool {
        self.find("zhang-li").unwrap().second_factor
    }

    fn history(&self) -> Vec<(String, String)> {
        let lines = self
            .db
            .blocking(|db| staff_history::list(db, Some(&id("zhang-li")), 2));
        let lines = lines.unwrap().into_iter();
        let opened = lines.map(|line| line.opened(&self.key));
        opened.map(|line| (line.by, line.what)).collect()
    }
}

#[test]
fn one_asks_and_another_confirms_and_both_stand_in_the_history() {
    let unit = Unit::new();
    let scopes = Scopes::all();
    let token = NewToken {
        text: "secret",
        name: "trial",
        post: &unit.find("zhang-li").unwrap().post(),
        scopes: &scopes,
        ends_at: now().plus_seconds(86_400),
    };
    unit.db
        .blocking(|db| tokens::add(db, &unit.key, &id("zhang-li"), token, now()))
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
            Err(ConfirmRefusal::SamePerson),
            "{same}"
        );
    }
    assert!(unit.has_factor());
    assert_eq!(unit.confirm(request, "he-jun", now()), Ok(()));
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
    assert_eq!(
        unit.confirm(request, "he-jun", now()),
        Err(ConfirmRefusal::Over)
    );
}

#[test]
fn an_account_that_the_asker_made_or_reset_lately_is_no_second_person() {
    let unit = Unit::new();
    let yesterday = now().plus_seconds(-86_400);
    unit.put("bai-yu", Role::UnitAdministrator, yesterday);
    assert!(unit.ask("guan-li", now()));
    let request = unit.waiting(now())[0].id;
    let refused = unit.confirm(request, "bai-yu", now());
    assert_eq!(refused, Err(ConfirmRefusal::SamePerson));
    // Nor the other way round.
    let puppet = id("bai-yu");
    let author = own(&puppet, yesterday);
    unit.db
        .blocking(|db| staff_history::record(db, &id("he-jun"), "password reset", author))
        .unwrap();
    assert!(unit.refuse(request, "guan-li") && !unit.refuse(request, "guan-li"));
    assert!(unit.ask("bai-yu", now()));
    let request = unit.waiting(now())[0].id;
    let refused = unit.confirm(request, "he-jun", now());
    assert_eq!(refused, Err(ConfirmRefusal::SamePerson));
    assert!(unit.has_factor());
}

/// A second person who disagrees says why, and the account's history has it; taking back the own request needs no reason.
#[test]
fn a_refusal_says_why() {
    let unit = Unit::new();
    assert!(unit.ask("guan-li", now()));
    let request = unit.waiting(now())[0].id;
    assert!(unit.refuse(request, "he-jun"));
    assert!(unit.waiting(now()).is_empty());
    let refused = format!("second factor reset refused: {WHY}");
    assert_eq!(unit.history()[0], ("he-jun".to_owned(), refused));
    assert!(unit.ask("guan-li", now()));
    let request = unit.waiting(now())[0].id;
    assert!(unit.refuse(request, "guan-li"));
    let taken_back = "second factor reset taken back".to_owned();
    assert_eq!(unit.history()[0], ("guan-li".to_owned(), taken_back));
    assert!(unit.has_factor());
}

#[test]
fn a_request_is_void_after_its_deadline_or_without_its_author() {
    let unit = Unit::new();
    assert!(unit.ask("guan-li", now()));
    let request = unit.waiting(now())[0].id;
    let late = now().plus_seconds(72 * 3600);
    assert_eq!(
        unit.confirm(request, "he-jun", late),
        Err(ConfirmRefusal::Over)
    );
    assert!(unit.ask("guan-li", late));
    let request = unit.waiting(late)[0].id;
    let author = Author {
        by: "test",
        at: late,
    };
    unit.db
        .blocking(|db| staff::set_access(db, &id("guan-li"), Access::Disabled, author))
        .unwrap();
    assert_eq!(
        unit.confirm(request, "he-jun", late),
        Err(ConfirmRefusal::Over)
    );
    assert!(unit.has_factor());
}

/// What was allowed when it was asked for may not be any more.
#[test]
fn what_has_changed_since_is_judged_again() {
    let unit = Unit::new();
    assert!(unit.ask("guan-li", now()));
    let request = unit.waiting(now())[0].id;
    unit.db
        .blocking(|db| second_factors::remove_own(db, &id("zhang-li"), now()))
        .unwrap();
    let late = unit.confirm(request, "he-jun", now());
    assert_eq!(late, Err(ConfirmRefusal::Over));
}

#[test]
fn a_password_is_reset_and_a_role_given_by_two_and_both_are_named() {
    let unit = Unit::new();
    let new = Act::Put(NewAccount {
        name: "白玉".to_owned(),
        role: Role::UnitAdministrator,
        unit: town(&unit.directory),
    });
    assert!(unit.ask_for("bai-yu", &new, "guan-li", now()));
    assert!(unit.ask_for("zhang-li", &Act::ResetPassword, "guan-li", now()));
    // Each account and act once; another act of the same account beside it.
    assert!(!unit.ask_for("zhang-li", &Act::ResetPassword, "he-jun", now()));
    assert!(unit.ask("guan-li", now()));
    assert!(unit.find("bai-yu").is_none());
    let waiting: [ActRequest; 3] = unit.waiting(now()).try_into().unwrap();
    let [given, reset, _] = waiting;
    assert_eq!((given.act, &reset.act), (new, &Act::ResetPassword));
    assert_eq!(
        unit.confirm(given.id, "guan-li", now()),
        Err(ConfirmRefusal::SamePerson)
    );
    assert!(unit.find("bai-yu").is_none());
    assert_eq!(unit.confirm(given.id, "he-jun", now()), Ok(()));
    let made = unit.find("bai-yu").unwrap();
    assert_eq!(
        (made.role, made.must_change),
        (Role::UnitAdministrator, true)
    );
    assert_eq!(unit.confirm(reset.id, "he-jun", now()), Ok(()));
    assert!(unit.find("zhang-li").unwrap().must_change);
    let (by, what) = unit.history().remove(0);
    assert_eq!(by, "he-jun");
    assert_eq!(what, "password reset, asked by guan-li");
    // An administrator who saw the one-time password is no second person beside its owner for a while.
    unit.put(
        "zhang-li",
        Role::UnitAdministrator,
        now().plus_seconds(-2 * APART),
    );
    let colleague = Act::Disable;
    assert!(unit.ask_for("bai-yu", &colleague, "zhang-li", now()));
    let last = unit.waiting(now()).pop().unwrap();
    let same = unit.confirm(last.id, "he-jun", now());
    assert_eq!(same, Err(ConfirmRefusal::SamePerson));
}

#[test]
fn without_a_password_no_account_is_made_or_reset() {
    let unit = Unit::new();
    assert!(unit.ask_for("zhang-li", &Act::ResetPassword, "guan-li", now()));
    let word = Word {
        request: unit.waiting(now())[0].id,
        by: &id("he-jun"),
        post: &unit.find("he-jun").unwrap().post(),
        now: now(),
    };
    let confirmed = unit
        .db
        .blocking(|db| confirm(db, &unit.directory, word, None));
    assert_eq!(confirmed.unwrap(), Err(ConfirmRefusal::Over));
    assert_eq!(unit.waiting(now()).len(), 1);
}

impl Unit {
    fn change_post(&self, name: &str, change: PostChange, post: &Post) {
        let of = PostOf {
            staff: &id(name),
            change,
            post,
        };
        let author = Author {
            by: "test",
            at: now().plus_seconds(-2 * APART),
        };
        self.db.blocking(|db| posts::put(db, of, author)).unwrap();
    }
}

/// 兼职身份: what one person asks for in one post, they do not confirm in another.
#[test]
fn one_persons_posts_are_one_hand() {
    let unit = Unit::new();
    let bureau = unit
        .directory
        .unit_at("530821".parse().unwrap(), &"bureau".parse().unwrap());
    let oversight = Post {
        role: Role::Supervisor,
        unit: bureau.unwrap().id.clone(),
    };
    for name in ["guan-li", "he-jun"] {
        unit.change_post(name, PostChange::Add, &oversight);
    }
    assert!(unit.ask("guan-li", now()));
    let request = unit.waiting(now())[0].id;
    let own = unit.confirm_as(request, "guan-li", &oversight, now());
    assert_eq!(own, Err(ConfirmRefusal::SamePerson));
    assert!(unit.has_factor());
    assert_eq!(
        unit.confirm_as(request, "he-jun", &oversight, now()),
        Ok(())
    );
    assert!(!unit.has_factor());
}

/// Who confirms holds the post then, and so does who asked.
#[test]
fn a_post_that_was_removed_neither_asks_nor_confirms() {
    let unit = Unit::new();
    let clerk = Post {
        role: Role::Clerk,
        unit: town(&unit.directory),
    };
    let administrator = Post {
        role: Role::UnitAdministrator,
        ..clerk.clone()
    };
    assert!(unit.ask("guan-li", now()));
    let request = unit.waiting(now())[0].id;
    for name in ["guan-li", "he-jun"] {
        unit.change_post(name, PostChange::Add, &clerk);
    }
    unit.change_post("he-jun", PostChange::Remove, &administrator);
    let without = unit.confirm_as(request, "he-jun", &administrator, now());
    assert_eq!(without, Err(ConfirmRefusal::Over));
    let as_clerk = unit.confirm_as(request, "he-jun", &clerk, now());
    assert_eq!(as_clerk, Err(ConfirmRefusal::NoSay));
    unit.change_post("guan-li", PostChange::Remove, &administrator);
    assert!(unit.waiting(now()).is_empty());
}

/// A request for one post does not stop that for another.
#[test]
fn each_post_is_asked_for_by_itself() {
    let unit = Unit::new();
    let administrator = Post {
        role: Role::UnitAdministrator,
        unit: town(&unit.directory),
    };
    let supervisor = Post {
        role: Role::Supervisor,
        ..administrator.clone()
    };
    let ask = |post: &Post| {
        let act = Act::AddPost(post.clone());
        unit.ask_for("zhang-li", &act, "guan-li", now())
    };
    assert!(ask(&administrator));
    assert!(!ask(&administrator), "it waits already");
    assert!(ask(&supervisor));
    assert_eq!(unit.waiting(now()).len(), 2);
}

#[test]
fn a_post_with_power_is_given_by_two_and_both_are_named() {
    let unit = Unit::new();
    let oversight = Post {
        role: Role::UnitAdministrator,
        unit: town(&unit.directory),
    };
    let act = Act::AddPost(oversight.clone());
    assert!(unit.ask_for("zhang-li", &act, "guan-li", now()));
    let waiting = unit.waiting(now());
    assert_eq!(waiting[0].act, act);
    assert_eq!(waiting[0].requester_unit, Some(town(&unit.directory)));
    assert_eq!(unit.confirm(waiting[0].id, "he-jun", now()), Ok(()));
    assert_eq!(unit.find("zhang-li").unwrap().other_posts, [oversight]);
    let (by, what) = unit.history().remove(0);
    assert_eq!(by, "he-jun");
    let place = town(&unit.directory);
    let told = format!("post added: unit-administrator for {place}, asked by guan-li");
    assert_eq!(what, told);
}

/// A second person confirms what was asked for, not what the name has come to mean since.
#[test]
fn an_account_that_was_added_since_is_not_overwritten_by_a_request_to_add_it() {
    let unit = Unit::new();
    let new = Act::Put(NewAccount {
        name: "新同事".to_owned(),
        role: Role::UnitAdministrator,
        unit: town(&unit.directory),
    });
    assert!(unit.ask_for("cai-yu", &new, "guan-li", now()));
    let request = unit.waiting(now())[0].id;
    unit.put("cai-yu", Role::Clerk, now().plus_seconds(60));
    let confirmed = unit.confirm(request, "he-jun", now().plus_seconds(120));
    assert_eq!(confirmed, Err(ConfirmRefusal::Over));
    assert_eq!(unit.find("cai-yu").unwrap().role, Role::Clerk);
}
