use super::*;
use crate::core::db::Db;

const ID: &str = "019ab0c4-8000-7000-8000-000000000001";
const TYPED: &str = "name=岩温&summary=工地欠薪三个月";

fn zhang_li() -> StaffId {
    "zhang-li".parse().unwrap()
}

fn draft(staff: &StaffId) -> DraftId<'_> {
    DraftId {
        kind: Kind::Case,
        staff,
        id: ID,
    }
}

#[test]
fn only_its_author_gets_a_draft_back() {
    let data = tempfile::tempdir().unwrap();
    let db = Db::open(data.path()).unwrap();
    let seal = DraftKey::open(&data.path().join(crate::NAME)).unwrap();
    let now: Timestamp = "2026-03-04 10:31:58".parse().unwrap();
    let staff = zhang_li();
    let own = draft(&staff);
    db.blocking(|db| put(db, &seal, own, TYPED, now)).unwrap();
    let found = db.blocking(|db| find(db, &seal, own)).unwrap().unwrap();
    assert_eq!((found.text.as_str(), found.saved_at), (TYPED, now));
    let other: StaffId = "li-qiang".parse().unwrap();
    let others = db.blocking(|db| find(db, &seal, draft(&other)));
    assert!(others.unwrap().is_none());
    // A row that is given to another account does not open.
    db.blocking(|db| db.execute("UPDATE draft SET staff = 'li-qiang'", []))
        .unwrap();
    assert!(
        db.blocking(|db| all(db, &seal, Kind::Case, &other))
            .unwrap()
            .is_empty()
    );
}

/// A draft that its author cannot find is lost to them until it lapses.
#[test]
fn every_draft_is_listed_whatever_it_is_of() {
    let data = tempfile::tempdir().unwrap();
    let db = Db::open(data.path()).unwrap();
    let seal = DraftKey::open(&data.path().join(crate::NAME)).unwrap();
    let now: Timestamp = "2026-03-04 10:31:58".parse().unwrap();
    let staff = zhang_li();
    for kind in [Kind::Case, Kind::Act] {
        for number in 0..60 {
            let id = number.to_string();
            let (staff, id) = (&staff, id.as_str());
            let one = DraftId { kind, staff, id };
            db.blocking(|db| put(db, &seal, one, TYPED, now)).unwrap();
        }
        let listed = db.blocking(|db| all(db, &seal, kind, &staff)).unwrap();
        assert_eq!(listed.len(), 60);
        assert_eq!(Kind::of_unsent(kind.as_str()), Some(kind));
    }
    assert_eq!(Kind::of_unsent(Kind::Receipt.as_str()), None);
}

#[test]
fn a_draft_is_encrypted_in_the_file() {
    let data = tempfile::tempdir().unwrap();
    let db = Db::open(data.path()).unwrap();
    let folder = data.path().join(crate::NAME);
    let seal = DraftKey::open(&folder).unwrap();
    let now: Timestamp = "2026-03-04 10:31:58".parse().unwrap();
    let staff = zhang_li();
    let own = draft(&staff);
    db.blocking(|db| put(db, &seal, own, TYPED, now)).unwrap();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let name = "岩温".as_bytes();
        assert!(!bytes.windows(name.len()).any(|part| part == name));
    }
    // The same key is found again; without it, drafts are forgotten rather than shown wrongly.
    let again = DraftKey::open(&folder).unwrap();
    assert!(db.blocking(|db| find(db, &again, own)).unwrap().is_some());
    std::fs::remove_file(folder.join("draft.key")).unwrap();
    let another = DraftKey::open(&folder).unwrap();
    assert!(db.blocking(|db| find(db, &another, own)).unwrap().is_none());
}
