//! The words of custody: `onestop referral …`.

use clap::Subcommand;
use onestop_proto::{
    division::DivisionCode,
    ids::{CaseRef, HandoffId},
    referral::{Outcome, RecallReason, ReturnReason},
};

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
        /// Case id or number
        case: CaseRef,
    },
    /// Accept the open offer (签收)
    #[command(
        after_help = "Example: onestop referral accept CASE --by specialist/wang@530821.legal-aid"
    )]
    Accept {
        /// Case id or number
        case: CaseRef,
        /// The handoff that you saw [default: the open one]
        #[arg(long)]
        handoff: Option<HandoffId>,
    },
    /// Decline the open offer (拒收)
    #[command(
        after_help = "Example: onestop referral decline CASE --reason not-in-jurisdiction --belongs-to 530802 --by specialist/wang@530821.legal-aid"
    )]
    Decline {
        /// Case id or number
        case: CaseRef,
        /// not-in-jurisdiction, wrong-item, conflict-of-interest, no-capacity
        #[arg(long)]
        reason: ReturnReason,
        /// The place that is responsible instead
        #[arg(long)]
        belongs_to: Option<DivisionCode>,
        /// The handoff that you saw [default: the open one]
        #[arg(long)]
        handoff: Option<HandoffId>,
    },
    /// Give an accepted case back (退回)
    #[command(
        after_help = "Example: onestop referral return CASE --reason wrong-item --by specialist/wang@530821.legal-aid"
    )]
    Return {
        /// Case id or number
        case: CaseRef,
        /// not-in-jurisdiction, wrong-item, conflict-of-interest, no-capacity
        #[arg(long)]
        reason: ReturnReason,
        /// The place that is responsible instead
        #[arg(long)]
        belongs_to: Option<DivisionCode>,
    },
    /// Take the open offer back (撤回)
    #[command(
        after_help = "Example: onestop referral recall CASE --by clerk/zhang-li@530821101201"
    )]
    Recall {
        /// Case id or number
        case: CaseRef,
        /// citizen-withdrew, window-error
        #[arg(long, default_value = "window-error")]
        reason: RecallReason,
    },
    /// Report that the unit's work is done (办毕)
    #[command(
        after_help = "Example: onestop referral complete CASE granted --by specialist/wang@530821.legal-aid"
    )]
    Complete {
        /// Case id or number
        case: CaseRef,
        /// granted, refused
        outcome: Outcome,
    },
}
