//! Questions about persons (当事人): their data, who read it, and which cases are theirs.

use clap::Subcommand;
use onestop_proto::{
    division::DivisionCode,
    ids::{CaseRef, ServiceItem},
};

#[derive(Subcommand)]
pub(crate) enum PersonCommand {
    /// Who asks and what for (查阅): opens what is sealed, and that is recorded
    #[command(after_help = "\
Examples:
  onestop case applicant CASE --by clerk/zhang-li@530821101201
  onestop case applicant CASE --reason '投诉核查' --by supervisor/he-jun@530821")]
    Applicant {
        /// The case: its number in either form, its short code, or its id
        case: CaseRef,
        /// Why; supervisors and auditors must say it
        #[arg(long)]
        reason: Option<String>,
    },
    /// Who opened it, when and why (查阅记录)
    #[command(after_help = "Example: onestop case readings CASE --by supervisor/he-jun@530821")]
    Readings {
        /// The case: its number in either form, its short code, or its id
        case: CaseRef,
    },
    /// Requests for an erasure that wait for a second person (待复核的删除申请)
    #[command(after_help = "Example: onestop case erasures --by supervisor/he-jun@530821")]
    Erasures,
    /// Find cases by name, telephone or identity paper (查找); what is found is recorded
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
        /// Why; supervisors and auditors must say it
        #[arg(long)]
        reason: Option<String>,
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
