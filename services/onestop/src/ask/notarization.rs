//! `onestop notarization …`

use onestop_chassis::settings::Settings;
use onestop_proto::{
    ids::CaseRef,
    notarization::{
        self, AcceptApplication, Command, Issue, ReceiveSupplement, Refuse, RequestSupplement,
    },
};

use super::Desk;
use crate::{
    cli::{NotarizationCommand, Shared},
    output::Output,
};

pub(crate) async fn carry_out(
    about: &NotarizationCommand,
    shared: &Shared,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let desk = Desk::open(shared, settings, output).await?;
    let (case, command) = match about {
        NotarizationCommand::Show { case } => {
            desk.show_matter(&desk.matter(&notarization::service(), case).await?);
            return Ok(());
        }
        NotarizationCommand::Need { case, missing } => (
            case,
            Command::from(RequestSupplement {
                missing: missing.clone(),
            }),
        ),
        NotarizationCommand::Receive { case, materials } => (
            case,
            Command::from(ReceiveSupplement {
                materials: materials.clone(),
            }),
        ),
        NotarizationCommand::Accept { case } => (case, Command::from(AcceptApplication {})),
        NotarizationCommand::Issue { case, certificate } => (
            case,
            Command::from(Issue {
                certificate: certificate.clone(),
            }),
        ),
        NotarizationCommand::Refuse { case, reason } => {
            (case, Command::from(Refuse { reason: *reason }))
        }
    };
    let case = CaseRef::Id(desk.case(case).await?);
    desk.order(&notarization::service(), Some(case), command)
        .await
}
