//! The HTTP API: every command and question of the contract at its address, the events as a stream, webhooks, and
//! the directory. [`onestop_proto::http`] defines the addresses and their parameters; nothing here knows a command
//! by its name. Every error is answered as a problem (RFC 9457) by [`middleware`].

mod commands;
mod coverage;
mod directory;
mod drain_body;
mod error;
mod events;
mod headers;
mod hsds;
mod late_entries;
mod middleware;
mod named_case;
mod params;
mod principal;
mod questions;
pub(crate) mod rate_limit;
mod strict_json;
mod unknown_matter;
pub(crate) mod webhooks;

use std::sync::LazyLock;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::header,
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::get,
};
use onestop_proto::http::{
    ApiRejection, BASE, BODY_LIMIT, OPENAPI, Operation, OperationKind, Parameter, operations,
    parameters,
};

pub(crate) use self::middleware::tell_wrong_method;

use self::error::ApiError;
use crate::{app::App, leading};

/// An operation of the contract, with its parameters.
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

/// Everything below the API's base address.
pub(crate) fn routes(app: App) -> Router<App> {
    let mut api = Router::new()
        .merge(coverage::routes())
        .merge(directory::routes())
        .merge(events::routes())
        .merge(hsds::routes())
        .merge(late_entries::routes())
        .merge(webhooks::routes())
        .route("/openapi.json", get(openapi));
    for address in ADDRESSES.iter() {
        let path = &address.operation.path;
        api = match address.operation.asks {
            OperationKind::Command => api.route(path, commands::route(address)),
            OperationKind::Question => api.route(path, questions::route(address)),
            OperationKind::Personal => api.route(path, questions::route_with_body(address)),
        };
    }
    let api = api
        .fallback(unknown_address)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(app.clone(), leading::lead::<ApiError>))
        .layer(from_fn_with_state(app, middleware::handle));
    Router::new().nest(BASE, api)
}

async fn openapi() -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (headers, OPENAPI).into_response()
}

async fn unknown_address(_: Request) -> ApiError {
    ApiError::from(ApiRejection::UnknownAddress {})
}
