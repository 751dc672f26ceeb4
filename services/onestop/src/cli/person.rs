//! The words about persons (当事人): who may open what is sealed, who did, whose case it is, and erasure.

use clap::{Args, Subcommand};
use onestop_proto::{
    division::DivisionCode,
    ids::{CaseRef, ServiceItem},
    personal::ErasureBasis,
};

#[derive(Subcommand)]
pub(crate) enum PersonCommand {
    /// Who asks and what for (查阅): opens what is sealed, and that is recorded
    #[command(after_help = "\
Examples:
  onestop case applicant CASE --by clerk/zhang-li@530821101201
  onestop case applicant CASE --reason '投诉核查' --by supervisor/he-jun@530821")]
    Applicant {
        /// Case id or number
        case: CaseRef,
        /// Why; supervisors and auditors must say it
        #[arg(long)]
        reason: Option<String>,
    },
    /// Who opened it, when and why (查阅记录)
    #[command(after_help = "Example: onestop case readings CASE --by supervisor/he-jun@530821")]
    Readings {
        /// Case id or number
        case: CaseRef,
    },
    /// Find cases by name, telephone or identity paper (检索)
    #[command(
        after_help = "Example: onestop case find --phone 13800138000 --by clerk/zhang-li@530821101201"
    )]
    Find {
        /// The whole name; one character may differ
        #[arg(long)]
        name: Option<String>,
        /// Telephone
        #[arg(long)]
        phone: Option<String>,
        /// Number of an identity paper
        #[arg(long)]
        document: Option<String>,
    },
    /// Cases that may be the same as one about to be opened (查重)
    #[command(
        after_help = "Example: onestop case similar --item legal-aid --place 530821101201 --name 岩温 --by clerk/zhang-li@530821101"
    )]
    Similar {
        /// Service item
        #[arg(long)]
        item: ServiceItem,
        /// The place that decides who is responsible
        #[arg(long)]
        place: DivisionCode,
        /// Name
        #[arg(long)]
        name: String,
        /// Telephone
        #[arg(long)]
        phone: Option<String>,
    },
}

#[derive(Args)]
#[command(after_help = "\
The key of the case is destroyed: nobody can read names, numbers or narratives of it again, in no log and no
later backup, and every log still verifies. An earlier backup holds the key, wrapped with the master key of its
time: see 'onestop keys rotate-master'. Refused before the case is closed, and while a retention period runs
(deploy/directory/retention.toml).

On what basis: purpose-achieved, retention-ended, consent-withdrawn, unlawful-processing, other-law
(个人信息保护法第四十七条).

Example: onestop erase CASE --basis consent-withdrawn --by supervisor/he-jun@530821")]
pub(crate) struct EraseArgs {
    /// Case id or number
    pub(crate) case: CaseRef,
    /// On what basis
    #[arg(long)]
    pub(crate) basis: ErasureBasis,
    /// What else should be remembered; it stays, and may not name anybody
    #[arg(long)]
    pub(crate) note: Option<String>,
}
