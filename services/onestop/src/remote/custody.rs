//! The questions to referral.

use onestop_proto::{
    ids::{CaseRef, UnitId},
    query::{CustodyQuery, CustodyView, CustodyWorklist, CustodyWorklistQuery},
};

use super::CliContext;

impl CliContext<'_> {
    pub(super) async fn custody(&self, case: &CaseRef) -> anyhow::Result<CustodyView> {
        let case = self.case_id(case).await?;
        self.ask(None, &CustodyQuery { case }).await
    }

    pub(super) async fn worklist(&self, unit: UnitId) -> anyhow::Result<CustodyWorklist> {
        self.ask(None, &CustodyWorklistQuery { unit }).await
    }
}
