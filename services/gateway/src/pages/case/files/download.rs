//! Downloads a file, and shows a picture or a PDF in the browser. Either is recorded as a reading of personal data.

use axum::{
    body::Body,
    extract::{Path, State},
    http::header,
    response::IntoResponse,
};
use data_encoding::BASE64;
use futures::{StreamExt, stream};
use onestop_proto::{
    case::{AttachmentPiece, AttachmentQuery, FileHash, pieces},
    ids::{CaseId, CaseRef},
    query::CaseQuery,
};

use super::file_text::Preview;
use crate::{
    app::App,
    core::page_error::{PageError, PageResult},
    identity::session::Session,
    pages::{case_head, shell::View},
};

/// Streams a file piece by piece; intake verifies each piece. The browser saves the file and never shows it,
/// because its content is not trusted.
pub(super) async fn download(
    State(app): State<App>,
    view: View,
    Path((case, hash)): Path<(String, String)>,
) -> PageResult {
    let session = view.session()?;
    let case = visible_case(&app, session, &case).await?;
    let file = OpenedFile::open(&app, session, case, &parse_hash(&hash)?).await?;
    let disposition = format!("attachment; filename*=UTF-8''{}", file.encoded_name());
    let header = [(header::CONTENT_DISPOSITION, disposition)];
    Ok((header, file.into_response(app)?).into_response())
}

/// Streams a picture or a PDF for the browser to show, under a policy that lets its content do nothing.
pub(super) async fn preview(
    State(app): State<App>,
    view: View,
    Path((case, hash)): Path<(String, String)>,
) -> PageResult {
    let session = view.session()?;
    let case = visible_case(&app, session, &case).await?;
    let hash = parse_hash(&hash)?;
    let policy = policy_of(&app, session, case, &hash).await?;
    let file = OpenedFile::open(&app, session, case, &hash).await?;
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("inline; filename*=UTF-8''{}", file.encoded_name()),
        ),
    ];
    Ok((headers, file.into_response(app)?).into_response())
}

/// A file of which the first piece has been read.
struct OpenedFile {
    session: Session,
    case: CaseId,
    first: AttachmentPiece,
}

impl OpenedFile {
    async fn open(
        app: &App,
        session: &Session,
        case: CaseId,
        hash: &FileHash,
    ) -> Result<Self, PageError> {
        let first = piece(app, session, case, hash, 0).await?;
        Ok(Self {
            session: session.clone(),
            case,
            first,
        })
    }

    fn encoded_name(&self) -> String {
        let name = self.first.name.as_deref();
        percent_encode(name.unwrap_or(self.first.hash.as_str()))
    }

    /// The body, with its type and length.
    fn into_response(self, app: App) -> PageResult {
        let Self {
            session,
            case,
            first,
        } = self;
        let bytes = decoded(&first)?;
        let headers = [
            (header::CONTENT_TYPE, first.media_type.as_str().to_owned()),
            (header::CONTENT_LENGTH, first.size.to_string()),
        ];
        let hash = first.hash;
        let rest = stream::iter(1..pieces(first.size)).then(move |number| {
            let (app, session, hash) = (app.clone(), session.clone(), hash.clone());
            async move {
                let next = piece(&app, &session, case, &hash, number).await;
                let next = next.and_then(|next| decoded(&next));
                // The connection is aborted, and the browser reports an incomplete download.
                next.map_err(|_| std::io::Error::other("a piece of the file could not be read"))
            }
        });
        let whole = stream::once(async { Ok(bytes) }).chain(rest);
        Ok((headers, Body::from_stream(whole)).into_response())
    }
}

/// The case, if the user may see it.
async fn visible_case(app: &App, session: &Session, case: &str) -> Result<CaseId, PageError> {
    let case = case_head::parse_case(case)?;
    Ok(case_head::fetch(app, session, &case, "").await?.row.case)
}

fn parse_hash(hash: &str) -> Result<FileHash, PageError> {
    hash.parse().map_err(|_| PageError::not_found())
}

/// The policy under which a file is shown. It is found before the file is opened: what no browser shows is not recorded as
/// read.
async fn policy_of(
    app: &App,
    session: &Session,
    case: CaseId,
    hash: &FileHash,
) -> Result<&'static str, PageError> {
    let query = CaseQuery {
        case: CaseRef::Id(case),
    };
    let known = app.ask(session, &query).await?;
    let mut files = known.attachments.iter();
    let file = files.find(|file| file.hash == *hash);
    let policy = file.and_then(|file| Preview::of(file.media_type).policy());
    policy.ok_or_else(PageError::not_found)
}

async fn piece(
    app: &App,
    session: &Session,
    case: CaseId,
    hash: &FileHash,
    piece: u32,
) -> Result<AttachmentPiece, PageError> {
    let query = AttachmentQuery {
        case: CaseRef::Id(case),
        hash: hash.clone(),
        piece,
    };
    let answer = app.ask(session, &query);
    Ok(answer.await?)
}

fn decoded(piece: &AttachmentPiece) -> Result<Vec<u8>, PageError> {
    let bytes = BASE64.decode(piece.data.as_bytes());
    Ok(bytes.map_err(anyhow::Error::from)?)
}

/// Percent-encodes a file name for a header (RFC 8187).
pub(in crate::pages) fn percent_encode(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let each = name.bytes().map(|byte| {
        if plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_any_script_goes_into_a_header() {
        assert_eq!(percent_encode("工资 3.pdf"), "%E5%B7%A5%E8%B5%84%203.pdf");
        assert_eq!(percent_encode("a\"\r\nb"), "a%22%0D%0Ab");
    }
}
