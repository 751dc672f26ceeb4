//! `onestop source …`: how far services have read their sources.

use clap::{Args, Subcommand};
use onestop_proto::{actor::ServiceName, division::DivisionCode, envelope::Source};
use uuid::Uuid;

use super::contract::{ContractCommand, Sources};

#[derive(Subcommand)]
pub(crate) enum SourceCommand {
    /// How far each service has processed each source, and what is wrong with one
    #[command(after_help = "Example: onestop source list")]
    List,
    /// Wait until a service has processed everything that its sources have, with a bar for each
    #[command(after_help = "Example: onestop source wait journal")]
    Wait {
        /// The service that hears
        service: ServiceName,
        /// Give up after so many seconds
        #[arg(long, value_name = "SECONDS")]
        within: Option<u64>,
    },
    /// Have every service that has set a source aside follow its other history, for a reason that is recorded
    #[command(after_help = "\
Example: onestop source follow-everywhere /onestop/intake/main --why 按备份恢复 --alone 值班仅一人 --by supervisor/he@530821

It takes two people: another one has asked each service for it with 'onestop source request-follow', or --alone says why
there is nobody else.

Without --epoch, it is the one history with which all of them have set it aside. What of it was heard before changes
nothing.")]
    FollowEverywhere(FollowEverywhere),
    #[command(flatten)]
    Contract(ContractCommand<Sources>),
}

#[derive(Args)]
pub(crate) struct FollowEverywhere {
    /// The source
    pub(crate) source: Source,
    /// The incarnation of its log, as the list shows it
    #[arg(long)]
    pub(crate) epoch: Option<Uuid>,
    /// Why
    #[arg(long)]
    pub(crate) why: String,
    /// Where the record of it belongs
    #[arg(long, default_value = "530000000000")]
    pub(crate) division: DivisionCode,
    /// Why one person decides alone, where no other person has requested it
    #[arg(long)]
    pub(crate) alone: Option<String>,
}
