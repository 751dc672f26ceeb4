//! The words of whoever looks after the system: `onestop parked …`.

use clap::Subcommand;
use onestop_proto::{
    actor::ServiceName,
    ids::{CaseRef, EventId},
};

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
        /// Case id or number
        case: CaseRef,
    },
    /// Try the parked events of a case again, in their order (补办)
    #[command(after_help = "Example: onestop parked retry referral CASE --by supervisor/he@530821")]
    Retry {
        /// The service that parked them
        service: ServiceName,
        /// Case id or number
        case: CaseRef,
    },
    /// Leave out the first parked event of a case, for a reason that stands on the record (略过)
    #[command(
        after_help = "Example: onestop parked skip referral CASE EVENT --why 重复上报 --by supervisor/he@530821"
    )]
    Skip {
        /// The service that parked it
        service: ServiceName,
        /// Case id or number
        case: CaseRef,
        /// The event
        event: EventId,
        /// Why
        #[arg(long)]
        why: String,
    },
}
