//! Posts, sessions and tokens, by a clock of the tests.

use onestop_proto::actor::Role;

use super::*;
use crate::{
    core::db::{
        Db,
        drafts::DraftKey,
        sessions::{self, NewSession, SessionLimits, SignInMethod},
        staff,
        tokens::{self, NewToken},
    },
    identity::scope::Scopes,
};

fn now() -> Timestamp {
    "2026-03-04 09:00:00".parse().unwrap()
}

fn post(text: &str) -> Post {
    text.parse().unwrap()
}

/// A clerk who mediates as well.
struct Account {
    _folder: tempfile::TempDir,
    db: Db,
    id: StaffId,
    clerk: Post,
    mediator: Post,
}

impl Account {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let account = Self {
            db: Db::open(folder.path()).unwrap(),
            _folder: folder,
            id: "zhang-li".parse().unwrap(),
            clerk: post("clerk@s4k2m9qxa.window"),
            mediator: post("specialist@s4k2m9qxa.mediation"),
        };
        let staff = Staff::new(
            account.id.clone(),
            "张丽",
            Role::Clerk,
            account.clerk.unit.clone(),
        );
        let author = own(&account.id, now());
        account
            .db
            .blocking(|db| staff::put(db, &staff, Some("$hash"), author))
            .unwrap();
        account.change(PostChange::Add, &account.mediator);
        account
    }

    fn change(&self, change: PostChange, post: &Post) {
        let of = PostOf {
            staff: &self.id,
            change,
            post,
        };
        self.db
            .blocking(|db| put(db, of, own(&self.id, now())))
            .unwrap();
    }

    /// Signs in, as the last time.
    fn begin(&self, token: &str) -> Post {
        let begun = self.db.blocking(|db| {
            let staff = staff::find(db, &self.id)?.unwrap();
            let staff = last_used(db, staff, None)?;
            let session = NewSession {
                staff: &staff.id,
                post: &staff.post(),
                method: SignInMethod::Password,
                token,
                csrf: "csrf",
                began_at: now(),
                ends_at: now().plus_seconds(3600),
            };
            sessions::begin(db, &session)?;
            Ok(staff.post())
        });
        begun.unwrap()
    }

    fn switch(&self, before: &str, token: &str, to: &Post) -> bool {
        let wanted = Switch {
            staff: &self.id,
            to,
            before,
            token,
            csrf: "other",
            now: now(),
        };
        self.db.blocking(|db| switch(db, wanted)).unwrap()
    }

    fn session(&self, token: &str) -> Option<Post> {
        let limits = SessionLimits {
            now: now(),
            idle_since: now().plus_seconds(-60),
            last_end: now().plus_seconds(3600),
        };
        let found = self.db.blocking(|db| sessions::find(db, token, limits));
        found.unwrap().map(|session| session.staff.post())
    }

    fn make_token(&self, text: &str, post: &Post) {
        let scopes = Scopes::all();
        let token = NewToken {
            text,
            name: "trial",
            post,
            scopes: &scopes,
            ends_at: now().plus_seconds(86_400),
        };
        self.db
            .blocking(|db| tokens::add(db, &DraftKey::of_test(), &self.id, token, now()))
            .unwrap();
    }

    fn token(&self, text: &str) -> Option<Post> {
        let found = self.db.blocking(|db| tokens::find(db, text, now()));
        found.unwrap().map(|(staff, _)| staff.post())
    }

    fn history(&self) -> String {
        let lines = self
            .db
            .blocking(|db| staff_history::list(db, Some(&self.id), 1));
        lines.unwrap().remove(0).what
    }
}

#[test]
fn a_session_goes_on_in_another_post_and_the_next_one_begins_in_it() {
    let account = Account::new();
    assert_eq!(account.begin("one"), account.clerk);
    assert!(account.switch("one", "two", &account.mediator));
    // What was opened with the token before is void.
    assert_eq!(account.session("one"), None);
    assert_eq!(account.session("two"), Some(account.mediator.clone()));
    assert_eq!(
        account.history(),
        "post in use: specialist for s4k2m9qxa.mediation"
    );
    assert_eq!(account.begin("three"), account.mediator);
    // The token before is used up, and the post another's.
    assert!(!account.switch("one", "four", &account.clerk));
    let foreign = post("supervisor@s4k2m9qxa.bureau");
    assert!(!account.switch("three", "four", &foreign));
    assert_eq!(account.session("three"), Some(account.mediator.clone()));
}

/// A form whose session has ended was typed in that session's post.
#[test]
fn a_browser_goes_on_in_the_post_of_the_session_that_ended_there() {
    let account = Account::new();
    account.begin("here");
    account.begin("elsewhere");
    assert!(account.switch("elsewhere", "other", &account.mediator));
    let next = |former: Option<&str>| {
        let used = account.db.blocking(|db| {
            let staff = staff::find(db, &account.id)?.unwrap();
            last_used(db, staff, former)
        });
        used.unwrap().post()
    };
    assert_eq!(next(None), account.mediator);
    assert_eq!(next(Some("here")), account.clerk);
}

#[test]
fn what_was_opened_in_a_post_ends_with_it() {
    let account = Account::new();
    account.begin("window");
    account.begin("mediation");
    assert!(account.switch("mediation", "mediates", &account.mediator));
    account.make_token("as-clerk", &account.clerk);
    account.make_token("as-mediator", &account.mediator);
    assert_eq!(account.token("as-mediator"), Some(account.mediator.clone()));
    account.change(PostChange::Remove, &account.mediator);
    assert_eq!(account.session("mediates"), None);
    assert_eq!(account.token("as-mediator"), None);
    assert_eq!(account.session("window"), Some(account.clerk.clone()));
    assert_eq!(account.token("as-clerk"), Some(account.clerk.clone()));
    // It does not come back with the post.
    account.change(PostChange::Add, &account.mediator);
    assert_eq!(account.session("mediates"), None);
    assert_eq!(account.token("as-mediator"), None);
}

#[test]
fn without_its_main_post_an_account_goes_on_in_another() {
    let account = Account::new();
    account.begin("window");
    account.make_token("as-mediator", &account.mediator);
    account.change(PostChange::Remove, &account.clerk);
    assert_eq!(account.session("window"), None);
    assert_eq!(account.token("as-mediator"), Some(account.mediator.clone()));
    assert_eq!(account.begin("later"), account.mediator);
    let found = account.db.blocking(|db| staff::find(db, &account.id));
    assert!(found.unwrap().unwrap().other_posts.is_empty());
    // The last one stays.
    account.change(PostChange::Remove, &account.mediator);
    assert_eq!(account.begin("still"), account.mediator);
}

/// A session or token from before posts is of the account's only post, and ends with it.
#[test]
fn a_session_of_before_is_of_the_main_post() {
    let account = Account::new();
    account.begin("window");
    account.make_token("program", &account.clerk);
    let forget = "UPDATE session SET post = NULL; UPDATE token SET post = NULL;";
    account.db.blocking(|db| db.execute_batch(forget)).unwrap();
    assert_eq!(account.session("window"), Some(account.clerk.clone()));
    assert_eq!(account.token("program"), Some(account.clerk.clone()));
    account.change(PostChange::Remove, &account.clerk);
    assert_eq!(account.session("window"), None);
    assert_eq!(account.token("program"), None);
}
