//! The parameters of the worklist: tab, filters and order. They are in the address, so that a filtered list can
//! be bookmarked.

use jiff::civil::Date;
use onestop_proto::{
    actor::Role,
    ledger::{Filters, SortOrder, TabCount, WorklistQuery, WorklistTab},
};
use serde::Deserialize;

use crate::{
    core::{filters::FilterReader, page_error::PageError, query_string},
    identity::session::Session,
};

/// Rows on a page.
const ROWS: u32 = 50;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct WorklistParams {
    tab: String,
    pub(super) text: String,
    pub(super) item: String,
    pub(super) due: String,
    origin: String,
    pub(super) mine: String,
    pub(super) order: String,
    cursor: String,
    /// A log position that the page must include: that of the user's own command.
    pub(super) after: String,
}

impl WorklistParams {
    /// The question.
    ///
    /// # Errors
    /// If values cannot be read: all of them.
    pub(super) fn query(&self, session: &Session, today: Date) -> Result<WorklistQuery, PageError> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut filters = FilterReader::new(today);
        let (tab, order) = (
            filters.choice("tab", &self.tab),
            filters.choice("order", &self.order),
        );
        let query = WorklistQuery {
            unit: session.staff.unit.clone(),
            tab: tab.unwrap_or_else(|| first_tab(session.staff.role)),
            filters: Filters {
                item: filters.choice("item", &self.item),
                origin: filters.choice("origin", &self.origin),
                due: filters.choice("due", &self.due),
                text: filled(&self.text),
                mine: (!self.mine.is_empty()).then(|| session.staff.id.clone()),
            },
            order: order.unwrap_or(SortOrder::Due),
            cursor: filled(&self.cursor),
            limit: ROWS,
        };
        filters.check()?;
        Ok(query)
    }

    /// The part that is shown to a user who named none, where nothing waits in the first one: the first in which something
    /// does.
    pub(super) fn next_part(&self, counts: &[TabCount]) -> Option<WorklistTab> {
        let is_unnamed = self.tab.is_empty() && self.cursor.is_empty();
        waiting_tab(counts).filter(|_| is_unnamed)
    }

    /// The address of another tab or page with the same filters.
    pub(super) fn address(&self, tab: &str, cursor: &str) -> String {
        format!("/worklist?{}", self.encode(tab, cursor))
    }

    /// The address of the whole tab as a file.
    pub(super) fn file(&self, tab: &str) -> String {
        format!("/worklist.csv?{}", self.encode(tab, ""))
    }

    fn encode(&self, tab: &str, cursor: &str) -> String {
        query_string::encode_filled(&[
            ("tab", tab),
            ("text", self.text.as_str()),
            ("item", &self.item),
            ("due", &self.due),
            ("origin", &self.origin),
            ("mine", &self.mine),
            ("order", &self.order),
            ("cursor", cursor),
        ])
    }

    pub(super) fn is_filtered(&self) -> bool {
        let all = [&self.text, &self.item, &self.due, &self.origin, &self.mine];
        all.iter().any(|text| !text.is_empty())
    }
}

/// The tabs that a role always sees; other tabs are shown while they have cases.
pub(super) fn tabs(role: Role) -> &'static [WorklistTab] {
    match role {
        Role::Clerk => &[
            WorklistTab::AtWindow,
            WorklistTab::Returned,
            WorklistTab::OfferedByUs,
            WorklistTab::PapersMissing,
            WorklistTab::WithOthers,
            WorklistTab::ToClose,
            WorklistTab::Done,
        ],
        Role::Supervisor => &[WorklistTab::ToDecide],
        Role::Specialist | Role::UnitAdministrator | Role::Auditor | Role::System => &[
            WorklistTab::ToAccept,
            WorklistTab::Working,
            WorklistTab::WaitingForPapers,
            WorklistTab::AfterClose,
            WorklistTab::SentAway,
            WorklistTab::Done,
        ],
    }
}

/// The tabs of what waits for the unit itself, the most urgent first.
const WAITING: [WorklistTab; 8] = [
    WorklistTab::ToAccept,
    WorklistTab::Returned,
    WorklistTab::AtWindow,
    WorklistTab::ToClose,
    WorklistTab::PapersMissing,
    WorklistTab::Working,
    WorklistTab::WaitingForPapers,
    WorklistTab::AfterClose,
];

/// The first tab in which something waits.
fn waiting_tab(counts: &[TabCount]) -> Option<WorklistTab> {
    let has_cases = |tab: &&WorklistTab| counts.iter().any(|one| one.tab == **tab && one.count > 0);
    WAITING.iter().find(has_cases).copied()
}

fn first_tab(role: Role) -> WorklistTab {
    tabs(role).first().copied().unwrap_or(WorklistTab::ToAccept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_filters() {
        let params = WorklistParams {
            text: "讨薪".to_owned(),
            due: "soon".to_owned(),
            after: "intake.main.x.1".to_owned(),
            ..WorklistParams::default()
        };
        let address = params.address("to-accept", "");
        assert!(
            address.starts_with("/worklist?tab=to-accept&text="),
            "{address}"
        );
        assert!(
            address.contains("due=soon") && !address.contains("after"),
            "{address}"
        );
        assert!(params.is_filtered() && !WorklistParams::default().is_filtered());
    }

    #[test]
    fn a_worklist_opens_where_something_waits() {
        let counts = |tab, count| {
            let overdue = 0;
            [TabCount {
                tab,
                count,
                overdue,
            }]
        };
        let waits = counts(WorklistTab::ToAccept, 2);
        assert_eq!(waiting_tab(&waits), Some(WorklistTab::ToAccept));
        let with_others = counts(WorklistTab::WithOthers, 6);
        assert_eq!(waiting_tab(&with_others), None);
    }

    #[test]
    fn every_role_begins_with_a_tab_of_its_own() {
        assert_eq!(first_tab(Role::Clerk), WorklistTab::AtWindow);
        for role in [Role::Specialist, Role::UnitAdministrator] {
            assert_eq!(first_tab(role), WorklistTab::ToAccept);
        }
        assert_eq!(first_tab(Role::Supervisor), WorklistTab::ToDecide);
    }
}
