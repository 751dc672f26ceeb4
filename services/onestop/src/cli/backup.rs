//! `onestop backup …`.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{Args, Subcommand};
use onestop_proto::time::Timestamp;

/// Where a backup is made.
#[derive(Args)]
#[group(skip)]
pub(crate) struct BackupPlace {
    /// The file; must not be there yet
    #[arg(long, value_name = "FILE", required_unless_present = "into")]
    pub(crate) out: Option<PathBuf>,
    /// A folder; the file in it is named after the moment
    #[arg(long, value_name = "FOLDER", conflicts_with = "out")]
    pub(crate) into: Option<PathBuf>,
    /// Delete the oldest files of that kind in the folder, but for so many
    #[arg(long, value_name = "COUNT", requires = "into")]
    pub(crate) keep: Option<NonZeroUsize>,
}

#[derive(Subcommand)]
pub(crate) enum BackupCommand {
    /// Copy all logs and keys of this machine into one encrypted file; the services go on meanwhile
    #[command(after_help = "\
The logs fit each other: no service has heard of an event that another's copy does not hold. The file
holds the keys of the services, and those of personal data as the master key wraps them. It is encrypted, in the age
format, to the recipients in backup_recipients ('onestop keys backup-recipient' makes a pair); without one, no backup is
made. The master key itself is not in it: keep a copy of that apart.

Examples:
  onestop backup make --data /var/lib/onestop --out /mnt/onestop-2026-11-24.age
  onestop backup make --into /var/backups/onestop --keep 14     each night, by onestop-backup.timer
  onestop backup make --increment --out FILE   what came since the last whole one; a restore takes both
  onestop backup make --offline --out FILE     with the services stopped")]
    Make {
        #[command(flatten)]
        place: BackupPlace,
        /// Read the logs themselves; the services must be stopped
        #[arg(long)]
        offline: bool,
        /// Copy only what came since the last whole backup of this data folder (增量备份)
        #[arg(long, conflicts_with_all = ["offline", "into"])]
        increment: bool,
    },
    /// Copy such a file to the object store that backup_store names
    #[command(after_help = "\
Example: onestop backup store /backup/onestop-2026-11-24.age

'onestop backup make' does so by itself; this is for a file that it could not copy. Only the parts that the store does
not have yet are sent. backup_store_days says for how long the store keeps backups; the newest is never deleted.")]
    Store {
        /// The file
        file: PathBuf,
    },
    /// List what the object store holds, the newest last
    #[command(after_help = "Example: onestop backup list")]
    List,
    /// Fetch a backup from the object store, and check it
    #[command(after_help = "\
Example: onestop backup fetch onestop-2026-11-24.age --out /var/tmp/onestop-2026-11-24.age

The file appears only if it is as it was stored, by its SHA-256. Then: onestop backup restore FILE --identity FILE --data FOLDER")]
    Fetch {
        /// Its name, as 'onestop backup list' shows it
        name: String,
        /// The file to write; must not be there yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Say what such a file holds
    #[command(
        after_help = "Example: onestop backup show onestop-2026-11-24.age --identity /media/usb/backup.identity"
    )]
    Show {
        /// The file
        file: PathBuf,
        /// The identity that opens it
        #[arg(long, value_name = "FILE")]
        identity: Option<PathBuf>,
    },
    /// Make a data folder from such a file, on this machine or a new one
    #[command(after_help = "\
Examples:
  onestop backup restore onestop-2026-11-24.age --identity /media/usb/backup.identity --data /var/lib/onestop
  onestop backup restore FILE --identity FILE --data FOLDER --increment FILE
  onestop backup restore FILE --identity FILE --data FOLDER --upto '2026-11-23 16:05'

With --upto, what was recorded later is left out of every log, and each service reads its sources again.

Every log is verified on its way, and gets a new epoch. The master key is not in the file: put your copy of it
back to <data>/intake/master.key, or name it with master_key_file. What happened after the backup is not in it:
sites with logs of their own know more, and 'onestop source list' says what became of that.

Persons who were erased after the backup are erased again, by the list of erasures (--erasure-list, or the setting). Without
a list the node starts, but intake gives out no personal data and is not ready, until the list is named or
'onestop backup erasures' settles it.")]
    Restore(RestoreArgs),
    /// Erase in a restored node what was erased after its backup; intake must be stopped
    #[command(after_help = "\
Examples:
  onestop backup erasures --data /var/lib/onestop --erasure-list /mnt/witness/erasures.jsonl
  onestop backup erasures --data /var/lib/onestop --no-erasure-list")]
    Erasures(NoErasureList),
}

#[derive(Args)]
pub(crate) struct RestoreArgs {
    /// The file
    pub(crate) file: PathBuf,
    /// The identity that opens it
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    /// An increment of it, the newest
    #[arg(long, value_name = "FILE")]
    pub(crate) increment: Option<PathBuf>,
    /// Keep what was recorded at this moment or before
    #[arg(long, value_name = "TIME")]
    pub(crate) upto: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) no_list: NoErasureList,
}

#[derive(Args)]
pub(crate) struct NoErasureList {
    /// There is no list of erasures: who was erased after the backup can be read again. This is recorded
    #[arg(long)]
    pub(crate) no_erasure_list: bool,
}
