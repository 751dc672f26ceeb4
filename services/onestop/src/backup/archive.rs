//! The format of a backup: a table of contents, then files by their names.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Component, Path},
};

use anyhow::{Context, bail};
use tar::{Archive, Builder, Header};

use super::{Contents, FORMAT, sealed::Opened};

/// The entry with the table of contents.
const CONTENTS: &str = "onestop-backup.json";
/// A log's copy, in its service's folder.
pub(super) const LOG: &str = "log.oslog";
/// What an increment has of it.
pub(super) const LATER: &str = "log.later.oslog";
/// Backups hold keys: only their owner may read them.
const SECRET: u32 = 0o600;
/// The largest table of contents that is read.
const MOST_CONTENTS: u64 = 1 << 20;

/// Writes a backup.
pub(super) struct Writer<W: Write> {
    builder: Builder<W>,
}

impl<W: Write> Writer<W> {
    pub(super) fn begin(to: W, contents: &Contents) -> anyhow::Result<Self> {
        let mut builder = Builder::new(to);
        let text = serde_json::to_vec_pretty(contents)?;
        let mut header = header(text.len() as u64);
        builder
            .append_data(&mut header, CONTENTS, text.as_slice())
            .with_context(|| said!("backup-not-written"))?;
        Ok(Self { builder })
    }

    /// Adds a file, as long as it is now: a service may be making it longer.
    pub(super) fn file(&mut self, from: &Path, name: &Path) -> anyhow::Result<()> {
        let path = from.display();
        let file = File::open(from).with_context(|| said!("cannot-read", path = path))?;
        let length = file.metadata()?.len();
        let mut header = header(length);
        self.builder
            .append_data(&mut header, name, file.take(length))
            .with_context(|| said!("backup-not-copied", path = path))
    }

    /// Adds what was copied into a file, from its beginning.
    pub(super) fn copied(&mut self, from: &mut File, name: &Path) -> anyhow::Result<()> {
        let not_copied = || said!("backup-not-copied", path = name.display());
        from.rewind().with_context(not_copied)?;
        let mut header = header(from.metadata()?.len());
        self.builder
            .append_data(&mut header, name, from)
            .with_context(not_copied)
    }

    /// Adds a folder but for the files and folders in it that are left out, in the order of names. Files that vanish
    /// meanwhile, such as those that a service is still writing, are left out.
    pub(super) fn folder(
        &mut self,
        from: &Path,
        name: &Path,
        is_left_out: &dyn Fn(&Path) -> bool,
    ) -> anyhow::Result<()> {
        let entries =
            fs::read_dir(from).with_context(|| said!("cannot-read", path = from.display()))?;
        let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (path, name) = (entry.path(), name.join(entry.file_name()));
            if is_left_out(&path) {
                continue;
            }
            let kind = entry.file_type()?;
            if kind.is_dir() {
                self.folder(&path, &name, is_left_out)?;
            } else if kind.is_file() && path.exists() {
                self.file(&path, &name)?;
            }
        }
        Ok(())
    }

    pub(super) fn end(self) -> anyhow::Result<W> {
        let ended = self.builder.into_inner();
        ended.with_context(|| said!("backup-not-written"))
    }
}

fn header(bytes: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(SECRET);
    header
}

pub(super) fn contents(file: &Path, opened: impl Read) -> anyhow::Result<Contents> {
    let path = file.display();
    let mut archive = Archive::new(opened);
    let no_backup = || said!("backup-no-backup", path = path);
    let first = archive.entries().with_context(no_backup)?.next();
    let entry = first.with_context(no_backup)?.with_context(no_backup)?;
    if entry.path().with_context(no_backup)? != Path::new(CONTENTS) {
        bail!(no_backup());
    }
    let contents: Contents =
        serde_json::from_reader(entry.take(MOST_CONTENTS)).with_context(no_backup)?;
    if contents.format != FORMAT {
        let format = &contents.format;
        bail!(said!(
            "backup-other-format",
            path = path,
            format = format,
            ours = FORMAT
        ));
    }
    Ok(contents)
}

/// Unpacks a backup into a folder: plain files alone, and only below the folder. It is read to its end, which shows
/// whether it is whole.
pub(super) fn unpack(file: &Path, opened: Opened, into: &Path) -> anyhow::Result<()> {
    let path = file.display();
    let whole = || said!("backup-not-whole", path = path);
    let mut archive = Archive::new(opened);
    for entry in archive.entries().with_context(whole)? {
        let mut entry = entry.with_context(whole)?;
        let name = entry.path().with_context(whole)?.into_owned();
        let plain = name
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !plain || !entry.header().entry_type().is_file() {
            bail!(said!(
                "backup-strange-file",
                path = path,
                name = name.display()
            ));
        }
        if name == Path::new(CONTENTS) {
            continue;
        }
        let place = into.join(name);
        let folder = place.parent().unwrap_or(into);
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        let mut to = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(SECRET)
            .open(&place)
            .with_context(|| said!("cannot-write", path = place.display()))?;
        let copied = io::copy(&mut entry, &mut to).with_context(whole)?;
        if copied != entry.size() {
            bail!(whole());
        }
        to.sync_all()?;
    }
    io::copy(&mut archive.into_inner(), &mut io::sink()).with_context(whole)?;
    Ok(())
}
