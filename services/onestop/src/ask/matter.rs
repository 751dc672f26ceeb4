//! `onestop <specialist> …`

use onestop_chassis::settings::Settings;
use onestop_proto::ids::CaseRef;

use super::Desk;
use crate::{
    cli::{Asked, MatterCommand, Shared},
    output::Output,
};

pub(crate) async fn carry_out(
    about: &MatterCommand,
    shared: &Shared,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let desk = Desk::open(shared, settings, output).await?;
    let service = about.specialist.name();
    match &about.asked {
        Asked::Show => {
            desk.show_matter(&desk.matter(&service, &about.case).await?);
            Ok(())
        }
        Asked::Order { command, data } => {
            let case = CaseRef::Id(desk.case(&about.case).await?);
            desk.send(&service, Some(case), (command, data.clone()))
                .await
        }
    }
}
