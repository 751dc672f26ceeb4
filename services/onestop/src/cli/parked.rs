//! `onestop parked …`: events that a service could not process.

use clap::Subcommand;
use onestop_proto::{actor::ServiceName, ids::CaseRef};

use super::contract::{ContractCommand, Parking};

#[derive(Subcommand)]
pub(crate) enum ParkedCommand {
    /// Everything that is parked, by service
    #[command(after_help = "Example: onestop parked list")]
    List,
    /// The parked events of a case in full, as their sources wrote them
    #[command(after_help = "Example: onestop parked show referral CASE")]
    Show {
        /// The service that parked them
        service: ServiceName,
        /// The case: its number in either form, its short code, or its id
        case: CaseRef,
    },
    #[command(flatten)]
    Contract(ContractCommand<Parking>),
}
