//! A new master key (轮换): every key is wrapped anew, with intake stopped. Killed at any moment, it is finished
//! by running it again with the same two keys; until then intake does not start.

use std::{
    fs,
    path::{Path, PathBuf},
};

use onestop_chassis::{bounded_file, settings::Settings};

use super::{
    FOR_SEARCH, KeyringError, ROTATING, SEARCH,
    cipher::KEY,
    error::{UnwrapError, at},
    folder::{case_of, files_with_extension, lock},
    folder_of,
    master::{self, ExistingKeys, MasterKey, MasterKeySource},
    master_file::next_to,
    secure_file, slab,
    takeover::KEY_FILE,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    pub keys: u64,
    /// Keys that the new master key had wrapped before, by a run that was not finished.
    pub before: u64,
}

/// Why the master key is not changed.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The old key comes from the environment: intake cannot replace it.
    #[error(
        "the master key comes from the environment: name the file of the new one with --new FILE"
    )]
    NewIsMissing,
    #[error("{} was wrapped by neither of the two master keys. Take the one that did as the old one", path.display())]
    Neither { path: PathBuf },
}

/// Takes a new master key into use: that of a file, or a new one. Where the settings name a file, or none,
/// the new key replaces the old one there, and the old one is overwritten; where the old one comes from the
/// environment, the operator puts the new one there.
///
/// # Errors
/// If intake runs, a key does not fit, or a file cannot be written.
pub fn rotate_master(settings: &Settings, new: Option<&Path>) -> Result<Rotated, RotationError> {
    let (source, folder) = (MasterKeySource::of(settings), folder_of(settings));
    let old = MasterKey::load(&source, ExistingKeys::Wrapped).map_err(KeyringError::from)?;
    let given = |path: &Path| bounded_file::read_text(path, bounded_file::SMALL).map_err(at(path));
    let parsed = |text: &str, path: &Path| {
        let place = path.display().to_string();
        MasterKey::parse(text, &place).map_err(KeyringError::from)
    };
    let Some(place) = source.file() else {
        let new = new.ok_or(RotationError::NewIsMissing)?;
        let (rotated, rotation) = rotate(&folder, &old, &parsed(&given(new)?, new)?)?;
        rotation.end()?;
        return Ok(rotated);
    };
    // Whatever happens meanwhile, the new key is on the disk before anything is wrapped with it.
    let next = next_to(place);
    match new {
        Some(new) => {
            let text = given(new)?;
            parsed(&text, new)?;
            secure_file::create(&next, text.as_bytes()).map_err(at(&next))?;
        }
        None if next.exists() => {}
        None => {
            master::make(&next).map_err(KeyringError::from)?;
        }
    }
    let (rotated, rotation) = rotate(&folder, &old, &parsed(&given(&next)?, &next)?)?;
    secure_file::put(&next, place).map_err(at(place))?;
    rotation.end()?;
    Ok(rotated)
}

/// Wraps every key in a folder with a new master key. The mark that it is under way stays until
/// [`Rotation::end`]: the caller puts the new key into its place before.
///
/// # Errors
/// If a key cannot be read or written, or belongs to neither.
pub(super) fn rotate(
    folder: &Path,
    old: &MasterKey,
    new: &MasterKey,
) -> Result<(Rotated, Rotation), RotationError> {
    let lock = lock(folder)?;
    let search = folder.join(SEARCH);
    // The mark comes first: from here on, no intake starts with half of the keys.
    check_wrapped(&search, old, new)?;
    let mark = folder.join(ROTATING);
    if !mark.exists() {
        secure_file::create(&mark, &[]).map_err(at(&mark))?;
    }
    let mut done = Rotated { keys: 0, before: 0 };
    for path in files_with_extension(folder, slab::EXTENSION)? {
        rewrap_slab(&path, old, new, &mut done)?;
    }
    // An earlier version has not been taken over yet.
    for path in files_with_extension(folder, KEY_FILE)? {
        let Some(case) = case_of(&path) else {
            continue;
        };
        let id = case.uuid();
        rewrap(&path, id.as_bytes(), old, new, &mut done)?;
    }
    if search.exists() {
        rewrap(&search, FOR_SEARCH, old, new, &mut done)?;
    }
    Ok((done, Rotation { mark, _lock: lock }))
}

/// A rotation whose keys are wrapped anew, and whose mark is still there.
#[derive(Debug)]
pub(super) struct Rotation {
    mark: PathBuf,
    _lock: fs::File,
}

impl Rotation {
    /// Takes the mark away: the new master key is in its place.
    pub(super) fn end(self) -> Result<(), KeyringError> {
        secure_file::destroy(&self.mark).map_err(at(&self.mark))
    }
}

fn check_wrapped(path: &Path, old: &MasterKey, new: &MasterKey) -> Result<(), RotationError> {
    match fs::read(path) {
        Ok(bytes) if !old.wrapped(&bytes) && !new.wrapped(&bytes) => Err(RotationError::Neither {
            path: path.to_owned(),
        }),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Wraps the keys of a slab anew, in a file that then takes its place.
fn rewrap_slab(
    path: &Path,
    old: &MasterKey,
    new: &MasterKey,
    done: &mut Rotated,
) -> Result<(), RotationError> {
    let bytes = fs::read(path).map_err(at(path))?;
    let changed = slab::with_each_key(&bytes, |case, wrapped| {
        if new.wrapped(wrapped) {
            done.before += 1;
            return Ok(None);
        }
        let clear = old.unwrap(case, wrapped).map_err(|problem| match problem {
            UnwrapError::OtherMasterKey => RotationError::Neither {
                path: path.to_owned(),
            },
            UnwrapError::NotWrapped | UnwrapError::Altered => {
                let (path, source) = (path.to_owned(), problem);
                KeyringError::Wrapped { path, source }.into()
            }
        })?;
        done.keys += 1;
        Ok::<_, RotationError>(Some(new.wrap(case, &clear)))
    })?;
    match changed {
        Some(changed) => Ok(secure_file::replace(path, &changed).map_err(at(path))?),
        None => Ok(()),
    }
}

fn rewrap(
    path: &Path,
    belongs_to: &[u8],
    old: &MasterKey,
    new: &MasterKey,
    done: &mut Rotated,
) -> Result<(), RotationError> {
    let bytes = fs::read(path).map_err(at(path))?;
    if new.wrapped(&bytes) {
        done.before += 1;
        return Ok(());
    }
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(());
    }
    let clear = match old.unwrap(belongs_to, &bytes) {
        Ok(clear) => clear,
        // A key that an earlier version wrote unwrapped.
        Err(UnwrapError::NotWrapped) if bytes.len() == KEY => bytes,
        Err(UnwrapError::OtherMasterKey) => {
            return Err(RotationError::Neither {
                path: path.to_owned(),
            });
        }
        Err(source) => {
            let path = path.to_owned();
            return Err(KeyringError::Wrapped { path, source }.into());
        }
    };
    secure_file::replace(path, &new.wrap(belongs_to, &clear)).map_err(at(path))?;
    done.keys += 1;
    Ok(())
}
