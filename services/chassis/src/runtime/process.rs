//! What a process sets for itself before it does anything else: its files are its owner's alone, and it may open
//! as many as the system allows. It also makes the folders that hold data, and allocates the memory.

use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
};

use rustix::{
    fs::Mode,
    process::{Resource, Rlimit, getrlimit, setrlimit, umask},
};

/// Every executable has this allocator. It keeps less of a burst of requests than that of the C library, and takes more
/// at rest: 312 MB before and 427 MB after in `window::flood`, where the other took 215 and kept 415.
#[cfg(not(test))] // the tests of this crate link it twice
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Read, write and search for the owner, nothing for others.
const OWNER_ONLY: u32 = 0o700;

/// Makes every file of the process 0600 and every folder 0700, whatever the umask that it was started with, and
/// raises its limit of open files to the hard limit. For the first line of a `main`.
pub fn prepare() {
    umask(Mode::RWXG | Mode::RWXO);
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    // The limit stays as it is where the system refuses; what depends on it asks `file_limit`.
    let _ = setrlimit(Resource::Nofile, raised);
}

/// How many files and connections the process may have open.
pub fn file_limit() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// Makes a folder for data, with those above it, that only its owner can open; closes to others one that is there.
///
/// # Errors
/// If the folder cannot be made, or its permissions cannot be read or set.
pub fn make_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(OWNER_ONLY)
        .create(path)?;
    let permissions = fs::metadata(path)?.permissions();
    if permissions.mode() & 0o077 == 0 {
        return Ok(());
    }
    match fs::set_permissions(path, Permissions::from_mode(OWNER_ONLY)) {
        // Another user's folder is that user's to close.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        set => set,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_folder_of_before_is_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("a/new"));
        fs::create_dir(&old).unwrap();
        fs::set_permissions(&old, Permissions::from_mode(0o755)).unwrap();
        for path in [&old, &new] {
            make_private_folder(path).unwrap();
            assert_eq!(mode(path), 0o700, "{}", path.display());
        }
        assert_eq!(mode(&folder.path().join("a")), 0o700);
    }

    #[test]
    fn the_limit_of_open_files_is_the_hard_one() {
        prepare();
        assert_eq!(
            getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX),
            file_limit()
        );
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert_eq!(mode(&file), 0o600);
    }
}
