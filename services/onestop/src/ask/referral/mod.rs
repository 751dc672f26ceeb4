//! `onestop referral …`

mod shown;

use std::collections::BTreeMap;

use anyhow::Context;
use onestop_chassis::{
    client::{ClientError, CommandMeta},
    settings::Settings,
};
use onestop_proto::{
    ids::{CaseId, CaseNumber, CaseRef, HandoffId, UnitId},
    query::{CustodyQuery, CustodyView, CustodyWorklist, CustodyWorklistQuery, WorklistStatus},
    referral::{
        self, Accept, AnswerSupervision, Command, Complete, Decline, DeclineInvitation, Designate,
        DisclosureBasis, Dispute, GrantExtension, HandOver, Invite, Join, Reassign, Recall,
        RecordExternalReply, RefuseExtension, Rejection, Release, ReportPart, RequestExtension,
        Return, Supervise,
    },
    rejection::{Explain, RejectionKind},
};

use super::Desk;
use crate::{
    cli::{ReferralCommand, Shared},
    output::Output,
};

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "every other word is a command of the contract"
)]
pub(crate) async fn carry_out(
    about: &ReferralCommand,
    shared: &Shared,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let desk = Desk::open(shared, settings, output).await?;
    match about {
        ReferralCommand::List { unit } => list(&desk, unit.as_deref(), output).await,
        ReferralCommand::Show { case } => {
            let view = custody(&desk, desk.case(case).await?).await?;
            output.show(&view, || shown::custody(&view, &desk, output));
            Ok(())
        }
        ReferralCommand::ReassignAll { from, why } => {
            let from = desk.unit(from)?;
            reassign_all(&desk, &from, why, output).await
        }
        command => {
            let (case, command) = order(&desk, command).await?;
            desk.order(&referral::service(), Some(CaseRef::Id(case)), command)
                .await
        }
    }
}

/// The command that somebody typed, and for which case.
async fn order(desk: &Desk<'_>, about: &ReferralCommand) -> anyhow::Result<(CaseId, Command)> {
    use ReferralCommand as Typed;
    let (case, command) = match about.clone() {
        Typed::List { .. } | Typed::Show { .. } | Typed::ReassignAll { .. } => {
            anyhow::bail!("this is a question about many cases, not a command about one")
        }
        Typed::Accept { case, handoff } => {
            let id = desk.case(&case).await?;
            let handoff = handoff_of(desk, id, handoff).await?;
            return Ok((id, Accept { handoff }.into()));
        }
        Typed::Decline {
            case,
            reason,
            belongs_to,
            handoff,
        } => {
            let id = desk.case(&case).await?;
            let handoff = handoff_of(desk, id, handoff).await?;
            let decline = Decline {
                handoff,
                reason,
                belongs_to,
            };
            return Ok((id, decline.into()));
        }
        Typed::Return {
            case,
            reason,
            belongs_to,
        } => (case, Return { reason, belongs_to }.into()),
        Typed::Recall { case, reason } => (case, Recall { reason }.into()),
        Typed::Complete { case, outcome } => (case, Complete { outcome }.into()),
        Typed::Dispute { case, reason, why } => (case, Dispute { reason, why }.into()),
        Typed::Designate { case, to, why } => {
            let to = desk.unit(&to)?;
            (case, Designate { to, why }.into())
        }
        Typed::RequestExtension { case, reason } => (case, RequestExtension { reason }.into()),
        Typed::GrantExtension { case } => (case, GrantExtension {}.into()),
        Typed::RefuseExtension { case, why } => (case, RefuseExtension { why }.into()),
        Typed::Supervise { case, instruction } => (case, Supervise { instruction }.into()),
        Typed::AnswerSupervision { case, answer } => (case, AnswerSupervision { answer }.into()),
        Typed::Invite { case, unit, task } => {
            let unit = desk.unit(&unit)?;
            (case, Invite { unit, task }.into())
        }
        Typed::Join { case } => (case, Join {}.into()),
        Typed::DeclineInvitation { case, reason } => (case, DeclineInvitation { reason }.into()),
        Typed::ReportPart { case, report } => (case, ReportPart { report }.into()),
        Typed::Release { case, unit, why } => {
            let unit = desk.unit(&unit)?;
            (case, Release { unit, why }.into())
        }
        Typed::Reassign { case, from, why } => {
            let from = desk.unit(&from)?;
            (case, Reassign { from, why }.into())
        }
        Typed::HandOver {
            case,
            to,
            purpose,
            data,
            law,
            consent,
            materials,
            keep_years,
        } => {
            let law = law.map(|law| DisclosureBasis::Statute { law });
            let consent = consent.map(|reference| DisclosureBasis::Consent { reference });
            let hand_over = HandOver {
                to: desk.unit(&to)?,
                purpose,
                data,
                basis: law
                    .or(consent)
                    .context("say on what ground: --law or --consent")?,
                materials,
                keep_years,
            };
            (case, hand_over.into())
        }
        Typed::RecordExternalReply {
            case,
            answer,
            letter,
            on,
            handover,
        } => {
            let hear_back = RecordExternalReply {
                handover,
                answer,
                letter,
                on,
            };
            (case, hear_back.into())
        }
    };
    Ok((desk.case(&case).await?, command))
}

/// Every case on a unit's worklist, one command each; a key of each case's own, so that the same `--key`
/// goes on where it stopped. What another command has moved meanwhile is told, and does not stop the rest.
async fn reassign_all(
    desk: &Desk<'_>,
    from: &UnitId,
    why: &str,
    output: &Output,
) -> anyhow::Result<()> {
    let key = desk.key();
    let query = CustodyWorklistQuery { unit: from.clone() };
    let worklist: CustodyWorklist = desk
        .client
        .question(&referral::service(), "worklist", (None, None), &query)
        .await?;
    let cases: BTreeMap<CaseId, CaseNumber> = worklist
        .entries
        .into_iter()
        .filter(|entry| has_a_part(entry.standing))
        .map(|entry| (entry.case, entry.number))
        .collect();
    let (mut done, mut refused) = (0_u32, 0_u32);
    for (number, (case, name)) in (1_usize..).zip(&cases) {
        let command = Command::from(Reassign {
            from: from.clone(),
            why: why.to_owned(),
        });
        let order = CommandMeta {
            id: key.forwarded(&case.to_string()),
            actor: desk.actor()?,
            case: Some(CaseRef::Id(*case)),
            expected_revision: None,
            occurred_at: None,
        };
        let sent = desk
            .client
            .command(&referral::service(), order, &command)
            .await;
        let told = match sent {
            Ok(_) => {
                done += 1;
                output.say("已改派", "reassigned").to_owned()
            }
            Err(ClientError::Rejected(rejected)) if rejected.kind != RejectionKind::Unavailable => {
                refused += 1;
                output.words(&rejected.message).to_owned()
            }
            Err(error) => {
                let again = output.say("稍后可用同一编号继续", "go on later with the same key");
                output.error(&format!("{again}: --key {key}"));
                return Err(error.into());
            }
        };
        output.error(&format!("{number}/{}  {name}  {told}", cases.len()));
    }
    let summary = serde_json::json!({
        "from": from, "cases": cases.len(), "reassigned": done, "refused": refused, "key": key,
    });
    output.show(&summary, || {
        let (all, words) = (cases.len(), output.say("件已改派", "reassigned"));
        format!("{done}/{all} {words}")
    });
    Ok(())
}

/// Whether a unit that closes has to give something up there.
fn has_a_part(standing: WorklistStatus) -> bool {
    match standing {
        WorklistStatus::Offered
        | WorklistStatus::Accepted
        | WorklistStatus::Invited
        | WorklistStatus::Assisting => true,
        WorklistStatus::ToDesignate
        | WorklistStatus::ToApprove
        | WorklistStatus::ToReport
        | WorklistStatus::Overdue
        | WorklistStatus::Outside => false,
    }
}

async fn custody(desk: &Desk<'_>, case: CaseId) -> anyhow::Result<CustodyView> {
    let query = CustodyQuery { case };
    Ok(desk
        .client
        .question(&referral::service(), "custody", (None, None), &query)
        .await?)
}

/// The handoff that was named, or the open one.
async fn handoff_of(
    desk: &Desk<'_>,
    case: CaseId,
    named: Option<HandoffId>,
) -> anyhow::Result<HandoffId> {
    if let Some(named) = named {
        return Ok(named);
    }
    let custody = custody(desk, case).await?;
    match custody.offer {
        Some(offer) => Ok(offer.handoff),
        None => Err(Rejection::NothingOffered {
            holder: custody.holder,
        }
        .rejected()
        .into()),
    }
}

async fn list(desk: &Desk<'_>, unit: Option<&str>, output: &Output) -> anyhow::Result<()> {
    let unit = match unit {
        Some(unit) => desk.unit(unit)?,
        None => desk.actor()?.unit,
    };
    let query = CustodyWorklistQuery { unit };
    let worklist: CustodyWorklist = desk
        .client
        .question(&referral::service(), "worklist", (None, None), &query)
        .await?;
    output.show(&worklist, || shown::worklist(&worklist, desk, output));
    Ok(())
}
