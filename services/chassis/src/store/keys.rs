//! The key that signs a log's checkpoints: created once, stored beside the log, with its public key.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    str::FromStr,
};

use anyhow::{Context, bail};
use onestop_eventlog::{CosignerKey, CosigningKey, SigningKey, VerifyingKey};
use onestop_proto::envelope::Source;

use crate::{bounded_file, process};

/// The file of the secret key, in a service's folder. Only its owner can read it.
pub const SECRET_FILE: &str = "signing.key";
/// The file of the public key, for verifiers.
pub const PUBLIC_FILE: &str = "signing.pub";

/// The file of the secret key that cosigns the checkpoints of others.
const COSIGNING_SECRET: &str = "cosigning.key";
/// The file of its public key.
pub const COSIGNING_PUBLIC: &str = "cosigning.pub";

/// Reads the key in a service's folder. Creates one named `name` if nothing was signed yet.
///
/// # Errors
/// If it cannot be read or created, or is missing although it has signed checkpoints.
pub(crate) fn signing_key(folder: &Path, name: &str) -> anyhow::Result<SigningKey> {
    let key = match read::<SigningKey>(&folder.join(SECRET_FILE))? {
        Some(key) => key,
        None => make(folder, name)?,
    };
    let public = folder.join(PUBLIC_FILE);
    let text = format!("{}\n", key.verifying_key());
    if fs::read_to_string(&public).ok().as_ref() != Some(&text) {
        write(folder, PUBLIC_FILE, &text, 0o644)
            .with_context(|| format!("cannot write {}", public.display()))?;
    }
    Ok(key)
}

/// The name in the key with which a source signs its log.
pub fn key_name(own: &Source) -> String {
    format!("onestop/{}/{}", own.service, own.instance)
}

/// Makes the key of a source in its service's folder, if there is none yet, and returns its public half: for those who
/// check proofs before the service was ever started.
///
/// # Errors
/// If it cannot be read or created, or is missing although it has signed checkpoints.
pub fn provide(folder: &Path, own: &Source) -> anyhow::Result<VerifyingKey> {
    process::make_private_folder(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    Ok(signing_key(folder, &key_name(own))?.verifying_key().clone())
}

/// Reads the public key in a service's folder, if there is one.
pub fn verifying_key(folder: &Path) -> anyhow::Result<Option<VerifyingKey>> {
    read(&folder.join(PUBLIC_FILE))
}

/// Reads the key with which a service cosigns checkpoints, in its folder. Creates one if nothing was cosigned yet.
///
/// # Errors
/// If it cannot be read or created, or is missing although it has cosigned.
pub fn cosigning_key(folder: &Path, own: &Source) -> anyhow::Result<CosigningKey> {
    let path = folder.join(COSIGNING_SECRET);
    if let Some(key) = read(&path)? {
        return Ok(key);
    }
    let key = CosigningKey::from_seed(&key_name(own), &new_seed(folder, COSIGNING)?)?;
    let (secret, public) = (key.to_secret_text(), key.cosigner().to_string());
    write(folder, COSIGNING_SECRET, &format!("{secret}\n"), 0o600)
        .and_then(|()| write(folder, COSIGNING_PUBLIC, &format!("{public}\n"), 0o644))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(key)
}

/// Reads the public key with which a service's cosignatures are verified, if there is one.
pub fn cosigner_key(folder: &Path) -> anyhow::Result<Option<CosignerKey>> {
    read(&folder.join(COSIGNING_PUBLIC))
}

/// Reads the key in a file, if there is one.
fn read<K>(path: &Path) -> anyhow::Result<Option<K>>
where
    K: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    match bounded_file::read_text(path, bounded_file::SMALL) {
        Ok(text) => {
            let key = text
                .parse::<K>()
                .with_context(|| format!("cannot use {}", path.display()))?;
            Ok(Some(key))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn make(folder: &Path, name: &str) -> anyhow::Result<SigningKey> {
    let key = SigningKey::from_seed(name, &new_seed(folder, SIGNING)?)?;
    write(
        folder,
        SECRET_FILE,
        &format!("{}\n", key.to_secret_text()),
        0o600,
    )
    .with_context(|| format!("cannot write {}", folder.join(SECRET_FILE).display()))?;
    Ok(key)
}

/// The files of a secret key and of its public key.
type Pair = [&'static str; 2];

const SIGNING: Pair = [SECRET_FILE, PUBLIC_FILE];
const COSIGNING: Pair = [COSIGNING_SECRET, COSIGNING_PUBLIC];

/// A seed for a key that there is no public key of yet.
fn new_seed(folder: &Path, [secret, public]: Pair) -> anyhow::Result<[u8; 32]> {
    if folder.join(public).exists() {
        let path = folder.join(secret);
        bail!(
            "{} is gone, but it has signed checkpoints. Put it back",
            path.display()
        );
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(io::Error::from)
        .context("no randomness for a key")?;
    Ok(seed)
}

/// Writes a file atomically and durably.
fn write(folder: &Path, name: &str, text: &str, mode: u32) -> io::Result<()> {
    let (path, aside) = (folder.join(name), folder.join(format!("{name}.new")));
    let _ = fs::remove_file(&aside);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&aside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&aside, &path)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_by_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = signing_key(folder.path(), "onestop/intake/main").unwrap();
        let again = signing_key(folder.path(), "another").unwrap();
        assert_eq!(first.verifying_key(), again.verifying_key());
        let secret = fs::metadata(folder.path().join(SECRET_FILE)).unwrap();
        assert_eq!(secret.permissions().mode() & 0o777, 0o600);
        let public = verifying_key(folder.path()).unwrap();
        assert_eq!(public.as_ref(), Some(first.verifying_key()));
    }

    #[test]
    fn the_key_that_cosigns_is_another_one_and_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let own = "/onestop/journal/main".parse().unwrap();
        let signing = signing_key(folder.path(), "onestop/journal/main").unwrap();
        let first = cosigning_key(folder.path(), &own).unwrap();
        let again = cosigning_key(folder.path(), &own).unwrap();
        assert_eq!(first.cosigner(), again.cosigner());
        let public = cosigner_key(folder.path()).unwrap();
        assert_eq!(public.as_ref(), Some(first.cosigner()));
        let texts = [signing.to_secret_text(), first.to_secret_text()];
        let seeds = texts.map(|text| text[text.len() - 40..].to_owned());
        assert_ne!(seeds[0], seeds[1]);
        fs::remove_file(folder.path().join(COSIGNING_SECRET)).unwrap();
        let error = cosigning_key(folder.path(), &own).unwrap_err();
        assert!(error.to_string().contains("Put it back"), "{error}");
    }

    #[test]
    fn a_lost_key_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        signing_key(folder.path(), "onestop/intake/main").unwrap();
        fs::remove_file(folder.path().join(SECRET_FILE)).unwrap();
        let error = signing_key(folder.path(), "onestop/intake/main").unwrap_err();
        assert!(error.to_string().contains("Put it back"), "{error}");
    }
}
