//! `onestop legal-aid …`

use onestop_chassis::settings::Settings;
use onestop_proto::{
    ids::CaseRef,
    legal_aid::{
        self, Assign, Command, Conclude, DetermineMeans, Grant, ReceiveSupplement, Refuse,
        RequestSupplement,
    },
};

use super::Desk;
use crate::{
    cli::{LegalAidCommand, Shared},
    output::Output,
};

pub(crate) async fn carry_out(
    about: &LegalAidCommand,
    shared: &Shared,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let desk = Desk::open(shared, settings, output).await?;
    let (case, command) = match about {
        LegalAidCommand::Show { case } => {
            desk.show_matter(&desk.matter(&legal_aid::service(), case).await?);
            return Ok(());
        }
        LegalAidCommand::Means { case, means } => {
            (case, Command::from(DetermineMeans { means: *means }))
        }
        LegalAidCommand::Need { case, missing } => (
            case,
            Command::from(RequestSupplement {
                missing: missing.clone(),
            }),
        ),
        LegalAidCommand::Receive { case, materials } => (
            case,
            Command::from(ReceiveSupplement {
                materials: materials.clone(),
            }),
        ),
        LegalAidCommand::Grant { case } => (case, Command::from(Grant {})),
        LegalAidCommand::Refuse { case, reason } => {
            (case, Command::from(Refuse { reason: *reason }))
        }
        LegalAidCommand::Assign {
            case,
            firm,
            licence,
        } => (
            case,
            Command::from(Assign {
                firm: firm.clone(),
                licence: licence.clone(),
            }),
        ),
        LegalAidCommand::Conclude { case } => (case, Command::from(Conclude {})),
    };
    let case = CaseRef::Id(desk.case(case).await?);
    desk.order(&legal_aid::service(), Some(case), command).await
}
