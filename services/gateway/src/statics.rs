//! Script and style: built in, served under an address that changes with their contents, so that a browser
//! keeps them for good and never keeps an old one.

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

use crate::app::App;

struct File {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
    address: String,
}

static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let script = "text/javascript; charset=utf-8";
    let files = [
        (
            "style.css",
            "text/css; charset=utf-8",
            include_str!("../static/style.css"),
        ),
        ("app.js", script, include_str!("../static/app.js")),
    ];
    files
        .into_iter()
        .map(|(name, kind, text)| {
            let hash = HEXLOWER.encode(&Sha256::digest(text.as_bytes())[..6]);
            let address = format!("/static/{hash}/{name}");
            File {
                name,
                kind,
                text,
                address,
            }
        })
        .collect()
});

/// Where a file is served.
pub(crate) fn address(name: &str) -> String {
    let file = FILES.iter().find(|file| file.name == name);
    file.map_or_else(
        || format!("/static/none/{name}"),
        |file| file.address.clone(),
    )
}

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/static/{hash}/{name}", get(serve))
}

async fn serve(Path((hash, name)): Path<(String, String)>) -> Response {
    let asked = format!("/static/{hash}/{name}");
    let Some(file) = FILES.iter().find(|file| file.address == asked) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, file.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, file.text).into_response()
}
