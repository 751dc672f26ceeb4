//! A file that appears under its name only when it is complete.

use std::{
    fs::{self, File},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

/// A file under construction, at `<name>.part`.
pub(crate) struct PartFile {
    file: File,
    path: PathBuf,
    name: PathBuf,
}

impl PartFile {
    pub(crate) fn create(name: &Path) -> anyhow::Result<PartFile> {
        if name.exists() {
            bail!(said!("file-there", path = name.display()));
        }
        let mut path = name.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        let mut options = File::options();
        // It copies what only its owner may read.
        options.write(true).create(true).truncate(true).mode(0o600);
        let file = options
            .open(&path)
            .with_context(|| said!("cannot-write", path = path.display()))?;
        Ok(PartFile {
            file,
            path,
            name: name.to_owned(),
        })
    }

    pub(crate) fn discard(self) {
        let _ = fs::remove_file(&self.path);
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Makes it durable and gives it its name.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let PartFile { file, path, name } = self;
        file.sync_all()
            .and_then(|()| fs::rename(&path, &name))
            .with_context(|| said!("cannot-write", path = name.display()))
    }
}
