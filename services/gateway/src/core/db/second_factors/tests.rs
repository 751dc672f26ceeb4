//! Enrolment, codes and recovery codes, by a clock of the tests.

use super::*;
use crate::core::db::{
    Db,
    sessions::{self, NewSession, SessionLimits, SignInMethod},
    staff::{self, Staff},
};

const RECOVERY: [&str; 2] = ["abcd-efgh-2345-6777", "bcde-fgha-2345-6777"];

struct Account {
    folder: tempfile::TempDir,
    db: Db,
    key: DraftKey,
    id: StaffId,
}

fn now() -> Timestamp {
    "2026-03-04 09:00:00".parse().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    now().plus_seconds(seconds)
}

impl Account {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).unwrap();
        let key = DraftKey::open(&folder.path().join(crate::NAME)).unwrap();
        let staff = Staff::clerk("zhang-li", "张丽");
        let id = staff.id.clone();
        let author = own(&id, now());
        db.blocking(|db| staff::put(db, &staff, Some("$hash"), author))
            .unwrap();
        Self {
            folder,
            db,
            key,
            id,
        }
    }

    /// An account whose app is set up at nine.
    fn enrolled() -> (Self, TotpSecret) {
        let account = Self::new();
        let secret = account.begin();
        assert!(account.confirm(&secret.app_code(now()), now()));
        (account, secret)
    }

    fn begin(&self) -> TotpSecret {
        let secret = TotpSecret::generate().unwrap();
        self.db
            .blocking(|db| begin(db, &self.key, &self.id, &secret, now()))
            .unwrap();
        secret
    }

    fn confirm(&self, code: &str, at: Timestamp) -> bool {
        let codes = RECOVERY.map(str::to_owned);
        let typed = Typed {
            staff: &self.id,
            code,
            recovery_codes: &codes,
            now: at,
        };
        self.db
            .blocking(|db| confirm(db, &self.key, typed, "kept"))
            .unwrap()
            .is_some()
    }

    fn prove(&self, code: &str, at: Timestamp) -> Option<Proof> {
        self.db
            .blocking(|db| prove(db, &self.key, &self.id, code, at))
            .unwrap()
    }

    fn state(&self, at: Timestamp) -> FactorState {
        self.db
            .blocking(|db| state(db, &self.key, &self.id, at))
            .unwrap()
    }

    fn is_asked(&self) -> bool {
        let found = self.db.blocking(|db| staff::find(db, &self.id));
        found.unwrap().unwrap().second_factor
    }

    fn history(&self) -> Vec<String> {
        let lines = self
            .db
            .blocking(|db| staff_history::list(db, Some(&self.id), 50));
        lines.unwrap().into_iter().map(|line| line.what).collect()
    }
}

#[test]
fn an_app_is_asked_for_codes_once_it_has_shown_the_first() {
    let account = Account::new();
    assert_eq!(account.state(now()), FactorState::Missing);
    let secret = account.begin();
    assert_eq!(account.state(now()), FactorState::Begun(secret.clone()));
    assert!(!account.is_asked());
    assert_eq!(account.prove(&secret.app_code(now()), now()), None);
    assert!(!account.confirm("12345", now()));
    let code = secret.app_code(after(30));
    assert!(account.confirm(&code, after(30)));
    assert!(account.is_asked());
    let confirmed = FactorState::Confirmed { since: after(30) };
    assert_eq!(account.state(after(30)), confirmed);
    let left = account
        .db
        .blocking(|db| recovery_codes::left(db, &account.id));
    assert_eq!(left.unwrap(), 2);
    // The first code is used up.
    assert_eq!(account.prove(&code, after(31)), None);
}

#[test]
fn an_enrolment_is_over_after_a_quarter_of_an_hour_and_replaces_no_app() {
    let account = Account::new();
    let secret = account.begin();
    let late = after(15 * 60);
    assert_eq!(account.state(late), FactorState::Missing);
    assert!(!account.confirm(&secret.app_code(late), late));

    let (account, secret) = Account::enrolled();
    // A second enrolment beside a confirmed app changes nothing.
    let forged = account.begin();
    assert!(!account.confirm(&forged.app_code(after(60)), after(60)));
    assert_eq!(account.prove(&forged.app_code(after(60)), after(60)), None);
    let proof = account.prove(&secret.app_code(after(90)), after(90));
    assert_eq!(proof, Some(Proof::Code));
}

#[test]
fn a_code_is_good_once_and_no_earlier_one_after_it() {
    let (account, secret) = Account::enrolled();
    let (earlier, code) = (secret.app_code(after(60)), secret.app_code(after(90)));
    assert_eq!(account.prove(&code, after(90)), Some(Proof::Code));
    for (code, at) in [(&code, 91), (&code, 119), (&earlier, 92), (&earlier, 60)] {
        assert_eq!(account.prove(code, after(at)), None, "{at}");
    }
    let next = secret.app_code(after(120));
    assert_eq!(account.prove(&next, after(120)), Some(Proof::Code));
}

#[test]
fn of_many_who_give_the_same_code_at_once_one_gets_in() {
    let (account, secret) = Account::enrolled();
    let code = secret.app_code(after(60));
    let account = &account;
    let right = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| account.prove(&code, after(60))))
            .collect();
        let answers = tries.into_iter().map(|one| one.join().unwrap());
        answers.filter(Option::is_some).count()
    });
    assert_eq!(right, 1);
}

#[test]
fn a_recovery_code_is_good_once_as_people_type_it() {
    let (account, _) = Account::enrolled();
    let typed = " ＡＢＣＤ efgh２３４５—6777 ";
    let left = |left| Some(Proof::RecoveryCode { left });
    assert_eq!(account.prove(typed, after(60)), left(1));
    assert_eq!(account.prove(RECOVERY[0], after(61)), None);
    assert_eq!(account.prove("zzzz-efgh-2345-6777", after(61)), None);
    assert_eq!(account.prove("", after(61)), None);
    assert_eq!(account.prove(RECOVERY[1], after(62)), left(0));
    let used = account.history();
    let used = used.iter().filter(|what| *what == "recovery code used");
    assert_eq!(used.count(), 2);

    let fresh = ["cdef-gabc-2345-6777".to_owned()];
    account
        .db
        .blocking(|db| renew_recovery_codes(db, &account.id, &fresh, after(70)))
        .unwrap();
    assert_eq!(account.prove(RECOVERY[1], after(71)), None);
    assert_eq!(account.prove(&fresh[0], after(72)), left(0));
}

#[test]
fn neither_secret_nor_recovery_codes_can_be_read_from_the_file() {
    let (account, secret) = Account::enrolled();
    let folder = account.folder.path().join(crate::NAME);
    let compact = RECOVERY[0].replace('-', "");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for hidden in [secret.text().as_str(), RECOVERY[0], &compact] {
            let mut parts = bytes.windows(hidden.len());
            let found = parts.any(|part| part == hidden.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}

/// A backup that was restored without the key: the app's codes cannot be judged, and no user is let in without one.
#[test]
fn without_the_key_only_recovery_codes_are_good() {
    let (account, secret) = Account::enrolled();
    let elsewhere = tempfile::tempdir().unwrap();
    let other = DraftKey::open(elsewhere.path()).unwrap();
    let prove = |code: &str| {
        let at = after(60);
        let proof = account
            .db
            .blocking(|db| prove(db, &other, &account.id, code, at));
        proof.unwrap()
    };
    assert!(account.is_asked());
    assert_eq!(prove(&secret.app_code(after(60))), None);
    let left = Some(Proof::RecoveryCode { left: 1 });
    assert_eq!(prove(RECOVERY[0]), left);
}

#[test]
fn wrong_codes_are_noted_and_a_right_one_resets_the_count() {
    let (account, secret) = Account::enrolled();
    for _ in 0..4 {
        assert_eq!(account.prove("999999x", after(60)), None);
    }
    assert!(
        account
            .prove(&secret.app_code(after(60)), after(60))
            .is_some()
    );
    for _ in 0..5 {
        assert_eq!(account.prove("999999x", after(90)), None);
    }
    let noted = account.history();
    let noted: Vec<&String> = noted
        .iter()
        .filter(|what| what.ends_with("wrong codes"))
        .collect();
    assert_eq!(noted, ["5 wrong codes"]);
}

#[test]
fn setting_it_up_ends_the_sessions_that_began_without_it() {
    let account = Account::new();
    let begin = |token: &str| {
        let session = NewSession {
            staff: &account.id,
            post: &"clerk@s4k2m9qxa.window".parse().unwrap(),
            method: SignInMethod::Password,
            token,
            csrf: "csrf",
            began_at: now(),
            ends_at: after(3600),
        };
        account
            .db
            .blocking(|db| sessions::begin(db, &session))
            .unwrap();
    };
    let is_in = |token: &str| {
        let limits = SessionLimits {
            now: after(60),
            idle_since: after(-60),
            last_end: after(7200),
        };
        let found = account.db.blocking(|db| sessions::find(db, token, limits));
        found.unwrap().is_some()
    };
    begin("kept");
    begin("other");
    let secret = account.begin();
    assert!(account.confirm(&secret.app_code(now()), now()));
    assert!(is_in("kept") && !is_in("other"));
}

#[test]
fn its_owner_removes_it() {
    let (account, secret) = Account::enrolled();
    account
        .db
        .blocking(|db| remove_own(db, &account.id, after(60)))
        .unwrap();
    assert!(!account.is_asked());
    assert_eq!(account.prove(&secret.app_code(after(90)), after(90)), None);
    assert_eq!(account.prove(RECOVERY[0], after(90)), None);
    assert_eq!(account.history()[0], "second factor removed");
}
