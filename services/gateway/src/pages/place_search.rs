//! `/find/places`: the divisions that match what is being typed, as options of a list.

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use serde::Deserialize;

use super::{lookup::PLACES, shell::html};
use crate::{app::App, core::query_string::Query, identity::session::Session};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/find/places", get(find))
}

#[derive(Template)]
#[template(path = "place-options.html")]
struct PlaceOptionsTemplate {
    places: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct PlaceParam {
    #[serde(default)]
    q: String,
}

async fn find(
    State(app): State<App>,
    session: Session,
    Query(param): Query<PlaceParam>,
) -> Response {
    let text = param.q.trim();
    let found = if text.chars().count() < 2 {
        Vec::new()
    } else {
        app.directory
            .find_near(text, session.division(&app), PLACES)
    };
    let named = found.iter().map(|division| {
        let code = division.code.to_string();
        (code, app.directory.full_name(division.code))
    });
    html(&PlaceOptionsTemplate {
        places: named.collect(),
    })
}
