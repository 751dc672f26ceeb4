//! Puts a log that was built into its place.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::Context;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::base::holds_something;

/// Moves the log to its place in one step: at no moment is there none, from which a service would begin anew. Returns
/// the folder to which the one of before was moved.
pub(super) fn put(built: &Path, place: &Path) -> anyhow::Result<Option<PathBuf>> {
    let cannot = || said!("refill-not-put", path = place.display());
    let former = if holds_something(place)? {
        renameat_with(CWD, built, CWD, place, RenameFlags::EXCHANGE).with_context(cannot)?;
        let former = free_name(place);
        fs::rename(built, &former).with_context(cannot)?;
        Some(former)
    } else {
        if place.is_dir() {
            fs::remove_dir(place).with_context(cannot)?;
        }
        fs::rename(built, place).with_context(cannot)?;
        None
    };
    let folder = place.parent().unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.with_context(cannot)?;
    Ok(former)
}

fn free_name(place: &Path) -> PathBuf {
    let named = |number: u32| {
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(format!(".before-refill-{number}"));
        place.with_file_name(name)
    };
    (1..)
        .map(named)
        .find(|name| !name.exists())
        .unwrap_or_else(|| named(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_is_kept_beside() {
        let folder = tempfile::tempdir().unwrap();
        let built = folder.path().join("log.refilling");
        let place = folder.path().join("log");
        for number in 0..3 {
            fs::create_dir(&built).unwrap();
            fs::write(built.join("head"), format!("{number}")).unwrap();
            let former = put(&built, &place).unwrap();
            assert!(!built.exists());
            assert_eq!(
                fs::read_to_string(place.join("head")).unwrap(),
                format!("{number}")
            );
            let kept = former.map(|former| fs::read_to_string(former.join("head")).unwrap());
            let before = (number > 0).then(|| format!("{}", number - 1));
            assert_eq!(kept, before);
        }
    }

    #[test]
    fn an_empty_folder_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let built = folder.path().join("log.refilling");
        let place = folder.path().join("log");
        fs::create_dir(&built).unwrap();
        fs::create_dir(&place).unwrap();
        fs::write(built.join("head"), "0").unwrap();
        assert_eq!(put(&built, &place).unwrap(), None);
        assert!(place.join("head").is_file());
    }
}
