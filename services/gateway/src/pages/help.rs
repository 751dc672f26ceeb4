//! `/help`: the keys, the words, and what each shape means.

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};

use super::shell::{Page, View, html};
use crate::app::App;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/help", get(show))
}

#[derive(Template)]
#[template(path = "help.html")]
struct Help<'a> {
    page: Page<'a>,
    keys: &'static [(&'static str, &'static str)],
    words: &'static [&'static str],
}

/// A key, and the message that says what it does.
const KEYS: &[(&str, &str)] = &[
    ("/", "key-search"),
    ("Ctrl + K", "key-search-all"),
    ("N", "key-new"),
    ("T", "key-take"),
    ("J K", "key-rows"),
    ("Enter", "key-open"),
    ("← →", "key-steps"),
    ("Home End", "key-ends"),
    ("1 – 9", "key-digits"),
    ("Ctrl + Enter", "key-send"),
    ("Ctrl + S", "key-save"),
    ("?", "key-help"),
];

/// Words of the law and of the practice, each with its explanation.
const WORDS: &[&str] = &[
    "word-custody",
    "word-offer",
    "word-return",
    "word-supervise",
    "word-clocks",
    "word-provisional",
];

async fn show(State(app): State<App>, view: View) -> Response {
    html(&Help {
        page: view.page(&app),
        keys: KEYS,
        words: WORDS,
    })
}
