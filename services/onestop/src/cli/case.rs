//! `onestop case …`: the commands of intake, and what is asked of it.

use std::path::PathBuf;

use clap::Subcommand;
use onestop_proto::{
    case::{FileHash, MediaType},
    ids::{CaseRef, Topic},
};

use super::{
    PersonCommand,
    contract::{ContractCommand, Intake},
};

#[derive(Subcommand)]
pub(crate) enum CaseCommand {
    #[command(flatten)]
    Person(PersonCommand),
    #[command(flatten)]
    File(FileCommand),
    /// The progress of a case, as its citizen sees it (查询)
    #[command(after_help = "Example: onestop case track s4k2m9qxa-261123-001 --code 7KMP-3XQ4")]
    Track {
        /// The number on the receipt, in either form
        number: CaseRef,
        /// The query code on the receipt
        #[arg(long)]
        code: String,
    },
    /// The state of a case
    #[command(after_help = "Example: onestop case show CASE --by clerk/zhang-li@530821101201")]
    Show {
        /// The case: its number in either form, its short code, or its id
        case: CaseRef,
    },
    /// Show the steps, those that were and those that come, until Ctrl-C
    #[command(after_help = "Example: onestop case follow CASE")]
    Follow {
        /// The case: its number in either form, its short code, or its id
        case: CaseRef,
    },
    /// Wait until something has happened, and show that step
    #[command(after_help = "Example: onestop case wait CASE referral.offered")]
    Wait {
        /// The case: its number in either form, its short code, or its id
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
    #[command(flatten)]
    Contract(ContractCommand<Intake>),
}

#[derive(Subcommand)]
pub(crate) enum FileCommand {
    /// Add a file (附件)
    #[command(after_help = "Example: onestop case attach CASE 工资表.pdf --kind wage-record")]
    Attach {
        /// The case: its number in either form, its short code, or its id
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
        /// The case: its number in either form, its short code, or its id
        case: CaseRef,
        /// Its SHA-256, as 'onestop case show' lists it
        hash: FileHash,
        /// Where to
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}
