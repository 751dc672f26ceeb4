//! What the page of an import shows: the form, what would come of a sheet, and what came of it.

use std::{fmt::Display, sync::Arc};

use askama::Template;
use onestop_spreadsheet::RowProblem;

use crate::{
    identity::{
        accounts::Account,
        staff_import::{
            ImportPlan, MOST_ROWS,
            held_sheets::{HeldSheet, ImportOutcome},
            wrong_rows,
        },
    },
    pages::{problems::Problems, shell::Page},
};

/// Accounts and problems that the page lists; the files hold all.
const LISTED: usize = 50;

#[derive(Template)]
#[template(path = "staff-import.html")]
pub(super) struct ImportTemplate<'a> {
    page: Page<'a>,
    reason: String,
    problems: Problems,
    checked: Option<CheckedView>,
    ended: Option<EndedView>,
}

/// What would come of a sheet.
pub(super) struct CheckedView {
    plan: ImportPlan,
    key: String,
    reason: String,
    rows: usize,
}

/// What came of a sheet.
struct EndedView {
    outcome: Arc<ImportOutcome>,
    key: String,
}

struct WrongRows<'a> {
    key: &'a str,
    problems: &'a [RowProblem],
}

impl WrongRows<'_> {
    fn rows(&self) -> usize {
        wrong_rows(self.problems)
    }

    fn listed(&self) -> &[RowProblem] {
        self.problems.get(..LISTED).unwrap_or(self.problems)
    }

    /// How many are not listed.
    fn unlisted(&self) -> usize {
        self.problems.len().saturating_sub(LISTED)
    }
}

impl CheckedView {
    pub(super) fn new(plan: ImportPlan, held: &HeldSheet, rows: usize) -> Self {
        Self {
            plan,
            key: held.key.to_string(),
            reason: held.reason.clone(),
            rows,
        }
    }

    /// How many accounts are added or asked for.
    fn right(&self) -> usize {
        self.plan.added.len() + self.plan.requested.len()
    }

    /// The accounts that are listed, and whether a second person confirms them.
    fn listed(&self) -> Vec<(&Account, &'static str)> {
        let added = self.plan.added.iter();
        let added = added.map(|one| (&one.account, "staff-import-one"));
        let requested = self.plan.requested.iter();
        let requested = requested.map(|one| (&one.account, "staff-import-two"));
        added.chain(requested).take(LISTED).collect()
    }
}

impl<'a> ImportTemplate<'a> {
    pub(super) fn empty(page: Page<'a>) -> Self {
        Self::refused(page, String::new(), Problems::default())
    }

    pub(super) fn refused(page: Page<'a>, reason: String, problems: Problems) -> Self {
        Self {
            page,
            reason,
            problems,
            checked: None,
            ended: None,
        }
    }

    pub(super) fn checked(page: Page<'a>, checked: CheckedView) -> Self {
        Self {
            reason: checked.reason.clone(),
            checked: Some(checked),
            ..Self::empty(page)
        }
    }

    pub(super) fn ended(page: Page<'a>, held: &HeldSheet, outcome: Arc<ImportOutcome>) -> Self {
        let key = held.key.to_string();
        Self {
            ended: Some(EndedView { outcome, key }),
            ..Self::empty(page)
        }
    }

    fn wrong(&self) -> Option<WrongRows<'_>> {
        let ended = self.ended.as_ref();
        let ended = ended.map(|ended| WrongRows {
            key: &ended.key,
            problems: &ended.outcome.problems,
        });
        let checked = self.checked.as_ref();
        let checked = checked.map(|checked| WrongRows {
            key: &checked.key,
            problems: &checked.plan.problems,
        });
        ended.or(checked).filter(|wrong| !wrong.problems.is_empty())
    }

    fn counted(&self, id: &str, count: impl Display) -> String {
        self.page.i18n.t1(id, "count", count.to_string())
    }

    fn role(&self, account: &Account) -> String {
        self.page.i18n.text(account.role.text()).to_owned()
    }

    fn hours(&self) -> String {
        self.page.app.second_person_hours.to_string()
    }

    fn most_rows(&self) -> String {
        MOST_ROWS.to_string()
    }
}
