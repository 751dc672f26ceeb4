//! Recovery codes, for users who have lost the authenticator app: stored as hashes, each valid once.

use onestop_proto::{ids::StaffId, time::Timestamp, typed::code_signs};
use rusqlite::{Connection, Result, params};

use super::{
    staff_history::{self, own},
    token_hash,
};

/// Replaces the codes of an account.
pub(super) fn put(db: &Connection, staff: &StaffId, codes: &[String]) -> Result<()> {
    db.execute(
        "DELETE FROM recovery_code WHERE staff = ?1",
        [staff.as_str()],
    )?;
    for code in codes {
        db.execute(
            "INSERT INTO recovery_code (staff, code) VALUES (?1, ?2)",
            params![staff.as_str(), hash(staff, code)],
        )?;
    }
    Ok(())
}

/// How many are left.
pub(super) fn left(db: &Connection, staff: &StaffId) -> Result<u32> {
    db.prepare_cached("SELECT count(*) FROM recovery_code WHERE staff = ?1 AND used_at IS NULL")?
        .query_row([staff.as_str()], |row| row.get(0))
}

/// Uses a code up; false if it is none, or was used.
pub(super) fn use_up(db: &Connection, staff: &StaffId, code: &str, now: Timestamp) -> Result<bool> {
    let used = db.execute(
        "UPDATE recovery_code SET used_at = ?3 WHERE staff = ?1 AND code = ?2 AND used_at IS NULL",
        params![staff.as_str(), hash(staff, code), now.as_micros()],
    )?;
    if used > 0 {
        staff_history::record(db, staff, "recovery code used", own(staff, now))?;
    }
    Ok(used > 0)
}

/// The stored hash of a code. A code has 80 random bits, so an unsalted hash cannot be reversed.
fn hash(staff: &StaffId, code: &str) -> Vec<u8> {
    let code = code_signs(code).to_ascii_lowercase();
    token_hash(&format!("recovery/{staff}/{code}"))
}
