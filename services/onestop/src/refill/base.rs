//! What is left of a log: an older one in its place, or a backup.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufReader, ErrorKind, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use onestop_chassis::{clock::SystemClock, keys, node::LOG_FOLDER, settings::Settings};
use onestop_eventlog::{Hash, Identity, LogReader, Options, Restore};
use uuid::Uuid;

use super::Existing;
use crate::{
    backup::of_service::ServiceCopy, bounded_file, cli::RefillArgs, logs::LogPlace, output::Output,
    progress::Bar, scratch::Scratch,
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
    /// Whether it is where the log is to be.
    pub(super) is_in_place: bool,
    copy: Option<Unpacked>,
}

/// What was unpacked beside the data folder; it vanishes with this.
enum Unpacked {
    File { aside: Scratch },
    Backup(ServiceCopy),
}

impl Unpacked {
    fn unpack(
        args: &RefillArgs,
        file: &Path,
        place: &LogPlace,
        settings: &Settings,
        output: &Output,
    ) -> anyhow::Result<Self> {
        if is_exported(file)? {
            let aside = Scratch::create(".refilling-", &place.folder)?;
            restore(args, file, &aside.path().join(LOG_FOLDER), place, output)?;
            return Ok(Self::File { aside });
        }
        let from = (file, args.identity.as_deref());
        let copy = ServiceCopy::unpack(&args.service, from, &args.no_list, settings, output)?;
        Ok(Self::Backup(copy))
    }

    fn log(&self) -> PathBuf {
        match self {
            Self::File { aside } => aside.path().join(LOG_FOLDER),
            Self::Backup(copy) => copy.folder().join(LOG_FOLDER),
        }
    }
}

impl Base {
    pub(super) fn open(
        (args, existing): (&RefillArgs, Existing),
        place: &LogPlace,
        identity: &Identity,
        settings: &Settings,
        output: &Output,
    ) -> anyhow::Result<Self> {
        let is_there = holds_something(&place.log)?;
        let path = place.log.display();
        if is_there && args.onto.is_some() && existing == Existing::Refuse {
            bail!(said!("refill-log-there", path = path));
        }
        let copy = args.onto.as_deref();
        let copy = copy.map(|file| Unpacked::unpack(args, file, place, settings, output));
        let copy = copy.transpose()?;
        if is_there {
            match (in_place(place, identity), copy.is_some()) {
                (Ok(log), _) => {
                    return Ok(Self {
                        is_in_place: true,
                        ..Self::of(Some(log), copy)?
                    });
                }
                (Err(error), false) => {
                    return Err(error).with_context(|| said!("refill-not-continued", path = path));
                }
                (Err(error), true) => {
                    let why = output.failure(&error);
                    let set_aside =
                        output.message_with("restore-set-aside", &[("why", why.as_str())]);
                    output.print_error(&set_aside);
                }
            }
        }
        let Some(copy) = copy else {
            return Self::of(None, None);
        };
        let options = Options {
            identity: identity.clone(),
            ..Options::new(copy.log(), SystemClock.uuid())
        };
        Self::of(Some(LogReader::open(options)?), Some(copy))
    }

    fn of(log: Option<LogReader>, copy: Option<Unpacked>) -> anyhow::Result<Self> {
        let mut base = Self {
            log: None,
            hashes: Vec::new(),
            epoch: None,
            cursors: BTreeMap::new(),
            is_in_place: false,
            copy,
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

    /// Puts what a backup holds beside the log, such as keys and files of cases, where nothing is yet.
    pub(super) fn put_beside(&self, folder: &Path) -> anyhow::Result<()> {
        match &self.copy {
            Some(Unpacked::Backup(copy)) => copy.put_beside(folder),
            Some(Unpacked::File { .. }) | None => Ok(()),
        }
    }

    /// Says what became of those who were erased after a backup.
    pub(super) fn print_erasures(&self, output: &Output) {
        if let Some(Unpacked::Backup(copy)) = &self.copy {
            copy.print_erasures(output);
        }
    }
}

/// The log where it is to be, read to its end.
fn in_place(place: &LogPlace, identity: &Identity) -> anyhow::Result<LogReader> {
    let options = Options {
        identity: identity.clone(),
        ..place.options()?
    };
    let log = LogReader::open(options)?;
    log.verify(&mut |_, _| {})?;
    Ok(log)
}

/// Whether a folder is there and not empty.
pub(crate) fn holds_something(folder: &Path) -> anyhow::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| said!("cannot-read", path = folder.display())),
    }
}

fn is_exported(file: &Path) -> anyhow::Result<bool> {
    let cannot_read = || said!("cannot-read", path = file.display());
    let opened = bounded_file::open(file)?;
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
    let opened = BufReader::new(bounded_file::open(file)?);
    let restore = Restore {
        key: key.as_ref(),
        ..Restore::new(path, SystemClock.uuid())
    };
    restore
        .run([opened], &mut |done, all| bar.show(done, all))
        .with_context(|| said!("log-in", path = file.display()))?;
    Ok(())
}
