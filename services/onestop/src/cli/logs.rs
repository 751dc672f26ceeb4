//! The words of those who keep the logs, and of those who check them.

use std::path::PathBuf;

use clap::Args;
use onestop_proto::ids::CaseRef;

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
