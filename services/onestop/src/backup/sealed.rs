//! Encryption of backups (加密): to recipients, in the age format (<https://age-encryption.org/v1>), so that the
//! operator's own tools open them too.
//!
//! The recipient is public and is a setting. The identity is secret and is needed for a restore alone. Every 64 KiB are
//! authenticated, and so is the end: a restore refuses a file that was altered or cut short.

use std::{
    fs::File,
    io::{BufReader, Chain, Cursor, Read, Write},
    path::Path,
};

use age::{
    DecryptError, Decryptor, Encryptor, Identity, IdentityFile, Recipient,
    stream::{StreamReader, StreamWriter},
    x25519,
};
use anyhow::{Context, anyhow, bail, ensure};
use onestop_chassis::settings::Settings;

use crate::bounded_file;

/// How a file in the age format begins, whatever its version.
const AGE: &[u8] = b"age-encryption.org/";

pub(super) fn recipients(settings: &Settings) -> anyhow::Result<Vec<x25519::Recipient>> {
    let text = settings.backup_recipients.as_deref().unwrap_or_default();
    let names = text.split([',', ' ']).filter(|name| !name.is_empty());
    // The value is not printed: it may be the identity, by mistake.
    let parsed = names.zip(1..).map(|(name, number)| {
        name.parse().map_err(|problem: &str| {
            anyhow!(said!(
                "backup-no-recipient",
                number = number,
                problem = problem
            ))
        })
    });
    let recipients = parsed.collect::<anyhow::Result<Vec<_>>>()?;
    if recipients.is_empty() {
        bail!(said!("backup-without-recipient"));
    }
    Ok(recipients)
}

/// Encrypts what is written, to a file.
pub(super) struct Sealer<W: Write>(StreamWriter<W>);

impl<W: Write> Sealer<W> {
    pub(super) fn begin(to: W, recipients: &[x25519::Recipient]) -> anyhow::Result<Self> {
        let recipients = recipients.iter().map(|it| it as &dyn Recipient);
        let sealed = Encryptor::with_recipients(recipients)?.wrap_output(to);
        Ok(Self(sealed.with_context(|| said!("backup-not-written"))?))
    }

    /// Writes the end, without which the file does not open.
    pub(super) fn finish(self) -> anyhow::Result<W> {
        self.0.finish().with_context(|| said!("backup-not-written"))
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// Refuses a file that is not encrypted.
pub(super) fn check(file: &Path) -> anyhow::Result<()> {
    let path = file.display();
    let cannot_read = || said!("cannot-read", path = path);
    let mut begin = Vec::new();
    let opened = bounded_file::open(file)?;
    let read = opened.take(AGE.len() as u64).read_to_end(&mut begin);
    read.with_context(cannot_read)?;
    ensure!(begin == AGE, said!("backup-not-encrypted", path = path));
    Ok(())
}

type Whole = BufReader<Chain<Cursor<Vec<u8>>, File>>;

/// A backup that is read.
pub(super) enum Opened {
    Sealed(StreamReader<Whole>),
    /// One of before backups were encrypted.
    Clear(Whole),
}

impl Opened {
    /// Opens a backup; with an identity, if it is encrypted.
    pub(super) fn open(file: &Path, identity: Option<&Path>) -> anyhow::Result<Self> {
        let path = file.display();
        let cannot_read = || said!("cannot-read", path = path);
        let mut opened = bounded_file::open(file)?;
        let mut begin = Vec::new();
        let length = AGE.len() as u64;
        let read = Read::by_ref(&mut opened)
            .take(length)
            .read_to_end(&mut begin);
        read.with_context(cannot_read)?;
        let is_sealed = begin == AGE;
        let whole = BufReader::new(Cursor::new(begin).chain(opened));
        if !is_sealed {
            return Ok(Self::Clear(whole));
        }
        let Some(identity) = identity else {
            bail!(said!("backup-encrypted", path = path));
        };
        let identities = identities(identity)?;
        let altered = || said!("backup-altered", path = path);
        let decryptor = Decryptor::new_buffered(whole);
        let decryptor = decryptor.map_err(|error| unreadable(error, altered()))?;
        match decryptor.decrypt(identities.iter().map(|it| it.as_ref() as &dyn Identity)) {
            Ok(reader) => Ok(Self::Sealed(reader)),
            Err(DecryptError::NoMatchingKeys) => bail!(said!(
                "backup-other-identity",
                identity = identity.display(),
                path = path
            )),
            Err(error) => Err(unreadable(error, altered())),
        }
    }

    pub(super) fn is_clear(&self) -> bool {
        matches!(self, Self::Clear(_))
    }
}

impl Read for Opened {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Sealed(reader) => reader.read(bytes),
            Self::Clear(reader) => reader.read(bytes),
        }
    }
}

/// Why a file does not decrypt: the cause of a disk that does not give it is said, and no sentence of the format's parser.
fn unreadable(error: DecryptError, altered: String) -> anyhow::Error {
    if let DecryptError::Io(cause) = error
        && cause.raw_os_error().is_some()
    {
        return anyhow::Error::from(cause).context(altered);
    }
    anyhow!(altered)
}

fn identities(file: &Path) -> anyhow::Result<Vec<Box<dyn Identity>>> {
    let path = file.display();
    let text = bounded_file::read(file, bounded_file::SMALL)?;
    // What the parser says of it is of the format, and repeats no line.
    let parsed = IdentityFile::from_buffer(&text[..]).ok();
    let identities = parsed.and_then(|parsed| parsed.into_identities().ok());
    let identities = identities.filter(|identities| !identities.is_empty());
    identities.with_context(|| said!("backup-no-identity", path = path))
}

#[cfg(test)]
mod tests;
