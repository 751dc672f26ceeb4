//! Many accounts of staff, added in one transaction.

use std::collections::BTreeSet;

use onestop_proto::ids::StaffId;
use rusqlite::{Connection, Result};

use super::{
    staff::{self, Staff},
    staff_history::{Author, Entry, put_phrase},
};

/// An account to add.
pub(crate) struct NewStaff {
    pub(crate) staff: Staff,
    /// The hash of its one-time password.
    pub(crate) hash: String,
}

/// Adds accounts, all of them or none. Those that exist by now stay as they are and are returned.
pub(crate) fn add_all<'a>(
    db: &mut Connection,
    all: impl IntoIterator<Item = &'a NewStaff>,
    author: Author<'_>,
) -> Result<BTreeSet<StaffId>> {
    let change = db.transaction()?;
    let mut existing = BTreeSet::new();
    for NewStaff { staff, hash } in all {
        if staff::find(&change, &staff.id)?.is_some() {
            existing.insert(staff.id.clone());
            continue;
        }
        let what = put_phrase(staff.role, &staff.unit);
        let entry = Entry {
            what: &what,
            author,
        };
        staff::write(&change, staff, Some(hash), entry)?;
    }
    change.commit()?;
    Ok(existing)
}
