//! 审批: where the directory says so, one notary drafts a refusal (公证程序规则 art. 49), a termination (art. 51) or more time for
//! the examination, and another person of the office, its head, approves it or sends it back.

use onestop_directory::ApprovableDecision;
use onestop_matter::domain::{
    Approvable, Context, DecisionCommands, DraftStep, Matter, extend_approved, require_alone,
};
use onestop_proto::notarization::{
    Approval, DecisionDrafted, DraftedDecision, Event, ExtensionApproved,
};

use super::{Decision, NotarizationRules, application};

/// The command of before, in which the person who asks names who approved it, extends nothing: a name that is typed is no
/// approval.
pub(super) fn extend_at_once(
    matter: &Matter<NotarizationRules>,
    context: &Context<'_>,
) -> Decision {
    require_alone(matter, ApprovableDecision::ExtendNotarization, context)?;
    Err(matter.not_now().into())
}

/// More time, with both people named where another one approved it.
fn extended(
    matter: &Matter<NotarizationRules>,
    reason: &str,
    approval: Option<Approval>,
    context: &Context<'_>,
) -> Decision {
    let extended = extend_approved(matter, reason, &context.actor.staff, context)?;
    let approved = approval.map(|approval| {
        Event::from(ExtensionApproved {
            drafted_by: approval.drafted_by,
            approved_by: approval.approved_by,
            unit: approval.unit,
        })
    });
    Ok(approved.into_iter().chain(extended).collect())
}

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
        DecisionCommands {
            decision: ApprovableDecision::ExtendNotarization,
            at_once: "extend",
            draft: "draft-extension",
        },
    ];

    fn kind(decision: &DraftedDecision) -> ApprovableDecision {
        match decision {
            DraftedDecision::Refuse { .. } => ApprovableDecision::RefuseNotarization,
            DraftedDecision::Terminate { .. } => ApprovableDecision::TerminateNotarization,
            DraftedDecision::Extend { .. } => ApprovableDecision::ExtendNotarization,
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
    ) -> Decision {
        match decision {
            DraftedDecision::Refuse { reason } => application::refuse(matter, *reason, approval),
            DraftedDecision::Terminate { reason } => {
                application::terminate(matter, *reason, approval, context)
            }
            DraftedDecision::Extend { reason } => extended(matter, reason, approval, context),
        }
    }
}
