use serde_json::json;

use super::{super::schema, data as data_of, *};

const DAY: i64 = 86_400;

fn db() -> (Connection, DraftKey) {
    let mut db = Connection::open_in_memory().unwrap();
    schema::migrate(&mut db).unwrap();
    let folder = tempfile::tempdir().unwrap();
    (db, DraftKey::open(folder.path()).unwrap())
}

fn data(summary: &str) -> Value {
    json!({ "summary": summary })
}

fn content(summary: &str) -> ContentHash {
    ContentHash::of(&data(summary))
}

/// A request as it is asked for, with the data of [`request`].
fn entered(request: &LateEntryRequest) -> AskedEntry {
    AskedEntry {
        request: request.clone(),
        data: data("讨薪"),
        number: None,
    }
}

fn at(day: i64) -> Timestamp {
    Timestamp::from_micros(1_800_000_000_000_000).plus_seconds(day * DAY)
}

fn request() -> LateEntryRequest {
    LateEntryRequest {
        entry: "019ab0c4-8000-7000-8000-000000000001".parse().unwrap(),
        doer: "clerk/zhang-li@s4k2m9qxa.window".parse().unwrap(),
        approver: "li-hua".parse().unwrap(),
        occurred_at: at(-20),
        reason: LateReason::Outage,
        act: "intake.open".to_owned(),
        case: None,
        content: content("讨薪"),
    }
}

/// What one person asks for waits for the other alone, once, and is answered once; the answer is of that entry alone.
#[test]
fn an_approval_is_asked_for_once_and_answered_once() {
    let (mut db, key) = db();
    let asked = request();
    for _ in 0..2 {
        assert!(ask(&mut db, &key, &entered(&asked), at(0)).unwrap());
    }
    assert!(
        waiting_for(&db, &key, &asked.doer.staff, at(1))
            .unwrap()
            .is_empty()
    );
    let waiting = waiting_for(&db, &key, &asked.approver, at(1)).unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].request, asked);
    assert_eq!(
        answer(&db, &key, &asked, at(1)).unwrap(),
        Some(Answer::Waiting)
    );
    let approved = Answer::Approved("v4.public.x".to_owned());
    assert!(decide(&db, &key, (waiting[0].id, asked.entry), (&approved, at(1))).unwrap());
    let late = Answer::Refused("too late".to_owned());
    assert!(!decide(&db, &key, (waiting[0].id, asked.entry), (&late, at(1))).unwrap());
    assert!(
        waiting_for(&db, &key, &asked.approver, at(1))
            .unwrap()
            .is_empty()
    );
    assert_eq!(answer(&db, &key, &asked, at(2)).unwrap(), Some(approved));
    let other = LateEntryRequest {
        occurred_at: at(-19),
        ..request()
    };
    assert_eq!(answer(&db, &key, &other, at(2)).unwrap(), None);
    for (act, case) in [
        ("intake.withdraw", None),
        ("intake.open", Some("s4k2m9qxa-261123-001")),
    ] {
        let other = LateEntryRequest {
            act: act.to_owned(),
            case: case.map(str::to_owned),
            ..request()
        };
        assert_eq!(answer(&db, &key, &other, at(2)).unwrap(), None, "{act}");
    }
    let other = LateEntryRequest {
        content: content("讨薪，另加赔偿"),
        ..request()
    };
    assert_eq!(answer(&db, &key, &other, at(2)).unwrap(), None);
    // The token is good for seven days.
    assert_eq!(answer(&db, &key, &asked, at(9)).unwrap(), None);
}

/// After a refusal the same can be asked for again; what is not answered in seven days is void.
#[test]
fn a_refusal_says_why_and_is_not_the_last_word() {
    let (mut db, key) = db();
    let asked = request();
    assert!(ask(&mut db, &key, &entered(&asked), at(0)).unwrap());
    let id = waiting_for(&db, &key, &asked.approver, at(0)).unwrap()[0].id;
    let refused = Answer::Refused("不是当天收的".to_owned());
    assert!(decide(&db, &key, (id, asked.entry), (&refused, at(1))).unwrap());
    assert_eq!(answer(&db, &key, &asked, at(1)).unwrap(), Some(refused));
    let why: String = db
        .query_row("SELECT why FROM late_approval", [], |row| row.get(0))
        .unwrap();
    assert!(why.is_ascii(), "{why}");
    assert!(ask(&mut db, &key, &entered(&asked), at(2)).unwrap());
    assert_eq!(
        answer(&db, &key, &asked, at(2)).unwrap(),
        Some(Answer::Waiting)
    );
    assert!(
        waiting_for(&db, &key, &asked.approver, at(10))
            .unwrap()
            .is_empty()
    );
}

/// A request of before names no content: nothing of it waits, and it is asked for again.
#[test]
fn an_approval_of_no_content_is_none() {
    let (mut db, key) = db();
    let asked = request();
    assert!(ask(&mut db, &key, &entered(&asked), at(0)).unwrap());
    let approved = Answer::Approved("v4.public.x".to_owned());
    assert!(decide(&db, &key, (1, asked.entry), (&approved, at(0))).unwrap());
    db.execute("UPDATE late_approval SET content = NULL", [])
        .unwrap();
    assert_eq!(answer(&db, &key, &asked, at(1)).unwrap(), None);
    assert!(ask(&mut db, &key, &entered(&asked), at(1)).unwrap());
    let waiting = waiting_for(&db, &key, &asked.approver, at(1)).unwrap();
    assert_eq!(waiting[0].request, asked);
}

/// The file says nothing by which a text can be tried.
#[test]
fn the_content_is_sealed() {
    let (mut db, key) = db();
    assert!(ask(&mut db, &key, &entered(&request()), at(0)).unwrap());
    let stored: Vec<u8> = db
        .query_row("SELECT content FROM late_approval", [], |row| row.get(0))
        .unwrap();
    let hash = request().content;
    let hash = hash.as_str().as_bytes();
    assert!(!stored.windows(hash.len()).any(|part| part == hash));
}

/// Requests that were sealed with a key that is lost hide none that can be read.
#[test]
fn what_cannot_be_read_hides_no_request() {
    let (mut db, key) = db();
    let folder = tempfile::tempdir().unwrap();
    let lost = DraftKey::open(folder.path()).unwrap();
    for number in 0..MOST_WAITING {
        assert!(ask(&mut db, &lost, &entered(&numbered(number)), at(0)).unwrap());
    }
    let other = LateEntryRequest {
        doer: "clerk/he-jun@s4k2m9qxa.window".parse().unwrap(),
        ..numbered(MOST_WAITING)
    };
    assert!(ask(&mut db, &key, &entered(&other), at(0)).unwrap());
    let waiting = waiting_for(&db, &key, &other.approver, at(1)).unwrap();
    let found: Vec<_> = waiting.into_iter().map(|one| one.request).collect();
    assert_eq!(found, [other]);
}

/// A request of its own key.
fn numbered(number: u32) -> LateEntryRequest {
    LateEntryRequest {
        entry: format!("019ab0c4-8000-7000-8000-{number:012x}")
            .parse()
            .unwrap(),
        ..request()
    }
}

/// One person does not fill the database with requests.
#[test]
fn so_many_requests_of_one_person_wait() {
    let (mut db, key) = db();
    for number in 0..MOST_WAITING {
        assert!(ask(&mut db, &key, &entered(&numbered(number)), at(0)).unwrap());
    }
    assert!(!ask(&mut db, &key, &entered(&numbered(MOST_WAITING)), at(0)).unwrap());
    // What waits already is asked for as before; what lapsed makes room.
    assert!(ask(&mut db, &key, &entered(&numbered(0)), at(0)).unwrap());
    assert!(ask(&mut db, &key, &entered(&numbered(MOST_WAITING)), at(8)).unwrap());
}

/// The approver reads what is approved, and no other than what is signed; the file says nothing of it, and keeps it no longer than
/// the request waits.
#[test]
fn the_data_is_read_while_the_request_waits() {
    let (mut db, key) = db();
    let number: CaseNumber = "s4k2m9qxa-261123-001".parse().unwrap();
    let asked = AskedEntry {
        request: LateEntryRequest {
            act: "referral.accept".to_owned(),
            case: Some("019ab0c4-8000-7000-8000-000000000009".to_owned()),
            ..request()
        },
        number: Some(number.clone()),
        ..entered(&request())
    };
    assert!(ask(&mut db, &key, &asked, at(0)).unwrap());
    let waiting = waiting_for(&db, &key, &asked.request.approver, at(1)).unwrap();
    let [one] = waiting.as_slice() else {
        panic!("{waiting:?}")
    };
    assert_eq!(one.case_name(), Some(number.to_string()));
    assert_eq!(data_of(&db, &key, one).unwrap(), Some(data("讨薪")));
    let stored = || -> Option<Vec<u8>> {
        let read = db.query_row("SELECT data FROM late_approval", [], |row| row.get(0));
        read.unwrap()
    };
    let text = "讨薪".as_bytes();
    let sealed = stored().unwrap();
    assert!(!sealed.windows(text.len()).any(|part| part == text));
    let mut other = one.clone();
    other.request.content = content("另一件事");
    assert_eq!(data_of(&db, &key, &other).unwrap(), None);
    let approved = Answer::Approved("v4.public.x".to_owned());
    assert!(decide(&db, &key, (one.id, asked.request.entry), (&approved, at(1))).unwrap());
    assert_eq!(stored(), None);
    assert_eq!(data_of(&db, &key, one).unwrap(), None);
}

/// A request that waited when the program was upgraded is kept without its data, and has it once it is sent again.
#[test]
fn what_is_sent_again_brings_the_data_that_is_missing() {
    let (mut db, key) = db();
    let asked = entered(&request());
    assert!(ask(&mut db, &key, &asked, at(0)).unwrap());
    db.execute("UPDATE late_approval SET data = NULL", [])
        .unwrap();
    let waiting = waiting_for(&db, &key, &asked.request.approver, at(1)).unwrap();
    assert_eq!(data_of(&db, &key, &waiting[0]).unwrap(), None);
    assert!(ask(&mut db, &key, &asked, at(1)).unwrap());
    assert_eq!(
        waiting_for(&db, &key, &asked.request.approver, at(1)).unwrap(),
        waiting
    );
    let found = data_of(&db, &key, &waiting[0]).unwrap();
    assert_eq!(found, Some(data("讨薪")));
}
