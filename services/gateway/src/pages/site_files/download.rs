//! Shows a photograph of a site to all, and its documents to staff. The registry decides by who asks.

use axum::{
    body::Body,
    extract::{Path, State},
    http::header,
    response::IntoResponse,
};
use data_encoding::BASE64;
use futures::{StreamExt, stream};
use onestop_proto::{
    actor::Actor,
    case::FileHash,
    ids::SiteId,
    registry::{EvidencePiece, EvidenceQuery},
};

use crate::{
    app::App,
    core::page_error::{PageError, PageResult},
    identity::session::Session,
    pages::{
        case::files::{download::percent_encode, file_text::Preview},
        shell::View,
    },
};

/// A file never changes under its hash, and one that shows a person is withdrawn: browsers and proxies keep a public one for ten
/// minutes.
const PUBLIC: &str = "public, max-age=600";

/// Streams a file piece by piece, under a policy that lets its content do nothing. What no browser shows is saved.
pub(super) async fn show(
    State(app): State<App>,
    view: View,
    Path((site, hash)): Path<(String, String)>,
) -> PageResult {
    let requested = RequestedFile {
        site: site.parse().map_err(|_| PageError::not_found())?,
        hash: hash.parse().map_err(|_| PageError::not_found())?,
        actor: view.session.as_ref().map(Session::actor),
    };
    let first = requested.piece(&app, 0).await?;
    let bytes = decoded(&first)?;
    let policy = Preview::of(first.media_type).policy();
    let how = if policy.is_some() {
        "inline"
    } else {
        "attachment"
    };
    let name = percent_encode(&first.name);
    let headers = [
        (header::CONTENT_TYPE, first.media_type.as_str().to_owned()),
        (header::CONTENT_LENGTH, first.size.to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!("{how}; filename*=UTF-8''{name}"),
        ),
    ];
    let is_public = first.kind.is_public();
    let rest = stream::iter(1..first.pieces).then(move |number| {
        let (app, requested) = (app.clone(), requested.clone());
        async move {
            let next = requested.piece(&app, number).await;
            let next = next.and_then(|next| decoded(&next));
            // The connection is aborted, and the browser reports an incomplete download.
            next.map_err(|_| std::io::Error::other("a piece of the file could not be read"))
        }
    });
    let whole = stream::once(async { Ok(bytes) }).chain(rest);
    let mut response = (headers, Body::from_stream(whole)).into_response();
    if let Some(policy) = policy {
        let value = header::HeaderValue::from_static(policy);
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, value);
    }
    if is_public {
        let value = header::HeaderValue::from_static(PUBLIC);
        response.headers_mut().insert(header::CACHE_CONTROL, value);
    }
    Ok(response)
}

/// A file of a site, and who asks for it.
#[derive(Clone)]
struct RequestedFile {
    site: SiteId,
    hash: FileHash,
    actor: Option<Actor>,
}

impl RequestedFile {
    async fn piece(&self, app: &App, piece: u32) -> Result<EvidencePiece, PageError> {
        let query = EvidenceQuery {
            site: self.site.clone(),
            hash: self.hash.clone(),
            piece,
        };
        Ok(app.client.ask(self.actor.clone().into(), &query).await?)
    }
}

fn decoded(piece: &EvidencePiece) -> Result<Vec<u8>, PageError> {
    let bytes = BASE64.decode(piece.data.as_bytes());
    Ok(bytes.map_err(anyhow::Error::from)?)
}
