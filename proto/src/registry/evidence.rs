//! Files that show how far the building of a site is: what its opening rests on (开办依据), and photographs (照片). The registry
//! keeps them outside its log, under their hashes; they are sent in pieces, as files of cases are.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::SiteState;
use crate::{
    case::{FileHash, MediaType},
    division::DivisionCode,
    ids::{SiteId, UnitId},
};

/// The largest file that is taken, in bytes: a photograph as telephones take it, a scan of some pages.
pub const LARGEST_EVIDENCE: u64 = 16 * 1024 * 1024;
/// The most files of one site.
pub const MOST_EVIDENCE: usize = 100;

choices! {
    /// What a file of a site is, and with that who reads it.
    pub enum EvidenceKind {
        Photo = "photo", "照片", "photo";
        /// An approval, a record of an inspection; for staff alone.
        Document = "document", "开办依据", "opening document";
    }
}

choices! {
    /// What becomes of a file that is withdrawn.
    pub enum WithdrawnFile {
        /// It is deleted, here and on the standby.
        Deleted = "deleted", "已删除", "deleted";
        /// Another site has the same file: it stays until that one withdraws it too.
        KeptForAnotherSite = "kept-for-another-site", "另一站点仍在使用", "kept for another site";
    }
}

impl EvidenceKind {
    /// Whether a file of a type may be of this kind. Photographs are what every browser shows.
    pub const fn takes(self, media_type: MediaType) -> bool {
        match media_type {
            MediaType::Jpeg | MediaType::Png | MediaType::Webp => true,
            MediaType::Pdf | MediaType::Ofd => matches!(self, Self::Document),
            MediaType::Heic | MediaType::Text | MediaType::Mp3 | MediaType::Mp4 => false,
        }
    }

    /// Whether the public may read it.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Photo)
    }
}

/// A file was added to what is recorded of a site (登记开办依据).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EvidenceAttached {
    /// The site.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The day.
    #[schemars(with = "String")]
    pub from: Date,
    /// What it is.
    pub kind: EvidenceKind,
    /// The state of the site that it shows, or that it is for.
    pub state: SiteState,
    /// Its SHA-256.
    pub hash: FileHash,
    /// Its size in bytes.
    pub size: u64,
    /// Its type.
    pub media_type: MediaType,
    /// Its name.
    pub name: String,
}

/// A file of a site is shown no more (撤下文件): it was a mistake, or shows a person. The log keeps that it was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EvidenceWithdrawn {
    /// The site.
    pub site: SiteId,
    /// Its window.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// The day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The SHA-256 of the file.
    pub hash: FileHash,
    /// Why.
    pub reason: String,
    /// What becomes of the file; absent from an earlier version, which kept it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<WithdrawnFile>,
}

/// Have a file of a site shown no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawEvidence {
    /// The site.
    pub site: SiteId,
    /// The SHA-256 of the file.
    pub hash: FileHash,
    /// Why.
    pub reason: String,
}

/// Send a piece of a file that will be added to a site. It is kept aside until `attach-evidence`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachPiece {
    /// The site.
    pub site: SiteId,
    /// The SHA-256 of the whole file.
    pub hash: FileHash,
    /// Which piece, from 0; in order.
    pub piece: u32,
    /// Its bytes, in Base64: 512 KiB, the last one what is left.
    pub data: String,
}

impl std::fmt::Debug for AttachPiece {
    /// Without the bytes.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "AttachPiece({}, {}, {})",
            self.site, self.hash, self.piece
        )
    }
}

/// Add a file whose pieces were sent to what is recorded of a site. Photographs are public; documents are for staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachEvidence {
    /// The site.
    pub site: SiteId,
    /// What it is.
    pub kind: EvidenceKind,
    /// The state of the site that it shows, or that it is for; the present one, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<SiteState>,
    /// Its SHA-256.
    pub hash: FileHash,
    /// Its size in bytes.
    pub size: u64,
    /// Its type.
    pub media_type: MediaType,
    /// Its name.
    pub name: String,
}

/// `qry.registry.evidence`: a piece of a file of a site. Photographs are for all, documents for staff: for a question with
/// an actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceQuery {
    /// The site.
    pub site: SiteId,
    /// The file.
    pub hash: FileHash,
    /// Which piece, from 0.
    pub piece: u32,
}

/// The answer to [`EvidenceQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EvidencePiece {
    /// The file.
    pub hash: FileHash,
    /// What it is.
    pub kind: EvidenceKind,
    /// Its size.
    pub size: u64,
    /// Its type.
    pub media_type: MediaType,
    /// Which piece, from 0.
    pub piece: u32,
    /// How many there are.
    pub pieces: u32,
    /// Its name.
    pub name: String,
    /// The bytes of the piece, in Base64.
    pub data: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photographs_are_pictures_that_browsers_show_and_documents_may_be_scans() {
        assert!(EvidenceKind::Photo.takes(MediaType::Jpeg));
        assert!(!EvidenceKind::Photo.takes(MediaType::Pdf));
        assert!(EvidenceKind::Document.takes(MediaType::Pdf));
        assert!(EvidenceKind::Document.takes(MediaType::Png));
        for kind in EvidenceKind::ALL {
            assert!(!kind.takes(MediaType::Heic), "{kind}");
            assert!(!kind.takes(MediaType::Text), "{kind}");
        }
        assert!(EvidenceKind::Photo.is_public());
        assert!(!EvidenceKind::Document.is_public());
    }
}
