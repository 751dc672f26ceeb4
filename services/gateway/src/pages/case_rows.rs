//! The rows of cases that another answer names by their ids.

use std::collections::BTreeMap;

use futures::{StreamExt as _, stream};
use onestop_proto::{
    ids::{CaseId, CaseRef},
    ledger::{CaseHeadQuery, CaseRow},
};

use crate::{app::App, identity::session::Session};

/// Questions for rows at the same time.
const AT_ONCE: usize = 16;

/// The row of each case, asked for once. A case that the user may not see has none.
pub(super) async fn find(
    app: &App,
    session: &Session,
    mut cases: Vec<CaseId>,
) -> BTreeMap<CaseId, CaseRow> {
    cases.sort_unstable();
    cases.dedup();
    let row = |case: CaseId| async move {
        let query = CaseHeadQuery {
            case: CaseRef::Id(case),
        };
        let head = app.ask(session, &query).await.ok()?;
        Some((case, head.row))
    };
    let rows = stream::iter(cases).map(row).buffer_unordered(AT_ONCE);
    rows.filter_map(|row| async move { row }).collect().await
}
