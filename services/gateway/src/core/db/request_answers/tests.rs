//! The person who asked sees the answer on their pages until they have read it.

use super::{super::schema, *};

fn answer(kind: RequestKind, decision: Decision) -> RequestAnswer {
    RequestAnswer {
        kind,
        subject: "intake.open".to_owned(),
        link: "/cases/new".to_owned(),
        decision,
        by: "li-hua".parse().unwrap(),
        at: "2026-11-29 10:00:00".parse().unwrap(),
    }
}

#[test]
fn whoever_asked_is_told_until_they_have_seen_it() {
    let mut db = Connection::open_in_memory().unwrap();
    schema::migrate(&mut db).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key = DraftKey::open(folder.path()).unwrap();
    let (asked, decided) = ("zhang-li".parse().unwrap(), "li-hua".parse().unwrap());
    let refused = Decision::Refused("不是当天收的".to_owned());
    let mut told = Vec::new();
    for kind in RequestKind::ALL {
        for decision in [Decision::Approved, refused.clone()] {
            let one = answer(kind, decision);
            let sealed = one.clone().sealed(&key, &asked);
            tell(&db, &asked, &sealed).unwrap();
            told.insert(0, one);
        }
    }
    let all = unseen(&db, &key, &asked).unwrap();
    let answers: Vec<_> = all.iter().map(|one| one.answer.clone()).collect();
    assert_eq!(answers, told);

    // The file says nothing of why.
    let mut kept = db
        .prepare("SELECT why FROM request_answer WHERE why IS NOT NULL")
        .unwrap();
    let kept: Vec<String> = kept
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(kept.len(), RequestKind::ALL.len());
    assert!(kept.iter().all(|why| why.is_ascii()), "{kept:?}");

    let shown = ShownAnswers {
        oldest: all[all.len() - 1].id,
        newest: all[all.len() - 3].id,
    };
    mark_seen(&db, &decided, shown).unwrap();
    assert_eq!(unseen(&db, &key, &asked).unwrap().len(), all.len());
    mark_seen(&db, &asked, shown).unwrap();
    assert_eq!(unseen(&db, &key, &asked).unwrap().len(), all.len() - 3);
}

/// Of more answers than a page has, those that were on none are shown after the others.
#[test]
fn what_was_not_on_the_page_is_not_seen() {
    let mut db = Connection::open_in_memory().unwrap();
    schema::migrate(&mut db).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key = DraftKey::open(folder.path()).unwrap();
    let asked = "zhang-li".parse().unwrap();
    for _ in 0..SHOWN + 20 {
        tell(&db, &asked, &answer(RequestKind::Skip, Decision::Approved)).unwrap();
    }
    let page = unseen(&db, &key, &asked).unwrap();
    assert_eq!(page.len(), usize::try_from(SHOWN).unwrap());
    let shown = ShownAnswers {
        oldest: page[page.len() - 1].id,
        newest: page[0].id,
    };
    mark_seen(&db, &asked, shown).unwrap();
    assert_eq!(unseen(&db, &key, &asked).unwrap().len(), 20);
    assert_eq!(count_unseen(&db, &asked).unwrap(), 20);
}

/// Services publish their latest events again when they start.
#[test]
fn what_is_published_again_is_told_once() {
    let mut db = Connection::open_in_memory().unwrap();
    schema::migrate(&mut db).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key = DraftKey::open(folder.path()).unwrap();
    let decided = DecidedRequest {
        command: "019ab0c4-8000-7000-8000-0000000000bb".parse().unwrap(),
        asked_by: "zhang-li".parse().unwrap(),
        answer: answer(RequestKind::Erasure, Decision::Approved),
    };
    let asked = &decided.asked_by;
    tell_of(&db, &decided).unwrap();
    assert_eq!(
        count_unseen(&db, asked).unwrap(),
        0,
        "nobody of that name works here"
    );
    db.execute(
        "INSERT INTO staff (id, name, role, unit, created_at) VALUES (?1, '张丽', 'supervisor', 's4k2m9qxa.bureau', 0)",
        [asked.as_str()],
    )
    .unwrap();
    tell_of(&db, &decided).unwrap();
    tell_of(&db, &decided).unwrap();
    let [one] = &unseen(&db, &key, asked).unwrap()[..] else {
        panic!("one answer")
    };
    let shown = ShownAnswers {
        oldest: one.id,
        newest: one.id,
    };
    mark_seen(&db, asked, shown).unwrap();
    tell_of(&db, &decided).unwrap();
    assert_eq!(count_unseen(&db, asked).unwrap(), 0);
}

/// Who takes the own request back knows of it.
#[test]
fn nobody_is_told_of_what_they_decided_themselves() {
    let mut db = Connection::open_in_memory().unwrap();
    schema::migrate(&mut db).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key = DraftKey::open(folder.path()).unwrap();
    let own = answer(RequestKind::Erasure, Decision::Refused(String::new()));
    tell(&db, &own.by, &own).unwrap();
    assert_eq!(unseen(&db, &key, &own.by).unwrap(), []);
}
