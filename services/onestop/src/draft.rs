//! A file that gets its name when it is whole.

use std::{
    fs::{self, File},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

/// A file that gets its name when it is whole and durable.
pub(crate) struct Draft {
    file: File,
    path: PathBuf,
    name: PathBuf,
}

impl Draft {
    pub(crate) fn begin(name: &Path) -> anyhow::Result<Draft> {
        if name.exists() {
            bail!("{} is already there. Choose another name", name.display());
        }
        let mut path = name.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        let mut options = File::options();
        // A copy of what only its owner may read.
        options.write(true).create(true).truncate(true).mode(0o600);
        let file = options
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Draft {
            file,
            path,
            name: name.to_owned(),
        })
    }

    /// Where it is written.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let Draft { file, path, name } = self;
        file.sync_all()
            .and_then(|()| fs::rename(&path, &name))
            .with_context(|| format!("cannot write {}", name.display()))
    }
}
