//! What processes use, as the kernel counts it in `/proc`, and what folders hold.

use std::{
    fs,
    ops::{AddAssign, Sub},
    os::unix::fs::MetadataExt,
    path::Path,
};

/// Clock ticks of `/proc/<pid>/stat` a second: a constant of Linux on every machine.
const TICKS: f64 = 100.0;
/// Bytes of the blocks that a file's metadata counts.
const BLOCK: u64 = 512;

/// Processor time in seconds, user and system, and resident memory in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    pub processor: f64,
    pub resident: u64,
}

impl Usage {
    /// Of a process; nothing, if it has ended.
    #[must_use]
    pub fn of(process: u32) -> Self {
        let read = |file: &str| fs::read_to_string(format!("/proc/{process}/{file}"));
        let (Ok(stat), Ok(status)) = (read("stat"), read("status")) else {
            return Self::default();
        };
        Self {
            processor: ticks(&stat).unwrap_or_default() as f64 / TICKS,
            resident: resident(&status).unwrap_or_default(),
        }
    }
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            processor: self.processor - before.processor,
            resident: self.resident,
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, more: Self) {
        self.processor += more.processor;
        self.resident += more.resident;
    }
}

/// `utime` and `stime`; the name in parentheses before them may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn resident(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1_024)
}

/// Files of a folder, and the bytes that they take on the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Disk {
    pub files: u64,
    pub bytes: u64,
}

impl Disk {
    /// Of a folder and all below it. Files that go meanwhile do not count.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let mut sum = Self::default();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(about) if about.is_dir() => sum += Self::of(&entry.path()),
                Ok(about) => {
                    sum += Self {
                        files: 1,
                        bytes: about.blocks() * BLOCK,
                    };
                }
                Err(_) => {}
            }
        }
        sum
    }
}

impl AddAssign for Disk {
    fn add_assign(&mut self, more: Self) {
        self.files += more.files;
        self.bytes += more.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_kernel_is_read() {
        let stat = "42 (a) b) S 1 42 42 0 -1 4194560 900 0 0 0 120 30 0 0 20 0 9 0 100 1000 250";
        assert_eq!(ticks(stat), Some(150));
        assert_eq!(
            resident("VmPeak: 9 kB\nVmRSS:\t    2048 kB\n"),
            Some(2_097_152)
        );
    }

    #[test]
    fn this_process_uses_memory() {
        let usage = Usage::of(std::process::id());
        assert!(usage.resident > 100_000);
    }
}
