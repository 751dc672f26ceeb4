//! 审批: where the directory says so, one person drafts a decision and another approves it or sends it back. Only the approval
//! has effect. The clock of the step runs on: the decision ends it.

use std::fmt::Debug;

use onestop_directory::{ApprovableDecision, Approver, Directory};
use onestop_proto::{
    ids::{StaffId, UnitId},
    matter::{
        Approval, DecisionDrafted, DecisionSentBack, DraftLapsed, Rejection, SendBackDecision,
    },
};

use super::{Bureau, Context, Matter, SpecialistRules, deciding_bureau, evolve, require_texts};

/// The command by which one person alone would give more time.
const EXTEND: &str = "extend";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draft<'a> {
    pub drafted_by: &'a StaffId,
    /// The unit whose staff approves it.
    pub approver: &'a UnitId,
}

impl<'a, D> From<&'a DecisionDrafted<D>> for Draft<'a> {
    fn from(drafted: &'a DecisionDrafted<D>) -> Self {
        Self {
            drafted_by: &drafted.drafted_by,
            approver: &drafted.approver,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecisionCommands {
    pub decision: ApprovableDecision,
    /// The command that decides at once, where no approval is required.
    pub at_once: &'static str,
    /// The command that drafts it, where approval is required.
    pub draft: &'static str,
}

/// What is recorded of a draft besides what it comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftStep<D> {
    Drafted(DecisionDrafted<D>),
    SentBack(DecisionSentBack),
    /// The matter left it behind.
    Lapsed(DraftLapsed),
}

impl<D> DraftStep<D> {
    pub fn into_event<E>(self) -> E
    where
        E: From<DecisionDrafted<D>> + From<DecisionSentBack> + From<DraftLapsed>,
    {
        match self {
            Self::Drafted(drafted) => drafted.into(),
            Self::SentBack(sent_back) => sent_back.into(),
            Self::Lapsed(lapsed) => lapsed.into(),
        }
    }
}

/// The rules of a specialist some of whose decisions can need another person's approval.
pub trait Approvable: SpecialistRules {
    /// A decision that can be drafted, in full.
    type Decision: Clone + PartialEq + Debug;

    const DECISIONS: &'static [DecisionCommands];

    /// What a decision is called in the directory.
    fn kind(decision: &Self::Decision) -> ApprovableDecision;

    /// The draft that waits.
    fn drafted(matter: &Matter<Self>) -> Option<&DecisionDrafted<Self::Decision>>;

    fn record(step: DraftStep<Self::Decision>) -> Self::Event;

    /// The events of a decision, made alone or by approval.
    ///
    /// # Errors
    /// The rejection, if it cannot be made now.
    fn effect(
        matter: &Matter<Self>,
        decision: &Self::Decision,
        approval: Option<Approval>,
        context: &Context<'_>,
    ) -> Result<Vec<Self::Event>, Self::Rejection>;
}

/// Whether a command fits what approval the directory asks for, and what draft waits: one is approved that can still be decided.
pub fn fits_approval<L: Approvable>(
    matter: &Matter<L>,
    command: &str,
    context: &Context<'_>,
) -> bool {
    let waits = L::drafted(matter).is_some();
    match command {
        "approve-decision" => return approve_decision(matter, context).is_ok(),
        "send-back-decision" => return waits,
        // A name that is typed is no approval.
        EXTEND => return false,
        _ => {}
    }
    let mut decisions = L::DECISIONS.iter();
    let Some(of) = decisions.find(|of| of.at_once == command || of.draft == command) else {
        return true;
    };
    let required = approver(matter, of.decision, context.directory);
    if of.at_once == command {
        required.is_ok_and(|approver| approver.is_none())
    } else {
        !waits && required.is_ok_and(|approver| approver.is_some())
    }
}

/// The decision of one person, where no approval is required.
///
/// # Errors
/// That another person has to approve it, or what the decision itself is refused for.
pub fn decide_alone<L: Approvable>(
    matter: &Matter<L>,
    decision: &L::Decision,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    require_alone(matter, L::kind(decision), context)?;
    L::effect(matter, decision, None, context)
}

/// Refuses what one person decides where another has to approve it.
///
/// # Errors
/// That another person has to approve it.
pub fn require_alone<L: Approvable>(
    matter: &Matter<L>,
    decision: ApprovableDecision,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let Some((_, basis)) = approver(matter, decision, context.directory)? else {
        return Ok(());
    };
    let mut decisions = L::DECISIONS.iter();
    let of = decisions.find(|of| of.decision == decision);
    let draft = of.map_or_else(String::new, |of| of.draft.to_owned());
    Err(Rejection::ApprovalRequired { draft, basis })
}

/// A draft is one that could be decided now; there is one at a time.
///
/// # Errors
/// That no approval is required, that another draft waits, or what the decision itself is refused for.
pub fn draft_decision<L: Approvable>(
    matter: &Matter<L>,
    decision: L::Decision,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    let kind = L::kind(&decision);
    let Some((approver, basis)) = approver(matter, kind, context.directory)? else {
        return Err(Rejection::NoApprovalNeeded {}.into());
    };
    if let Some(waits) = L::drafted(matter) {
        let staff = waits.drafted_by.clone();
        return Err(Rejection::DraftWaits { staff }.into());
    }
    L::effect(matter, &decision, None, context)?;
    let drafted = DecisionDrafted {
        decision,
        drafted_by: context.actor.staff.clone(),
        approver: approver.unit,
        approver_division: approver.division,
        basis,
    };
    Ok(vec![L::record(DraftStep::Drafted(drafted))])
}

/// Approves the draft that waits. That the approver is another person, of the unit that approves, was checked as for every
/// command.
///
/// # Errors
/// That no draft waits, or what the decision itself is refused for by now.
pub fn approve_decision<L: Approvable>(
    matter: &Matter<L>,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    let draft = waiting(matter)?;
    let approval = Approval {
        drafted_by: draft.drafted_by.clone(),
        approved_by: context.actor.staff.clone(),
        unit: draft.approver.clone(),
    };
    L::effect(matter, &draft.decision, Some(approval), context)
}

/// Sends the draft that waits back to the person who drafted it.
///
/// # Errors
/// That no draft waits, or that the approver gives no reason.
pub fn send_back_decision<L: Approvable>(
    matter: &Matter<L>,
    send_back: &SendBackDecision,
) -> Result<Vec<L::Event>, L::Rejection> {
    let drafted_by = waiting(matter)?.drafted_by.clone();
    require_texts(&[("why", &send_back.why)])?;
    let why = send_back.why.clone();
    let sent_back = DecisionSentBack { drafted_by, why };
    Ok(vec![L::record(DraftStep::SentBack(sent_back))])
}

/// What is recorded of a draft that the matter has left behind.
pub fn draft_lapsed<L: Approvable>(draft: &Draft<'_>) -> L::Event {
    let drafted_by = draft.drafted_by.clone();
    L::record(DraftStep::Lapsed(DraftLapsed { drafted_by }))
}

fn waiting<L: Approvable>(matter: &Matter<L>) -> Result<&DecisionDrafted<L::Decision>, Rejection> {
    L::drafted(matter).ok_or(Rejection::NoDraft {})
}

/// The unit that approves a decision on the matter, and by which rule; none where no approval is required.
fn approver<L: SpecialistRules>(
    matter: &Matter<L>,
    decision: ApprovableDecision,
    directory: &Directory,
) -> Result<Option<(Bureau, String)>, Rejection> {
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

/// A draft that still waits when the matter has gone on to another step falls away, and that is recorded.
pub(super) fn let_drafts_lapse<L: SpecialistRules>(
    matter: &Matter<L>,
    mut events: Vec<L::Event>,
) -> Vec<L::Event> {
    if L::draft(matter).is_none() {
        return events;
    }
    let after = events.iter().fold(Some(matter.clone()), evolve);
    let left = after.filter(|after| after.step != matter.step);
    let lapsed = left
        .as_ref()
        .and_then(L::draft)
        .and_then(|draft| L::draft_lapsed(&draft));
    events.extend(lapsed);
    events
}
