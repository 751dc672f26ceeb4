//! Backups that a timer makes: named after their moment, in one folder, of which the newest are kept.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use onestop_proto::time::Timestamp;

use super::store;
use crate::cli::BackupPlace;

const BEGINS: &str = "onestop-";
const ENDS: &str = ".age";
/// Of the moment in between: 20261129-023000.
const MOMENT: usize = 15;

/// The file that is made. Names are in the order of their moments.
pub(super) fn file(place: &BackupPlace, now: Timestamp) -> anyhow::Result<PathBuf> {
    match (&place.out, &place.into) {
        (Some(out), _) => Ok(out.clone()),
        (None, Some(folder)) => Ok(folder.join(name(now))),
        (None, None) => anyhow::bail!(said!("backup-which-file")),
    }
}

fn name(now: Timestamp) -> String {
    let text = now.china_text();
    let moment = text.chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        _ => letter.is_ascii_digit().then_some(letter),
    });
    format!("{BEGINS}{}{ENDS}", moment.collect::<String>())
}

/// Whether a file is one that was named so.
fn is_named_so(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str());
    let moment = name.and_then(|name| name.strip_prefix(BEGINS)?.strip_suffix(ENDS));
    moment.is_some_and(|moment| {
        let is_of_moment = |letter: char| letter.is_ascii_digit() || letter == '-';
        moment.len() == MOMENT && moment.chars().all(is_of_moment)
    })
}

/// Deletes the oldest, once the newest is whole.
pub(super) fn delete_oldest(place: &BackupPlace) -> anyhow::Result<()> {
    let (Some(folder), Some(keep)) = (&place.into, place.keep) else {
        return Ok(());
    };
    let cannot = || said!("backup-earlier-stay", folder = folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        if is_named_so(&path) {
            files.push(path);
        }
    }
    files.sort();
    let oldest = files.len().saturating_sub(keep.get());
    for file in &files[..oldest] {
        fs::remove_file(file).with_context(cannot)?;
        // How far its copy to the object store has come.
        store::forget_upload(file);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;

    #[test]
    fn the_newest_are_kept_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let place = BackupPlace {
            out: None,
            into: Some(folder.path().to_owned()),
            keep: NonZeroUsize::new(2),
        };
        let first: Timestamp = "2026-11-28T18:30:00Z".parse().unwrap();
        let made = [0, 1, 2].map(|days| file(&place, first.plus_seconds(days * 86_400)).unwrap());
        let names = made
            .clone()
            .map(|path| path.file_name().unwrap().to_owned());
        assert_eq!(names[0], "onestop-20261129-023000.age");
        let uploads = made
            .clone()
            .map(|path| format!("{}.upload", path.display()));
        for upload in &uploads {
            fs::write(upload, "").unwrap();
        }
        let others = ["onestop-2026-11-24.age", "onestop-20261128-023000.age.part"];
        for path in made
            .iter()
            .cloned()
            .chain(others.map(|name| folder.path().join(name)))
        {
            fs::write(path, "").unwrap();
        }
        delete_oldest(&place).unwrap();
        assert!(!made[0].exists() && made[1].exists() && made[2].exists());
        let is_there = uploads.map(|upload| Path::new(&upload).exists());
        assert_eq!(is_there, [false, true, true], "its upload is not continued");
        assert!(others.iter().all(|name| folder.path().join(name).exists()));
    }
}
