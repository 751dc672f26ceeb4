//! Requests for acts on accounts that take two people. One administrator asks and says why, another person confirms before
//! the deadline; the account's history names both.

use onestop_directory::Directory;
use onestop_proto::{
    actor::Role,
    ids::{StaffId, UnitId},
    time::Timestamp,
};
use rusqlite::{Connection, Result, Row, params};

use super::{
    drafts::DraftKey,
    history_reason::Reason,
    parsed, parsed_option,
    posts::{self, PostOf},
    request_answers::{self, Decision, RequestAnswer, RequestKind},
    second_factors,
    staff::{self, Access, NewPassword, Staff},
    staff_history::{self, Entry, own},
};
use crate::{
    core::post::{Post, PostChange},
    identity::{
        account_act::{Act, ActKind, NewAccount},
        four_eyes::{ActOn, Apart, ConfirmRefusal},
    },
};

/// The owner of an account who has made, changed or reset another account within so many seconds is no second person beside
/// its owner, nor the other way round: one hand could hold both accounts.
const APART: i64 = 30 * 86_400;

/// A request that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ActRequest {
    pub(crate) id: i64,
    pub(crate) staff: StaffId,
    pub(crate) act: Act,
    pub(crate) asked_by: StaffId,
    /// The unit whose administrator asked; nothing of requests from before accounts had several posts.
    pub(crate) requester_unit: Option<UnitId>,
    pub(crate) asked_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    /// Sealed; see [`ActRequest::opened`].
    pub(crate) reason: String,
}

impl ActRequest {
    /// The same, with its reason as it was typed.
    pub(crate) fn opened(self, key: &DraftKey) -> Self {
        let reason = key.open_text(&owner_of_reason(&self.staff), &self.reason);
        Self { reason, ..self }
    }

    /// Who asked, in the post in which they asked; nothing if they do not hold it any more.
    pub(crate) fn requester(&self, author: Staff) -> Option<Staff> {
        match &self.requester_unit {
            Some(unit) => author.acting_as(&Post {
                role: Role::UnitAdministrator,
                unit: unit.clone(),
            }),
            None => Some(author),
        }
    }
}

/// To what the reason of a request is bound: it may say something of a citizen.
fn owner_of_reason(staff: &StaffId) -> String {
    format!("act-request/{staff}")
}

/// A request to store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewActRequest<'a> {
    pub(crate) staff: &'a StaffId,
    pub(crate) act: &'a Act,
    pub(crate) asked_by: &'a StaffId,
    pub(crate) requester_unit: &'a UnitId,
    pub(crate) reason: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) ends_at: Timestamp,
}

/// The word of a second person, in one of their posts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    pub(crate) request: i64,
    pub(crate) by: &'a StaffId,
    pub(crate) post: &'a Post,
    pub(crate) now: Timestamp,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Confirmed,
    Refused,
    TakenBack,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::TakenBack => "taken-back",
        }
    }
}

/// The requests that wait, the oldest first. One whose author is no administrator any more is void.
pub(crate) fn waiting(db: &Connection, now: Timestamp) -> Result<Vec<ActRequest>> {
    let mut statement = db.prepare_cached(
        "SELECT act_request.id, act_request.staff, act, act_request.name, act_request.role, act_request.unit,
             asked_by, asked_at, ends_at, reason, requester_unit
         FROM act_request JOIN staff ON staff.id = act_request.asked_by
         WHERE decided_at IS NULL AND ends_at > ?1 AND asked_at <= ?1
             AND staff.disabled_at IS NULL
             AND EXISTS (SELECT 1 FROM held_post WHERE held_post.staff = asked_by
                 AND held_post.role = ?2 AND held_post.unit = coalesce(requester_unit, held_post.unit))
         ORDER BY act_request.id",
    )?;
    let administrator = Role::UnitAdministrator.as_str();
    let found = statement.query_map(params![now.as_micros(), administrator], read)?;
    // An act that only a later program knows waits for that program.
    let known = found.filter_map(Result::transpose);
    known.collect()
}

fn read(row: &Row<'_>) -> Result<Option<ActRequest>> {
    let Ok(kind) = row.get::<_, String>(2)?.parse::<ActKind>() else {
        return Ok(None);
    };
    let post = || {
        Ok::<_, rusqlite::Error>(Post {
            role: parsed(row, 4)?,
            unit: parsed(row, 5)?,
        })
    };
    let act = match kind {
        ActKind::ResetSecondFactor => Act::ResetSecondFactor,
        ActKind::ResetPassword => Act::ResetPassword,
        ActKind::Disable => Act::Disable,
        ActKind::Enable => Act::Enable,
        ActKind::Put => {
            let Post { role, unit } = post()?;
            let name = row.get(3)?;
            Act::Put(NewAccount { name, role, unit })
        }
        ActKind::AddPost => Act::AddPost(post()?),
        ActKind::RemovePost => Act::RemovePost(post()?),
    };
    Ok(Some(ActRequest {
        id: row.get(0)?,
        staff: parsed(row, 1)?,
        act,
        asked_by: parsed(row, 6)?,
        requester_unit: parsed_option(row, 10)?,
        asked_at: Timestamp::from_micros(row.get(7)?),
        ends_at: Timestamp::from_micros(row.get(8)?),
        reason: row.get(9)?,
    }))
}

/// Stores a request; false if one for that account and act waits already. Whether it may be asked for was decided before.
pub(crate) fn ask(db: &mut Connection, key: &DraftKey, request: NewActRequest<'_>) -> Result<bool> {
    let change = db.transaction()?;
    let waits = waiting(&change, request.now)?;
    let is_same =
        |one: &ActRequest| one.staff == *request.staff && is_same_act(&one.act, request.act);
    if waits.iter().any(is_same) {
        return Ok(false);
    }
    let new = request.act.new_account();
    let post = request.act.role_and_unit();
    change.execute(
        "INSERT INTO act_request
             (staff, act, name, role, unit, asked_by, asked_at, ends_at, reason, requester_unit)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            request.staff.as_str(),
            request.act.kind().as_str(),
            new.map(|new| new.name.as_str()),
            post.map(|(role, _)| role.as_str()),
            post.map(|(_, unit)| unit.to_string()),
            request.asked_by.as_str(),
            request.now.as_micros(),
            request.ends_at.as_micros(),
            key.seal_text(&owner_of_reason(request.staff), request.reason),
            request.requester_unit.to_string(),
        ],
    )?;
    let reason = Reason::Request(request.reason);
    let what = reason.sealed(key, request.staff, &request.act.phrase());
    let author = own(request.asked_by, request.now);
    staff_history::record(&change, request.staff, &what, author)?;
    change.commit()?;
    Ok(true)
}

/// Confirms a request as the second person: what was asked for is done. `password` is the hash of the one-time password
/// that [`needs_password`] wants.
pub(crate) fn confirm(
    db: &mut Connection,
    directory: &Directory,
    word: Word<'_>,
    password: Option<&str>,
) -> Result<Result<(), ConfirmRefusal>> {
    let change = db.transaction()?;
    let Some(request) = find(&change, word.request, word.now)? else {
        return Ok(Err(ConfirmRefusal::Over));
    };
    let subject = staff::find(&change, &request.staff)?;
    let requester =
        staff::find(&change, &request.asked_by)?.and_then(|author| request.requester(author));
    let person = staff::find(&change, word.by)?.and_then(|person| person.acting_as(word.post));
    let act = ActOn {
        id: &request.staff,
        subject: subject.as_ref(),
        act: &request.act,
    };
    // Accounts and the directory may have changed since.
    let still = |requester: &Staff| act.check_ask(requester, directory).is_ok();
    let (Some(requester), Some(person)) = (requester.filter(still), person) else {
        return Ok(Err(ConfirmRefusal::Over));
    };
    let apart = are_apart(&change, word.by, &request.asked_by, word.now)?;
    if let Err(refusal) = act.check_confirm(&person, &requester, apart, directory) {
        return Ok(Err(refusal));
    }
    // It was asked for as a new account: confirming would overwrite the one that has its name since.
    if request.act.new_account().is_some()
        && staff::was_added_after(&change, &request.staff, request.asked_at)?
    {
        return Ok(Err(ConfirmRefusal::Over));
    }
    if needs_password(&act) && password.is_none() {
        return Ok(Err(ConfirmRefusal::Over));
    }
    decide(&change, word, Outcome::Confirmed)?;
    tell(&change, &request, word, Decision::Approved)?;
    carry_out(&change, &request, subject, word, password)?;
    change.commit()?;
    Ok(Ok(()))
}

/// Whether a one-time password comes of an act.
pub(crate) const fn needs_password(act: &ActOn<'_>) -> bool {
    match act.act {
        Act::ResetPassword => true,
        Act::Put(_) => act.subject.is_none(),
        Act::ResetSecondFactor
        | Act::Disable
        | Act::Enable
        | Act::AddPost(_)
        | Act::RemovePost(_) => false,
    }
}

fn carry_out(
    change: &Connection,
    request: &ActRequest,
    subject: Option<Staff>,
    word: Word<'_>,
    password: Option<&str>,
) -> Result<()> {
    let what = format!("{}, asked by {}", request.act.phrase(), request.asked_by);
    let (id, author) = (&request.staff, own(word.by, word.now));
    let entry = Entry {
        what: &what,
        author,
    };
    let of = |change, post| PostOf {
        staff: id,
        change,
        post,
    };
    match &request.act {
        Act::ResetSecondFactor => second_factors::reset(change, id, &what, author),
        Act::ResetPassword => {
            let new = NewPassword {
                hash: password.unwrap_or_default(),
                must_change: true,
            };
            staff::write_password(change, id, new, None, entry)
        }
        Act::Disable => staff::write_access(change, id, Access::Disabled, entry),
        Act::Enable => staff::write_access(change, id, Access::Enabled, entry),
        Act::AddPost(post) => posts::write(change, of(PostChange::Add, post), entry),
        Act::RemovePost(post) => posts::write(change, of(PostChange::Remove, post), entry),
        Act::Put(new) => {
            let is_new = subject.is_none();
            let one = Staff {
                must_change: subject.is_none_or(|before| before.must_change),
                ..Staff::new(id.clone(), new.name.clone(), new.role, new.unit.clone())
            };
            let hash = password.filter(|_| is_new);
            staff::write(change, &one, hash, entry)
        }
    }
}

/// Refuses a request for a reason, which the account's history has, or takes the own one back; false if there is none any
/// more.
pub(crate) fn refuse(
    db: &mut Connection,
    key: &DraftKey,
    word: Word<'_>,
    why: &str,
) -> Result<bool> {
    let change = db.transaction()?;
    let Some(request) = find(&change, word.request, word.now)? else {
        return Ok(false);
    };
    let act = request.act.phrase();
    let (outcome, what) = if request.asked_by == *word.by {
        (Outcome::TakenBack, format!("{act} taken back"))
    } else {
        let reason = Reason::Refusal(why).sealed(key, &request.staff, &act);
        (Outcome::Refused, reason)
    };
    decide(&change, word, outcome)?;
    let refused = Decision::Refused(why.to_owned()).sealed(key, &request.asked_by);
    tell(&change, &request, word, refused)?;
    staff_history::record(&change, &request.staff, &what, own(word.by, word.now))?;
    change.commit()?;
    Ok(true)
}

/// Tells the person who asked what another one decided.
fn tell(
    change: &Connection,
    request: &ActRequest,
    word: Word<'_>,
    decision: Decision,
) -> Result<()> {
    let answer = RequestAnswer {
        kind: RequestKind::Account,
        subject: format!("{} {}", request.staff, request.act.phrase()),
        link: "/staff".to_owned(),
        decision,
        by: word.by.clone(),
        at: word.now,
    };
    request_answers::tell(change, &request.asked_by, &answer)
}

/// Whether a second request would ask for what waits already. Of several posts, each waits for itself.
fn is_same_act(waiting: &Act, new: &Act) -> bool {
    match new {
        Act::AddPost(_) | Act::RemovePost(_) => waiting == new,
        Act::ResetSecondFactor | Act::ResetPassword | Act::Disable | Act::Enable | Act::Put(_) => {
            waiting.kind() == new.kind()
        }
    }
}

pub(crate) fn find(db: &Connection, id: i64, now: Timestamp) -> Result<Option<ActRequest>> {
    let mut waits = waiting(db, now)?.into_iter();
    Ok(waits.find(|one| one.id == id))
}

/// Whether two accounts are surely of two people.
fn are_apart(db: &Connection, one: &StaffId, other: &StaffId, now: Timestamp) -> Result<Apart> {
    let statement = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM staff_history
             WHERE at > ?3 AND ((by = ?1 AND staff = ?2) OR (by = ?2 AND staff = ?1))
                 AND ((what LIKE 'put: %' AND what NOT LIKE '% asked: %'
                         AND what NOT LIKE '% refused' AND what NOT LIKE '% refused: %'
                         AND what NOT LIKE '% taken back')
                     OR what LIKE 'second factor reset, %' OR what LIKE 'password reset, %'
                     OR (what LIKE 'post added: %' AND what NOT LIKE '% asked: %'
                         AND what NOT LIKE '% refused' AND what NOT LIKE '% refused: %'
                         AND what NOT LIKE '% taken back')
                     OR what LIKE 'enabled, %' OR what IN ('password reset', 'enabled')))",
    );
    let since = now.plus_seconds(-APART).as_micros();
    let is_one_hand: bool = statement?
        .query_row(params![one.as_str(), other.as_str(), since], |row| {
            row.get(0)
        })?;
    Ok(if is_one_hand { Apart::No } else { Apart::Yes })
}

fn decide(db: &Connection, word: Word<'_>, outcome: Outcome) -> Result<()> {
    db.execute(
        "UPDATE act_request SET decided_at = ?2, decided_by = ?3, outcome = ?4 WHERE id = ?1",
        params![
            word.request,
            word.now.as_micros(),
            word.by.as_str(),
            outcome.as_str()
        ],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests;
