//! `onestop source …`: how far services have read their sources.

use clap::Subcommand;
use onestop_proto::actor::ServiceName;

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
    #[command(flatten)]
    Contract(ContractCommand<Sources>),
}
