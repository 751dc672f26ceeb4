//! The words about what is heard: `onestop source …`.

use clap::Subcommand;
use onestop_proto::{actor::ServiceName, division::DivisionCode, envelope::Source};
use uuid::Uuid;

#[derive(Subcommand)]
pub(crate) enum SourceCommand {
    /// How far each service has heard each source, and what is wrong with one
    #[command(after_help = "Example: onestop source list")]
    List,
    /// Wait until a service has heard everything that its sources have, with a bar for each
    #[command(after_help = "Example: onestop source wait journal")]
    Wait {
        /// The service that hears
        service: ServiceName,
        /// Give up after so many seconds
        #[arg(long, value_name = "SECONDS")]
        within: Option<u64>,
    },
    /// Follow the other history of a source that was set aside, for a reason that stands on the record (改随)
    #[command(
        after_help = "Example: onestop source follow journal /onestop/intake/main EPOCH --why 按备份恢复 --by supervisor/he@530821"
    )]
    Follow {
        /// The service that set it aside
        service: ServiceName,
        /// The source
        source: Source,
        /// The incarnation of its log, as the list shows it
        epoch: Uuid,
        /// Why
        #[arg(long)]
        why: String,
        /// Where the record of it belongs
        #[arg(long, value_name = "DIVISION", default_value = "530000000000")]
        division: DivisionCode,
    },
}
