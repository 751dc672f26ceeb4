//! The words of the window: `onestop case …`.

use clap::Subcommand;
use onestop_proto::{
    case::{Channel, FileHash, Grade},
    division::DivisionCode,
    ids::{CaseRef, ServiceItem, Topic},
};

use super::{
    PersonCommand,
    applicant::{Seen, Who},
    window::WindowCommand,
};

#[derive(Subcommand)]
pub(crate) enum CaseCommand {
    /// Open a case (登记)
    #[command(after_help = "\
Example: onestop case open --by clerk/zhang-li@530821101 --item legal-aid --topic labour-pay --name 岩温")]
    Open {
        /// Service item
        #[arg(long)]
        item: ServiceItem,
        /// What exactly
        #[arg(long)]
        topic: Topic,
        /// The place that decides who is responsible [default: the window's own division]
        #[arg(long)]
        place: Option<DivisionCode>,
        /// Name of the person who asks
        #[arg(long)]
        name: String,
        #[command(flatten)]
        who: Box<Who>,
        #[command(flatten)]
        seen: Seen,
        /// How the citizen came: window, phone, paper
        #[arg(long, default_value = "window")]
        channel: Channel,
        /// Keep it at the window, to answer it there
        #[arg(long)]
        keep: bool,
        /// It cannot wait (紧急)
        #[arg(long)]
        urgent: bool,
        /// The case of the other side, where both came (利益冲突)
        #[arg(long, value_name = "CASE")]
        opposed_to: Option<CaseRef>,
        /// Another case that has to do with it; may be repeated
        #[arg(long, value_name = "CASE")]
        related: Vec<CaseRef>,
    },
    #[command(flatten)]
    Person(PersonCommand),
    #[command(flatten)]
    Window(Box<WindowCommand>),
    /// How a case stands
    #[command(after_help = "Example: onestop case show CASE --by clerk/zhang-li@530821101201")]
    Show {
        /// Case id or number
        case: CaseRef,
    },
    /// Answer the citizen at the window (当场答复)
    #[command(
        after_help = "Example: onestop case answer CASE --text '请带身份证' --by clerk/zhang-li@530821101201"
    )]
    Answer {
        /// Case id or number
        case: CaseRef,
        /// The answer
        #[arg(long)]
        text: String,
    },
    /// Take in material at any window (接收材料)
    #[command(after_help = "Example: onestop case material CASE property-title identity-card")]
    Material {
        /// Case id or number
        case: CaseRef,
        /// What was handed in, one copy each
        #[arg(required = true)]
        kinds: Vec<Topic>,
        /// The SHA-256 of a file made of it, where it is one thing; may be repeated
        #[arg(long, value_name = "HASH")]
        file: Vec<FileHash>,
    },
    /// Ask (again) for referral (转办)
    #[command(after_help = "Example: onestop case refer CASE --by clerk/zhang-li@530821101201")]
    Refer {
        /// Case id or number
        case: CaseRef,
        /// Another place that decides who is responsible
        #[arg(long)]
        place: Option<DivisionCode>,
        /// Another service item than before
        #[arg(long, requires = "topic")]
        item: Option<ServiceItem>,
        /// What exactly, of that item
        #[arg(long, requires = "item")]
        topic: Option<Topic>,
    },
    /// Withdraw for the citizen (撤回)
    #[command(after_help = "Example: onestop case withdraw CASE --by clerk/zhang-li@530821101201")]
    Withdraw {
        /// Case id or number
        case: CaseRef,
    },
    /// Take down the citizen's rating (评价)
    #[command(
        after_help = "Example: onestop case rate CASE satisfied --by clerk/zhang-li@530821101201"
    )]
    Rate {
        /// Case id or number
        case: CaseRef,
        /// very-satisfied, satisfied, fair, dissatisfied, very-dissatisfied
        grade: Grade,
    },
    /// Close (办结)
    #[command(after_help = "Example: onestop case close CASE --by clerk/zhang-li@530821101201")]
    Close {
        /// Case id or number
        case: CaseRef,
    },
    /// Archive (归档)
    #[command(after_help = "Example: onestop case archive CASE --by clerk/zhang-li@530821101201")]
    Archive {
        /// Case id or number
        case: CaseRef,
    },
    /// Show the steps, those that were and those that come, until Ctrl-C
    #[command(after_help = "Example: onestop case follow CASE")]
    Follow {
        /// Case id or number
        case: CaseRef,
    },
    /// Wait until something has happened, and show that step
    #[command(after_help = "Example: onestop case wait CASE referral.offered")]
    Wait {
        /// Case id or number
        case: CaseRef,
        /// What: <thing>.<happened>
        event: String,
        /// How often it must have happened
        #[arg(long, default_value_t = 1)]
        times: usize,
        /// Give up after so many seconds
        #[arg(long, default_value_t = 20)]
        timeout: u64,
    },
}
