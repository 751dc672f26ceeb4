//! 审批: where the directory says so, one person drafts that a mediation is given more time, and another approves it or sends it
//! back.

use onestop_directory::ApprovableDecision;
use onestop_matter::domain::{
    Approvable, Context, DecisionCommands, DraftStep, Matter, extend_approved, require_alone,
};
use onestop_proto::mediation::{
    Approval, DecisionDrafted, DraftedDecision, Event, ExtensionApproved, Rejection,
};

use super::MediationRules;

/// The command of before, in which the person who asks names who approved it, extends nothing: a name that is typed is no
/// approval.
pub(super) fn extend_at_once(
    matter: &Matter<MediationRules>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    require_alone(matter, ApprovableDecision::ExtendMediation, context)?;
    Err(matter.not_now().into())
}

impl Approvable for MediationRules {
    type Decision = DraftedDecision;

    const DECISIONS: &'static [DecisionCommands] = &[DecisionCommands {
        decision: ApprovableDecision::ExtendMediation,
        at_once: "extend",
        draft: "draft-extension",
    }];

    fn kind(decision: &DraftedDecision) -> ApprovableDecision {
        match decision {
            DraftedDecision::Extend { .. } => ApprovableDecision::ExtendMediation,
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
        let DraftedDecision::Extend { reason } = decision;
        let approved_by = &context.actor.staff;
        let extended = extend_approved(matter, reason, approved_by, context)?;
        let approved = approval.map(|approval| {
            Event::from(ExtensionApproved {
                drafted_by: approval.drafted_by,
                approved_by: approval.approved_by,
                unit: approval.unit,
            })
        });
        Ok(approved.into_iter().chain(extended).collect())
    }
}
