//! `onestop referral …`: the commands of referral, and what is asked of it.

use clap::Subcommand;
use onestop_proto::ids::CaseRef;

use super::contract::{ContractCommand, Referral};

#[derive(Subcommand)]
pub(crate) enum ReferralCommand {
    /// A unit's worklist: the actor's own, or another's
    #[command(after_help = "Example: onestop referral list --by specialist/wang@530821.legal-aid")]
    List {
        /// The unit, as its id or as <division>.<kind>
        #[arg(long)]
        unit: Option<String>,
    },
    /// Who holds a case
    #[command(after_help = "Example: onestop referral show CASE")]
    Show {
        /// The case: its number in either form, its short code, or its id
        case: CaseRef,
    },
    /// The same for everything on a unit's worklist; with the same --key it goes on where it stopped
    #[command(
        after_help = "Example: onestop referral reassign-all --from 530821.legal-aid --why 机构撤并 --by supervisor/zhao@530821.bureau"
    )]
    ReassignAll {
        /// The unit, as its id or as <division>.<kind>
        #[arg(long)]
        from: String,
        /// Why
        #[arg(long)]
        why: String,
    },
    #[command(flatten)]
    Contract(ContractCommand<Referral>),
}
