//! A file of a case in words, and how a browser may show it. Pure.

use onestop_proto::{
    case::{FileHash, MediaType},
    query::AttachmentView,
};

use crate::pages::shell::Page;

/// What a file that is shown may do: nothing. It has an origin of its own.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
/// A browser's PDF viewer does not start in a sandbox.
const PDF_POLICY: &str =
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// How a browser shows a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) enum Preview {
    Picture,
    Tab,
    /// It can only be saved.
    Nowhere,
}

impl Preview {
    /// The service that keeps the file has compared its first bytes with its type.
    pub(in crate::pages) fn of(media_type: MediaType) -> Self {
        match media_type {
            MediaType::Jpeg | MediaType::Png | MediaType::Webp => Self::Picture,
            MediaType::Pdf => Self::Tab,
            MediaType::Ofd
            | MediaType::Heic
            | MediaType::Text
            | MediaType::Mp3
            | MediaType::Mp4 => Self::Nowhere,
        }
    }

    /// The policy under which the file is shown.
    pub(in crate::pages) fn policy(self) -> Option<&'static str> {
        match self {
            Self::Picture => Some(PICTURE_POLICY),
            Self::Tab => Some(PDF_POLICY),
            Self::Nowhere => None,
        }
    }
}

/// A file, in words.
pub(in crate::pages::case) struct FileText {
    pub(in crate::pages::case) hash: FileHash,
    pub(in crate::pages::case) kind: String,
    /// As the file was called where it came from.
    pub(in crate::pages::case) name: Option<String>,
    pub(in crate::pages::case) media_type: &'static str,
    pub(in crate::pages::case) preview: Preview,
    pub(in crate::pages::case) size: String,
}

impl FileText {
    pub(in crate::pages::case) fn of(file: &AttachmentView, page: &Page<'_>) -> Self {
        let paper = page.app.directory.material_name(&file.kind);
        Self {
            hash: file.hash.clone(),
            kind: paper.map_or(file.kind.to_string(), |it| page.i18n.words(it).to_owned()),
            name: file.name.clone(),
            media_type: page.i18n.text(file.media_type.text()),
            preview: Preview::of(file.media_type),
            size: size_text(file.size),
        }
    }
}

pub(in crate::pages) fn size_text(bytes: u64) -> String {
    match bytes {
        ..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size_text(1), "1 KB");
        assert_eq!(size_text(2_500_000), "2.5 MB");
    }

    #[test]
    fn what_a_browser_might_run_is_only_saved() {
        assert_eq!(Preview::of(MediaType::Text).policy(), None);
        assert_eq!(Preview::of(MediaType::Ofd), Preview::Nowhere);
        for shown in [MediaType::Jpeg, MediaType::Png, MediaType::Webp] {
            let policy = Preview::of(shown).policy().unwrap();
            assert!(
                policy.contains("sandbox") && !policy.contains("script"),
                "{policy}"
            );
        }
    }
}
