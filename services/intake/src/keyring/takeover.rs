//! Takes over what version 0.1.0 stored: a file `<case>.key` for each case, with blind indexes behind the key, and an
//! empty `<case>.erased` where a key was destroyed.
//!
//! A file goes only after what it held is durable in a slab; so a takeover that was interrupted at any moment goes on at
//! the next start. A file that cannot be unwrapped stays where it is.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use onestop_proto::ids::CaseId;
use tracing::{error, info};

use super::{
    CaseKey, KeyringError,
    cipher::KEY,
    error::{UnwrapError, at},
    folder::{case_of, files_with_extension},
    master::MasterKey,
    secure_file,
    slab::{Change, CommitError, Group, Slabs, Stored},
};

/// The extension of a key's file.
pub(super) const KEY_FILE: &str = "key";
/// The extension of the mark that a key was destroyed.
pub(super) const MARK: &str = "erased";
/// Files that are taken over at a time.
pub(super) const AT_A_TIME: usize = 512;

/// The files that could not be taken over, by case.
pub(super) type LeftOver = BTreeMap<CaseId, (PathBuf, UnwrapError)>;

/// Takes over every file of the folder.
pub(super) fn take_over(
    folder: &Path,
    master: &MasterKey,
    slabs: &Slabs,
) -> Result<LeftOver, KeyringError> {
    let mut left = LeftOver::new();
    let (marks, keys) = (of_cases(folder, MARK)?, of_cases(folder, KEY_FILE)?);
    if marks.is_empty() && keys.is_empty() {
        return Ok(left);
    }
    info!(
        keys = keys.len(),
        "taking over the keys of an earlier version"
    );
    // Marks first: a key beside a mark was about to be destroyed.
    for some in marks.chunks(AT_A_TIME) {
        let erase = some.iter().map(|(case, _)| Change::Erase { case: *case });
        commit(slabs, erase.collect())?;
        let of_marks = some.iter().map(|(_, path)| path.with_extension(KEY_FILE));
        destroy(folder, &of_marks.collect::<Vec<_>>())?;
        destroy(folder, &paths(some))?;
    }
    for some in of_cases(folder, KEY_FILE)?.chunks(AT_A_TIME) {
        left.extend(take_over_keys(folder, master, slabs, some)?);
    }
    info!("took over the keys of an earlier version");
    Ok(left)
}

/// A file whose key is taken over.
struct Taken {
    case: CaseId,
    path: PathBuf,
    /// Nothing where it was overwritten.
    key: Option<CaseKey>,
}

impl Taken {
    fn change(&self, master: &MasterKey) -> Change {
        let case = self.case;
        match &self.key {
            Some(key) => Change::Make {
                case,
                wrapped: key.wrap(master),
            },
            None => Change::Erase { case },
        }
    }

    /// Whether the slab has what the file has. A case that was erased keeps no key.
    fn is_in(&self, stored: &Stored, master: &MasterKey) -> bool {
        match (stored, &self.key) {
            (Stored::Erased, _) => true,
            (Stored::Key(wrapped), Some(key)) => {
                let there = CaseKey::unwrap(master, self.case, wrapped);
                there.is_ok_and(|there| there.bytes() == key.bytes())
            }
            (Stored::Key(_), None) => false,
        }
    }
}

fn take_over_keys(
    folder: &Path,
    master: &MasterKey,
    slabs: &Slabs,
    files: &[(CaseId, PathBuf)],
) -> Result<LeftOver, KeyringError> {
    let (mut taken, mut safe, mut left) = (Vec::new(), Vec::new(), LeftOver::new());
    for (case, path) in files {
        let (case, path) = (*case, path.clone());
        let bytes = fs::read(&path).map_err(at(&path))?;
        match read(master, case, &bytes) {
            // It was taken over, and then the service was killed.
            Ok(None) if !matches!(slabs.find(case), Ok(None)) => safe.push(path),
            Ok(key) => taken.push(Taken { case, path, key }),
            Err(problem) => {
                error!(case.id = %case, file = %path.display(), error = %problem, "a key cannot be used");
                left.insert(case, (path, problem));
            }
        }
    }
    let stored = commit(slabs, taken.iter().map(|one| one.change(master)).collect())?;
    for (one, stored) in taken.into_iter().zip(stored) {
        if one.is_in(&stored, master) {
            safe.push(one.path);
        } else {
            let (case, file) = (one.case, one.path.display());
            error!(case.id = %case, %file, "this file holds another key than the one in use, and stays");
        }
    }
    destroy(folder, &safe)?;
    Ok(left)
}

/// The key in a file; none in one whose bytes were being overwritten when it was copied.
fn read(master: &MasterKey, case: CaseId, bytes: &[u8]) -> Result<Option<CaseKey>, UnwrapError> {
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    // The versions before wrote keys without wrapping them.
    if bytes.len() == KEY {
        return CaseKey::read(case, bytes).map(Some);
    }
    CaseKey::unwrap(master, case, bytes).map(Some)
}

/// Carries changes out, each of a case of its own.
pub(super) fn commit(slabs: &Slabs, changes: Vec<Change>) -> Result<Vec<Stored>, KeyringError> {
    let mut group = Group::default();
    for change in changes {
        group.add(change);
    }
    match slabs.commit(&group) {
        Ok(stored) => stored.into_iter().collect(),
        Err(CommitError::NoRoom(error) | CommitError::Unknown(error)) => Err(error),
    }
}

fn destroy(folder: &Path, files: &[PathBuf]) -> Result<(), KeyringError> {
    secure_file::destroy_all(folder, files).map_err(at(folder))
}

fn of_cases(folder: &Path, extension: &str) -> Result<Vec<(CaseId, PathBuf)>, KeyringError> {
    let files = files_with_extension(folder, extension)?.into_iter();
    let of_cases = files.filter_map(|path| Some((case_of(&path)?, path)));
    Ok(of_cases.collect())
}

fn paths(files: &[(CaseId, PathBuf)]) -> Vec<PathBuf> {
    files.iter().map(|(_, path)| path.clone()).collect()
}
