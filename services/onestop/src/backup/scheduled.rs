//! Backups that a timer makes: named after their moment, in one folder, of which the newest are kept.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use onestop_proto::time::Timestamp;

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

/// The moment after which a file is named; nothing of one that is named otherwise.
pub(super) fn moment(file: &Path) -> Option<Timestamp> {
    let name = file.file_name()?.to_str()?;
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    let part = |range: std::ops::Range<usize>| digits.get(range);
    let (day, time) = (
        [part(0..4)?, part(4..6)?, part(6..8)?],
        [part(8..10)?, part(10..12)?],
    );
    let seconds = part(12..14).filter(|_| is_named_so(file))?;
    let text = format!("{} {}:{seconds}", day.join("-"), time.join(":"));
    text.parse().ok()
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

/// Deletes the oldest, once the newest is whole, and returns which.
pub(super) fn delete_oldest(place: &BackupPlace) -> anyhow::Result<Vec<PathBuf>> {
    let (Some(folder), Some(keep)) = (&place.into, place.keep) else {
        return Ok(Vec::new());
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
    files.truncate(oldest);
    for file in &files {
        fs::remove_file(file).with_context(cannot)?;
    }
    Ok(files)
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
        assert_eq!(moment(&made[0]), Some(first));
        for other in [
            "onestop-2026-11-24.age",
            "onestop-20261129-02300.age",
            "node.age",
        ] {
            assert_eq!(moment(Path::new(other)), None, "{other}");
        }
        let others = ["onestop-2026-11-24.age", "onestop-20261128-023000.age.part"];
        for path in made
            .iter()
            .cloned()
            .chain(others.map(|name| folder.path().join(name)))
        {
            fs::write(path, "").unwrap();
        }
        assert_eq!(delete_oldest(&place).unwrap(), made[..1]);
        assert!(!made[0].exists() && made[1].exists() && made[2].exists());
        assert!(others.iter().all(|name| folder.path().join(name).exists()));
    }
}
