//! The status of the cases that a search for a person found: intake finds them, the ledger knows what each waits for.

use std::collections::HashMap;

use onestop_proto::{
    case::CaseStatus,
    ids::{CaseId, CaseRef},
    ledger::CaseHeadQuery,
    personal::MatchingCase,
    text::Text,
};

use crate::{app::App, identity::session::Session};

/// The status of those that the user may see.
pub(super) struct FoundStatus(HashMap<CaseId, CaseStatus>);

impl FoundStatus {
    pub(super) async fn fetch(app: &App, session: &Session, found: &[MatchingCase]) -> Self {
        let mut known = HashMap::new();
        for one in found {
            let query = CaseHeadQuery {
                case: CaseRef::Id(one.case),
            };
            if let Ok(head) = app.ask(session, &query).await {
                known.insert(one.case, head.row.status());
            }
        }
        Self(known)
    }

    /// The status as every page has it; of a case of another unit, the stage that intake tells.
    pub(super) fn of(&self, one: &MatchingCase) -> Text {
        let known = self.0.get(&one.case);
        known.map_or_else(|| one.stage.text(), |status| status.text())
    }
}
