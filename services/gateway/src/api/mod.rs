//! The HTTP API: every command and question of the contract at its address, the events as a stream, and
//! webhooks. Which addresses there are, and what they take, is told by [`onestop_proto::http`]; nothing here
//! knows a command by its name.
//!
//! Whatever goes wrong is answered as a problem (RFC 9457) in the language asked for: [`frame`] sees to it
//! for everything below `/api/v1`, the answers of the library included.

mod asker;
mod commands;
mod events;
mod frame;
mod given;
mod headers;
mod no;
mod page;
mod positions;
mod questions;
mod rates;
mod unread;
pub(crate) mod webhooks;

use std::sync::LazyLock;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::header,
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use onestop_proto::http::{
    ApiRejection, BASE, Operation, OperationKind, Parameter, operations, parameters,
};

use self::no::No;
use crate::app::App;

pub(crate) use self::{frame::other_site, no::is_of_the_api, positions::Positions, rates::Rates};

/// Bodies are commands; the longest text in one is a citizen's story.
const BODY: usize = 128 * 1024;

/// An operation of the contract with what its address takes.
struct Address {
    operation: Operation,
    parameters: Vec<Parameter>,
}

static ADDRESSES: LazyLock<Vec<Address>> = LazyLock::new(|| {
    let each = operations().into_iter().map(|operation| Address {
        parameters: match operation.asks {
            OperationKind::Command | OperationKind::Personal => Vec::new(),
            OperationKind::Question => parameters(&operation.data),
        },
        operation,
    });
    each.collect()
});

/// The document, as it is served.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| onestop_proto::http::openapi().to_string());

/// Everything below `/api`.
pub(crate) fn routes(app: App) -> Router<App> {
    let mut api = Router::new()
        .merge(events::routes())
        .merge(webhooks::routes())
        .route("/openapi.json", get(document));
    for address in ADDRESSES.iter() {
        let path = &address.operation.path;
        api = match address.operation.asks {
            OperationKind::Command => api.route(path, commands::at(address)),
            OperationKind::Question => api.route(path, questions::at(address)),
            OperationKind::Personal => api.route(path, questions::with_body(address)),
        };
    }
    let api = api
        .fallback(unknown)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn_with_state(app, frame::frame));
    Router::new().nest(BASE, api).merge(page::routes())
}

async fn document() -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (headers, DOCUMENT.as_str()).into_response()
}

async fn unknown(_: Request) -> No {
    No::from(ApiRejection::UnknownAddress {})
}
