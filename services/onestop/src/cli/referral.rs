//! The words of custody: `onestop referral …`.

use clap::Subcommand;
use onestop_proto::{
    division::DivisionCode,
    ids::{CaseRef, HandoffId, Topic},
    referral::{
        DisclosedData, DisputeReason, ExternalAnswer, HandoverPurpose, Outcome, RecallReason,
        ReturnReason,
    },
};

#[derive(Clone, Subcommand)]
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
        /// granted, refused, unresolved, terminated
        outcome: Outcome,
    },
    /// Raise a dispute about who is responsible (争议)
    #[command(
        after_help = "Example: onestop referral dispute CASE --reason not-ours --why 用工地在思茅区 --by specialist/wang@530821.legal-aid"
    )]
    Dispute {
        /// Case id or number
        case: CaseRef,
        /// not-ours, overlap, nobody-takes
        #[arg(long)]
        reason: DisputeReason,
        /// What you say; no names of citizens
        #[arg(long)]
        why: String,
    },
    /// Designate who works a disputed case (指定)
    #[command(
        after_help = "Example: onestop referral designate CASE --to 530802.legal-aid --why 用工地在思茅区 --by supervisor/zhao@5308.bureau"
    )]
    Designate {
        /// Case id or number
        case: CaseRef,
        /// The unit, as its id or as <division>.<kind>
        #[arg(long)]
        to: String,
        /// Why this one
        #[arg(long)]
        why: String,
    },
    /// Ask for more time, before it is over (申请延期)
    #[command(after_help = "Example: onestop referral ask-extension CASE")]
    #[command(name = "ask-extension")]
    RequestExtension {
        /// Case id or number
        case: CaseRef,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Approve the extension that was asked for (批准延期)
    #[command(after_help = "Example: onestop referral grant-extension CASE")]
    GrantExtension {
        /// Case id or number
        case: CaseRef,
    },
    /// Do not approve it (不予延期)
    #[command(after_help = "Example: onestop referral refuse-extension CASE")]
    RefuseExtension {
        /// Case id or number
        case: CaseRef,
        /// Why not
        #[arg(long)]
        why: String,
    },
    /// Give whoever holds a case an instruction (督办)
    #[command(
        after_help = "Example: onestop referral supervise CASE --instruction 三日内说明进展 --by supervisor/zhao@530821.bureau"
    )]
    Supervise {
        /// Case id or number
        case: CaseRef,
        /// What is to be done, or to be told; no names of citizens
        #[arg(long)]
        instruction: String,
    },
    /// Answer a supervisor's instruction (督办反馈)
    #[command(after_help = "Example: onestop referral answer-supervision CASE")]
    AnswerSupervision {
        /// Case id or number
        case: CaseRef,
        /// What was done; no names of citizens
        #[arg(long)]
        answer: String,
    },
    /// Ask another unit for its part; you keep custody (邀请协办)
    #[command(
        after_help = "Example: onestop referral invite CASE --unit 530821.notarization --task 核实权属 --by specialist/wang@530821.legal-aid"
    )]
    Invite {
        /// Case id or number
        case: CaseRef,
        /// The unit, as its id or as <division>.<kind>
        #[arg(long)]
        unit: String,
        /// For what; no names of citizens
        #[arg(long)]
        task: String,
    },
    /// Take your part as a co-unit (接受协办)
    #[command(after_help = "Example: onestop referral join CASE")]
    Join {
        /// Case id or number
        case: CaseRef,
    },
    /// Do not take it (谢绝协办)
    #[command(after_help = "Example: onestop referral decline-invitation CASE")]
    DeclineInvitation {
        /// Case id or number
        case: CaseRef,
        /// not-in-jurisdiction, wrong-item, conflict-of-interest, no-capacity, unit-closed
        #[arg(long)]
        reason: ReturnReason,
    },
    /// Report that your part is done (协办反馈)
    #[command(after_help = "Example: onestop referral report-part CASE")]
    ReportPart {
        /// Case id or number
        case: CaseRef,
        /// What you did; no names of citizens
        #[arg(long)]
        report: String,
    },
    /// Release a co-unit that is no longer needed (解除协办)
    #[command(after_help = "Example: onestop referral release CASE")]
    Release {
        /// Case id or number
        case: CaseRef,
        /// The unit, as its id or as <division>.<kind>
        #[arg(long)]
        unit: String,
        /// Why
        #[arg(long)]
        why: String,
    },
    /// Take a case, or its offer, from a unit that closes, and route it anew (改派)
    #[command(after_help = "Example: onestop referral reassign CASE")]
    Reassign {
        /// Case id or number
        case: CaseRef,
        /// The unit, as its id or as <division>.<kind>
        #[arg(long)]
        from: String,
        /// Why
        #[arg(long)]
        why: String,
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
    /// Bring a case before a body outside; you keep custody (移送)
    #[command(
        after_help = "Example: onestop referral hand-over CASE --to 530821.police --purpose report --kinds identity,facts --law 人民调解法第二十五条 --by specialist/li@530821101.mediation"
    )]
    HandOver {
        /// Case id or number
        case: CaseRef,
        /// The body, as its id or as <division>.<kind>
        #[arg(long)]
        to: String,
        /// handle, verify, report
        #[arg(long)]
        purpose: HandoverPurpose,
        /// Personal data that goes along: identity, contact, facts, family, finance, health, child
        #[arg(id = "kinds", long = "kinds", value_delimiter = ',')]
        data: Vec<DisclosedData>,
        /// The duty of the law on whose ground it is given
        #[arg(long, required_unless_present = "consent")]
        law: Option<String>,
        /// Or the number of the person's separate consent
        #[arg(long, conflicts_with = "law")]
        consent: Option<String>,
        /// Papers that go along
        #[arg(long, value_delimiter = ',')]
        materials: Vec<Topic>,
        /// For how many years the record is kept [default: 3]
        #[arg(long)]
        keep_years: Option<u8>,
    },
    /// Take down what a body outside answered (反馈)
    #[command(
        after_help = "Example: onestop referral hear-back CASE --answer done --letter 云宁公函〔2026〕8号 --by specialist/li@530821101.mediation"
    )]
    #[command(name = "hear-back")]
    RecordExternalReply {
        /// Case id or number
        case: CaseRef,
        /// taken, done, told, not-theirs, refused
        #[arg(long)]
        answer: ExternalAnswer,
        /// The number of its letter
        #[arg(long)]
        letter: Option<String>,
        /// The day of its answer, as 2026-03-04 [default: today]
        #[arg(long)]
        on: Option<jiff::civil::Date>,
        /// The number of the handing over, where several are open
        #[arg(long)]
        handover: Option<HandoffId>,
    },
}
