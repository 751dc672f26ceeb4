//! `onestop log …`, `onestop proof`, `onestop verify-proof`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use onestop_proto::{actor::ServiceName, ids::CaseRef};

use crate::cut::Cut;

#[derive(Args)]
#[command(after_help = "\
Example: onestop proof CASE --out case.json
         onestop verify-proof case.json --key data/intake/signing.pub --key …")]
pub(crate) struct ProofArgs {
    /// Case id or number
    pub(crate) case: CaseRef,
    /// Write it there [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args)]
#[command(after_help = "\
Example: onestop verify-proof case.json --key intake.pub --key referral.pub --key journal.pub

The keys must come from somebody whom you trust, not with the file. How to check a file without this
program: services/eventlog/PROOF.md.")]
pub(crate) struct VerifyProofArgs {
    /// The proof
    pub(crate) file: PathBuf,
    /// A public key, or a file with one on each line; for every log that the proof is about
    #[arg(long, value_name = "PUB", required = true)]
    pub(crate) key: Vec<String>,
}

#[derive(Subcommand)]
pub(crate) enum LogCommand {
    /// Copy a service's log into one file; the service goes on meanwhile
    #[command(after_help = "\
Example: onestop log export --service intake --out intake-2026-11-23.oslog
         what came since, where that copy ends: onestop log export --service intake --since 51200 --out FILE
         with the services stopped: onestop log export --service intake --out FILE --offline")]
    Export {
        /// Whose log
        #[arg(long)]
        service: ServiceName,
        /// The file; must not be there yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Only what comes behind so many events: an increment, for 'onestop log import'
        #[arg(long, value_name = "POSITION", default_value_t = 0)]
        since: u64,
        /// Read the log itself; the services must be stopped
        #[arg(long)]
        offline: bool,
    },
    /// Restore such a file as the log of a service that has none; the services must be stopped
    #[command(after_help = "\
Examples:
  onestop log import intake-2026-11-23.oslog --service intake
  onestop log import FULL INCREMENT INCREMENT --service intake --upto 51980
  onestop log import FULL INCREMENT --service intake --upto '2026-11-23 16:05'

Increments go onto the file whose end they continue, in their order; any other is refused. With --upto the rest is
verified and left out. Behind a cut that is not the end of a file, each source is read again; what was processed is
not processed twice.

The restored log is a new incarnation with a new epoch: other services will see that its history
begins anew, and stop before they would mix the two. Bring the service's signing.key and signing.pub
back as well, or its checkpoints are signed by another key from now on.")]
    Import {
        /// The file, and its increments
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Keep so many events, or those recorded at a moment or before
        #[arg(long, value_name = "POSITION|TIME")]
        upto: Option<Cut>,
        /// Whose log it becomes
        #[arg(long)]
        service: ServiceName,
    },
    /// Cut a log that does not open to what is proven; the services must be stopped
    #[command(after_help = "\
Example: onestop log repair --service intake

Nothing is thrown away: everything that was there moves to a folder beside the log. What is cut is
said. The log gets a new epoch.")]
    Repair {
        /// Whose log
        #[arg(long)]
        service: ServiceName,
    },
}
