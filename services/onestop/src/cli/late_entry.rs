//! Late entry (补录) on the command line.

use std::path::PathBuf;

use clap::Args;
use onestop_proto::{ids::CaseRef, late_entry::ContentHash, permission};

#[derive(Args)]
#[command(after_help = "\
Example:
  onestop approve-late-entry --key UUID --act intake.open --of clerk/zhang-li@530821 \\
    --content HASH --happened-at '2026-03-04 15:20' --late-reason outage --by clerk/li-hua@530821
The person who enters it first says --key, --happened-at, --late-reason and --late-approver with the approver's name: the
refusal names the hash, and with --json the data. With --data, the approver reads them first, which is recorded.
With --late-approval and what this prints, the same command is then carried out, and no other.")]
pub(crate) struct ApproveLateEntryArgs {
    /// Who enters it: <role>/<staff>@<unit>
    #[arg(long, value_name = "ACTOR")]
    pub(crate) of: String,
    /// What they enter, as <service>.<command>: intake.open, legal-aid.grant
    #[arg(long, value_name = "COMMAND", value_parser = check_act)]
    pub(crate) act: String,
    /// The case that it is about, by id or number, as they name it; none where it opens one
    #[arg(long, value_name = "CASE")]
    pub(crate) case: Option<CaseRef>,
    /// What they enter: the hash that the refusal of their command names
    #[arg(long, value_name = "HASH")]
    pub(crate) content: ContentHash,
    /// A file with what they enter, as the refusal has it under details.data: it is shown, and must have that hash
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
}

fn check_act(text: &str) -> Result<String, String> {
    let named = text.trim().split_once('.');
    let is_command = |(service, command)| !permission::permitted(service, command).is_empty();
    match named.filter(|named| is_command(*named)) {
        Some((service, command)) => Ok(format!("{service}.{command}")),
        None => Err(format!("'{text}' is no command, such as intake.open")),
    }
}
