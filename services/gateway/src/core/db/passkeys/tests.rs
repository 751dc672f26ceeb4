//! Passkeys in the database, with an authenticator made here.

use axum::http::HeaderMap;

use super::*;
use crate::{
    core::{
        cookies::WebOrigin,
        db::{
            Db,
            enrolments::recovery_codes_left,
            second_factors::{self, Proof, Typed},
            staff::{self, Staff},
        },
    },
    identity::{
        passkeys::{
            registration::RegistrationAnswer,
            tests::authenticator::{Authenticator, PRESENT, VERIFIED},
        },
        totp::TotpSecret,
    },
};

const RECOVERY: &str = "abcd-efgh-2345-6777";
const CHALLENGE: Challenge = Challenge([7; 32]);

fn now() -> Timestamp {
    "2026-03-04 09:00:00".parse().unwrap()
}

fn party() -> RelyingParty {
    let origin = WebOrigin::new("https://law.example");
    RelyingParty::of(&origin, &HeaderMap::new()).unwrap()
}

struct Accounts {
    _folder: tempfile::TempDir,
    db: Db,
    key: DraftKey,
}

impl Accounts {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).unwrap();
        let key = DraftKey::open(&folder.path().join(crate::NAME)).unwrap();
        for id in ["zhang-li", "li-mei"] {
            let staff = Staff::clerk(id, "张丽");
            let author = own(&staff.id, now());
            db.blocking(|db| staff::put(db, &staff, Some("$hash"), author))
                .unwrap();
        }
        Self {
            _folder: folder,
            db,
            key,
        }
    }

    fn add(&self, who: &str, device: &Authenticator) -> Result<SetUp, AddRefusal> {
        let staff = who.parse().unwrap();
        let expected = Expected {
            party: &party(),
            challenge: &CHALLENGE,
        };
        let answer = RegistrationAnswer::parse(&device.make().sent()).unwrap();
        let made = answer.verify(expected).unwrap();
        let new = NewPasskey::seal(&self.key, &staff, made, "钥匙").unwrap();
        let enrolment = Enrolment {
            staff: &staff,
            recovery_codes: &[RECOVERY.to_owned()],
            keep: "kept",
            now: now(),
        };
        self.db.blocking(|db| add(db, &new, enrolment)).unwrap()
    }

    fn prove(&self, who: &str, sent: &str) -> Result<(), PasskeyError> {
        let proof = PasskeyProof {
            answer: AssertionAnswer::parse(sent).unwrap(),
            party: party(),
            challenge: CHALLENGE,
        };
        let staff = who.parse().unwrap();
        self.db
            .blocking(|db| prove(db, &self.key, &staff, &proof, now()))
            .unwrap()
    }

    fn is_asked(&self, who: &str) -> bool {
        let staff = who.parse().unwrap();
        let found = self.db.blocking(|db| staff::find(db, &staff));
        found.unwrap().unwrap().second_factor
    }

    fn list(&self, who: &str) -> Vec<Passkey> {
        let staff = who.parse().unwrap();
        self.db.blocking(|db| list(db, &self.key, &staff)).unwrap()
    }

    fn remove(&self, who: &str, id: i64) -> bool {
        let staff = who.parse().unwrap();
        self.db
            .blocking(|db| remove_own(db, &staff, id, now()))
            .unwrap()
    }

    fn codes_left(&self) -> u32 {
        let staff = "zhang-li".parse().unwrap();
        self.db
            .blocking(|db| recovery_codes_left(db, &staff))
            .unwrap()
    }

    fn confirm_app(&self) -> Option<SetUp> {
        let staff: StaffId = "zhang-li".parse().unwrap();
        let secret = TotpSecret::generate().unwrap();
        let code = secret.app_code(now());
        let typed = Typed {
            staff: &staff,
            code: &code,
            recovery_codes: &["bcde-fgha-2345-6777".to_owned()],
            now: now(),
        };
        let confirmed = self.db.blocking(|db| {
            second_factors::begin(db, &self.key, &staff, &secret, now())?;
            second_factors::confirm(db, &self.key, typed, "kept")
        });
        confirmed.unwrap()
    }

    fn history(&self) -> Vec<String> {
        let staff = "zhang-li".parse().unwrap();
        let lines = self
            .db
            .blocking(|db| staff_history::list(db, Some(&staff), 50));
        lines.unwrap().into_iter().map(|line| line.what).collect()
    }
}

#[test]
fn a_passkey_is_asked_for_and_used_by_its_account_alone() {
    let accounts = Accounts::new();
    let mut device = Authenticator::es256();
    assert_eq!(accounts.add("zhang-li", &device), Ok(SetUp::First));
    assert!(accounts.is_asked("zhang-li") && !accounts.is_asked("li-mei"));
    assert_eq!(accounts.prove("zhang-li", &device.sign().sent()), Ok(()));
    assert_eq!(accounts.list("zhang-li")[0].used_at, Some(now()));
    let other = accounts.prove("li-mei", &device.sign().sent());
    assert_eq!(other, Err(PasskeyError::OtherUser));
    let staff = "zhang-li".parse().unwrap();
    let known = accounts.db.blocking(|db| credentials(db, &staff)).unwrap();
    assert_eq!(known[0].0.as_bytes(), device.id);
}

#[test]
fn a_passkey_is_of_one_account_and_an_account_has_ten() {
    let accounts = Accounts::new();
    let device = Authenticator::es256();
    assert_eq!(accounts.add("zhang-li", &device), Ok(SetUp::First));
    assert_eq!(accounts.add("zhang-li", &device), Err(AddRefusal::Known));
    assert_eq!(accounts.add("li-mei", &device), Err(AddRefusal::Known));
    for _ in 1..MOST {
        let further = Authenticator::ed_dsa();
        assert_eq!(accounts.add("zhang-li", &further), Ok(SetUp::Further));
    }
    let beyond = Authenticator::ed_dsa();
    assert_eq!(accounts.add("zhang-li", &beyond), Err(AddRefusal::TooMany));
    assert_eq!(accounts.add("li-mei", &beyond), Ok(SetUp::First));
}

#[test]
fn a_copy_is_refused_and_noted_and_so_is_an_answer_that_was_used() {
    let accounts = Accounts::new();
    let mut device = Authenticator::es256();
    accounts.add("zhang-li", &device).unwrap();
    device.counter = 7;
    let sent = device.sign().sent();
    assert_eq!(accounts.prove("zhang-li", &sent), Ok(()));
    let copied = accounts.prove("zhang-li", &sent);
    assert_eq!(copied, Err(PasskeyError::Copied));
    assert_eq!(accounts.history()[0], "passkey copied");
}

#[test]
fn a_device_that_verified_its_user_must_go_on_to() {
    let accounts = Accounts::new();
    for (flags, answer) in [
        (VERIFIED | PRESENT, Err(PasskeyError::UserVerification)),
        (PRESENT, Ok(())),
    ] {
        let mut device = Authenticator::es256();
        device.flags = flags;
        accounts.add("zhang-li", &device).unwrap();
        device.flags = PRESENT;
        assert_eq!(accounts.prove("zhang-li", &device.sign().sent()), answer);
    }
}

#[test]
fn recovery_codes_come_with_the_first_factor_of_either_kind_and_end_with_the_last() {
    let accounts = Accounts::new();
    accounts.add("zhang-li", &Authenticator::es256()).unwrap();
    assert_eq!(accounts.codes_left(), 1);
    let staff = "zhang-li".parse().unwrap();
    let proof = accounts
        .db
        .blocking(|db| second_factors::prove(db, &accounts.key, &staff, RECOVERY, now()));
    let used = Some(Proof::RecoveryCode { left: 0 });
    assert_eq!(proof.unwrap(), used);
    // A second one brings no new codes.
    assert_eq!(accounts.confirm_app(), Some(SetUp::Further));
    assert_eq!(accounts.codes_left(), 0);
    let id = accounts.list("zhang-li")[0].id;
    assert!(!accounts.remove("li-mei", id));
    assert!(accounts.remove("zhang-li", id) && accounts.is_asked("zhang-li"));
    accounts
        .db
        .blocking(|db| second_factors::remove_own(db, &staff, now()))
        .unwrap();
    assert!(!accounts.is_asked("zhang-li"));

    // The other way round.
    assert_eq!(accounts.confirm_app(), Some(SetUp::First));
    assert_eq!(accounts.codes_left(), 1);
    let further = accounts.add("zhang-li", &Authenticator::es256());
    assert_eq!(further, Ok(SetUp::Further));
    assert_eq!(accounts.codes_left(), 1);
    accounts
        .db
        .blocking(|db| second_factors::remove_own(db, &staff, now()))
        .unwrap();
    assert_eq!(accounts.codes_left(), 1);
    accounts.remove("zhang-li", accounts.list("zhang-li")[0].id);
    assert_eq!(accounts.codes_left(), 0);
}

#[test]
fn its_owner_renames_it_and_a_reset_removes_all() {
    let accounts = Accounts::new();
    let mut device = Authenticator::es256();
    accounts.add("zhang-li", &device).unwrap();
    let id = accounts.list("zhang-li")[0].id;
    let rename = |who: &str| {
        let staff = who.parse().unwrap();
        let named = NamedPasskey {
            staff: &staff,
            id,
            name: "办公室",
        };
        let renaming = |db: &mut Connection| rename(db, &accounts.key, named, now());
        accounts.db.blocking(renaming)
    };
    assert!(!rename("li-mei").unwrap() && rename("zhang-li").unwrap());
    assert_eq!(accounts.list("zhang-li")[0].name, "办公室");
    accounts.confirm_app();
    let staff = "zhang-li".parse().unwrap();
    let author = staff_history::Author {
        by: "guan-li",
        at: now(),
    };
    accounts
        .db
        .blocking(|db| second_factors::reset(db, &staff, "second factor reset", author))
        .unwrap();
    assert!(!accounts.is_asked("zhang-li"));
    assert_eq!(accounts.codes_left(), 0);
    let gone = accounts.prove("zhang-li", &device.sign().sent());
    assert_eq!(gone, Err(PasskeyError::OtherUser));
}

/// A key that a writer of the file moved to another account or passkey is none.
#[test]
fn a_key_in_the_file_is_good_for_its_account_and_passkey_alone() {
    let accounts = Accounts::new();
    let (mut own, mut stranger) = (Authenticator::es256(), Authenticator::es256());
    accounts.add("zhang-li", &own).unwrap();
    accounts.add("li-mei", &stranger).unwrap();
    let moved = accounts.db.blocking(|db| {
        db.execute(
            "UPDATE passkey SET staff = 'zhang-li' WHERE staff = 'li-mei'",
            [],
        )
    });
    assert_eq!(moved.unwrap(), 1);
    let taken = accounts.prove("zhang-li", &stranger.sign().sent());
    assert_eq!(taken, Err(PasskeyError::Key));
    assert_eq!(accounts.prove("zhang-li", &own.sign().sent()), Ok(()));
}
