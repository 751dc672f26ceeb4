//! The state that all request handlers share.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use onestop_chassis::{client::Client, clock::SystemClock, settings::Settings};
use onestop_directory::{Directory, Origin};

use crate::{
    api::{positions::PositionSealer, rate_limit::ApiRateLimit, webhooks::options::WebhookOptions},
    core::{
        cookies::WebOrigin,
        db::{Db, drafts::DraftKey},
        i18n::Languages,
        notifications::Notifications,
        rate_limit::FailureLimit,
        staff_names::StaffNames,
    },
    identity::openid::Provider,
};

/// A cheap handle to [`Shared`].
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

/// See [`App`].
pub(crate) struct Shared {
    pub(crate) client: Client,
    pub(crate) directory: Directory,
    pub(crate) db: Db,
    pub(crate) draft_key: DraftKey,
    pub(crate) languages: Languages,
    pub(crate) notifications: Notifications,
    pub(crate) staff_names: StaffNames,
    pub(crate) failures: FailureLimit,
    /// The OpenID Connect provider, if one is configured.
    pub(crate) openid: Option<Provider>,
    pub(crate) api_rate_limit: ApiRateLimit,
    pub(crate) positions: PositionSealer,
    pub(crate) webhooks: WebhookOptions,
    pub(crate) origin: WebOrigin,
    pub(crate) clock: SystemClock,
    /// The folder where the services of this machine keep their logs and public keys.
    pub(crate) data: PathBuf,
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// Loads the directory, the languages and the database.
    ///
    /// # Errors
    /// If one of them cannot be read.
    pub(crate) fn new(
        settings: &Settings,
        client: Client,
        address: SocketAddr,
    ) -> anyhow::Result<Self> {
        let origin = match &settings.web_origin {
            Some(origin) => WebOrigin::new(origin),
            None => WebOrigin::new(&format!("http://{address}")),
        };
        let db = Db::open(&settings.data)?;
        Ok(Self(Arc::new(Shared {
            client,
            directory: Directory::load(&Origin::from(settings.directory.clone()))?,
            positions: PositionSealer::new(&db)?,
            db,
            draft_key: DraftKey::open(&settings.data.join(crate::NAME))?,
            languages: Languages::load(settings.locales.as_deref())?,
            notifications: Notifications::default(),
            staff_names: StaffNames::default(),
            failures: FailureLimit::default(),
            openid: Provider::new(settings, &origin)?,
            api_rate_limit: ApiRateLimit::new(settings.api_per_minute),
            webhooks: WebhookOptions::new(settings),
            origin,
            clock: SystemClock,
            data: settings.data.clone(),
        })))
    }
}
