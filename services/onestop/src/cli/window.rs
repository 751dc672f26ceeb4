//! More words of the window: correcting, merging, telling once, files, ratings put right, opening again.

use std::path::PathBuf;

use clap::Subcommand;
use onestop_proto::{
    case::{
        CorrectionReason, FileHash, FollowUpResult, MediaType, MergeReason, ReopenReason,
        VisitPurpose,
    },
    division::DivisionCode,
    ids::{CaseNumber, CaseRef, EventId, Topic},
};

use super::applicant::{Seen, Who};

#[derive(Subcommand)]
pub(crate) enum WindowCommand {
    /// Correct something that was taken down (更正)
    #[command(
        after_help = "Example: onestop case correct CASE --event EVENT --reason mistyped --name 岩温 --phone 13800138001"
    )]
    Correct {
        /// Case id or number
        case: CaseRef,
        /// The event that said it, as 'onestop replay --json' shows it
        #[arg(long)]
        event: EventId,
        /// mistyped, document-seen, citizen-asked
        #[arg(long)]
        reason: CorrectionReason,
        /// Who asks, as it should have been: everything about them, anew
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        who: Box<Who>,
        /// What the window must see to is set anew, as said here
        #[arg(long)]
        needs: bool,
        #[command(flatten)]
        seen: Seen,
        /// The place that decides who is responsible, as it should have been
        #[arg(long)]
        place: Option<DivisionCode>,
        /// What exactly it is about, as it should have been
        #[arg(long)]
        topic: Option<Topic>,
    },
    /// Merge into another case that was opened before (合并)
    #[command(after_help = "Example: onestop case merge CASE --into s4k2m9qxa-261123-001")]
    Merge {
        /// Case id or number
        case: CaseRef,
        /// The case that goes on
        #[arg(long, value_name = "CASE")]
        into: CaseRef,
        /// duplicate, same-matter
        #[arg(long, default_value = "duplicate")]
        reason: MergeReason,
    },
    /// Tell the citizen, once, of everything that is missing (一次性告知)
    #[command(after_help = "Example: onestop case notify-once CASE identity-card wage-record")]
    NotifyOnce {
        /// Case id or number
        case: CaseRef,
        /// What is missing
        #[arg(required = true)]
        missing: Vec<Topic>,
    },
    /// Add a file (附件)
    #[command(after_help = "Example: onestop case attach CASE 工资表.pdf --kind wage-record")]
    Attach {
        /// Case id or number
        case: CaseRef,
        /// The file
        file: PathBuf,
        /// What it shows, such as wage-record
        #[arg(long, default_value = "other")]
        kind: Topic,
        /// What it is, such as application/pdf [default: by the file's ending]
        #[arg(long, value_name = "TYPE")]
        media_type: Option<MediaType>,
    },
    /// Fetch a file, verified
    #[command(after_help = "Example: onestop case attachment CASE HASH --out 工资表.pdf")]
    Attachment {
        /// Case id or number
        case: CaseRef,
        /// Its SHA-256, as 'onestop case show' lists it
        hash: FileHash,
        /// Where to
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Take down a visit at the citizen's home (上门服务)
    #[command(after_help = "Example: onestop case home-visit CASE material")]
    HomeVisit {
        /// Case id or number
        case: CaseRef,
        /// registration, material, answer, follow-up
        purpose: VisitPurpose,
    },
    /// Take down what the citizen said when called back (回访)
    #[command(after_help = "Example: onestop case follow-up CASE settled")]
    FollowUp {
        /// Case id or number
        case: CaseRef,
        /// settled, not-settled, unreachable, declined
        result: FollowUpResult,
        /// What was said
        #[arg(long)]
        note: Option<String>,
    },
    /// Take down what was done after a bad rating (差评整改)
    #[command(after_help = "Example: onestop case redo CASE --measure '当面致歉，重新说明'")]
    Redo {
        /// Case id or number
        case: CaseRef,
        /// What was done
        #[arg(long)]
        measure: String,
    },
    /// Open a closed case again (重新办理)
    #[command(after_help = "Example: onestop case reopen CASE --reason new-facts")]
    Reopen {
        /// Case id or number
        case: CaseRef,
        /// not-carried-out, new-facts, closed-by-mistake, withdrawal-taken-back
        #[arg(long)]
        reason: ReopenReason,
    },
    /// How far a case is, as its citizen is told (查询)
    #[command(after_help = "Example: onestop case track s4k2m9qxa-261123-001 --code 7KMP-3XQ4")]
    Track {
        /// The number on the receipt
        number: CaseNumber,
        /// The query code on the receipt
        #[arg(long, required_unless_present = "phone_end")]
        code: Option<String>,
        /// The last four digits of the telephone number
        #[arg(long, value_name = "DIGITS", conflicts_with = "code")]
        phone_end: Option<String>,
    },
}
