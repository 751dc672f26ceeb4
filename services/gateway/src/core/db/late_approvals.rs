//! Requests for the approval of late entries (补录审批): one person enters something late and names an approver, who approves or
//! refuses it under their own sign-in.

use onestop_proto::{
    actor::Actor,
    ids::{CommandId, StaffId},
    late_entry::{APPROVAL_SECONDS, ApprovalClaim, LateReason},
    time::Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::parsed;

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
    request: &LateEntryRequest,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let change = db.transaction()?;
    change.execute(
        "DELETE FROM late_approval WHERE asked_at < ?1",
        params![now.plus_seconds(-KEPT).as_micros()],
    )?;
    if answer(&change, request, now)? != Some(Answer::Waiting) {
        if waiting_of(&change, &request.doer, now)? >= MOST_WAITING {
            return Ok(false);
        }
        change.execute(
            "INSERT INTO late_approval
                 (entry, doer, approver, occurred_at, reason, act, case_ref, asked_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                request.entry.to_string(),
                request.doer.to_string(),
                request.approver.as_str(),
                request.occurred_at.as_micros(),
                request.reason.as_str(),
                request.act,
                request.case,
                now.as_micros(),
            ],
        )?;
    }
    change.commit()?;
    Ok(true)
}

/// How many requests of this person wait.
fn waiting_of(db: &Connection, doer: &Actor, now: Timestamp) -> rusqlite::Result<u32> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM late_approval
         WHERE doer = ?1 AND decided_at IS NULL AND asked_at > ?2",
    )?;
    let since = now.plus_seconds(-APPROVAL_SECONDS).as_micros();
    statement.query_row(params![doer.to_string(), since], |row| row.get(0))
}

/// What became of the newest request of this entry: of the same act and case, by the same person, of the same moment and for the
/// same reason.
pub(crate) fn answer(
    db: &Connection,
    request: &LateEntryRequest,
    now: Timestamp,
) -> rusqlite::Result<Option<Answer>> {
    let mut statement = db.prepare_cached(
        "SELECT decided_at, token, why FROM late_approval
         WHERE entry = ?1 AND approver = ?2 AND doer = ?3 AND occurred_at = ?4 AND reason = ?5
             AND coalesce(decided_at, asked_at) > ?6 AND act = ?7 AND case_ref IS ?8
         ORDER BY id DESC LIMIT 1",
    )?;
    let wanted = params![
        request.entry.to_string(),
        request.approver.as_str(),
        request.doer.to_string(),
        request.occurred_at.as_micros(),
        request.reason.as_str(),
        now.plus_seconds(-APPROVAL_SECONDS).as_micros(),
        request.act,
        request.case,
    ];
    let read = |row: &Row<'_>| {
        let decided: Option<i64> = row.get(0)?;
        let token: Option<String> = row.get(1)?;
        let why: Option<String> = row.get(2)?;
        Ok(match (decided, token) {
            (None, _) => Answer::Waiting,
            (Some(_), Some(token)) => Answer::Approved(token),
            (Some(_), None) => Answer::Refused(why.unwrap_or_default()),
        })
    };
    statement.query_row(wanted, read).optional()
}

/// The requests that wait for this person, the oldest first. One that was not answered in seven days is void.
pub(crate) fn waiting_for(
    db: &Connection,
    approver: &StaffId,
    now: Timestamp,
) -> rusqlite::Result<Vec<WaitingRequest>> {
    let mut statement = db.prepare_cached(
        "SELECT id, entry, doer, approver, occurred_at, reason, act, case_ref, asked_at FROM late_approval
         WHERE approver = ?1 AND decided_at IS NULL AND asked_at > ?2 ORDER BY id LIMIT 200",
    )?;
    let since = now.plus_seconds(-APPROVAL_SECONDS).as_micros();
    statement
        .query_map(params![approver.as_str(), since], read)?
        .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<WaitingRequest> {
    Ok(WaitingRequest {
        id: row.get(0)?,
        request: LateEntryRequest {
            entry: parsed(row, 1)?,
            doer: parsed(row, 2)?,
            approver: parsed(row, 3)?,
            occurred_at: Timestamp::from_micros(row.get(4)?),
            reason: parsed(row, 5)?,
            act: row.get(6)?,
            case: row.get(7)?,
        },
        asked_at: Timestamp::from_micros(row.get(8)?),
    })
}

/// Records the approver's answer; false if the request does not wait any more.
pub(crate) fn decide(
    db: &Connection,
    id: i64,
    answer: &Answer,
    now: Timestamp,
) -> rusqlite::Result<bool> {
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
    use super::{super::schema, *};

    const DAY: i64 = 86_400;

    fn db() -> Connection {
        let mut db = Connection::open_in_memory().unwrap();
        schema::migrate(&mut db).unwrap();
        db
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
        }
    }

    /// What one person asks for waits for the other alone, once, and is answered once; the answer is of that entry alone.
    #[test]
    fn an_approval_is_asked_for_once_and_answered_once() {
        let mut db = db();
        let asked = request();
        for _ in 0..2 {
            assert!(ask(&mut db, &asked, at(0)).unwrap());
        }
        assert!(
            waiting_for(&db, &asked.doer.staff, at(1))
                .unwrap()
                .is_empty()
        );
        let waiting = waiting_for(&db, &asked.approver, at(1)).unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0].request, asked);
        assert_eq!(answer(&db, &asked, at(1)).unwrap(), Some(Answer::Waiting));
        let approved = Answer::Approved("v4.public.x".to_owned());
        assert!(decide(&db, waiting[0].id, &approved, at(1)).unwrap());
        let late = Answer::Refused("too late".to_owned());
        assert!(!decide(&db, waiting[0].id, &late, at(1)).unwrap());
        assert!(waiting_for(&db, &asked.approver, at(1)).unwrap().is_empty());
        assert_eq!(answer(&db, &asked, at(2)).unwrap(), Some(approved));
        let other = LateEntryRequest {
            occurred_at: at(-19),
            ..request()
        };
        assert_eq!(answer(&db, &other, at(2)).unwrap(), None);
        for (act, case) in [
            ("intake.withdraw", None),
            ("intake.open", Some("s4k2m9qxa-261123-001")),
        ] {
            let other = LateEntryRequest {
                act: act.to_owned(),
                case: case.map(str::to_owned),
                ..request()
            };
            assert_eq!(answer(&db, &other, at(2)).unwrap(), None, "{act}");
        }
        // The token is good for seven days.
        assert_eq!(answer(&db, &asked, at(9)).unwrap(), None);
    }

    /// After a refusal the same can be asked for again; what is not answered in seven days is void.
    #[test]
    fn a_refusal_says_why_and_is_not_the_last_word() {
        let mut db = db();
        let asked = request();
        assert!(ask(&mut db, &asked, at(0)).unwrap());
        let id = waiting_for(&db, &asked.approver, at(0)).unwrap()[0].id;
        let refused = Answer::Refused("不是当天收的".to_owned());
        assert!(decide(&db, id, &refused, at(1)).unwrap());
        assert_eq!(answer(&db, &asked, at(1)).unwrap(), Some(refused));
        assert!(ask(&mut db, &asked, at(2)).unwrap());
        assert_eq!(answer(&db, &asked, at(2)).unwrap(), Some(Answer::Waiting));
        assert!(
            waiting_for(&db, &asked.approver, at(10))
                .unwrap()
                .is_empty()
        );
    }

    /// One person does not fill the database with requests.
    #[test]
    fn so_many_requests_of_one_person_wait() {
        let mut db = db();
        let numbered = |number: u32| LateEntryRequest {
            entry: format!("019ab0c4-8000-7000-8000-{number:012x}")
                .parse()
                .unwrap(),
            ..request()
        };
        for number in 0..MOST_WAITING {
            assert!(ask(&mut db, &numbered(number), at(0)).unwrap());
        }
        assert!(!ask(&mut db, &numbered(MOST_WAITING), at(0)).unwrap());
        // What waits already is asked for as before; what lapsed makes room.
        assert!(ask(&mut db, &numbered(0), at(0)).unwrap());
        assert!(ask(&mut db, &numbered(MOST_WAITING), at(8)).unwrap());
    }
}
