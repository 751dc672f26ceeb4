//! Attaching a file (附件): how many, how large, of which media type. The service keeps the bytes.

use onestop_proto::case::{
    Attach, AttachPiece, AttachmentAdded, Event, FileHash, LARGEST_FILE, MOST_FILES, MediaType,
    PIECE, Rejection,
};

use crate::domain::{Case, Context, field_problem::incomplete};

/// The longest name of a file.
const NAME_LIMIT: usize = 200;
/// The last piece that a file can have, from 0.
const LAST_PIECE: u32 = (LARGEST_FILE / PIECE as u64) as u32;

/// Accepts a piece of a file, without an event, or refuses it.
pub(super) fn decide_piece(case: &Case, piece: &AttachPiece) -> Result<Vec<Event>, Rejection> {
    check_room(case, &piece.hash)?;
    if piece.piece >= LAST_PIECE {
        return Err(Rejection::TooLarge {
            size: u64::from(piece.piece) * PIECE as u64,
        });
    }
    Ok(Vec::new())
}

pub(super) fn decide(
    case: &Case,
    attach: &Attach,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    check_room(case, &attach.hash)?;
    if attach.size == 0 || attach.size > LARGEST_FILE {
        return Err(Rejection::TooLarge { size: attach.size });
    }
    let name = attach.name.0.trim().chars().count();
    if name == 0 || name > NAME_LIMIT {
        return Err(incomplete("name", "1 至 200 字 / from 1 to 200 characters"));
    }
    Ok(vec![Event::from(AttachmentAdded {
        hash: attach.hash.clone(),
        size: attach.size,
        media_type: attach.media_type,
        kind: attach.kind.clone(),
        name: context.sealed.clone(),
    })])
}

fn check_room(case: &Case, hash: &FileHash) -> Result<(), Rejection> {
    if case.files.iter().any(|file| file.hash == *hash) {
        return Err(Rejection::AttachedBefore { hash: hash.clone() });
    }
    let count = case.files.len();
    if count >= MOST_FILES {
        return Err(Rejection::TooManyFiles { count });
    }
    Ok(())
}

/// The brands by which a container says that it holds a HEIC picture, or several.
const HEIC_BRANDS: [&[u8]; 6] = [b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"];

/// Whether a file begins as its media type does. This catches a file that was chosen by mistake; it is no
/// search for malware.
pub(crate) fn begins_like(media_type: MediaType, bytes: &[u8]) -> bool {
    match media_type {
        MediaType::Pdf => bytes.starts_with(b"%PDF-"),
        // A ZIP archive of XML.
        MediaType::Ofd => bytes.starts_with(b"PK\x03\x04"),
        MediaType::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
        MediaType::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        MediaType::Webp => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        MediaType::Heic => {
            bytes.get(4..8) == Some(b"ftyp")
                && bytes
                    .get(8..12)
                    .is_some_and(|brand| HEIC_BRANDS.contains(&brand))
        }
        MediaType::Text => !bytes.contains(&0),
        MediaType::Mp3 => {
            bytes.starts_with(b"ID3")
                || matches!(bytes, [0xff, second, ..] if second & 0xe0 == 0xe0)
        }
        MediaType::Mp4 => bytes.get(4..8) == Some(b"ftyp"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_begins_as_its_media_type_does() {
        assert!(begins_like(MediaType::Pdf, b"%PDF-1.7 ..."));
        assert!(!begins_like(MediaType::Pdf, b"\x89PNG\r\n\x1a\n"));
        assert!(begins_like(MediaType::Mp4, b"\0\0\0\x18ftypmp42"));
        assert!(begins_like(MediaType::Webp, b"RIFF\x1a\0\0\0WEBPVP8 "));
        assert!(!begins_like(MediaType::Webp, b"RIFF\x1a\0\0\0WAVEfmt "));
        assert!(begins_like(MediaType::Heic, b"\0\0\0\x18ftypheic"));
        assert!(!begins_like(MediaType::Heic, b"\0\0\0\x18ftypmp42"));
        assert!(begins_like(MediaType::Text, "欠条".as_bytes()));
        assert!(!begins_like(MediaType::Text, b"MZ\0\0"));
    }
}
