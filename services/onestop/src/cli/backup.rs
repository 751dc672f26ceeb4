//! `onestop backup …`.

use std::path::PathBuf;

use clap::Subcommand;
use onestop_proto::time::Timestamp;

#[derive(Subcommand)]
pub(crate) enum BackupCommand {
    /// Copy all logs and keys of this machine into one file; the services go on meanwhile
    #[command(after_help = "\
The logs fit each other: no service has heard of an event that another's copy does not hold. The file
holds the keys of the services, and those of personal data as the master key wraps them. The master key
itself is not in it: keep a copy of that apart.

Examples:
  onestop backup make --data /var/lib/onestop --out /mnt/onestop-2026-11-24.tar
  onestop backup make --offline --out FILE     with the services stopped")]
    Make {
        /// The file; must not be there yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Read the logs themselves; the services must be stopped
        #[arg(long)]
        offline: bool,
    },
    /// Say what such a file holds
    #[command(after_help = "Example: onestop backup show onestop-2026-11-24.tar")]
    Show {
        /// The file
        file: PathBuf,
    },
    /// Make a data folder from such a file, on this machine or a new one
    #[command(after_help = "\
Examples:
  onestop backup restore onestop-2026-11-24.tar --data /var/lib/onestop && onestop up
  onestop backup restore FILE --data FOLDER --upto '2026-11-23 16:05'

With --upto, what was recorded later is left out of every log, and each service reads its sources again.

Every log is verified on its way, and gets a new epoch. The master key is not in the file: put your copy of it
back to <data>/intake/master.key, or name it with master_key_file. What happened after the backup is not in it:
sites with logs of their own know more, and 'onestop source list' says what became of that.")]
    Restore {
        /// The file
        file: PathBuf,
        /// Keep what was recorded at this moment or before
        #[arg(long, value_name = "TIME")]
        upto: Option<Timestamp>,
    },
}
