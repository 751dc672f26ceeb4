//! The status of the cases that a search for a person found: intake finds them, the ledger knows what each waits for.

use std::collections::BTreeMap;

use onestop_proto::{case::CaseStatus, ids::CaseId, personal::MatchingCase, text::Text};

use super::case_rows;
use crate::{app::App, identity::session::Session};

/// The status of those that the user may see.
pub(super) struct FoundStatus(BTreeMap<CaseId, CaseStatus>);

impl FoundStatus {
    pub(super) async fn fetch(app: &App, session: &Session, found: &[MatchingCase]) -> Self {
        let cases = found.iter().map(|one| one.case).collect();
        let rows = case_rows::find(app, session, cases).await.into_iter();
        Self(rows.map(|(case, row)| (case, row.status())).collect())
    }

    /// The status as every page has it; of a case of another unit, the stage that intake tells.
    pub(super) fn of(&self, one: &MatchingCase) -> Text {
        let known = self.0.get(&one.case);
        known.map_or_else(|| one.stage.text(), |status| status.text())
    }
}
