//! The broker's log: copied aside when it is long, and then emptied. The broker goes on writing into the same file.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// So many bytes are long.
const LONG: u64 = 16 << 20;
/// How many former logs are kept.
const KEPT: u32 = 4;

/// Copies a log aside and empties it if it is long.
///
/// # Errors
/// If that cannot be done, as on a full disk: then it is tried once more at the next look.
pub(crate) fn rotate(log: &Path) -> io::Result<()> {
    rotate_from(log, LONG)
}

fn rotate_from(log: &Path, long: u64) -> io::Result<()> {
    let length = match fs::metadata(log) {
        Ok(found) => found.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if length < long {
        return Ok(());
    }
    for number in (1..KEPT).rev() {
        match fs::rename(former(log, number), former(log, number + 1)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    fs::copy(log, former(log, 1))?;
    // What the broker writes between the two is lost: it appends, and so goes on at the beginning.
    File::options().write(true).open(log)?.set_len(0)
}

fn former(log: &Path, number: u32) -> PathBuf {
    let mut name = log.as_os_str().to_owned();
    name.push(format!(".{number}"));
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_long_log_is_put_aside_while_it_is_written_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("nats.log");
        rotate_from(&log, 10).unwrap();
        let mut broker = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .unwrap();
        broker.write_all(b"short").unwrap();
        rotate_from(&log, 10).unwrap();
        assert_eq!(fs::read(&log).unwrap(), b"short");
        for number in 0..6 {
            write!(broker, "a line of the log {number}").unwrap();
            rotate_from(&log, 10).unwrap();
            assert_eq!(fs::metadata(&log).unwrap().len(), 0);
        }
        broker.write_all(b"newest").unwrap();
        assert_eq!(fs::read(&log).unwrap(), b"newest");
        let kept = |number| fs::read_to_string(former(&log, number)).unwrap();
        assert!(kept(1).ends_with('5') && kept(KEPT).ends_with('2'));
        let files = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, KEPT as usize + 1);
    }
}
