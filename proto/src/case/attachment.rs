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
    #[must_use]
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

/// How many pieces a file of so many bytes has.
#[must_use]
pub fn pieces(size: u64) -> u32 {
    u32::try_from(size.div_ceil(PIECE as u64)).unwrap_or(u32::MAX)
}
