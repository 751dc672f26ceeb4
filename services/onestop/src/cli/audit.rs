//! `onestop audit …`: who saw or changed what, proven by which key (审计).

use clap::Subcommand;
use onestop_proto::ids::{CaseRef, StaffId};

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Who saw or changed what of a case, when, and whose key proved who it was
    #[command(after_help = "Example: onestop audit case CASE --by auditor/wu-lin@5308")]
    Case {
        /// Case id or number
        case: CaseRef,
    },
    /// What a member of staff saw, the latest first
    #[command(after_help = "Example: onestop audit staff zhang-li --by auditor/wu-lin@5308")]
    Staff {
        /// Account
        staff: StaffId,
        /// Go on before this record: `next` of the answer before
        #[arg(long)]
        before: Option<u64>,
    },
    /// Who opened more personal data than usual
    #[command(after_help = "Example: onestop audit alarms --by supervisor/he-jun@530821")]
    Alarms,
}
