//! Reads the form of an upload: a CSRF token, text fields, the files.

use axum::{
    extract::{
        Multipart,
        multipart::{Field, MultipartError, MultipartRejection},
    },
    http::StatusCode,
};
use onestop_chassis::fair_slots::{FairSlot, NoSlot};

use onestop_proto::case::MediaType;

use super::{problems::Problems, shell::Page};
use crate::{
    app::App,
    core::{form_data::FormData, page_error::PageError},
    identity::session::Session,
};

/// After so many seconds others may have finished.
const BUSY_SECONDS: u64 = 20;

/// The longest text field, in bytes.
const LONGEST_TEXT: usize = 1_000;

/// Text fields of one form.
const MOST_TEXTS: usize = 16;

#[derive(Default)]
pub(super) struct Upload {
    pub(super) texts: FormData,
    pub(super) files: Vec<ChosenFile>,
}

/// A file as the browser sent it.
pub(super) struct ChosenFile {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Why reading the form stopped.
enum UploadError {
    /// It does not begin with the session's CSRF token.
    Csrf,
    TooLarge,
    Unreadable(String),
}

impl From<MultipartError> for UploadError {
    fn from(error: MultipartError) -> Self {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Unreadable(error.body_text()),
        }
    }
}

/// Takes a place among the uploads, for as long as a form is read and what it holds is sent on.
pub(super) fn take_slot(app: &App, session: &Session) -> Result<FairSlot, PageError> {
    let slot = app.slots.uploads.take(&session.actor());
    slot.map_err(|NoSlot| PageError::busy("error-uploads-busy", BUSY_SECONDS))
}

/// A problem of one of several files.
pub(super) fn named(name: &str, problem: &str, page: &Page<'_>) -> String {
    page.i18n
        .t2("files-refused", "name", name, "problem", problem)
}

/// The files that may be kept, with what they are. Of each other one its name and why not are added to the problems;
/// `other_type` is the message for a type that is not kept.
pub(super) fn sort_out(
    files: Vec<ChosenFile>,
    other_type: &'static str,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Vec<(ChosenFile, MediaType)> {
    let mut fit = Vec::new();
    for file in files {
        match media_type(&file, other_type) {
            Ok(media_type) => fit.push((file, media_type)),
            Err(problem) => {
                problems.add("file", named(&file.name, &page.i18n.t(problem), page));
            }
        }
    }
    fit
}

/// What a file is, or the message that says why it cannot be kept.
fn media_type(file: &ChosenFile, other_type: &'static str) -> Result<MediaType, &'static str> {
    if file.bytes.is_empty() {
        return Err("files-problem-empty");
    }
    MediaType::of_name(&file.name).ok_or(other_type)
}

/// Reads the fields, and files of at most so many bytes together; nothing if they are more.
pub(super) async fn read(
    form: Result<Multipart, MultipartRejection>,
    session: &Session,
    largest: u64,
) -> Result<Option<Upload>, PageError> {
    let form = form.map_err(|error| PageError::unreadable_form(error.body_text()))?;
    match read_fields(form, session, largest).await {
        Ok(upload) => Ok(Some(upload)),
        Err(UploadError::TooLarge) => Ok(None),
        Err(UploadError::Csrf) => Err(PageError::csrf(&session.staff.id)),
        Err(UploadError::Unreadable(problem)) => Err(PageError::unreadable_form(problem)),
    }
}

/// The CSRF token comes first; nothing is read of a form without it.
async fn read_fields(
    mut form: Multipart,
    session: &Session,
    largest: u64,
) -> Result<Upload, UploadError> {
    let mut upload = Upload::default();
    let mut verified = false;
    // All of them together are held in memory.
    let mut held = 0;
    while let Some(mut field) = form.next_field().await? {
        match field.name().unwrap_or_default() {
            "csrf" => verified = text(&mut field).await? == session.csrf,
            _ if !verified => return Err(UploadError::Csrf),
            "file" => {
                // Old browsers send the whole path.
                let name = field.file_name().unwrap_or_default();
                let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
                let name = name.to_owned();
                let mut bytes = Vec::new();
                while let Some(piece) = field.chunk().await? {
                    bytes.extend_from_slice(&piece);
                    if held + bytes.len() as u64 > largest {
                        return Err(UploadError::TooLarge);
                    }
                }
                held += bytes.len() as u64;
                // Of a field in which nothing was chosen there is an empty part.
                if !(name.is_empty() && bytes.is_empty()) {
                    upload.files.push(ChosenFile { name, bytes });
                }
            }
            name => {
                if upload.texts.names().count() == MOST_TEXTS {
                    return Err(UploadError::TooLarge);
                }
                let name = name.to_owned();
                upload.texts.add(&name, text(&mut field).await?);
            }
        }
    }
    if verified {
        Ok(upload)
    } else {
        Err(UploadError::Csrf)
    }
}

async fn text(field: &mut Field<'_>) -> Result<String, UploadError> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > LONGEST_TEXT {
            return Err(UploadError::TooLarge);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page calls an empty file empty, whatever its name.
    #[test]
    fn a_file_says_why_it_cannot_be_kept() {
        let file = |name: &str, bytes: &[u8]| ChosenFile {
            name: name.to_owned(),
            bytes: bytes.to_vec(),
        };
        let of = |name: &str, bytes: &[u8]| media_type(&file(name, bytes), "files-problem-type");
        assert_eq!(of("空.pdf", b""), Err("files-problem-empty"));
        assert_eq!(of("空.xyz", b""), Err("files-problem-empty"));
        assert_eq!(of("表.xyz", b"x"), Err("files-problem-type"));
        assert_eq!(of("照片.png", b"x"), Ok(MediaType::Png));
    }
}
