//! The words of the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use onestop_chassis::settings::Flags;
use onestop_proto::{
    case::{Channel, Grade},
    division::DivisionCode,
    ids::{CaseRef, CommandId, HandoffId, ServiceItem, SiteId, Topic},
    legal_aid::{self, Means},
    notarization,
    referral::{Outcome, RecallReason, ReturnReason},
    text::Language,
    time::Timestamp,
};

const EXAMPLES: &str = "\
Examples:
  onestop up                                     everything, with a broker of its own
  onestop directory sites --find 宁洱            find divisions, sites and units
  onestop case open --by clerk/zhang-li@530821101 --item legal-aid --topic labour-pay --name 岩温
  onestop referral list --by specialist/wang@530821.legal-aid
  onestop replay s4k2m9qxa-261123-001            a case, step by step

Who acts is written <role>/<staff>@<unit>. The unit is its id (s4k2m9qxa.window), or a division for its
window (530821101), or a division and a kind (530821.legal-aid).

Exit codes: 0 done, 1 failed, 2 usage, 3 refused as invalid, 4 no such case, 5 refused because the case
stands otherwise, 6 not yours to do, 7 a service does not answer, 8 a log does not verify, 64 bad settings.";

/// 一窗 · public legal services through one window
#[derive(Parser)]
#[command(name = "onestop", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) shared: Shared,
    #[command(flatten, next_help_heading = "Settings")]
    pub(crate) settings: Flags,
}

#[derive(Args)]
pub(crate) struct Shared {
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print only the id of the case that a command was about
    #[arg(short, long, global = true, conflicts_with = "json")]
    pub(crate) quiet: bool,
    /// Language of what is printed
    #[arg(long, global = true, env = "ONESTOP_LANG", default_value = "zh")]
    pub(crate) lang: Lang,
    /// Who acts: <role>/<staff>@<unit>
    #[arg(long, global = true, env = "ONESTOP_AS", value_name = "ACTOR")]
    pub(crate) by: Option<String>,
    /// Idempotency key: repeating a command with the same key gets the first answer again
    #[arg(long, global = true, value_name = "UUID")]
    pub(crate) key: Option<CommandId>,
    /// The revision that the decision rests on
    #[arg(long, global = true, value_name = "REVISION")]
    pub(crate) expect: Option<u64>,
    /// When it happened, for paper entered later: 2026-03-04 15:20
    #[arg(long, global = true, value_name = "TIME")]
    pub(crate) happened_at: Option<Timestamp>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Lang {
    Zh,
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Zh => Self::Zh,
            Lang::En => Self::En,
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run every service and a broker in one process
    #[command(after_help = "Example: onestop up --data ./data --port 42220")]
    Up {
        /// Port of the broker, on loopback
        #[arg(long, default_value_t = 42_220)]
        port: u16,
    },
    /// 登记: cases at the window
    Case {
        #[command(subcommand)]
        about: CaseCommand,
    },
    /// 转办: worklists and handoffs
    Referral {
        #[command(subcommand)]
        about: ReferralCommand,
    },
    /// 法律援助: matters of a legal aid agency
    LegalAid {
        #[command(subcommand)]
        about: LegalAidCommand,
    },
    /// 公证: matters of a notary office
    Notarization {
        #[command(subcommand)]
        about: NotarizationCommand,
    },
    /// 回放: a case, step by step
    Replay(ReplayArgs),
    /// Events as they happen
    #[command(after_help = "Example: onestop tail 'evt.referral.offered.legal-aid.53.08.21.>'")]
    Tail {
        /// Subject to listen on
        #[arg(default_value = "evt.>")]
        subject: String,
    },
    /// 核验: re-read and re-hash every log
    Verify {
        /// Open the logs themselves; the services must be stopped
        #[arg(long)]
        offline: bool,
    },
    /// 目录: who does what where
    Directory {
        #[command(subcommand)]
        about: DirectoryCommand,
    },
    /// Completions for a shell
    #[command(after_help = "Example: onestop completions bash > /etc/bash_completion.d/onestop")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

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
        /// Telephone
        #[arg(long)]
        phone: Option<String>,
        /// What happened, in the citizen's words
        #[arg(long, default_value = "")]
        summary: String,
        /// How the citizen came: window, phone, paper
        #[arg(long, default_value = "window")]
        channel: Channel,
        /// Keep it at the window, to answer it there
        #[arg(long)]
        keep: bool,
    },
    /// How a case stands
    Show {
        /// Case id or number
        case: CaseRef,
    },
    /// Answer the citizen at the window (当场答复)
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
    },
    /// Ask (again) for referral (转办)
    Refer {
        /// Case id or number
        case: CaseRef,
        /// Another place that decides who is responsible
        #[arg(long)]
        place: Option<DivisionCode>,
    },
    /// Withdraw for the citizen (撤回)
    Withdraw {
        /// Case id or number
        case: CaseRef,
    },
    /// Take down the citizen's rating (评价)
    Rate {
        /// Case id or number
        case: CaseRef,
        /// very-satisfied, satisfied, fair, dissatisfied, very-dissatisfied
        grade: Grade,
    },
    /// Close (办结)
    Close {
        /// Case id or number
        case: CaseRef,
    },
    /// Archive (归档)
    Archive {
        /// Case id or number
        case: CaseRef,
    },
    /// Show the steps, those that were and those that come, until Ctrl-C
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

#[derive(Subcommand)]
pub(crate) enum ReferralCommand {
    /// A unit's worklist: the actor's own, or another's
    List {
        /// The unit, as its id or as <division>.<kind>
        #[arg(long)]
        unit: Option<String>,
    },
    /// Who holds a case
    Show {
        /// Case id or number
        case: CaseRef,
    },
    /// Accept the open offer (签收)
    Accept {
        /// Case id or number
        case: CaseRef,
        /// The handoff that you saw [default: the open one]
        #[arg(long)]
        handoff: Option<HandoffId>,
    },
    /// Decline the open offer (拒收)
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
    Recall {
        /// Case id or number
        case: CaseRef,
        /// citizen-withdrew, window-error
        #[arg(long, default_value = "window-error")]
        reason: RecallReason,
    },
    /// Report that the unit's work is done (办毕)
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
    Show {
        /// Case id or number
        case: CaseRef,
    },
    /// Determine the means (核定经济困难状况)
    Means {
        /// Case id or number
        case: CaseRef,
        /// exempt, not-tested, shared-data, pledge
        means: Means,
    },
    /// Tell the applicant, once, what is missing (一次性告知)
    Need {
        /// Case id or number
        case: CaseRef,
        /// What is missing
        #[arg(required = true)]
        missing: Vec<Topic>,
    },
    /// Take in what was missing (收到补正)
    Receive {
        /// Case id or number
        case: CaseRef,
        /// What came
        #[arg(required = true)]
        materials: Vec<Topic>,
    },
    /// Grant (给予援助)
    Grant {
        /// Case id or number
        case: CaseRef,
    },
    /// Refuse (不予援助)
    Refuse {
        /// Case id or number
        case: CaseRef,
        /// out-of-scope, means-exceeded, not-proven
        reason: legal_aid::RefusalReason,
    },
    /// Assign a lawyer or legal worker (指派)
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
    Conclude {
        /// Case id or number
        case: CaseRef,
    },
}

#[derive(Subcommand)]
pub(crate) enum NotarizationCommand {
    /// How the matter stands and what can be done
    Show {
        /// Case id or number
        case: CaseRef,
    },
    /// Tell the applicant, once, what is missing (一次性告知)
    Need {
        /// Case id or number
        case: CaseRef,
        /// What is missing
        #[arg(required = true)]
        missing: Vec<Topic>,
    },
    /// Take in what was missing (收到补充)
    Receive {
        /// Case id or number
        case: CaseRef,
        /// What came
        #[arg(required = true)]
        materials: Vec<Topic>,
    },
    /// Accept the application (受理)
    Accept {
        /// Case id or number
        case: CaseRef,
    },
    /// Issue the certificate (出证)
    Issue {
        /// Case id or number
        case: CaseRef,
        /// Number of the certificate
        #[arg(long)]
        certificate: String,
    },
    /// Do not handle it (不予办理)
    Refuse {
        /// Case id or number
        case: CaseRef,
        /// One of the nine reasons, such as dispute
        reason: notarization::RefusalReason,
    },
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  onestop replay CASE --as-of '2026-03-04 15:20'      what had happened by then
  onestop replay CASE --known-at '2026-03-04 15:20'   what the journal had heard by then")]
pub(crate) struct ReplayArgs {
    /// Case id or number
    pub(crate) case: CaseRef,
    /// Only what had happened by then
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<Timestamp>,
    /// Only what the journal had heard by then
    #[arg(long, value_name = "TIME")]
    pub(crate) known_at: Option<Timestamp>,
    /// Only up to this step, and the step's event in full
    #[arg(long, value_name = "N")]
    pub(crate) step: Option<u32>,
}

#[derive(Subcommand)]
pub(crate) enum DirectoryCommand {
    /// Divisions, their sites and units
    #[command(after_help = "Example: onestop directory sites --find 宁洱")]
    Sites {
        /// Part of a name, or the beginning of a code
        #[arg(long, conflicts_with_all = ["at", "site"])]
        find: Option<String>,
        /// A division
        #[arg(long, conflicts_with = "site")]
        at: Option<DivisionCode>,
        /// A site
        #[arg(long)]
        site: Option<SiteId>,
    },
    /// Who would be offered a case, and why
    #[command(
        after_help = "Example: onestop directory route --item legal-aid --topic labour-pay --place 530821101"
    )]
    Route {
        /// Service item
        #[arg(long)]
        item: ServiceItem,
        /// What exactly
        #[arg(long)]
        topic: Topic,
        /// The responsible place
        #[arg(long)]
        place: DivisionCode,
        /// On that day, as 2026-03-04 [default: today]
        #[arg(long, value_name = "DAY")]
        on: Option<String>,
    },
}
