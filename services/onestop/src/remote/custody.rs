//! The questions to referral.

use onestop_proto::{
    ids::{CaseRef, UnitId},
    query::{CustodyQuery, CustodyView, CustodyWorklist, CustodyWorklistQuery},
    referral,
};

use super::CliContext;

impl CliContext<'_> {
    pub(super) async fn custody(&self, case: &CaseRef) -> anyhow::Result<CustodyView> {
        let case = self.case_id(case).await?;
        let query = CustodyQuery { case };
        let service = referral::service();
        let answer = self
            .client
            .question(&service, "custody", (None, None), &query);
        Ok(answer.await?)
    }

    pub(super) async fn worklist(&self, unit: UnitId) -> anyhow::Result<CustodyWorklist> {
        let query = CustodyWorklistQuery { unit };
        let service = referral::service();
        let answer = self
            .client
            .question(&service, "worklist", (None, None), &query);
        Ok(answer.await?)
    }
}
