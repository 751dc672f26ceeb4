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

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Makes it durable and gives it its name.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let PartFile { file, path, name } = &self;
        file.sync_all()
            .and_then(|()| fs::rename(path, name))
            .with_context(|| said!("cannot-write", path = name.display()))
    }
}

/// What was not finished is removed: backups that fail night after night, each with a name of its own, would fill the disk.
impl Drop for PartFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_a_file_that_was_not_finished() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("onestop.age");
        let left = || fs::read_dir(folder.path()).unwrap().count();
        drop(PartFile::create(&name).unwrap());
        assert_eq!(left(), 0);
        PartFile::create(&name).unwrap().finish().unwrap();
        assert!(name.exists());
        assert_eq!(left(), 1);
    }
}
