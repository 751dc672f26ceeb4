//! `onestop case …`

use onestop_proto::case::{self, Command};

use super::{CliContext, attachment, case_view, contract, follow, person, track};
use crate::cli::{
    CaseCommand,
    contract::{ContractCommand, Intake},
};

pub(crate) async fn run(command: &CaseCommand, context: &CliContext<'_>) -> anyhow::Result<()> {
    match command {
        CaseCommand::Show { case } => {
            let view = context.case_view(case).await?;
            context
                .output
                .print_value(&view, || case_view::text(&view, context));
            Ok(())
        }
        CaseCommand::Person(command) => person::run(command, context).await,
        CaseCommand::File(command) => attachment::run(command, context).await,
        CaseCommand::Track { number, code } => track::run(context, number, code).await,
        CaseCommand::Follow { case } => follow::follow(context, case).await,
        CaseCommand::Wait {
            case,
            event,
            times,
            timeout,
        } => {
            let condition = follow::Condition {
                event,
                times: *times,
                seconds: *timeout,
            };
            follow::wait(context, case, &condition).await
        }
        CaseCommand::Contract(command) => send(command, context).await,
    }
}

/// Sends a command to intake. Before a case is opened, cases like it are listed (疑似重复) for the clerk.
async fn send(command: &ContractCommand<Intake>, context: &CliContext<'_>) -> anyhow::Result<()> {
    let (intake, typed) = (case::service(), &command.typed);
    let (case, data) = context.resolve(&intake, typed).await?;
    let command: Command = contract::parse(typed, data)?;
    if let Command::Open(open) = &command
        && context.is_verbose()
    {
        person::warn_of_similar(context, open).await;
    }
    context.send(&intake, case, command).await
}
