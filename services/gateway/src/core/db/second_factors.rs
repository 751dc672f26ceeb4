//! Apps as second factors: the secret that a person's app shares, sealed with the key of drafts. A code is good once. The
//! other kind is in `passkeys`; recovery codes replace both.

use data_encoding::BASE64;
use onestop_proto::{ids::StaffId, time::Timestamp, typed::code_signs};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::{
    drafts::DraftKey,
    enrolments::{
        Enrolment, SetUp, next_set_up, record_failure, record_removal, record_set_up,
        reset_failures,
    },
    recovery_codes,
    staff_history::{self, Author, own},
};
use crate::identity::totp::{DIGITS, TotpSecret};

/// An enrolment that was begun must be confirmed within so many seconds.
const ENROLMENT: i64 = 15 * 60;

/// How far an account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FactorState {
    /// It has none.
    Missing,
    /// A secret is shown to its owner, whose app has not answered yet.
    Begun(TotpSecret),
    Confirmed {
        since: Timestamp,
    },
}

/// With what the owner of an account proved themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    Code,
    Passkey,
    /// Uses it up; so many are left.
    RecoveryCode {
        left: u32,
    },
}

/// What the owner of an account typed to confirm an enrolment, with the recovery codes that follow if it is right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Typed<'a> {
    pub(crate) staff: &'a StaffId,
    pub(crate) code: &'a str,
    pub(crate) recovery_codes: &'a [String],
    pub(crate) now: Timestamp,
}

struct StoredFactor {
    sealed: String,
    begun_at: Timestamp,
    confirmed_at: Option<Timestamp>,
    last_step: i64,
}

pub(crate) fn state(
    db: &Connection,
    key: &DraftKey,
    staff: &StaffId,
    now: Timestamp,
) -> Result<FactorState> {
    let Some(stored) = find(db, staff)? else {
        return Ok(FactorState::Missing);
    };
    if let Some(since) = stored.confirmed_at {
        return Ok(FactorState::Confirmed { since });
    }
    let begun = is_recent(stored.begun_at, now).then(|| open(key, staff, &stored.sealed));
    Ok(begun
        .flatten()
        .map_or(FactorState::Missing, FactorState::Begun))
}

/// Stores a secret that waits for the first code; false if the account has a second factor.
pub(crate) fn begin(
    db: &Connection,
    key: &DraftKey,
    staff: &StaffId,
    secret: &TotpSecret,
    now: Timestamp,
) -> Result<bool> {
    let Some(sealed) = key.encrypt(&binding(staff), &secret.text()) else {
        return Ok(false);
    };
    let stored = db.execute(
        "INSERT INTO second_factor (staff, secret, begun_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (staff) DO UPDATE SET secret = ?2, begun_at = ?3 WHERE confirmed_at IS NULL",
        params![staff.as_str(), BASE64.encode(&sealed), now.as_micros()],
    )?;
    Ok(stored > 0)
}

/// Confirms an enrolment by the first code of the app. Nothing if the code is wrong or the enrolment over.
pub(crate) fn confirm(
    db: &mut Connection,
    key: &DraftKey,
    typed: Typed<'_>,
    keep: &str,
) -> Result<Option<SetUp>> {
    let FactorState::Begun(secret) = state(db, key, typed.staff, typed.now)? else {
        return Ok(None);
    };
    let Some(step) = secret.step_of(typed.code, typed.now, 0) else {
        return Ok(None);
    };
    let change = db.transaction()?;
    let set_up = next_set_up(&change, typed.staff)?;
    change.execute(
        "UPDATE second_factor SET confirmed_at = ?2, last_step = ?3 WHERE staff = ?1",
        params![typed.staff.as_str(), typed.now.as_micros(), step],
    )?;
    let enrolment = Enrolment {
        staff: typed.staff,
        recovery_codes: typed.recovery_codes,
        keep,
        now: typed.now,
    };
    record_set_up(&change, set_up, enrolment)?;
    change.commit()?;
    Ok(Some(set_up))
}

/// Judges a code of the app or a recovery code, and uses it up. Nothing if it is wrong.
pub(crate) fn prove(
    db: &mut Connection,
    key: &DraftKey,
    staff: &StaffId,
    typed: &str,
    now: Timestamp,
) -> Result<Option<Proof>> {
    let change = db.transaction()?;
    let code = code_signs(typed);
    let proof = if code.len() == DIGITS {
        use_code(&change, key, staff, &code, now)?
    } else if recovery_codes::use_up(&change, staff, &code, now)? {
        let left = recovery_codes::left(&change, staff)?;
        Some(Proof::RecoveryCode { left })
    } else {
        None
    };
    if proof.is_some() {
        reset_failures(&change, staff)?;
    } else {
        record_failure(&change, staff, now)?;
    }
    change.commit()?;
    Ok(proof)
}

pub(crate) fn renew_recovery_codes(
    db: &mut Connection,
    staff: &StaffId,
    codes: &[String],
    now: Timestamp,
) -> Result<()> {
    let change = db.transaction()?;
    recovery_codes::put(&change, staff, codes)?;
    staff_history::record(&change, staff, "recovery codes made", own(staff, now))?;
    change.commit()
}

/// Removes the app of its owner. Recovery codes end with the last second factor.
pub(crate) fn remove_own(db: &mut Connection, staff: &StaffId, now: Timestamp) -> Result<()> {
    let change = db.transaction()?;
    change.execute(
        "DELETE FROM second_factor WHERE staff = ?1",
        [staff.as_str()],
    )?;
    record_removal(&change, staff, now)?;
    change.commit()
}

/// Removes the app and all passkeys of a user who lost them: ends their sessions, revokes their tokens.
pub(crate) fn reset(
    db: &Connection,
    staff: &StaffId,
    what: &str,
    author: Author<'_>,
) -> Result<()> {
    db.execute(
        "DELETE FROM second_factor WHERE staff = ?1",
        [staff.as_str()],
    )?;
    db.execute("DELETE FROM passkey WHERE staff = ?1", [staff.as_str()])?;
    recovery_codes::put(db, staff, &[])?;
    staff_history::record(db, staff, what, author)?;
    db.execute("DELETE FROM session WHERE staff = ?1", [staff.as_str()])?;
    db.execute(
        "UPDATE token SET revoked_at = coalesce(revoked_at, ?2) WHERE staff = ?1",
        params![staff.as_str(), author.at.as_micros()],
    )?;
    Ok(())
}

fn find(db: &Connection, staff: &StaffId) -> Result<Option<StoredFactor>> {
    db.prepare_cached(
        "SELECT secret, begun_at, confirmed_at, last_step FROM second_factor WHERE staff = ?1",
    )?
    .query_row([staff.as_str()], |row| {
        Ok(StoredFactor {
            sealed: row.get(0)?,
            begun_at: Timestamp::from_micros(row.get(1)?),
            confirmed_at: row.get::<_, Option<i64>>(2)?.map(Timestamp::from_micros),
            last_step: row.get(3)?,
        })
    })
    .optional()
}

/// Whether an enrolment may still be confirmed. One that begins later than now began while the clock was ahead.
fn is_recent(begun_at: Timestamp, now: Timestamp) -> bool {
    now < begun_at.plus_seconds(ENROLMENT) && begun_at <= now.plus_seconds(ENROLMENT)
}

/// The secret; none if it was sealed with another key or for another account.
fn open(key: &DraftKey, staff: &StaffId, sealed: &str) -> Option<TotpSecret> {
    let sealed = BASE64.decode(sealed.as_bytes()).ok()?;
    TotpSecret::parse(&key.decrypt(&binding(staff), &sealed)?)
}

fn binding(staff: &StaffId) -> String {
    format!("second-factor/{staff}")
}

fn use_code(
    db: &Connection,
    key: &DraftKey,
    staff: &StaffId,
    code: &str,
    now: Timestamp,
) -> Result<Option<Proof>> {
    let stored = find(db, staff)?.filter(|stored| stored.confirmed_at.is_some());
    let step = stored
        .and_then(|stored| open(key, staff, &stored.sealed)?.step_of(code, now, stored.last_step));
    let Some(step) = step else {
        return Ok(None);
    };
    let used = db.execute(
        "UPDATE second_factor SET last_step = ?2 WHERE staff = ?1 AND last_step < ?2",
        params![staff.as_str(), step],
    )?;
    Ok((used > 0).then_some(Proof::Code))
}

#[cfg(test)]
mod tests;
