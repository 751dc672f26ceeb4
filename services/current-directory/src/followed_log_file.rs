//! The file of what was heard of the registry: one event a line. It is derived; what it lacks is read again.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use onestop_proto::{envelope::Envelope, time::Timestamp};
use tracing::warn;

use crate::followed_log::FollowedLog;

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placement {
    Behind,
    /// In place of the existing lines.
    Instead,
}

#[derive(Debug, Clone)]
pub(crate) struct FollowedLogFile {
    path: PathBuf,
}

impl FollowedLogFile {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            path: folder.join("registry.jsonl"),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// When the registry last said that these are all its events: the file was written then, or touched.
    pub(crate) fn heard_at(&self) -> Option<Timestamp> {
        let modified = fs::metadata(&self.path).and_then(|found| found.modified());
        let since = modified.ok()?.duration_since(UNIX_EPOCH).ok()?;
        let micros = i64::try_from(since.as_micros()).ok()?;
        Some(Timestamp::from_micros(micros))
    }

    /// Notes that the registry has said so. A file that is not there is not made: nothing was recorded yet.
    pub(crate) fn note_heard(&self, at: Timestamp) -> io::Result<()> {
        let micros = u64::try_from(at.as_micros()).unwrap_or_default();
        let file = OpenOptions::new().append(true).open(&self.path)?;
        file.set_modified(UNIX_EPOCH + Duration::from_micros(micros))
    }

    /// The events in the file, up to the first damaged line; the rest is cut off.
    pub(crate) fn read(&self) -> io::Result<FollowedLog> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(FollowedLog::default());
            }
            Err(error) => return Err(error),
        };
        let (mut followed, mut whole) = (FollowedLog::default(), 0);
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let event = line
                .strip_suffix(b"\n")
                .and_then(|line| serde_json::from_slice::<Envelope>(line).ok());
            if event.is_none_or(|event| followed.take_in(&event).is_err()) {
                warn!(file = %self.path.display(), next = followed.next(), "what was heard of the registry is read again from here on");
                break;
            }
            whole += line.len();
        }
        if whole < text.len() {
            let file = OpenOptions::new().write(true).open(&self.path)?;
            file.set_len(whole as u64)?;
        }
        Ok(followed)
    }

    pub(crate) fn write(&self, lines: &[u8], placement: Placement) -> io::Result<()> {
        match placement {
            Placement::Behind => {
                let file = OpenOptions::new()
                    .append(true)
                    .create(true)
                    .open(&self.path);
                file?.write_all(lines)
            }
            Placement::Instead => {
                let new = self.path.with_extension("new");
                File::create(&new)?.write_all(lines)?;
                fs::rename(new, &self.path)
            }
        }
    }
}

#[cfg(test)]
mod tests;
