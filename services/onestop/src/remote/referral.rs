//! `onestop referral …`

use super::{CliContext, custody_view, reassign_all};
use crate::cli::ReferralCommand;

pub(crate) async fn run(command: &ReferralCommand, context: &CliContext<'_>) -> anyhow::Result<()> {
    let output = context.output;
    match command {
        ReferralCommand::List { unit } => {
            let unit = match unit {
                Some(unit) => context.unit(unit)?,
                None => context.actor()?.unit,
            };
            let worklist = context.worklist(unit).await?;
            output.print_value(&worklist, || {
                custody_view::worklist_text(&worklist, context)
            });
            Ok(())
        }
        ReferralCommand::Show { case } => {
            let view = context.custody(case).await?;
            output.print_value(&view, || custody_view::text(&view, context));
            Ok(())
        }
        ReferralCommand::ReassignAll { from, why } => {
            reassign_all::run(context, &context.unit(from)?, why).await
        }
        ReferralCommand::Contract(command) => context.send_contract(command).await,
    }
}
