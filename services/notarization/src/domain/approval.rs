//! 审批: where the directory says so, one notary drafts a refusal (公证程序规则 art. 49) or a termination (art. 51), and another
//! person of the office, its head, approves it or sends it back.

use onestop_directory::ApprovableDecision;
use onestop_matter::domain::{Approvable, Context, DecisionCommands, DraftStep, Matter};
use onestop_proto::notarization::{Approval, DecisionDrafted, DraftedDecision, Event, Rejection};

use super::{NotarizationRules, application};

impl Approvable for NotarizationRules {
    type Decision = DraftedDecision;

    const DECISIONS: &'static [DecisionCommands] = &[
        DecisionCommands {
            decision: ApprovableDecision::RefuseNotarization,
            at_once: "refuse",
            draft: "draft-refusal",
        },
        DecisionCommands {
            decision: ApprovableDecision::TerminateNotarization,
            at_once: "terminate",
            draft: "draft-termination",
        },
    ];

    fn kind(decision: &DraftedDecision) -> ApprovableDecision {
        match decision {
            DraftedDecision::Refuse { .. } => ApprovableDecision::RefuseNotarization,
            DraftedDecision::Terminate { .. } => ApprovableDecision::TerminateNotarization,
        }
    }

    fn drafted(matter: &Matter<Self>) -> Option<&DecisionDrafted> {
        matter.details.draft.as_ref()
    }

    fn record(step: DraftStep<DraftedDecision>) -> Event {
        step.into_event()
    }

    fn effect(
        matter: &Matter<Self>,
        decision: &DraftedDecision,
        approval: Option<Approval>,
        _: &Context<'_>,
    ) -> Result<Vec<Event>, Rejection> {
        Ok(match *decision {
            DraftedDecision::Refuse { reason } => application::refuse(matter, reason, approval),
            DraftedDecision::Terminate { reason } => {
                application::terminate(matter, reason, approval)
            }
        })
    }
}
