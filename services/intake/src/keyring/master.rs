//! The master key: it wraps the keys of the cases, so that a copy of their folder opens nothing.
//!
//! It comes from a file or from the environment, never from the folder of the keys. Backups leave it out.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use chacha20poly1305::{Key, aead::Generate};
use data_encoding::BASE64;
use hkdf::Hkdf;
use onestop_chassis::{bounded_file, settings::Settings};
use sha2::Sha256;
use tracing::warn;

use super::{
    cipher::{self, KEY},
    error::{MasterKeyError, UnwrapError},
};

/// The file that intake makes in its own folder where no other is named. Backups leave it out by this name.
pub const FILE: &str = "master.key";

/// Bytes of a fingerprint, which reveals nothing of the key.
const FINGERPRINT: usize = 8;
/// The first bytes of a wrapped key; persisted.
const MAGIC: &[u8; 4] = b"OSK2";
/// What keys are derived for; persisted.
const FOR_WRAPPING: &[u8] = b"onestop/intake/wrapping/1";
const FOR_FINGERPRINT: &[u8] = b"onestop/intake/name/1";

#[derive(Clone)]
pub struct MasterKey {
    wrapping: Key,
    fingerprint: [u8; FINGERPRINT],
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey")
    }
}

/// Where the master key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MasterKeySource {
    /// The environment or the settings' file: intake does not store it.
    Environment(onestop_chassis::settings::Secret),
    /// The file that the settings name.
    File(PathBuf),
    /// Intake's own file, made at the first start.
    Own(PathBuf),
}

impl MasterKeySource {
    pub fn of(settings: &Settings) -> Self {
        if let Some(secret) = &settings.master_key {
            return Self::Environment(secret.clone());
        }
        match &settings.master_key_file {
            Some(file) => Self::File(file.clone()),
            None => Self::Own(settings.data.join(onestop_proto::case::SERVICE).join(FILE)),
        }
    }

    /// The file, where there is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Environment(_) => None,
            Self::File(file) | Self::Own(file) => Some(file),
        }
    }
}

/// Whether keys of cases are wrapped already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExistingKeys {
    /// None are: intake's own master key may be made.
    None,
    /// Some are: a master key that is missing was lost.
    Wrapped,
}

impl MasterKey {
    /// Loads the key. Intake's own is made where nothing has been wrapped yet.
    ///
    /// # Errors
    /// If it is missing or no key.
    pub fn load(source: &MasterKeySource, keys: ExistingKeys) -> Result<Self, MasterKeyError> {
        let path = match source {
            MasterKeySource::Environment(secret) => {
                let place = "ONESTOP_MASTER_KEY";
                return Self::parse(secret.expose(), place);
            }
            MasterKeySource::File(path) | MasterKeySource::Own(path) => path,
        };
        match bounded_file::read_text(path, bounded_file::SMALL) {
            Ok(text) => {
                warn_if_open(path);
                Self::parse(&text, &path.display().to_string())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => match source {
                MasterKeySource::Own(path) if keys == ExistingKeys::None => Self::first(path),
                MasterKeySource::Own(path) => Err(MasterKeyError::Gone { path: path.clone() }),
                MasterKeySource::File(_) | MasterKeySource::Environment(_) => {
                    Err(MasterKeyError::Missing { path: path.clone() })
                }
            },
            Err(source) => {
                let path = path.clone();
                Err(MasterKeyError::File { path, source })
            }
        }
    }

    /// Reads a key from the text that [`make`] wrote.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &str, place: &str) -> Result<Self, MasterKeyError> {
        let bytes = BASE64.decode(text.trim().as_bytes()).ok();
        match bytes {
            Some(bytes) if bytes.len() == KEY => Ok(Self::of(&bytes)),
            Some(_) | None => Err(MasterKeyError::NoKey {
                place: place.to_owned(),
            }),
        }
    }

    fn first(path: &Path) -> Result<Self, MasterKeyError> {
        let text = make(path)?;
        warn!(
            file = %path.display(),
            "made a master key for personal data. Keep a copy of it apart from the backups, which leave it out: \
             without it no name can be read again"
        );
        Self::parse(&text, &path.display().to_string())
    }

    fn of(secret: &[u8]) -> Self {
        let derived = Hkdf::<Sha256>::new(None, secret);
        let (mut wrapping, mut fingerprint) = ([0; KEY], [0; FINGERPRINT]);
        for (purpose, into) in [
            (FOR_WRAPPING, wrapping.as_mut_slice()),
            (FOR_FINGERPRINT, &mut fingerprint),
        ] {
            if derived.expand(purpose, into).is_err() {
                unreachable!("HKDF-SHA256 gives up to 8160 bytes")
            }
        }
        Self {
            wrapping: Key::from(wrapping),
            fingerprint,
        }
    }

    /// Whether this master key wrapped the bytes.
    pub fn wrapped(&self, bytes: &[u8]) -> bool {
        bytes
            .strip_prefix(MAGIC)
            .is_some_and(|rest| rest.starts_with(&self.fingerprint))
    }

    /// Wraps something, bound to what it belongs to.
    pub fn wrap(&self, belongs_to: &[u8], clear: &[u8]) -> Vec<u8> {
        let ciphertext = cipher::encrypt(&self.wrapping, belongs_to, clear);
        [MAGIC.as_slice(), &self.fingerprint, &ciphertext].concat()
    }

    /// Unwraps what [`MasterKey::wrap`] wrapped.
    ///
    /// # Errors
    /// If it was not this key, not for this, or not wrapped at all.
    pub fn unwrap(&self, belongs_to: &[u8], bytes: &[u8]) -> Result<Vec<u8>, UnwrapError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(UnwrapError::NotWrapped)?;
        let ciphertext = rest
            .strip_prefix(&self.fingerprint)
            .ok_or(UnwrapError::OtherMasterKey)?;
        cipher::decrypt(&self.wrapping, belongs_to, ciphertext).ok_or(UnwrapError::Altered)
    }
}

/// Makes a new master key in a file of its own that only its owner can read; its text.
pub fn make(path: &Path) -> Result<String, MasterKeyError> {
    let text = format!("{}\n", BASE64.encode(&Key::generate()));
    let write = || {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        super::secure_file::sync_folder_of(path)
    };
    write().map_err(|source| MasterKeyError::File {
        path: path.to_owned(),
        source,
    })?;
    Ok(text)
}

/// Others on the machine should not be able to read it; secrets that are mounted often can be.
fn warn_if_open(path: &Path) {
    let others = fs::metadata(path).map_or(0, |file| file.permissions().mode() & 0o077);
    if others != 0 {
        warn!(file = %path.display(), "others can read the master key: chmod 600");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master() -> MasterKey {
        MasterKey::of(&Key::generate())
    }

    #[test]
    fn a_wrapped_key_unwraps_with_its_master_and_for_its_purpose() {
        let master = master();
        let wrapped = master.wrap(b"case", b"secret");
        assert_eq!(master.unwrap(b"case", &wrapped).unwrap(), b"secret");
        assert_eq!(master.unwrap(b"other", &wrapped), Err(UnwrapError::Altered));
        assert_eq!(
            master.unwrap(b"case", b"secret"),
            Err(UnwrapError::NotWrapped)
        );
        let another = MasterKey::of(&Key::generate());
        assert_eq!(
            another.unwrap(b"case", &wrapped),
            Err(UnwrapError::OtherMasterKey)
        );
        assert!(master.wrapped(&wrapped) && !another.wrapped(&wrapped));
    }

    #[test]
    fn the_own_master_key_is_made_once_and_not_again_when_it_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("intake/master.key");
        let origin = MasterKeySource::Own(path.clone());
        let first = MasterKey::load(&origin, ExistingKeys::None).unwrap();
        let again = MasterKey::load(&origin, ExistingKeys::Wrapped).unwrap();
        assert_eq!(first.fingerprint, again.fingerprint);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_file(&path).unwrap();
        let gone = MasterKey::load(&origin, ExistingKeys::Wrapped).unwrap_err();
        assert!(matches!(gone, MasterKeyError::Gone { .. }), "{gone}");
        assert!(!path.exists());
    }

    #[test]
    fn a_master_key_named_in_the_settings_is_never_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("elsewhere.key");
        let missing =
            MasterKey::load(&MasterKeySource::File(path.clone()), ExistingKeys::None).unwrap_err();
        assert!(
            matches!(missing, MasterKeyError::Missing { .. }),
            "{missing}"
        );
        fs::write(&path, "too short").unwrap();
        let bad = MasterKey::load(&MasterKeySource::File(path), ExistingKeys::None).unwrap_err();
        assert!(matches!(bad, MasterKeyError::NoKey { .. }), "{bad}");
    }
}
