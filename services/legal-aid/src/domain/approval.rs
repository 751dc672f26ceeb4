//! 审批: where the directory says so, one person drafts a refusal (法律援助法 art. 43), a termination (art. 48) or a subsidy (art. 52),
//! and another approves it or sends it back.

use onestop_directory::ApprovableDecision;
use onestop_matter::domain::{Approvable, Context, DecisionCommands, DraftStep, Matter};
use onestop_proto::legal_aid::{Approval, DecisionDrafted, DraftedDecision, Event, Rejection};

use super::{LegalAidRules, application, case_file, termination};

impl Approvable for LegalAidRules {
    type Decision = DraftedDecision;

    const DECISIONS: &'static [DecisionCommands] = &[
        DecisionCommands {
            decision: ApprovableDecision::RefuseAid,
            at_once: "refuse",
            draft: "draft-refusal",
        },
        DecisionCommands {
            decision: ApprovableDecision::TerminateAid,
            at_once: "terminate",
            draft: "draft-termination",
        },
        DecisionCommands {
            decision: ApprovableDecision::SetSubsidy,
            at_once: "archive",
            draft: "draft-archive",
        },
    ];

    fn kind(decision: &DraftedDecision) -> ApprovableDecision {
        match decision {
            DraftedDecision::Refuse { .. } => ApprovableDecision::RefuseAid,
            DraftedDecision::Terminate { .. } => ApprovableDecision::TerminateAid,
            DraftedDecision::Archive { .. } => ApprovableDecision::SetSubsidy,
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
        context: &Context<'_>,
    ) -> Result<Vec<Event>, Rejection> {
        match *decision {
            DraftedDecision::Refuse { reason } => {
                application::refuse(matter, reason, approval, context)
            }
            DraftedDecision::Terminate { reason } => {
                termination::terminate(matter, reason, approval, context)
            }
            DraftedDecision::Archive { subsidy_fen } => {
                case_file::archive(matter, subsidy_fen, approval, context)
            }
        }
    }
}
