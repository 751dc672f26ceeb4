//! The form in which a piece of a file is stored: the length of the encrypted piece, then the encrypted piece, in
//! which the file's hash and the piece's number precede the bytes. So every piece is verified when it is
//! read, without the others.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};

use data_encoding::{BASE64, HEXLOWER};
use onestop_proto::{
    case::{Ciphertext, FileHash, PIECE},
    ids::CaseId,
};

use super::AttachmentError;
use crate::keyring::{Keyring, KeyringError};

/// Bytes of a hash.
const HASH: usize = 32;
/// Bytes before those of the file in a piece: the hash, and the piece's number.
const HEADER: usize = HASH + 4;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FileId {
    pub(crate) case: CaseId,
    pub(crate) hash: FileHash,
}

pub(super) fn seal(
    keyring: &Keyring,
    file: &FileId,
    piece: u32,
    bytes: &[u8],
) -> Result<Vec<u8>, AttachmentError> {
    let mut text = header(&file.hash, piece);
    text.extend_from_slice(bytes);
    let Ciphertext(sealed) = keyring.seal(file.case, &text)?;
    let decoded = BASE64.decode(sealed.as_bytes());
    Ok(decoded.map_err(io::Error::other)?)
}

/// Decrypts a piece, and verifies that it is that piece of that file.
pub(super) fn unseal(
    keyring: &Keyring,
    file: &FileId,
    piece: u32,
    sealed: &[u8],
) -> Result<Vec<u8>, KeyringError> {
    let case = file.case;
    let mut text = keyring.unseal(case, &Ciphertext(BASE64.encode(sealed)))?;
    if !text.starts_with(&header(&file.hash, piece)) {
        return Err(KeyringError::Foreign { case });
    }
    Ok(text.split_off(HEADER))
}

/// Appends an encrypted piece to a file.
pub(super) fn append(file: &mut File, sealed: &[u8]) -> io::Result<()> {
    let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
    file.write_all(&length.to_le_bytes())?;
    file.write_all(sealed)
}

/// Moves over an encrypted piece.
pub(super) fn skip(file: &mut File) -> io::Result<()> {
    let length = read_length(file)?;
    file.seek(SeekFrom::Current(i64::from(length))).map(|_| ())
}

fn header(hash: &FileHash, piece: u32) -> Vec<u8> {
    let mut header = HEXLOWER
        .decode(hash.as_str().as_bytes())
        .unwrap_or_default();
    header.resize(HASH, 0);
    header.extend(piece.to_le_bytes());
    header
}

fn read_length(file: &mut File) -> io::Result<u32> {
    let mut length = [0; 4];
    file.read_exact(&mut length)?;
    Ok(u32::from_le_bytes(length))
}

/// Reads an encrypted piece.
pub(super) fn read(file: &mut File) -> io::Result<Vec<u8>> {
    let length = read_length(file)? as usize;
    // A damaged length must not allocate what it claims.
    if length > 2 * PIECE {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut sealed = vec![0; length];
    file.read_exact(&mut sealed)?;
    Ok(sealed)
}
