//! Whether a screen offers a request for the erasure of a case's persons: where the rules would take it now.

use onestop_chassis::{Failure, client::Client};
use onestop_proto::{actor::Actor, case, issuer::Hand, permission};

use super::{
    Persons,
    erasure::{CustodyFacts, custody_facts},
};
use crate::{
    domain::{ErasureContext, RetentionStarts, check_erasure_request},
    loaded_case::LoadedCase,
    streams::case_stream,
};

/// The command that is offered.
pub(crate) const REQUEST: &str = "request-erasure";

impl Persons {
    /// Whether an actor may ask now for the erasure of the persons of a case. Nothing is offered while that cannot be told.
    pub(crate) async fn offers_erasure(
        &self,
        loaded: &LoadedCase,
        actor: &Actor,
        client: &Client,
    ) -> Result<bool, Failure> {
        let is_over = loaded.state.stage().is_over();
        if !is_over || !permission::permits(actor.role, case::SERVICE, REQUEST) {
            return Ok(false);
        }
        let history = self.store.history(&case_stream(loaded.case))?;
        let starts = self.retention_starts(&history, &loaded.state)?;
        // Referral is asked only where all else allows it.
        if !self.allows_request(loaded, actor, &starts, &CustodyFacts::default()) {
            return Ok(false);
        }
        let custody = custody_facts(loaded.case, actor, client).await;
        Ok(custody.is_ok_and(|custody| self.allows_request(loaded, actor, &starts, &custody)))
    }

    fn allows_request(
        &self,
        loaded: &LoadedCase,
        actor: &Actor,
        retention_starts: &RetentionStarts,
        custody: &CustodyFacts,
    ) -> bool {
        let now = self.store.clock().now();
        let context = ErasureContext {
            now,
            hand: Hand::Person,
            second_person_hours: self.second_person_hours,
            today: now.china_date(),
            actor,
            directory: &self.directory,
            retention_starts,
            instruction: custody.instruction.as_ref(),
            disclosed_until: custody.disclosed_until,
        };
        check_erasure_request(&loaded.state, &context).is_ok()
    }
}
