//! Assembles all routes, with the layers that every response passes.

use std::net::SocketAddr;

use axum::{
    Router,
    extract::{ConnectInfo, DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
};
use tower_http::{compression::CompressionLayer, set_header::SetResponseHeaderLayer};

use crate::{
    api,
    app::App,
    core::{assets, client_address::ClientAddress},
    health, pages,
};

/// A form with a statement in it is far smaller; file uploads have a limit of their own.
const BODY_LIMIT: usize = 256 * 1024;

/// Pages load only what this site serves, and no other site may frame them.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                   connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// Browsers use TLS alone from now on, for two years.
const HSTS: &str = "max-age=63072000";
/// What the pages need of a browser's devices: nothing.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

pub(crate) fn routes(app: App) -> Router {
    let fixed =
        |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let routes = Router::new()
        .merge(pages::routes(app.clone()))
        .merge(api::routes(app.clone()))
        .merge(assets::routes())
        .merge(health::routes())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CompressionLayer::new())
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CSP))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        .layer(fixed(OPENER_POLICY, "same-origin"))
        .layer(fixed(RESOURCE_POLICY, "same-origin"))
        .layer(fixed(PERMISSIONS_POLICY, PERMISSIONS))
        .layer(from_fn_with_state(app.clone(), find_client))
        .layer(from_fn_with_state(app.clone(), health::measure));
    let routes = if app.origin.is_tls() {
        routes.layer(fixed(header::STRICT_TRANSPORT_SECURITY, HSTS))
    } else {
        routes
    };
    let routes = routes.with_state(app.clone());
    Router::new()
        .fallback_service(routes)
        .layer(from_fn_with_state(app, pages::tell_wrong_method))
        .layer(from_fn(api::tell_wrong_method))
}

/// Finds the client's address, for [`ClientAddress`].
async fn find_client(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let client = app.proxies.client_of(peer.ip(), &request);
    request.extensions_mut().insert(ClientAddress(client));
    next.run(request).await
}
