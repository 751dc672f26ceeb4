//! What became of requests (申请的结果): the page of the person who asked for what another one decides shows the answer until they
//! have seen it.

use std::str::FromStr;

use onestop_proto::{ids::StaffId, time::Timestamp};
use rusqlite::{Connection, Row, params};

use super::{drafts::DraftKey, parsed};

/// An answer that was not looked at is kept for so many seconds: ninety days.
const KEPT: i64 = 90 * 86_400;

/// What was asked for. Persisted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestKind {
    /// The approval of a late entry (补录); the subject is the command, as `<service>.<command>`.
    LateEntry,
    /// The erasure of the persons of a case; the subject is its number.
    Erasure,
    /// That a parked event is skipped; the subject is its type.
    Skip,
    /// That another history of a log is followed; the subject is the source.
    Follow,
    /// An act on an account; the subject is the act as the account's history has it.
    Account,
}

impl RequestKind {
    const ALL: [Self; 5] = [
        Self::LateEntry,
        Self::Erasure,
        Self::Skip,
        Self::Follow,
        Self::Account,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::LateEntry => "late-entry",
            Self::Erasure => "erasure",
            Self::Skip => "skip",
            Self::Follow => "follow",
            Self::Account => "account",
        }
    }
}

/// What the other person decided. Persisted: a refusal with its reason, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    Approved,
    Refused(String),
}

/// A kind that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("a request of an unknown kind")]
pub(crate) struct UnknownKind;

impl FromStr for RequestKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestAnswer {
    pub(crate) kind: RequestKind,
    pub(crate) subject: String,
    /// Where the person who asked goes on.
    pub(crate) link: String,
    pub(crate) decision: Decision,
    /// Who decided.
    pub(crate) by: StaffId,
    pub(crate) at: Timestamp,
}

impl RequestAnswer {
    /// The same, with its reason sealed for the person who asked: it may say something of a citizen.
    pub(crate) fn sealed(self, key: &DraftKey, asked_by: &StaffId) -> Self {
        let decision = match self.decision {
            Decision::Refused(why) if !why.is_empty() => {
                Decision::Refused(key.seal_text(asked_by.as_str(), &why))
            }
            decision @ (Decision::Refused(_) | Decision::Approved) => decision,
        };
        Self { decision, ..self }
    }
}

/// An answer that the person who asked has not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnseenAnswer {
    pub(crate) id: i64,
    pub(crate) answer: RequestAnswer,
}

/// Keeps an answer for the person who asked. What they decided themselves they know.
pub(crate) fn tell(
    db: &Connection,
    asked_by: &StaffId,
    answer: &RequestAnswer,
) -> rusqlite::Result<()> {
    if *asked_by == answer.by {
        return Ok(());
    }
    db.execute(
        "DELETE FROM request_answer WHERE at < ?1",
        params![answer.at.plus_seconds(-KEPT).as_micros()],
    )?;
    let why = match &answer.decision {
        Decision::Approved => None,
        Decision::Refused(why) => Some(why),
    };
    db.execute(
        "INSERT INTO request_answer (staff, kind, subject, link, why, decided_by, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            asked_by.as_str(),
            answer.kind.as_str(),
            answer.subject,
            answer.link,
            why,
            answer.by.as_str(),
            answer.at.as_micros(),
        ],
    )?;
    Ok(())
}

/// The answers that a person has not seen, the newest first.
pub(crate) fn unseen(
    db: &Connection,
    key: &DraftKey,
    staff: &StaffId,
) -> rusqlite::Result<Vec<UnseenAnswer>> {
    let mut statement = db.prepare_cached(
        "SELECT id, kind, subject, link, why, decided_by, at FROM request_answer
         WHERE staff = ?1 ORDER BY id DESC LIMIT 100",
    )?;
    let read = |row: &Row<'_>| read(row, key, staff);
    statement.query_map([staff.as_str()], read)?.collect()
}

fn read(row: &Row<'_>, key: &DraftKey, staff: &StaffId) -> rusqlite::Result<UnseenAnswer> {
    let why: Option<String> = row.get(4)?;
    let why = why.map(|why| key.open_text(staff.as_str(), &why));
    Ok(UnseenAnswer {
        id: row.get(0)?,
        answer: RequestAnswer {
            kind: parsed(row, 1)?,
            subject: row.get(2)?,
            link: row.get(3)?,
            decision: why.map_or(Decision::Approved, Decision::Refused),
            by: parsed(row, 5)?,
            at: Timestamp::from_micros(row.get(6)?),
        },
    })
}

/// Forgets the answers that a person has seen: those up to this one.
pub(crate) fn mark_seen(db: &Connection, staff: &StaffId, upto: i64) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM request_answer WHERE staff = ?1 AND id <= ?2",
        params![staff.as_str(), upto],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
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
        let kept: Vec<String> = db
            .prepare("SELECT why FROM request_answer WHERE why IS NOT NULL")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(kept.len(), RequestKind::ALL.len());
        assert!(kept.iter().all(|why| why.is_ascii()), "{kept:?}");

        let third = all[all.len() - 3].id;
        mark_seen(&db, &decided, third).unwrap();
        assert_eq!(unseen(&db, &key, &asked).unwrap().len(), all.len());
        mark_seen(&db, &asked, third).unwrap();
        assert_eq!(unseen(&db, &key, &asked).unwrap().len(), all.len() - 3);
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
}
