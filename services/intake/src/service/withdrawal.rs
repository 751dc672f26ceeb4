//! Withdrawing a case that is referred: referral decides whether the citizen or the unit was first.

use std::time::Duration;

use onestop_chassis::{
    CommandResult, Failure,
    client::{ClientError, CommandMeta},
};
use onestop_proto::{
    case::{Rejection, SERVICE, Stage},
    command::{AcceptedCommand, Request},
    ids::{CaseId, CaseRef},
    referral::{self, Recall, RecallReason},
    rejection::{CommonRejection, Explain, RejectionKind},
};

use super::Intake;
use crate::{
    loaded_case::LoadedCase,
    streams::{CASE_RULES, case_stream},
};

/// How long a withdrawal waits until referral's event has reached intake.
const RECALL_TIMEOUT: Duration = Duration::from_secs(8);

impl Intake {
    /// Sends referral a recall for a case that is referred, and answers with the event that follows from it
    /// here. Intake writes nothing of its own, so there is nothing to reconcile if it is killed in between.
    /// None for a case that is not referred.
    pub(super) async fn withdraw_from_custody(
        &self,
        request: &Request,
        loaded: &LoadedCase,
    ) -> Result<Option<AcceptedCommand>, Failure> {
        let LoadedCase {
            case,
            state,
            revision,
        } = loaded;
        let (case, revision) = (*case, *revision);
        if !matches!(state.stage(), Stage::Referred | Stage::Withdrawn) {
            return Ok(None);
        }
        if request.actor.unit != state.opened.window {
            let unit = request.actor.unit.clone();
            let window = state.opened.window.clone();
            return Err(Rejection::NotYourCase { window, unit }.rejected().into());
        }
        // A repetition of what was carried out rests on what was seen before it.
        if let (Stage::Referred, Some(expected)) = (state.stage(), request.expected_revision)
            && expected != revision
        {
            let actual = revision;
            return Err(CommonRejection::StaleRevision { expected, actual }
                .rejected()
                .into());
        }
        let order = CommandMeta {
            id: request.id.forwarded(referral::SERVICE),
            actor: request.actor.clone(),
            case: Some(CaseRef::Id(case)),
            expected_revision: None,
            occurred_at: request.occurred_at,
            late_entry: request.late_entry.clone(),
        };
        let recall = referral::Command::from(Recall {
            reason: RecallReason::CitizenWithdrew,
        });
        let recalled = match self
            .client
            .command(&referral::service(), order, &recall)
            .await
        {
            Ok(recalled) => recalled,
            // Withdrawn before, by another request: the rules refuse it by its stage. If referral is unreachable,
            // this may be the same request, sent again.
            Err(error) if state.stage() == Stage::Withdrawn && is_refusal(&error) => {
                return Ok(None);
            }
            Err(error) => return Err(error.into_rejected().into()),
        };
        self.await_recall(case, &recalled).await.map(Some)
    }

    async fn await_recall(&self, case: CaseId, recalled: &AcceptedCommand) -> CommandResult {
        let unavailable = || {
            CommonRejection::Unavailable {
                who: SERVICE.to_owned(),
            }
            .rejected()
        };
        let event = recalled.events.first().ok_or_else(unavailable)?;
        let written = event.id.reaction_by(SERVICE);
        let mut head = self.store.log().watch();
        // A log that is closed ends the wait by itself.
        let wait = head.wait_for(|_| self.store.was_executed(written).unwrap_or(false));
        tokio::time::timeout(RECALL_TIMEOUT, wait)
            .await
            .map_err(|_| unavailable())?
            .map_err(|_| unavailable())?;
        let position = self.store.find(written)?.ok_or_else(unavailable)?;
        let (state, revision) = self
            .store
            .load(&case_stream(case), &CASE_RULES)?
            .ok_or_else(unavailable)?;
        Ok(AcceptedCommand {
            number: Some(state.opened.number),
            revision,
            at: self.store.place(position),
            ..recalled.clone()
        })
    }
}

/// Whether a service has decided: one that is away, or not ready, has not.
fn is_refusal(error: &ClientError) -> bool {
    let ClientError::Rejected(rejected) = error else {
        return false;
    };
    rejected.kind != RejectionKind::Unavailable
}
