//! Scripts and style sheet: built in, each served under a URL with the hash of its contents, so that browsers
//! cache it for good.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

struct Asset {
    name: &'static str,
    media_type: &'static str,
    text: &'static str,
    url: String,
}

/// An asset of the folder `static/`.
macro_rules! asset {
    ($name:literal, $media_type:literal) => {
        Asset::new(
            $name,
            $media_type,
            include_str!(concat!("../../static/", $name)),
        )
    };
}

impl Asset {
    fn new(name: &'static str, media_type: &'static str, text: &'static str) -> Self {
        let hash = HEXLOWER.encode(&Sha256::digest(text.as_bytes())[..6]);
        Self {
            name,
            media_type,
            text,
            url: format!("/static/{hash}/{name}"),
        }
    }
}

static ASSETS: LazyLock<[Asset; 7]> = LazyLock::new(|| {
    [
        asset!("style.css", "text/css; charset=utf-8"),
        asset!("app.js", "text/javascript; charset=utf-8"),
        asset!("forms.js", "text/javascript; charset=utf-8"),
        asset!("replay.js", "text/javascript; charset=utf-8"),
        asset!("live.js", "text/javascript; charset=utf-8"),
        asset!("notices.js", "text/javascript; charset=utf-8"),
        asset!("passkeys.js", "text/javascript; charset=utf-8"),
    ]
});

pub(crate) fn url(name: &str) -> String {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    asset.map_or_else(|| format!("/static/none/{name}"), |asset| asset.url.clone())
}

/// The text of an asset; empty if there is no such one.
pub(crate) fn text(name: &str) -> &'static str {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    asset.map_or("", |asset| asset.text)
}

pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/static/{hash}/{name}", get(serve))
}

async fn serve(Path((hash, name)): Path<(String, String)>) -> Response {
    let url = format!("/static/{hash}/{name}");
    let Some(asset) = ASSETS.iter().find(|asset| asset.url == url) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.text).into_response()
}

#[cfg(test)]
mod tests;
