//! What every request shares, and the routes.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, header},
    middleware,
};
use onestop_chassis::{client::Client, clock::SystemClock, settings::Settings};
use onestop_directory::{Directory, Origin};
use tower_http::{
    compression::CompressionLayer, set_header::SetResponseHeaderLayer, timeout::TimeoutLayer,
};

use crate::{
    api, auth,
    db::{Db, drafts::Seal},
    live::Live,
    names::Names,
    pages,
    say::Languages,
    statics,
};

/// A form with a narrative in it is far below this; attachments have a limit of their own.
const BODY: usize = 256 * 1024;

/// A page waits for services, which have limits of their own; a client that sends slowly is let go.
const ANSWER: Duration = Duration::from_secs(30);

/// What every request shares.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// See [`App`].
pub struct Shared {
    pub(crate) client: Client,
    pub(crate) directory: Directory,
    pub(crate) db: Db,
    /// Seals what is typed and not sent yet.
    pub(crate) seal: Seal,
    pub(crate) languages: Languages,
    pub(crate) live: Live,
    pub(crate) names: Names,
    pub(crate) limits: auth::Limits,
    /// Another way to sign in, where there is one.
    pub(crate) openid: Option<auth::openid::Provider>,
    pub(crate) rates: api::Rates,
    pub(crate) positions: api::Positions,
    pub(crate) webhooks: api::webhooks::Sender,
    /// As browsers know the workbench: scheme and authority, without a slash at the end.
    pub(crate) origin: String,
    pub(crate) clock: SystemClock,
    /// Where the services of this machine keep their logs and public keys.
    pub(crate) data: PathBuf,
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// Loads what is needed: the directory, the languages, the file.
    ///
    /// # Errors
    /// If one of them is damaged.
    pub fn new(settings: &Settings, client: Client, address: SocketAddr) -> anyhow::Result<Self> {
        let origin = settings.web_origin.as_ref().map_or_else(
            || format!("http://{address}"),
            |origin| origin.trim_end_matches('/').to_owned(),
        );
        let db = Db::open(&settings.data)?;
        Ok(Self(Arc::new(Shared {
            client,
            directory: Directory::load(&Origin::from(settings.directory.clone()))?,
            positions: api::Positions::new(&db)?,
            db,
            seal: Seal::open(&settings.data.join(crate::NAME))?,
            languages: Languages::load(settings.locales.as_deref())?,
            live: Live::default(),
            names: Names::default(),
            limits: auth::Limits::default(),
            openid: auth::openid::Provider::new(settings, &origin)?,
            rates: api::Rates::new(settings.api_per_minute),
            webhooks: api::webhooks::Sender::new(settings),
            origin,
            clock: SystemClock,
            data: settings.data.clone(),
        })))
    }

    /// Whether browsers reach it over TLS: cookies are then sent over nothing else.
    pub(crate) fn is_secure(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

/// Everything that is served. What a page may load comes from here alone; no other site may frame it.
pub fn routes(app: App) -> Router {
    let fixed =
        |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let pages = pages::routes().layer(TimeoutLayer::with_status_code(
        axum::http::StatusCode::SERVICE_UNAVAILABLE,
        ANSWER,
    ));
    Router::new()
        .merge(pages)
        .merge(pages::case::files::routes())
        .merge(crate::live::routes())
        .merge(api::routes(app.clone()))
        .merge(statics::routes())
        .fallback(pages::not_found)
        .layer(middleware::from_fn_with_state(
            app.clone(),
            auth::same_origin,
        ))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(CompressionLayer::new())
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CSP))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .with_state(app)
}

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                   connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
