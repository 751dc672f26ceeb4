//! `onestop log …`, `onestop verify`, `onestop proof`, `onestop verify-proof`.

use std::{path::PathBuf, str::FromStr};

use clap::{Args, Subcommand, ValueEnum};
use onestop_chassis::settings::{InvalidWitness, WitnessAddress};
use onestop_proto::{
    actor::ServiceName,
    envelope::Source,
    ids::{CaseRef, InvalidId},
};

use super::NoErasureList;
use crate::cut::Cut;

#[derive(Args)]
#[command(after_help = "\
Examples:
  onestop verify
  onestop verify --offline                                       with the services stopped
  onestop verify --witness /mnt/witness/cosigned.jsonl --cosigner /media/usb/cosigning.pub
  onestop verify --cosigned https://witness.example/cosigned.jsonl --cosigner /media/usb/cosigning.pub

Each log is compared with the checkpoints that the journal has cosigned (in its folder) and with those of the outside
witness. Bring the journal's public key (cosigning.pub in its folder) from elsewhere where the machine is not trusted.")]
pub(crate) struct VerifyArgs {
    /// Open the logs themselves; the services must be stopped
    #[arg(long)]
    pub(crate) offline: bool,
    /// The public key of the journal, or a file with it [default: the one in its folder]
    #[arg(long, value_name = "PUB")]
    pub(crate) cosigner: Option<String>,
    /// A further copy of the cosigned checkpoints: a file, or an https address that gives one
    #[arg(long, value_name = "FILE|URL", value_parser = copy_address)]
    pub(crate) cosigned: Option<WitnessAddress>,
}

/// A copy that a person names: a file also by its path from the current folder, which a setting may not.
fn copy_address(text: &str) -> Result<WitnessAddress, InvalidWitness> {
    let address = text.parse::<WitnessAddress>();
    if address.is_ok() || text.contains("://") {
        return address;
    }
    let file = text.trim();
    match std::path::absolute(file.strip_prefix("file:").unwrap_or(file)) {
        Ok(file) => Ok(WitnessAddress::File(file)),
        Err(_) => address,
    }
}

#[derive(Args)]
#[command(after_help = "\
Example: onestop proof CASE --out case.json
         onestop verify-proof case.json --key data/intake/signing.pub --key …")]
pub(crate) struct ProofArgs {
    /// The case: its number in either form, its short code, or its id
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
    #[command(flatten)]
    File(LogFileCommand),
    /// Build the lost log of a service again from what others have heard of it; the service must be stopped
    #[command(after_help = "\
Examples:
  onestop log refill referral                        from the journal's log
  onestop log refill intake --onto onestop-2026-11-27.age --identity /media/usb/backup.identity
  onestop log refill intake --from journal --from broker --keys /etc/onestop/keys

Each event becomes its record again, hash for hash. The log is put in place only if it continues what is left of it
(an older log in its folder, or a backup with --onto), has no gap, and holds all that every subscriber has heard;
otherwise the first difference is said, and nothing is written. It gets a new epoch, and those who heard it follow it by
themselves. What was there moves to a folder beside it.

The keys of persons and the files of cases are in no event: they come from a backup alone (--onto a node's backup).")]
    Refill(RefillArgs),
}

#[derive(Args)]
pub(crate) struct RefillArgs {
    /// Whose log
    pub(crate) service: ServiceName,
    /// Where the events are read; several may be said
    #[arg(long, value_enum, value_name = "SOURCE", default_value = "journal")]
    pub(crate) from: Vec<RefillSource>,
    /// A backup of the node, or a file of 'onestop log export', which the events continue
    #[arg(long, visible_alias = "backup", value_name = "FILE")]
    pub(crate) onto: Option<PathBuf>,
    /// The identity that opens the backup
    #[arg(long, value_name = "FILE", requires = "onto")]
    pub(crate) identity: Option<PathBuf>,
    /// Folder with the operator's key, for the broker; that of 'onestop up' without it
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keys: Option<PathBuf>,
    /// Give up every event from this position on: the first that is missing
    #[arg(long, value_name = "POSITION")]
    pub(crate) lose_from: Option<u64>,
    /// Go on although this subscriber cannot be asked, or has heard another history
    #[arg(long, value_name = "SERVICE")]
    pub(crate) despite: Vec<Subscriber>,
    #[command(flatten)]
    pub(crate) no_list: NoErasureList,
}

impl RefillArgs {
    /// For this service, from the journal alone, and nothing is given up.
    pub(crate) fn of(service: ServiceName) -> Self {
        Self {
            service,
            from: vec![RefillSource::Journal],
            onto: None,
            identity: None,
            keys: None,
            lose_from: None,
            despite: Vec::new(),
            no_list: NoErasureList {
                no_erasure_list: false,
            },
        }
    }
}

#[derive(Args)]
pub(crate) struct ReconcileArgs {
    /// Mend what can be mended from here, after a question for each
    #[arg(long)]
    pub(crate) mend: bool,
    /// Answer every such question with yes
    #[arg(long, requires = "mend")]
    pub(crate) yes: bool,
    /// Why a source that was set aside is followed again; it stays on the record, with --by
    #[arg(long, requires = "mend")]
    pub(crate) why: Option<String>,
}

/// Where the events of a lost log are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RefillSource {
    /// The journal: its log where it is stopped, its answers where it runs
    Journal,
    /// The broker's stream
    Broker,
}

/// A service's main instance, by its name; another instance as it is written in events.
#[derive(Debug, Clone)]
pub(crate) struct Subscriber(pub(crate) Source);

impl FromStr for Subscriber {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let service: Result<ServiceName, _> = text.parse();
        match service {
            Ok(service) => Ok(Self(Source::main(service))),
            Err(_) => text.parse().map(Self),
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum LogFileCommand {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_named_from_the_current_folder_too() {
        let here = std::env::current_dir().unwrap();
        for (text, file) in [
            ("cosigned.jsonl", here.join("cosigned.jsonl")),
            (
                "file:copies/cosigned.jsonl",
                here.join("copies/cosigned.jsonl"),
            ),
            ("/mnt/cosigned.jsonl", PathBuf::from("/mnt/cosigned.jsonl")),
        ] {
            assert_eq!(copy_address(text), Ok(WitnessAddress::File(file)), "{text}");
        }
        let web = "https://witness.example/cosigned.jsonl";
        assert_eq!(copy_address(web), Ok(WitnessAddress::Web(web.to_owned())));
        assert!(copy_address("http://witness.example/cosigned.jsonl").is_err());
        assert!(copy_address("").is_err());
    }
}
