//! Files of a case (附件): kept outside the log, under their hash, and sent in pieces.

use serde::{Deserialize, Serialize};

use super::MediaType;
use crate::ids::CaseRef;

/// The largest file that is taken, in bytes: a scanned file of a hundred pages, or a short film.
pub const LARGEST_FILE: u64 = 32 * 1024 * 1024;
/// Bytes of every piece but the last. As text in a request it stays below the broker's 1 MiB.
pub const PIECE: usize = 512 * 1024;
/// The most files of one case.
pub const MOST_FILES: usize = 200;

text_id! {
    /// The SHA-256 of a file, in hex: its name in the store.
    FileHash, "the SHA-256 of a file", "^[0-9a-f]{64}$", "64 digits of hex in lower case are wanted",
    |text| text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// `qry.intake.attachment`: a piece of a file, for those who may know the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachmentQuery {
    /// The case.
    pub case: CaseRef,
    /// The file.
    pub hash: FileHash,
    /// Which piece, from 0.
    pub piece: u32,
}

/// The answer to [`AttachmentQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AttachmentPiece {
    /// The file.
    pub hash: FileHash,
    /// Its size.
    pub size: u64,
    /// What it is.
    pub media_type: MediaType,
    /// Which piece, from 0.
    pub piece: u32,
    /// How many there are.
    pub pieces: u32,
    /// The name of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its bytes, in Base64.
    pub data: String,
}

impl MediaType {
    /// What a file is, by the ending of its name.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "ofd" => Some(Self::Ofd),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "png" => Some(Self::Png),
            "webp" => Some(Self::Webp),
            "heic" | "heif" => Some(Self::Heic),
            "txt" => Some(Self::Text),
            "mp3" => Some(Self::Mp3),
            "mp4" => Some(Self::Mp4),
            _ => None,
        }
    }
}

/// The brands by which a container says that it holds a HEIC picture, or several.
const HEIC_BRANDS: [&[u8]; 6] = [b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"];

impl MediaType {
    /// Whether a file that begins with these bytes may be of this type. This catches a file that was chosen by mistake; it
    /// is no search for malware.
    pub fn is_begun_by(self, bytes: &[u8]) -> bool {
        match self {
            Self::Pdf => bytes.starts_with(b"%PDF-"),
            // A ZIP archive of XML.
            Self::Ofd => bytes.starts_with(b"PK\x03\x04"),
            Self::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Webp => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
            Self::Heic => {
                bytes.get(4..8) == Some(b"ftyp")
                    && bytes
                        .get(8..12)
                        .is_some_and(|brand| HEIC_BRANDS.contains(&brand))
            }
            Self::Text => !bytes.contains(&0),
            Self::Mp3 => {
                bytes.starts_with(b"ID3")
                    || matches!(bytes, [0xff, second, ..] if second & 0xe0 == 0xe0)
            }
            Self::Mp4 => bytes.get(4..8) == Some(b"ftyp"),
        }
    }
}

/// How many pieces a file of so many bytes has.
pub fn pieces(size: u64) -> u32 {
    u32::try_from(size.div_ceil(PIECE as u64)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_begins_as_its_media_type_does() {
        assert!(MediaType::Pdf.is_begun_by(b"%PDF-1.7 ..."));
        assert!(!MediaType::Pdf.is_begun_by(b"\x89PNG\r\n\x1a\n"));
        assert!(MediaType::Mp4.is_begun_by(b"\0\0\0\x18ftypmp42"));
        assert!(MediaType::Webp.is_begun_by(b"RIFF\x1a\0\0\0WEBPVP8 "));
        assert!(!MediaType::Webp.is_begun_by(b"RIFF\x1a\0\0\0WAVEfmt "));
        assert!(MediaType::Heic.is_begun_by(b"\0\0\0\x18ftypheic"));
        assert!(!MediaType::Heic.is_begun_by(b"\0\0\0\x18ftypmp42"));
        assert!(MediaType::Text.is_begun_by("欠条".as_bytes()));
        assert!(!MediaType::Text.is_begun_by(b"MZ\0\0"));
    }
}
