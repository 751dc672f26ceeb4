//! What is left of a log: an older one in its place, or a backup.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufReader, ErrorKind, Read},
    path::Path,
};

use anyhow::{Context, bail};
use onestop_chassis::{clock::SystemClock, keys, node::LOG_FOLDER, settings::Settings};
use onestop_eventlog::{Hash, Identity, LogReader, Options, Restore};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    backup::of_service::ServiceCopy, cli::RefillArgs, logs::LogPlace, output::Output, progress::Bar,
};

/// How every file of 'onestop log export' begins.
const EXPORTED: &[u8] = b"OSLOG";

/// The log that is continued.
pub(super) struct Base {
    pub(super) log: Option<LogReader>,
    /// The hash of each of its records.
    pub(super) hashes: Vec<Hash>,
    pub(super) epoch: Option<Uuid>,
    pub(super) cursors: BTreeMap<String, u64>,
    origin: Origin,
}

enum Origin {
    Nothing,
    Place,
    File { _aside: TempDir },
    Backup(ServiceCopy),
}

impl Base {
    pub(super) fn open(
        args: &RefillArgs,
        place: &LogPlace,
        identity: &Identity,
        settings: &Settings,
        output: &Output,
    ) -> anyhow::Result<Self> {
        let is_there = holds_something(&place.log)?;
        let Some(file) = &args.onto else {
            if !is_there {
                return Self::of(None, Origin::Nothing);
            }
            let options = Options {
                identity: identity.clone(),
                ..place.options()?
            };
            let log = LogReader::open(options).with_context(|| {
                format!(
                    "the log in {} cannot be continued. Move it away, or see 'onestop log repair'",
                    place.log.display()
                )
            })?;
            return Self::of(Some(log), Origin::Place);
        };
        if is_there {
            bail!(
                "there is a log in {}. Move it away to go on from the backup, or leave --onto out to go on from that log",
                place.log.display()
            );
        }
        let (path, origin) = if is_exported(file)? {
            let aside = TempDir::with_prefix_in(".refilling-", &place.folder)?;
            let path = aside.path().join(LOG_FOLDER);
            restore(args, file, &path, place, output)?;
            (path, Origin::File { _aside: aside })
        } else {
            let from = (file.as_path(), args.identity.as_deref());
            let copy = ServiceCopy::unpack(&args.service, from, settings, output)?;
            (copy.folder().join(LOG_FOLDER), Origin::Backup(copy))
        };
        let options = Options {
            identity: identity.clone(),
            ..Options::new(&path, SystemClock.uuid())
        };
        Self::of(Some(LogReader::open(options)?), origin)
    }

    fn of(log: Option<LogReader>, origin: Origin) -> anyhow::Result<Self> {
        let mut base = Self {
            log: None,
            hashes: Vec::new(),
            epoch: None,
            cursors: BTreeMap::new(),
            origin,
        };
        if let Some(log) = log {
            for position in 0..log.head().count {
                let record = log.record(position)?;
                base.hashes.extend(record.map(|record| record.hash));
            }
            base.epoch = Some(log.epoch());
            base.cursors = log.cursors().clone();
            base.log = Some(log);
        }
        Ok(base)
    }

    /// Whether it is where the log is to be.
    pub(super) fn is_in_place(&self) -> bool {
        match self.origin {
            Origin::Place => true,
            Origin::Nothing | Origin::File { .. } | Origin::Backup(_) => false,
        }
    }

    /// Puts what a backup holds beside the log, such as keys and files of cases, where nothing is yet.
    pub(super) fn put_beside(&self, folder: &Path) -> anyhow::Result<()> {
        let Origin::Backup(copy) = &self.origin else {
            return Ok(());
        };
        for entry in fs::read_dir(copy.folder())? {
            let entry = entry?;
            let place = folder.join(entry.file_name());
            if entry.file_name() != LOG_FOLDER && !place.exists() {
                fs::rename(entry.path(), &place)
                    .with_context(|| format!("cannot make {}", place.display()))?;
            }
        }
        Ok(())
    }

    /// Says what became of those who were erased after a backup.
    pub(super) fn print_erasures(&self, output: &Output) {
        if let Origin::Backup(copy) = &self.origin {
            copy.print_erasures(output);
        }
    }
}

/// Whether a folder is there and not empty.
pub(super) fn holds_something(folder: &Path) -> anyhow::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", folder.display())),
    }
}

fn is_exported(file: &Path) -> anyhow::Result<bool> {
    let cannot_read = || format!("cannot read {}", file.display());
    let opened = File::open(file).with_context(cannot_read)?;
    let mut begin = Vec::new();
    let mut head = opened.take(EXPORTED.len() as u64);
    head.read_to_end(&mut begin).with_context(cannot_read)?;
    Ok(begin == EXPORTED)
}

/// Restores a file of 'onestop log export', which is verified on its way.
fn restore(
    args: &RefillArgs,
    file: &Path,
    path: &Path,
    place: &LogPlace,
    output: &Output,
) -> anyhow::Result<()> {
    let key = keys::verifying_key(&place.folder)?;
    let mut bar = Bar::new(args.service.as_str(), output);
    let opened = BufReader::new(File::open(file)?);
    let restore = Restore {
        key: key.as_ref(),
        ..Restore::new(path, SystemClock.uuid())
    };
    restore
        .run([opened], &mut |done, all| bar.show(done, all))
        .with_context(|| format!("the log in {}", file.display()))?;
    Ok(())
}
