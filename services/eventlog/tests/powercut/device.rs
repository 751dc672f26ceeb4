//! A file system in a file: made, mounted, and copied as a power cut would leave it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempPath;

/// So often a device is copied that is written to meanwhile.
const COPIES: usize = 100;

/// A file system that is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Ext4,
    Xfs,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Ext4 => "ext4",
            Kind::Xfs => "XFS",
        }
    }

    fn bytes(self) -> u64 {
        match self {
            Kind::Ext4 => 128 << 20,
            Kind::Xfs => 320 << 20,
        }
    }

    fn make(self, image: &Path) -> bool {
        match self {
            Kind::Ext4 => done(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(image)),
            Kind::Xfs => done(Command::new("mkfs.xfs").arg("-q").arg(image)),
        }
    }

    /// Copies have the same identity as their original, which XFS refuses otherwise.
    fn options(self) -> &'static str {
        match self {
            Kind::Ext4 => "loop",
            Kind::Xfs => "loop,nouuid",
        }
    }
}

/// Where images lie, and where they are mounted.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
    pub(crate) kind: Kind,
}

impl Bench {
    /// `None`, and why, where such a file system cannot be made and mounted.
    pub(crate) fn new(kind: Kind) -> Result<Bench, String> {
        let scratch = std::env::var("TESTS_SCRATCH").unwrap_or_else(|_| "/dev/shm".to_owned());
        let folder = tempfile::tempdir_in(&scratch)
            .or_else(|_| tempfile::tempdir())
            .map_err(|error| error.to_string())?;
        let bench = Bench { folder, kind };
        let probe = bench.image("probe");
        if !bench.format(&probe) {
            return Err(format!("mkfs for {} is not installed", kind.name()));
        }
        bench
            .mount(&probe)
            .map(drop)
            .ok_or_else(|| "loop devices cannot be mounted here".to_owned())?;
        fs::remove_file(probe).map_err(|error| error.to_string())?;
        Ok(bench)
    }

    pub(crate) fn image(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes an empty file system in a file.
    pub(crate) fn format(&self, image: &Path) -> bool {
        let file = fs::File::create(image);
        let made = file.and_then(|file| file.set_len(self.kind.bytes()));
        made.is_ok() && self.kind.make(image)
    }

    pub(crate) fn mount(&self, image: &Path) -> Option<Mounted> {
        let point = tempfile::tempdir_in(self.folder.path()).ok()?;
        let mut mount = Command::new("mount");
        mount.args(["-o", self.kind.options()]);
        done(mount.arg(image).arg(point.path())).then_some(Mounted(Some(point)))
    }

    /// Copies a device as it is at one moment, although the kernel may still be writing to it: until the copy equals it.
    /// Each copy is a file of its own. A loop device that is still attached to an earlier one would go on with what it
    /// has cached of that.
    pub(crate) fn copy(&self, from: &Path) -> TempPath {
        let copy = tempfile::NamedTempFile::new_in(self.folder.path()).unwrap();
        let copy = copy.into_temp_path();
        for _ in 0..COPIES {
            let mut copying = Command::new("cp");
            assert!(
                done(copying.arg("--sparse=always").arg(from).arg(&copy)),
                "cp"
            );
            if done(Command::new("cmp").arg("--silent").arg(from).arg(&copy)) {
                return copy;
            }
        }
        panic!("{} does not stand still", from.display());
    }
}

/// A file system that is mounted until this is dropped.
pub(crate) struct Mounted(Option<tempfile::TempDir>);

impl Mounted {
    pub(crate) fn path(&self) -> &Path {
        self.0.as_ref().unwrap().path()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let Some(point) = self.0.take() else {
            return;
        };
        for _ in 0..200 {
            if done(Command::new("umount").arg(point.path())) {
                return;
            }
            std::thread::park_timeout(std::time::Duration::from_millis(20));
        }
        // Whatever holds it: the folder stays, and nothing on the device is removed.
        let _ = point.keep();
    }
}

/// Keeps a device, so that what was wrong with it can be found out.
pub(crate) fn keep(image: &Path) -> PathBuf {
    let kept = tempfile::Builder::new().prefix("powercut-").tempfile();
    let (_, kept) = kept.unwrap().keep().unwrap();
    let mut copying = Command::new("cp");
    assert!(
        done(copying.arg("--sparse=always").arg(image).arg(&kept)),
        "cp"
    );
    kept
}

fn done(command: &mut Command) -> bool {
    let output = command.output();
    output.is_ok_and(|output| output.status.success())
}
