//! The words of units: `onestop referral …`, `onestop legal-aid …`, `onestop notarization …`.

use clap::Subcommand;
use onestop_proto::{
    division::DivisionCode,
    ids::{CaseRef, HandoffId, Topic},
    legal_aid::{self, Means},
    notarization,
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

#[derive(Subcommand)]
pub(crate) enum LegalAidCommand {
    /// How the matter stands and what can be done
    #[command(after_help = "Example: onestop legal-aid show CASE")]
    Show {
        /// Case id or number
        case: CaseRef,
    },
    /// Determine the means (核定经济困难状况)
    #[command(
        after_help = "Example: onestop legal-aid means CASE exempt --by specialist/wang@530821.legal-aid"
    )]
    Means {
        /// Case id or number
        case: CaseRef,
        /// exempt, not-tested, shared-data, pledge
        means: Means,
    },
    /// Tell the applicant, once, what is missing (一次性告知)
    #[command(
        after_help = "Example: onestop legal-aid need CASE wage-record --by specialist/wang@530821.legal-aid"
    )]
    Need {
        /// Case id or number
        case: CaseRef,
        /// What is missing
        #[arg(required = true)]
        missing: Vec<Topic>,
    },
    /// Take in what was missing (收到补正)
    #[command(
        after_help = "Example: onestop legal-aid receive CASE wage-record --by specialist/wang@530821.legal-aid"
    )]
    Receive {
        /// Case id or number
        case: CaseRef,
        /// What came
        #[arg(required = true)]
        materials: Vec<Topic>,
    },
    /// Grant (给予援助)
    #[command(
        after_help = "Example: onestop legal-aid grant CASE --by specialist/wang@530821.legal-aid"
    )]
    Grant {
        /// Case id or number
        case: CaseRef,
    },
    /// Refuse (不予援助)
    #[command(
        after_help = "Example: onestop legal-aid refuse CASE out-of-scope --by specialist/wang@530821.legal-aid"
    )]
    Refuse {
        /// Case id or number
        case: CaseRef,
        /// out-of-scope, means-exceeded, not-proven
        reason: legal_aid::RefusalReason,
    },
    /// Assign a lawyer or legal worker (指派)
    #[command(
        after_help = "Example: onestop legal-aid assign CASE --firm 云南某某律师事务所 --licence 15308202010123456 --by specialist/wang@530821.legal-aid"
    )]
    Assign {
        /// Case id or number
        case: CaseRef,
        /// Law firm or legal service office
        #[arg(long)]
        firm: String,
        /// Licence number (执业证号)
        #[arg(long)]
        licence: String,
    },
    /// Report the end of the aid (结案)
    #[command(
        after_help = "Example: onestop legal-aid conclude CASE --by specialist/wang@530821.legal-aid"
    )]
    Conclude {
        /// Case id or number
        case: CaseRef,
    },
}

#[derive(Subcommand)]
pub(crate) enum NotarizationCommand {
    /// How the matter stands and what can be done
    #[command(after_help = "Example: onestop notarization show CASE")]
    Show {
        /// Case id or number
        case: CaseRef,
    },
    /// Tell the applicant, once, what is missing (一次性告知)
    #[command(
        after_help = "Example: onestop notarization need CASE property-title --by specialist/zhao@530802.notarization"
    )]
    Need {
        /// Case id or number
        case: CaseRef,
        /// What is missing
        #[arg(required = true)]
        missing: Vec<Topic>,
    },
    /// Take in what was missing (收到补充)
    #[command(
        after_help = "Example: onestop notarization receive CASE property-title --by specialist/zhao@530802.notarization"
    )]
    Receive {
        /// Case id or number
        case: CaseRef,
        /// What came
        #[arg(required = true)]
        materials: Vec<Topic>,
    },
    /// Accept the application (受理)
    #[command(
        after_help = "Example: onestop notarization accept CASE --by specialist/zhao@530802.notarization"
    )]
    Accept {
        /// Case id or number
        case: CaseRef,
    },
    /// Issue the certificate (出证)
    #[command(
        after_help = "Example: onestop notarization issue CASE --certificate '(2026)云思证字第1号' --by specialist/zhao@530802.notarization"
    )]
    Issue {
        /// Case id or number
        case: CaseRef,
        /// Number of the certificate
        #[arg(long)]
        certificate: String,
    },
    /// Do not handle it (不予办理)
    #[command(
        after_help = "Example: onestop notarization refuse CASE dispute --by specialist/zhao@530802.notarization"
    )]
    Refuse {
        /// Case id or number
        case: CaseRef,
        /// One of the nine reasons, such as dispute
        reason: notarization::RefusalReason,
    },
}
