//! Sheets that were checked and that their administrators have not sent for adding yet. They are in memory alone, one for
//! each person, and for a while: names are written to no file before there are accounts.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use onestop_proto::ids::{CommandId, StaffId};
use onestop_spreadsheet::RowProblem;

use crate::identity::accounts::Account;

/// How long a sheet is held.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
/// Sheets that are held. Beyond, the oldest is forgotten.
const MOST: usize = 32;

/// An account that was added. Nothing prints it for a log.
#[derive(Clone)]
pub(crate) struct AddedAccount {
    pub(crate) account: Account,
    /// Its one-time password, in clear: to be handed out.
    pub(crate) one_time: String,
}

/// What came of a sheet.
#[derive(Clone, Default)]
pub(crate) struct ImportOutcome {
    pub(crate) added: Vec<AddedAccount>,
    /// Accounts that wait for a second person.
    pub(crate) requested: Vec<Account>,
    pub(crate) problems: Vec<RowProblem>,
}

/// A sheet as it was sent.
pub(crate) struct HeldSheet {
    pub(crate) key: CommandId,
    pub(crate) bytes: Vec<u8>,
    /// Why accounts are added that take two people.
    pub(crate) reason: String,
    outcome: Mutex<Option<Arc<ImportOutcome>>>,
}

impl HeldSheet {
    pub(crate) const fn new(key: CommandId, bytes: Vec<u8>, reason: String) -> Self {
        Self {
            key,
            bytes,
            reason,
            outcome: Mutex::new(None),
        }
    }

    /// What came of it, if its accounts were added.
    pub(crate) fn outcome(&self) -> Option<Arc<ImportOutcome>> {
        let outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        outcome.clone()
    }

    pub(crate) fn keep(&self, outcome: ImportOutcome) -> Arc<ImportOutcome> {
        let outcome = Arc::new(outcome);
        let mut kept = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(Arc::clone(&outcome));
        outcome
    }
}

struct Held {
    sheet: Arc<HeldSheet>,
    ends: Instant,
}

/// See the module.
#[derive(Default)]
pub(crate) struct HeldSheets(Mutex<HashMap<StaffId, Held>>);

impl HeldSheets {
    /// Holds a sheet of a person, in place of the one before.
    pub(crate) fn hold(&self, staff: &StaffId, sheet: HeldSheet, now: Instant) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, held| held.ends > now);
        all.remove(staff);
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, held)| held.ends);
            if let Some(oldest) = oldest.map(|(staff, _)| staff.clone()) {
                all.remove(&oldest);
            }
        }
        let held = Held {
            sheet: Arc::new(sheet),
            ends: now + LIFETIME,
        };
        all.insert(staff.clone(), held);
    }

    /// The sheet of a person that has this key, while it is held.
    pub(crate) fn find(&self, staff: &StaffId, key: &str, now: Instant) -> Option<Arc<HeldSheet>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, held| held.ends > now);
        let held = all.get(staff)?;
        (held.sheet.key.to_string() == key).then(|| Arc::clone(&held.sheet))
    }

    /// Forgets the sheet of a person, and the one-time passwords that came of it.
    pub(crate) fn forget(&self, staff: &StaffId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(staff);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(key: &str) -> HeldSheet {
        HeldSheet::new(key.parse().unwrap(), Vec::new(), String::new())
    }

    #[test]
    fn a_sheet_is_found_by_its_owner_and_key_until_its_time_is_over() {
        const FIRST: &str = "0195f0a0-0000-7000-8000-000000000001";
        const SECOND: &str = "0195f0a0-0000-7000-8000-000000000002";
        let (sheets, now) = (HeldSheets::default(), Instant::now());
        let (own, other) = ("guan-li".parse().unwrap(), "he-jun".parse().unwrap());
        sheets.hold(&own, sheet(FIRST), now);
        assert!(sheets.find(&own, FIRST, now).is_some());
        assert!(sheets.find(&other, FIRST, now).is_none());
        assert!(sheets.find(&own, SECOND, now).is_none());
        // The next one takes its place.
        sheets.hold(&own, sheet(SECOND), now);
        assert!(sheets.find(&own, FIRST, now).is_none());
        assert!(sheets.find(&own, SECOND, now + LIFETIME).is_none());
    }

    #[test]
    fn no_more_sheets_are_held_than_there_is_room_for() {
        let (sheets, now) = (HeldSheets::default(), Instant::now());
        let staff = |number: usize| -> StaffId { format!("staff-{number}").parse().unwrap() };
        let key = "0195f0a0-0000-7000-8000-000000000001";
        for number in 0..=MOST {
            let at = now + Duration::from_millis(number as u64);
            sheets.hold(&staff(number), sheet(key), at);
        }
        assert!(sheets.find(&staff(0), key, now).is_none());
        assert!(sheets.find(&staff(1), key, now).is_some());
        assert!(sheets.find(&staff(MOST), key, now).is_some());
    }
}
