//! 审批: where the directory says so, one person drafts a refusal (法律援助法 art. 43), a termination (art. 48) or a subsidy (art. 52),
//! and another approves it or sends it back. Only the approval has effect, and ends the clock.

use onestop_directory::{ApprovableDecision, Approver, Directory};
use onestop_matter::domain::{Bureau, Context, Matter, deciding_bureau};
use onestop_proto::{
    legal_aid::{
        Approval, Archive, DecisionDrafted, DecisionSentBack, DraftArchive, DraftRefusal,
        DraftTermination, DraftedDecision, Event, Refuse, Rejection, SendBackDecision, Terminate,
    },
    matter,
};

use super::{LegalAidRules, application, case_file, require_texts, termination};

type Decision = Result<Vec<Event>, Rejection>;
type Aid = Matter<LegalAidRules>;

/// What another person has to approve.
const fn kind(decision: DraftedDecision) -> ApprovableDecision {
    match decision {
        DraftedDecision::Refuse { .. } => ApprovableDecision::RefuseAid,
        DraftedDecision::Terminate { .. } => ApprovableDecision::TerminateAid,
        DraftedDecision::Archive { .. } => ApprovableDecision::SetSubsidy,
    }
}

/// The command that drafts a decision.
const fn draft_command(decision: ApprovableDecision) -> &'static str {
    match decision {
        ApprovableDecision::RefuseAid => "draft-refusal",
        ApprovableDecision::TerminateAid => "draft-termination",
        ApprovableDecision::SetSubsidy => "draft-archive",
    }
}

/// Who approves a decision on the matter, and by which rule; nothing where whoever decides decides alone.
fn approver(
    matter: &Aid,
    decision: ApprovableDecision,
    directory: &Directory,
) -> Result<Option<(Bureau, String)>, matter::Rejection> {
    let rule = directory.approver(decision, &matter.unit, matter.division);
    let Some((approver, basis)) = rule else {
        return Ok(None);
    };
    let unit = match approver {
        Approver::Unit => Bureau {
            unit: matter.unit.clone(),
            division: matter.division,
        },
        Approver::Bureau => deciding_bureau(matter, directory)?,
    };
    Ok(Some((unit, basis.to_owned())))
}

/// Whether a command fits what approval the directory asks for, and what draft waits.
pub(super) fn fits(matter: &Aid, command: &str, directory: &Directory) -> bool {
    let required = |decision| approver(matter, decision, directory);
    let alone = |decision| required(decision).is_ok_and(|approver| approver.is_none());
    let waits = matter.details.draft.is_some();
    let drafts = |decision| !waits && required(decision).is_ok_and(|approver| approver.is_some());
    match command {
        "refuse" => alone(ApprovableDecision::RefuseAid),
        "terminate" => alone(ApprovableDecision::TerminateAid),
        "archive" => alone(ApprovableDecision::SetSubsidy),
        "draft-refusal" => drafts(ApprovableDecision::RefuseAid),
        "draft-termination" => drafts(ApprovableDecision::TerminateAid),
        "draft-archive" => drafts(ApprovableDecision::SetSubsidy),
        "approve-decision" | "send-back-decision" => waits,
        _ => true,
    }
}

pub(super) fn refuse(matter: &Aid, refuse: &Refuse, context: &Context<'_>) -> Decision {
    let reason = refuse.reason;
    alone(matter, DraftedDecision::Refuse { reason }, context)
}

pub(super) fn terminate(matter: &Aid, terminate: &Terminate, context: &Context<'_>) -> Decision {
    let reason = terminate.reason;
    alone(matter, DraftedDecision::Terminate { reason }, context)
}

pub(super) fn archive(matter: &Aid, archive: &Archive, context: &Context<'_>) -> Decision {
    let subsidy_fen = archive.subsidy_fen;
    alone(matter, DraftedDecision::Archive { subsidy_fen }, context)
}

pub(super) fn draft_refusal(matter: &Aid, draft: &DraftRefusal, context: &Context<'_>) -> Decision {
    let reason = draft.reason;
    drafted(matter, DraftedDecision::Refuse { reason }, context)
}

pub(super) fn draft_termination(
    matter: &Aid,
    draft: &DraftTermination,
    context: &Context<'_>,
) -> Decision {
    let reason = draft.reason;
    drafted(matter, DraftedDecision::Terminate { reason }, context)
}

pub(super) fn draft_archive(matter: &Aid, draft: &DraftArchive, context: &Context<'_>) -> Decision {
    let subsidy_fen = draft.subsidy_fen;
    drafted(matter, DraftedDecision::Archive { subsidy_fen }, context)
}

/// The decision of one person, where nobody has to approve it.
fn alone(matter: &Aid, decision: DraftedDecision, context: &Context<'_>) -> Decision {
    let kind = kind(decision);
    if let Some((_, basis)) = approver(matter, kind, context.directory)? {
        let draft = draft_command(kind).to_owned();
        return Err(matter::Rejection::ApprovalRequired { draft, basis }.into());
    }
    effect(matter, decision, None, context)
}

/// A draft is one that could be decided now; there is one at a time.
fn drafted(matter: &Aid, decision: DraftedDecision, context: &Context<'_>) -> Decision {
    let Some((approver, basis)) = approver(matter, kind(decision), context.directory)? else {
        return Err(matter::Rejection::NoApprovalNeeded {}.into());
    };
    if let Some(waits) = &matter.details.draft {
        let staff = waits.drafted_by.clone();
        return Err(matter::Rejection::DraftWaits { staff }.into());
    }
    effect(matter, decision, None, context)?;
    let drafted = DecisionDrafted {
        decision,
        drafted_by: context.actor.staff.clone(),
        approver: approver.unit,
        approver_division: approver.division,
        basis,
    };
    Ok(vec![drafted.into()])
}

/// That the approver is another person, of the unit that approves, was checked as for every command.
pub(super) fn approve(matter: &Aid, context: &Context<'_>) -> Decision {
    let draft = waiting(matter)?;
    let approval = Approval {
        drafted_by: draft.drafted_by.clone(),
        approved_by: context.actor.staff.clone(),
        unit: draft.approver.clone(),
    };
    effect(matter, draft.decision, Some(approval), context)
}

pub(super) fn send_back(matter: &Aid, send_back: &SendBackDecision) -> Decision {
    let drafted_by = waiting(matter)?.drafted_by.clone();
    require_texts(&[("why", &send_back.why)])?;
    let why = send_back.why.clone();
    Ok(vec![DecisionSentBack { drafted_by, why }.into()])
}

fn waiting(matter: &Aid) -> Result<&DecisionDrafted, Rejection> {
    let draft = matter.details.draft.as_ref();
    Ok(draft.ok_or(matter::Rejection::NoDraft {})?)
}

/// What a decision does, whoever made it.
fn effect(
    matter: &Aid,
    decision: DraftedDecision,
    approval: Option<Approval>,
    context: &Context<'_>,
) -> Decision {
    match decision {
        DraftedDecision::Refuse { reason } => {
            application::refuse(matter, reason, approval, context)
        }
        DraftedDecision::Terminate { reason } => {
            termination::terminate(matter, reason, approval, context)
        }
        DraftedDecision::Archive { subsidy_fen } => {
            Ok(case_file::archive(matter, subsidy_fen, approval))
        }
    }
}
