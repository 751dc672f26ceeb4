//! A node from a backup.

use std::{
    fs::{self, File},
    io::{self, BufReader},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use onestop_chassis::{
    clock::SystemClock, data_lock::DataLock, keys, node::LOG_FOLDER, settings::Settings,
};
use onestop_eventlog::Restore;
use onestop_proto::actor::ServiceName;

use super::{
    LogCopy, archive,
    erasures::{self, Known},
    increments, named_folder, print_contents,
    sealed::Opened,
};
use crate::{
    cli::RestoreArgs,
    cut::{self, Cut},
    output::Output,
    progress::Bar,
    scratch::Scratch,
    services,
};

/// Restores all or nothing: the data folder appears under its name when every log has verified, and what was erased since
/// is erased there, as far as that can be known.
pub(super) fn run(args: &RestoreArgs, settings: &Settings, output: &Output) -> anyhow::Result<()> {
    let (data, file) = (&settings.data, &args.file);
    let upto = args.upto.map(Cut::Time);
    let names = services::names();
    let lock = DataLock::reading(data, names.iter().map(ServiceName::as_str))?;
    if fs::read_dir(data).is_ok_and(|mut found| found.next().is_some()) {
        bail!(said!("folder-not-empty", path = data.display()));
    }
    drop(lock);
    let open = || Opened::open(file, args.identity.as_deref());
    let mut contents = archive::contents(file, open()?)?;
    contents.check_whole(file)?;
    let beside = named_folder(data.parent().unwrap_or(Path::new(".")));
    fs::create_dir_all(beside).with_context(|| said!("cannot-make", path = beside.display()))?;
    let aside = Scratch::create(".restoring-", beside)?;
    let opened = open()?;
    let is_clear = opened.is_clear();
    archive::unpack(file, opened, aside.path())?;
    if let Some(increment) = &args.increment {
        let from = (increment.as_path(), args.identity.as_deref());
        contents = increments::put_onto(&contents, from, aside.path())?;
    }
    for (service, log) in &mut contents.logs {
        let folder = aside.path().join(service.as_str());
        *log = restore_log(service, log, &folder, upto, output).with_context(|| {
            said!(
                "log-of-service-in",
                service = service,
                path = file.display()
            )
        })?;
    }
    let known = Known::of(&args.no_list, settings);
    let settled = erasures::settle(&known, &contents, aside.path(), settings)?;
    if data.exists() {
        fs::remove_dir(data).with_context(|| said!("cannot-replace", path = data.display()))?;
    }
    let kept = aside.keep_at(data);
    kept.with_context(|| said!("cannot-make", path = data.display()))?;
    print_contents(&contents, data, output);
    if is_clear {
        output.print_error(&output.message("backup-in-clear"));
    }
    if let Some(settled) = settled {
        settled.print(output);
    }
    Ok(())
}

/// Returns what was kept of the log, under the epoch of the one that was copied.
pub(super) fn restore_log(
    service: &ServiceName,
    expected: &LogCopy,
    folder: &Path,
    upto: Option<Cut>,
    output: &Output,
) -> anyhow::Result<LogCopy> {
    let copied = [archive::LOG, archive::LATER].map(|name| folder.join(name));
    let copied: Vec<PathBuf> = copied.into_iter().filter(|file| file.exists()).collect();
    let key = keys::verifying_key(folder)?;
    let mut bar = Bar::new(service.as_str(), output);
    let files = copied
        .iter()
        .map(|file| File::open(file).map(BufReader::new));
    let files = files.collect::<io::Result<Vec<_>>>()?;
    let path = folder.join(LOG_FOLDER);
    let mut keeps = cut::keeps(upto);
    let restore = Restore {
        key: key.as_ref(),
        upto: cut::restore_point(upto, &mut keeps),
        ..Restore::new(&path, SystemClock.uuid())
    };
    let restored = restore.run(files, &mut |done, all| bar.show(done, all))?;
    if LogCopy::from(&restored.backup) != *expected {
        bail!(said!("backup-other-log"));
    }
    for file in copied {
        fs::remove_file(file)?;
    }
    Ok(LogCopy {
        events: restored.head.count,
        root: restored.root.to_string(),
        epoch: restored.backup.epoch,
    })
}
