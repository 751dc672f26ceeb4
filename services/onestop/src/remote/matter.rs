//! `onestop <specialist> …`

use onestop_chassis::client::QuestionMeta;
use onestop_proto::query::{MatterQuery, MatterView};

use super::CliContext;
use crate::cli::contract::{MatterAction, MatterCommand};

pub(crate) async fn run(command: &MatterCommand, context: &CliContext<'_>) -> anyhow::Result<()> {
    let service = command.specialist.name();
    match &command.action {
        MatterAction::Show(case) => {
            let case = context.case_id(case).await?;
            let query = MatterQuery { case };
            let meta = QuestionMeta::default();
            let matter = context.client.ask_service(&service, meta, &query).await?;
            let output = context.output;
            output.print_value(&matter, || text(&matter, context));
            Ok(())
        }
        MatterAction::Send(typed) => {
            let (case, data) = context.resolve(&service, typed).await?;
            let command = (typed.spec.name, data);
            context.send_named(&service, case, command).await
        }
    }
}

fn text(matter: &MatterView, context: &CliContext<'_>) -> String {
    let output = context.output;
    let unit = context.unit_name(&matter.unit);
    let possible = matter.possible.join(", ");
    let now = output.message("matter-possible");
    format!(
        "{}  {}\n{unit}\n{now}: {possible}",
        matter.case,
        output.words(&matter.standing)
    )
}
