//! Requests for the approval of late entries (补录审批): one person enters something late and names an approver, who approves or
//! refuses it under their own sign-in.

use onestop_proto::{
    actor::Actor,
    ids::{CommandId, StaffId},
    late_entry::{APPROVAL_SECONDS, ApprovalClaim, ContentHash, LateReason},
    time::Timestamp,
};
use rusqlite::{Connection, Result, Row, params};

use super::{drafts::DraftKey, parsed};

/// A request is kept for so many seconds after it was asked: ninety days.
const KEPT: i64 = 90 * 86_400;

/// So many requests of one person wait at most: more paper than a window enters in a week.
const MOST_WAITING: u32 = 200;

/// What an approver is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LateEntryRequest {
    /// The idempotency key of the command.
    pub(crate) entry: CommandId,
    pub(crate) doer: Actor,
    pub(crate) approver: StaffId,
    /// When it is said to have happened.
    pub(crate) occurred_at: Timestamp,
    pub(crate) reason: LateReason,
    /// The command, as `<service>.<command>`.
    pub(crate) act: String,
    /// The case that it is about, as it was named; nothing where it opens one.
    pub(crate) case: Option<String>,
    /// The hash of the command's data.
    pub(crate) content: ContentHash,
}

impl LateEntryRequest {
    /// What the approver signs.
    pub(crate) fn claim(&self) -> ApprovalClaim<'_> {
        ApprovalClaim {
            entry: self.entry,
            act: &self.act,
            case: self.case.as_deref(),
            doer: &self.doer,
            occurred_at: self.occurred_at,
            reason: self.reason,
            content: &self.content,
        }
    }
}

/// A request that waits for its approver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WaitingRequest {
    pub(crate) id: i64,
    pub(crate) request: LateEntryRequest,
    pub(crate) asked_at: Timestamp,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Waiting,
    /// Approved: the signed approval.
    Approved(String),
    /// Refused: why.
    Refused(String),
}

/// Stores a request, unless the same waits already; false if as many of the same person wait as may.
pub(crate) fn ask(
    db: &mut Connection,
    key: &DraftKey,
    request: &LateEntryRequest,
    now: Timestamp,
) -> Result<bool> {
    let change = db.transaction()?;
    change.execute(
        "DELETE FROM late_approval WHERE asked_at < ?1",
        params![now.plus_seconds(-KEPT).as_micros()],
    )?;
    if answer(&change, key, request, now)? != Some(Answer::Waiting) {
        if waiting_of(&change, &request.doer, now)? >= MOST_WAITING {
            return Ok(false);
        }
        let entry = request.entry.to_string();
        change.execute(
            "INSERT INTO late_approval
                 (entry, doer, approver, occurred_at, reason, act, case_ref, asked_at, content)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                entry,
                request.doer.to_string(),
                request.approver.as_str(),
                request.occurred_at.as_micros(),
                request.reason.as_str(),
                request.act,
                request.case,
                now.as_micros(),
                key.encrypt(&entry, request.content.as_str()),
            ],
        )?;
    }
    change.commit()?;
    Ok(true)
}

/// How many requests of this person wait.
fn waiting_of(db: &Connection, doer: &Actor, now: Timestamp) -> Result<u32> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM late_approval
         WHERE doer = ?1 AND decided_at IS NULL AND asked_at > ?2",
    )?;
    let since = now.plus_seconds(-APPROVAL_SECONDS).as_micros();
    statement.query_row(params![doer.to_string(), since], |row| row.get(0))
}

/// What became of the newest request of this entry: of the same act, case and content, by the same person, of the same moment and
/// for the same reason.
pub(crate) fn answer(
    db: &Connection,
    key: &DraftKey,
    request: &LateEntryRequest,
    now: Timestamp,
) -> Result<Option<Answer>> {
    let mut statement = db.prepare_cached(
        "SELECT decided_at, token, why, content FROM late_approval
         WHERE entry = ?1 AND approver = ?2 AND doer = ?3 AND occurred_at = ?4 AND reason = ?5
             AND coalesce(decided_at, asked_at) > ?6 AND act = ?7 AND case_ref IS ?8
         ORDER BY id DESC",
    )?;
    let entry = request.entry.to_string();
    let mut rows = statement.query(params![
        entry,
        request.approver.as_str(),
        request.doer.to_string(),
        request.occurred_at.as_micros(),
        request.reason.as_str(),
        now.plus_seconds(-APPROVAL_SECONDS).as_micros(),
        request.act,
        request.case,
    ])?;
    while let Some(row) = rows.next()? {
        if content(row, 3, (key, &entry))?.as_ref() == Some(&request.content) {
            let decided: Option<i64> = row.get(0)?;
            let token: Option<String> = row.get(1)?;
            let why: Option<String> = row.get(2)?;
            return Ok(Some(match (decided, token) {
                (None, _) => Answer::Waiting,
                (Some(_), Some(token)) => Answer::Approved(token),
                (Some(_), None) => Answer::Refused(why.unwrap_or_default()),
            }));
        }
    }
    Ok(None)
}

/// The hash of what is approved; nothing of a request of before, or one that was sealed with another key.
fn content(
    row: &Row<'_>,
    column: usize,
    (key, entry): (&DraftKey, &str),
) -> Result<Option<ContentHash>> {
    let sealed: Option<Vec<u8>> = row.get(column)?;
    let opened = sealed.and_then(|sealed| key.decrypt(entry, &sealed));
    Ok(opened.and_then(|text| text.parse().ok()))
}

/// The requests that wait for this person, the oldest first. One that was not answered in seven days is void.
pub(crate) fn waiting_for(
    db: &Connection,
    key: &DraftKey,
    approver: &StaffId,
    now: Timestamp,
) -> Result<Vec<WaitingRequest>> {
    let mut statement = db.prepare_cached(
        "SELECT id, entry, doer, approver, occurred_at, reason, act, case_ref, asked_at, content FROM late_approval
         WHERE approver = ?1 AND decided_at IS NULL AND asked_at > ?2 ORDER BY id LIMIT 200",
    )?;
    let since = now.plus_seconds(-APPROVAL_SECONDS).as_micros();
    let read = statement.query_map(params![approver.as_str(), since], |row| read(row, key))?;
    read.filter_map(Result::transpose).collect()
}

/// A request; nothing if what it asks for is not known.
fn read(row: &Row<'_>, key: &DraftKey) -> Result<Option<WaitingRequest>> {
    let entry: CommandId = parsed(row, 1)?;
    let Some(content) = content(row, 9, (key, &entry.to_string()))? else {
        return Ok(None);
    };
    Ok(Some(WaitingRequest {
        id: row.get(0)?,
        request: LateEntryRequest {
            entry,
            doer: parsed(row, 2)?,
            approver: parsed(row, 3)?,
            occurred_at: Timestamp::from_micros(row.get(4)?),
            reason: parsed(row, 5)?,
            act: row.get(6)?,
            case: row.get(7)?,
            content,
        },
        asked_at: Timestamp::from_micros(row.get(8)?),
    }))
}

/// Records the approver's answer; false if the request does not wait any more.
pub(crate) fn decide(db: &Connection, id: i64, answer: &Answer, now: Timestamp) -> Result<bool> {
    let (token, why) = match answer {
        Answer::Waiting => return Ok(false),
        Answer::Approved(token) => (Some(token), None),
        Answer::Refused(why) => (None, Some(why)),
    };
    let changed = db.execute(
        "UPDATE late_approval SET decided_at = ?2, token = ?3, why = ?4
         WHERE id = ?1 AND decided_at IS NULL",
        params![id, now.as_micros(), token, why],
    )?;
    Ok(changed == 1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::schema, *};

    const DAY: i64 = 86_400;

    fn db() -> (Connection, DraftKey) {
        let mut db = Connection::open_in_memory().unwrap();
        schema::migrate(&mut db).unwrap();
        let folder = tempfile::tempdir().unwrap();
        (db, DraftKey::open(folder.path()).unwrap())
    }

    fn content(summary: &str) -> ContentHash {
        ContentHash::of(&json!({ "summary": summary }))
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
            assert!(ask(&mut db, &key, &asked, at(0)).unwrap());
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
        assert!(decide(&db, waiting[0].id, &approved, at(1)).unwrap());
        let late = Answer::Refused("too late".to_owned());
        assert!(!decide(&db, waiting[0].id, &late, at(1)).unwrap());
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
        assert!(ask(&mut db, &key, &asked, at(0)).unwrap());
        let id = waiting_for(&db, &key, &asked.approver, at(0)).unwrap()[0].id;
        let refused = Answer::Refused("不是当天收的".to_owned());
        assert!(decide(&db, id, &refused, at(1)).unwrap());
        assert_eq!(answer(&db, &key, &asked, at(1)).unwrap(), Some(refused));
        assert!(ask(&mut db, &key, &asked, at(2)).unwrap());
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
        assert!(ask(&mut db, &key, &asked, at(0)).unwrap());
        let approved = Answer::Approved("v4.public.x".to_owned());
        assert!(decide(&db, 1, &approved, at(0)).unwrap());
        db.execute("UPDATE late_approval SET content = NULL", [])
            .unwrap();
        assert_eq!(answer(&db, &key, &asked, at(1)).unwrap(), None);
        assert!(ask(&mut db, &key, &asked, at(1)).unwrap());
        let waiting = waiting_for(&db, &key, &asked.approver, at(1)).unwrap();
        assert_eq!(waiting[0].request, asked);
    }

    /// The file says nothing by which a text can be tried.
    #[test]
    fn the_content_is_sealed() {
        let (mut db, key) = db();
        assert!(ask(&mut db, &key, &request(), at(0)).unwrap());
        let stored: Vec<u8> = db
            .query_row("SELECT content FROM late_approval", [], |row| row.get(0))
            .unwrap();
        let hash = request().content;
        let hash = hash.as_str().as_bytes();
        assert!(!stored.windows(hash.len()).any(|part| part == hash));
    }

    /// One person does not fill the database with requests.
    #[test]
    fn so_many_requests_of_one_person_wait() {
        let (mut db, key) = db();
        let numbered = |number: u32| LateEntryRequest {
            entry: format!("019ab0c4-8000-7000-8000-{number:012x}")
                .parse()
                .unwrap(),
            ..request()
        };
        for number in 0..MOST_WAITING {
            assert!(ask(&mut db, &key, &numbered(number), at(0)).unwrap());
        }
        assert!(!ask(&mut db, &key, &numbered(MOST_WAITING), at(0)).unwrap());
        // What waits already is asked for as before; what lapsed makes room.
        assert!(ask(&mut db, &key, &numbered(0), at(0)).unwrap());
        assert!(ask(&mut db, &key, &numbered(MOST_WAITING), at(8)).unwrap());
    }
}
