//! Adds the accounts of a sheet and asks for those that take two people. What came of it is kept with the sheet as soon as it
//! is done, so that a form that is sent twice, or whose answer was lost, gets the same list of one-time passwords.

use std::sync::Arc;

use onestop_proto::{text::Words, time::Timestamp};
use onestop_spreadsheet::RowProblem;
use rusqlite::{Connection, Result};

use super::{
    act_of,
    held_sheets::{AddedAccount, HeldSheet, ImportOutcome},
    problem,
};
use crate::{
    core::db::{
        act_requests::{self, NewActRequest},
        drafts::DraftKey,
        new_staff::{self, NewStaff},
        staff::Staff,
        staff_history::own,
    },
    identity::{
        accounts::Account,
        staff_sheet::{ID, RowAccount},
    },
};

/// An account to add, of a row.
pub(crate) struct NewRow {
    pub(crate) row: usize,
    pub(crate) new: NewStaff,
    pub(crate) one_time: String,
}

impl NewRow {
    /// The account of a row, with its password and the hash of it.
    pub(crate) fn new(
        RowAccount { row, account }: RowAccount,
        one_time: String,
        hash: String,
    ) -> Self {
        let staff = Staff {
            must_change: true,
            ..Staff::new(account.id, account.name, account.role, account.unit)
        };
        Self {
            row,
            new: NewStaff { staff, hash },
            one_time,
        }
    }
}

/// What is to be done for a sheet, and by whom.
pub(crate) struct ImportWork {
    pub(crate) held: Arc<HeldSheet>,
    pub(crate) added: Vec<NewRow>,
    pub(crate) requested: Vec<RowAccount>,
    /// What is wrong with the other rows.
    pub(crate) problems: Vec<RowProblem>,
    pub(crate) asker: Staff,
    pub(crate) now: Timestamp,
    /// When the requests lapse.
    pub(crate) ends_at: Timestamp,
}

impl ImportWork {
    /// Does it, unless it was done before; what came of it.
    ///
    /// # Errors
    /// If the database cannot be written. The accounts are added all or none.
    pub(crate) fn carry_out(
        self,
        db: &mut Connection,
        key: &DraftKey,
    ) -> Result<Arc<ImportOutcome>> {
        let held = Arc::clone(&self.held);
        // The connection is held, so no other request carries it out meanwhile.
        if let Some(outcome) = held.outcome() {
            return Ok(outcome);
        }
        let Self {
            added,
            requested,
            problems,
            asker,
            now,
            ends_at,
            ..
        } = self;
        let author = own(&asker.id, now);
        let existing = new_staff::add_all(db, added.iter().map(|one| &one.new), author)?;
        let mut outcome = ImportOutcome {
            problems,
            ..ImportOutcome::default()
        };
        for one in added {
            if existing.contains(&one.new.staff.id) {
                let exists = problem(one.row, ID, exists_by_now());
                outcome.problems.push(exists);
            } else {
                outcome.added.push(AddedAccount {
                    account: Account::from(one.new.staff),
                    one_time: one.one_time,
                });
            }
        }
        // From here on the passwords are not lost, whatever happens to the requests.
        held.keep(outcome.clone());
        for RowAccount { row, account } in requested {
            let request = NewActRequest {
                staff: &account.id,
                act: &act_of(&account),
                asked_by: &asker.id,
                requester_unit: &asker.unit,
                reason: &held.reason,
                now,
                ends_at,
            };
            if act_requests::ask(db, key, request)? {
                outcome.requested.push(account);
            } else {
                outcome.problems.push(problem(row, ID, waits_already()));
            }
        }
        outcome.problems.sort_by_key(|one| one.row);
        Ok(held.keep(outcome))
    }
}

fn exists_by_now() -> Words {
    Words {
        zh: "核对之后，同名账号已由他人开设，没有改动。请换一个账号".to_owned(),
        en: "another person has added an account of this name since the check; nothing was changed. Take another"
            .to_owned(),
    }
}

fn waits_already() -> Words {
    Words {
        zh: "同样的申请已在等待另一人确认，没有重复申请".to_owned(),
        en: "the same request waits for a second person already; nothing was asked again"
            .to_owned(),
    }
}
