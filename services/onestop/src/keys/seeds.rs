//! The files of keys and passwords: made once, readable by their owner alone.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use nkeys::KeyPair;

pub(crate) fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.nk"))
}

/// The public half of the key of that name; makes the key if there is none.
pub(crate) fn public(folder: &Path, name: &str) -> anyhow::Result<String> {
    let file = file(folder, name);
    let made = || {
        let seed = KeyPair::new_user().seed();
        seed.map_err(|error| anyhow!(error).context(said!("keys-not-made")))
    };
    let seed = secret(&file, made)?;
    let key = KeyPair::from_seed(&seed);
    let key =
        key.map_err(|error| anyhow!(error).context(said!("keys-no-key", path = file.display())));
    Ok(key?.public_key())
}

/// The password in a file: 32 random bytes, made if there is none.
pub(crate) fn password(file: &Path) -> anyhow::Result<String> {
    secret(file, || {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(io::Error::from)
            .with_context(|| said!("keys-no-password"))?;
        Ok(data_encoding::HEXLOWER.encode(&bytes))
    })
}

pub(super) fn secret(
    file: &Path,
    make: impl FnOnce() -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    match fs::read_to_string(file) {
        Ok(text) => return Ok(text.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => {
            return Err(error).with_context(|| said!("cannot-read", path = file.display()));
        }
    }
    let made = make()?;
    let written = write(file, &format!("{made}\n"));
    written.with_context(|| said!("cannot-write", path = file.display()))?;
    Ok(made)
}

/// Writes a file atomically, readable by its owner alone.
pub(crate) fn write(file: &Path, text: &str) -> io::Result<()> {
    let aside = file.with_extension("new");
    let _ = fs::remove_file(&aside);
    let mut opened = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&aside)?;
    opened.write_all(text.as_bytes())?;
    opened.sync_all()?;
    fs::rename(&aside, file)
}
