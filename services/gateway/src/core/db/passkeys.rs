//! Passkeys (通行密钥) of accounts: their public keys, sealed with the key of drafts and bound to account and credential, so
//! that who can write the database alone adds none.

use data_encoding::BASE64;
use onestop_proto::{ids::StaffId, time::Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::{
    drafts::DraftKey,
    enrolments::{
        Enrolment, SetUp, next_set_up, record_failure, record_removal, record_set_up,
        reset_failures,
    },
    staff_history::{self, own},
};
use crate::identity::passkeys::{
    Challenge, CredentialId, Expected, PasskeyError, PublicKey, UserVerification,
    assertion::{AssertionAnswer, KnownPasskey},
    options::user_handle,
    registration::MadePasskey,
    relying_party::RelyingParty,
};

/// One account has no more.
const MOST: u32 = 10;

/// A passkey in the list of its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passkey {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) made_at: Timestamp,
    pub(crate) used_at: Option<Timestamp>,
}

/// A passkey to store, with the name that its owner gave it.
#[derive(Debug, Clone)]
pub(crate) struct NewPasskey {
    made: MadePasskey,
    /// Sealed.
    name: String,
    sealed: String,
}

impl NewPasskey {
    /// Seals the public key and the name for an account.
    pub(crate) fn seal(
        key: &DraftKey,
        staff: &StaffId,
        made: MadePasskey,
        name: &str,
    ) -> anyhow::Result<Self> {
        let public = BASE64.encode(made.key.as_cose());
        let sealed = key.encrypt(&binding(staff, &made.credential), &public);
        let sealed = sealed.ok_or_else(|| anyhow::anyhow!("no randomness"))?;
        Ok(Self {
            name: key.seal_text(&owner_of_name(staff), name),
            made,
            sealed: BASE64.encode(&sealed),
        })
    }
}

/// Why a passkey is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddRefusal {
    /// It is known, of this account or another.
    Known,
    /// The account has as many as it may have.
    TooMany,
}

/// An answer of a browser that was asked to sign with a passkey.
#[derive(Debug, Clone)]
pub(crate) struct PasskeyProof {
    pub(crate) answer: AssertionAnswer,
    pub(crate) party: RelyingParty,
    pub(crate) challenge: Challenge,
}

pub(crate) fn list(db: &Connection, key: &DraftKey, staff: &StaffId) -> Result<Vec<Passkey>> {
    let owner = owner_of_name(staff);
    let mut statement = db.prepare_cached(
        "SELECT id, name, made_at, used_at FROM passkey WHERE staff = ?1 ORDER BY id",
    )?;
    let read = |row: &Row<'_>| {
        Ok(Passkey {
            id: row.get(0)?,
            name: key.open_text(&owner, &row.get::<_, String>(1)?),
            made_at: Timestamp::from_micros(row.get(2)?),
            used_at: row.get::<_, Option<i64>>(3)?.map(Timestamp::from_micros),
        })
    };
    statement.query_map([staff.as_str()], read)?.collect()
}

/// What a page hands the browser of the passkeys of an account.
pub(crate) fn credentials(
    db: &Connection,
    staff: &StaffId,
) -> Result<Vec<(CredentialId, UserVerification)>> {
    let mut statement =
        db.prepare_cached("SELECT credential, verified FROM passkey WHERE staff = ?1 ORDER BY id")?;
    let read = |row: &Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, verification(row, 1)?));
    let mut known = Vec::new();
    for row in statement.query_map([staff.as_str()], read)? {
        let (id, verification) = row?;
        // One that is no id any more is not offered.
        known.extend(CredentialId::new(id).map(|id| (id, verification)));
    }
    Ok(known)
}

/// Stores a passkey.
pub(crate) fn add(
    db: &mut Connection,
    new: &NewPasskey,
    enrolment: Enrolment<'_>,
) -> Result<Result<SetUp, AddRefusal>> {
    let staff = enrolment.staff;
    let change = db.transaction()?;
    let count: u32 = change.query_row(
        "SELECT count(*) FROM passkey WHERE staff = ?1",
        [staff.as_str()],
        |row| row.get(0),
    )?;
    if count >= MOST {
        return Ok(Err(AddRefusal::TooMany));
    }
    let set_up = next_set_up(&change, staff)?;
    let stored = change.execute(
        "INSERT INTO passkey (credential, staff, name, public_key, counter, verified, made_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (credential) DO NOTHING",
        params![
            new.made.credential.as_bytes(),
            staff.as_str(),
            new.name,
            new.sealed,
            new.made.counter,
            new.made.verification == UserVerification::Required,
            enrolment.now.as_micros(),
        ],
    )?;
    if stored == 0 {
        return Ok(Err(AddRefusal::Known));
    }
    record_set_up(&change, set_up, enrolment)?;
    change.commit()?;
    Ok(Ok(set_up))
}

/// Judges an answer of a browser, and stores the device's counter. One of a copy is entered in the account's history.
pub(crate) fn prove(
    db: &mut Connection,
    key: &DraftKey,
    staff: &StaffId,
    proof: &PasskeyProof,
    now: Timestamp,
) -> Result<Result<(), PasskeyError>> {
    let change = db.transaction()?;
    let judged = judge(&change, key, staff, proof)?;
    match judged {
        Ok(counter) => {
            change.execute(
                "UPDATE passkey SET counter = ?2, used_at = ?3 WHERE credential = ?1",
                params![
                    proof.answer.credential().as_bytes(),
                    counter,
                    now.as_micros()
                ],
            )?;
            reset_failures(&change, staff)?;
        }
        Err(error) => {
            if error == PasskeyError::Copied {
                staff_history::record(&change, staff, "passkey copied", own(staff, now))?;
            }
            record_failure(&change, staff, now)?;
        }
    }
    change.commit()?;
    Ok(judged.map(|_| ()))
}

/// The counter of the device, if its answer is right.
fn judge(
    db: &Connection,
    key: &DraftKey,
    staff: &StaffId,
    proof: &PasskeyProof,
) -> Result<Result<u32, PasskeyError>> {
    let credential = proof.answer.credential();
    let stored = db
        .prepare_cached(
            "SELECT public_key, counter, verified FROM passkey WHERE staff = ?1 AND credential = ?2",
        )?
        .query_row(params![staff.as_str(), credential.as_bytes()], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, verification(row, 2)?))
        })
        .optional()?;
    let Some((sealed, counter, verification)) = stored else {
        return Ok(Err(PasskeyError::OtherUser));
    };
    let Some(public) = open(key, &binding(staff, credential), &sealed) else {
        return Ok(Err(PasskeyError::Key));
    };
    let known = KnownPasskey {
        key: &public,
        counter,
        verification,
        user: &user_handle(staff),
    };
    let expected = Expected {
        party: &proof.party,
        challenge: &proof.challenge,
    };
    Ok(proof.answer.verify(known, expected))
}

/// A passkey of an account, with the name that its owner gives it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedPasskey<'a> {
    pub(crate) staff: &'a StaffId,
    pub(crate) id: i64,
    pub(crate) name: &'a str,
}

/// To what the name of a passkey is bound: its owner may name a citizen in it.
fn owner_of_name(staff: &StaffId) -> String {
    format!("passkey-name/{staff}")
}

/// Renames a passkey of an account; false if it has no such one.
pub(crate) fn rename(
    db: &Connection,
    key: &DraftKey,
    NamedPasskey { staff, id, name }: NamedPasskey<'_>,
    now: Timestamp,
) -> Result<bool> {
    let name = key.seal_text(&owner_of_name(staff), name);
    let renamed = db.execute(
        "UPDATE passkey SET name = ?3 WHERE staff = ?1 AND id = ?2",
        params![staff.as_str(), id, name],
    )?;
    if renamed > 0 {
        staff_history::record(db, staff, "passkey renamed", own(staff, now))?;
    }
    Ok(renamed > 0)
}

/// Removes a passkey of its owner; false if they have no such one.
pub(crate) fn remove_own(
    db: &mut Connection,
    staff: &StaffId,
    id: i64,
    now: Timestamp,
) -> Result<bool> {
    let change = db.transaction()?;
    let removed = change.execute(
        "DELETE FROM passkey WHERE staff = ?1 AND id = ?2",
        params![staff.as_str(), id],
    )?;
    if removed > 0 {
        record_removal(&change, staff, now)?;
    }
    change.commit()?;
    Ok(removed > 0)
}

fn verification(row: &Row<'_>, column: usize) -> Result<UserVerification> {
    Ok(if row.get(column)? {
        UserVerification::Required
    } else {
        UserVerification::Preferred
    })
}

/// The public key; none if it was sealed with another key, or for another account or credential.
fn open(key: &DraftKey, binding: &str, sealed: &str) -> Option<PublicKey> {
    let sealed = BASE64.decode(sealed.as_bytes()).ok()?;
    let public = BASE64
        .decode(key.decrypt(binding, &sealed)?.as_bytes())
        .ok()?;
    PublicKey::parse(&public).ok()
}

fn binding(staff: &StaffId, credential: &CredentialId) -> String {
    format!("passkey/{staff}/{}", BASE64.encode(credential.as_bytes()))
}

#[cfg(test)]
mod tests;
