//! `onestop ledger …`: the journal's lists.

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum LedgerCommand {
    /// Wait until lists are answered, with a bar
    #[command(after_help = "Example: onestop ledger wait")]
    Wait {
        /// Give up after so many seconds
        #[arg(long, value_name = "SECONDS")]
        within: Option<u64>,
    },
    /// Make the lists anew from the journal's log; the services must be stopped
    #[command(after_help = "Example: onestop ledger rebuild --data ./data")]
    Rebuild,
}
