//! The master key: it wraps the keys of the cases, so that whoever finds those finds nothing.
//!
//! It comes from a file or from the environment, never from the folder of the keys. Backups leave it out.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, KeyInit, Payload},
};
use data_encoding::BASE64;
use hkdf::Hkdf;
use onestop_chassis::settings::Settings;
use sha2::Sha256;
use tracing::warn;

/// The file that intake makes in its own folder where no other is named. Backups leave it out by this name.
pub const FILE: &str = "master.key";

/// Bytes of a key.
const KEY: usize = 32;
/// Bytes of a nonce of XChaCha20-Poly1305: long enough to be drawn at random.
const NONCE: usize = 24;
/// Bytes by which a master key is told from another. They say nothing of the key.
const NAME: usize = 8;
/// What is wrapped begins with this; persisted.
const MAGIC: &[u8; 4] = b"OSK2";
/// What keys are derived for; persisted.
const FOR_WRAPPING: &[u8] = b"onestop/intake/wrapping/1";
const FOR_NAMING: &[u8] = b"onestop/intake/name/1";

/// The master key, as far as anybody needs it.
#[derive(Clone)]
pub struct Master {
    wrapping: Key,
    name: [u8; NAME],
}

impl std::fmt::Debug for Master {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Master")
    }
}

/// Where a master key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The environment (or the settings' file): it is not ours to keep.
    Given(onestop_chassis::settings::Secret),
    /// A file that the settings name.
    File(PathBuf),
    /// The file of our own, made at the first start.
    Own(PathBuf),
}

impl Origin {
    /// What the settings say.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        if let Some(secret) = &settings.master_key {
            return Self::Given(secret.clone());
        }
        match &settings.master_key_file {
            Some(file) => Self::File(file.clone()),
            None => Self::Own(settings.data.join(onestop_proto::case::SERVICE).join(FILE)),
        }
    }

    /// The file, where there is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Given(_) => None,
            Self::File(file) | Self::Own(file) => Some(file),
        }
    }
}

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterError {
    /// The file cannot be read or written.
    #[error("the master key {} cannot be used", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The settings name a file that is not there.
    #[error(
        "the master key {} does not exist. Put it there, or make one: onestop keys new-master --out {}",
        path.display(), path.display()
    )]
    Missing {
        /// Which.
        path: PathBuf,
    },
    /// Keys are wrapped with one that is not there.
    #[error(
        "the master key {} is gone, and the keys of personal data are wrapped with it. Put its copy back there, \
         or name it with master_key_file", path.display()
    )]
    Gone {
        /// Where it was.
        path: PathBuf,
    },
    /// The text is no key.
    #[error(
        "{place} holds no master key: 32 bytes in base64 are wanted. Make one: onestop keys new-master --out FILE"
    )]
    NoKey {
        /// Where it came from.
        place: String,
    },
}

/// Why something wrapped does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unwrapped {
    /// It was never wrapped.
    #[error("it is not wrapped")]
    Never,
    /// Another master key wrapped it.
    #[error("another master key wrapped it")]
    ByAnother,
    /// It was altered, or belongs elsewhere.
    #[error("it was altered, or belongs elsewhere")]
    Altered,
}

impl Master {
    /// Takes the key from where it is. One of our own is made where nothing has been wrapped yet.
    ///
    /// # Errors
    /// If it is missing or no key.
    pub fn load(origin: &Origin, wrapped_before: bool) -> Result<Self, MasterError> {
        let path = match origin {
            Origin::Given(secret) => {
                let place = "ONESTOP_MASTER_KEY";
                return Self::parse(secret.expose(), place);
            }
            Origin::File(path) | Origin::Own(path) => path,
        };
        match fs::read_to_string(path) {
            Ok(text) => {
                warn_if_open(path);
                Self::parse(&text, &path.display().to_string())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => match origin {
                Origin::Own(path) if !wrapped_before => Self::first(path),
                Origin::Own(path) => Err(MasterError::Gone { path: path.clone() }),
                Origin::File(_) | Origin::Given(_) => {
                    Err(MasterError::Missing { path: path.clone() })
                }
            },
            Err(source) => {
                let path = path.clone();
                Err(MasterError::File { path, source })
            }
        }
    }

    /// Reads a key from the text that [`make`] wrote.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &str, place: &str) -> Result<Self, MasterError> {
        let bytes = BASE64.decode(text.trim().as_bytes()).ok();
        match bytes {
            Some(bytes) if bytes.len() == KEY => Ok(Self::of(&bytes)),
            Some(_) | None => Err(MasterError::NoKey {
                place: place.to_owned(),
            }),
        }
    }

    fn first(path: &Path) -> Result<Self, MasterError> {
        let text = make(path)?;
        warn!(
            file = %path.display(),
            "made a master key for personal data. Keep a copy of it apart from the backups, which leave it out: \
             without it nobody can read a name again"
        );
        Self::parse(&text, &path.display().to_string())
    }

    fn of(secret: &[u8]) -> Self {
        let derived = Hkdf::<Sha256>::new(None, secret);
        let (mut wrapping, mut name) = ([0; KEY], [0; NAME]);
        for (purpose, into) in [
            (FOR_WRAPPING, wrapping.as_mut_slice()),
            (FOR_NAMING, &mut name),
        ] {
            if derived.expand(purpose, into).is_err() {
                unreachable!("HKDF-SHA256 gives up to 8160 bytes")
            }
        }
        Self {
            wrapping: Key::from(wrapping),
            name,
        }
    }

    /// Whether it wrapped this.
    #[must_use]
    pub fn wrapped(&self, bytes: &[u8]) -> bool {
        bytes
            .strip_prefix(MAGIC)
            .is_some_and(|rest| rest.starts_with(&self.name))
    }

    /// Wraps something, bound to what it belongs to.
    #[must_use]
    pub fn wrap(&self, belongs_to: &[u8], clear: &[u8]) -> Vec<u8> {
        let nonce = XNonce::generate();
        let bound = Payload {
            msg: clear,
            aad: belongs_to,
        };
        let Ok(ciphertext) = XChaCha20Poly1305::new(&self.wrapping).encrypt(&nonce, bound) else {
            unreachable!("a few bytes are not too long to encrypt")
        };
        [MAGIC.as_slice(), &self.name, &nonce, &ciphertext].concat()
    }

    /// Unwraps what [`Master::wrap`] wrapped.
    ///
    /// # Errors
    /// If it was not this key, not for this, or not wrapped at all.
    pub fn unwrap(&self, belongs_to: &[u8], bytes: &[u8]) -> Result<Vec<u8>, Unwrapped> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(Unwrapped::Never)?;
        let rest = rest.strip_prefix(&self.name).ok_or(Unwrapped::ByAnother)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE).ok_or(Unwrapped::Altered)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| Unwrapped::Altered)?;
        let bound = Payload {
            msg: ciphertext,
            aad: belongs_to,
        };
        XChaCha20Poly1305::new(&self.wrapping)
            .decrypt(&nonce, bound)
            .map_err(|_| Unwrapped::Altered)
    }
}

/// Makes a new master key in a file of its own that only its owner can read; its text.
///
/// # Errors
/// If the file is there already or cannot be written.
pub fn make(path: &Path) -> Result<String, MasterError> {
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
        super::files::sync_folder_of(path)
    };
    write().map_err(|source| MasterError::File {
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

    fn master() -> Master {
        Master::of(&Key::generate())
    }

    #[test]
    fn what_is_wrapped_opens_with_its_master_and_for_its_purpose() {
        let master = master();
        let wrapped = master.wrap(b"case", b"secret");
        assert_eq!(master.unwrap(b"case", &wrapped).unwrap(), b"secret");
        assert_eq!(master.unwrap(b"other", &wrapped), Err(Unwrapped::Altered));
        assert_eq!(master.unwrap(b"case", b"secret"), Err(Unwrapped::Never));
        let another = Master::of(&Key::generate());
        assert_eq!(another.unwrap(b"case", &wrapped), Err(Unwrapped::ByAnother));
        assert!(master.wrapped(&wrapped) && !another.wrapped(&wrapped));
    }

    #[test]
    fn one_of_our_own_is_made_once_and_never_again_when_it_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("intake/master.key");
        let origin = Origin::Own(path.clone());
        let first = Master::load(&origin, false).unwrap();
        let again = Master::load(&origin, true).unwrap();
        assert_eq!(first.name, again.name);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_file(&path).unwrap();
        let gone = Master::load(&origin, true).unwrap_err();
        assert!(matches!(gone, MasterError::Gone { .. }), "{gone}");
        assert!(!path.exists());
    }

    #[test]
    fn one_that_the_settings_name_is_never_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("elsewhere.key");
        let missing = Master::load(&Origin::File(path.clone()), false).unwrap_err();
        assert!(matches!(missing, MasterError::Missing { .. }), "{missing}");
        fs::write(&path, "too short").unwrap();
        let bad = Master::load(&Origin::File(path), false).unwrap_err();
        assert!(matches!(bad, MasterError::NoKey { .. }), "{bad}");
    }
}
