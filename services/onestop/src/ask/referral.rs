//! `onestop referral …`

use onestop_chassis::settings::Settings;
use onestop_proto::{
    ids::{CaseId, CaseRef, HandoffId},
    query::{CustodyQuery, CustodyView, Worklist, WorklistQuery},
    referral::{self, Accept, Command, Complete, Decline, Recall, Rejection, Return},
    rejection::Explain,
};

use super::Desk;
use crate::{
    cli::{ReferralCommand, Shared},
    output::Output,
};

pub(crate) async fn carry_out(
    about: &ReferralCommand,
    shared: &Shared,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let desk = Desk::open(shared, settings, output).await?;
    let (case, command) = match about {
        ReferralCommand::List { unit } => return list(&desk, unit.as_deref(), output).await,
        ReferralCommand::Show { case } => {
            let view = custody(&desk, desk.case(case).await?).await?;
            output.show(&view, || shown(&view, &desk, output));
            return Ok(());
        }
        ReferralCommand::Accept { case, handoff } => {
            let case = desk.case(case).await?;
            let handoff = handoff_of(&desk, case, *handoff).await?;
            (case, Command::from(Accept { handoff }))
        }
        ReferralCommand::Decline {
            case,
            reason,
            belongs_to,
            handoff,
        } => {
            let case = desk.case(case).await?;
            let handoff = handoff_of(&desk, case, *handoff).await?;
            let (reason, belongs_to) = (*reason, *belongs_to);
            (
                case,
                Command::from(Decline {
                    handoff,
                    reason,
                    belongs_to,
                }),
            )
        }
        ReferralCommand::Return {
            case,
            reason,
            belongs_to,
        } => {
            let give_back = Return {
                reason: *reason,
                belongs_to: *belongs_to,
            };
            (desk.case(case).await?, Command::from(give_back))
        }
        ReferralCommand::Recall { case, reason } => (
            desk.case(case).await?,
            Command::from(Recall { reason: *reason }),
        ),
        ReferralCommand::Complete { case, outcome } => (
            desk.case(case).await?,
            Command::from(Complete { outcome: *outcome }),
        ),
    };
    desk.order(&referral::service(), Some(CaseRef::Id(case)), command)
        .await
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
    let query = WorklistQuery { unit };
    let worklist: Worklist = desk
        .client
        .question(&referral::service(), "worklist", (None, None), &query)
        .await?;
    output.show(&worklist, || listed(&worklist, desk, output));
    Ok(())
}

fn listed(worklist: &Worklist, desk: &Desk<'_>, output: &Output) -> String {
    let mut lines = vec![desk.unit_name(&worklist.unit)];
    if worklist.entries.is_empty() {
        lines.push(output.say("没有待办。", "Nothing to do.").to_owned());
    }
    for entry in &worklist.entries {
        let until = entry.until.map_or_else(String::new, |until| {
            format!(
                "  {} {}",
                output.say("签收期限", "answer by"),
                until.china_text()
            )
        });
        lines.push(format!(
            "{}  {}  {}  {}{until}\n    {}",
            entry.number,
            output.words(&entry.standing.text().into()),
            output.words(&desk.directory.subject_name(&entry.item, &entry.topic)),
            desk.directory.full_name(entry.place),
            entry.case,
        ));
    }
    lines.join("\n")
}

fn shown(view: &CustodyView, desk: &Desk<'_>, output: &Output) -> String {
    let holder = desk.unit_name(&view.holder);
    let offer = view.offer.as_ref().map_or_else(String::new, |offer| {
        let (asked, until) = (desk.unit_name(&offer.to), offer.until.china_text());
        format!(
            "\n{} {asked} ({until})",
            output.say("已转给，待签收：", "offered to")
        )
    });
    format!("{} {holder}{offer}", output.say("现由", "held by"))
}
