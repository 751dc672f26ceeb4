//! Late entry (补录) on the command line.

use clap::Args;

#[derive(Args)]
#[command(after_help = "\
Example:
  onestop approve-late-entry --key UUID --of clerk/zhang-li@530821 --happened-at '2026-03-04 15:20' --late-reason outage \\
    --by clerk/li-hua@530821
The person who enters it says the same --key, --happened-at and --late-reason, --late-approver with the approver's name, and
--late-approval with what this prints.")]
pub(crate) struct ApproveLateEntryArgs {
    /// Who enters it: <role>/<staff>@<unit>
    #[arg(long, value_name = "ACTOR")]
    pub(crate) of: String,
}
