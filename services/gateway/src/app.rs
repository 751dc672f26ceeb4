//! The state that all request handlers share.

use std::{path::PathBuf, sync::Arc};

use onestop_chassis::{
    client::Client,
    clock::SystemClock,
    fair_slots::{FairSlot, FairSlots, NoSlot, Shares},
    settings::{Roles, Settings},
    standby::Leadership,
};
use onestop_current_directory::CurrentDirectory;
use onestop_directory::Directory;
use onestop_proto::{actor::Actor, envelope::LogPosition, http::ApiRejection, time::Timestamp};

use crate::{
    api::{rate_limit::ApiRateLimit, webhooks::options::WebhookOptions},
    core::{
        access_changes::AccessChanges,
        client_address::Proxies,
        cookies::WebOrigin,
        db::{
            Db, drafts::DraftKey, sealed_texts, staff::Staff, staff_history::Author, webhook_owners,
        },
        i18n::Languages,
        metrics::Metrics,
        notifications::Notifications,
        position_token::PositionSealer,
        receipt_guesses::ReceiptGuesses,
        staff_names::StaffNames,
        training::Installation,
        wrong_short_codes::WrongShortCodes,
    },
    identity::{
        attempts::SignIns, devices::Devices, hashing::HashingThreads, openid::Provider,
        passkeys::challenges::Challenges, staff_import::held_sheets::HeldSheets,
    },
};

/// A cheap handle to [`Shared`], with the directory that held when it was made. Each request is answered with a clone, and
/// so by one directory from beginning to end.
pub(crate) struct App {
    shared: Arc<Shared>,
    pub(crate) directory: Arc<Directory>,
}

impl Clone for App {
    /// A handle with the directory that holds now.
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            directory: self.current_directory.get(),
        }
    }
}

/// See [`App`].
pub(crate) struct Shared {
    pub(crate) client: Client,
    current_directory: CurrentDirectory,
    pub(crate) db: Db,
    /// By which this process knows whether it decides.
    pub(crate) leadership: Leadership,
    pub(crate) draft_key: DraftKey,
    pub(crate) languages: Languages,
    pub(crate) notifications: Notifications,
    pub(crate) staff_names: StaffNames,
    pub(crate) access_changes: AccessChanges,
    pub(crate) devices: Devices,
    pub(crate) hashing: HashingThreads,
    pub(crate) sign_ins: SignIns,
    /// Codes and passkeys that are tried, by those who gave the password.
    pub(crate) codes: SignIns,
    /// What browsers were asked to sign with a passkey.
    pub(crate) challenges: Challenges,
    /// Sheets of staff that were checked.
    pub(crate) held_sheets: HeldSheets,
    second_factor_roles: Roles,
    /// Hours in which a second person must confirm.
    pub(crate) second_person_hours: u32,
    /// Query codes that are tried.
    pub(crate) tracking: ReceiptGuesses,
    /// Short codes that are tried.
    pub(crate) wrong_short_codes: WrongShortCodes,
    pub(crate) proxies: Proxies,
    pub(crate) slots: Slots,
    pub(crate) metrics: Metrics,
    /// The OpenID Connect provider, if one is configured.
    pub(crate) openid: Option<Provider>,
    pub(crate) api_rate_limit: ApiRateLimit,
    pub(crate) positions: PositionSealer,
    pub(crate) webhooks: WebhookOptions,
    pub(crate) origin: WebOrigin,
    pub(crate) installation: Installation,
    pub(crate) clock: SystemClock,
    /// The folder where the services of this machine keep their logs and public keys.
    pub(crate) data: PathBuf,
    /// The certificates of this process, by their use.
    pub(crate) certificates: Vec<(&'static str, PathBuf)>,
}

/// Slots of what goes on for long.
pub(crate) struct Slots {
    /// Pages and requests of the API that are being answered.
    pub(crate) requests: FairSlots,
    /// Questions that wait for a log position.
    pub(crate) waiting: FairSlots,
    /// Files that are being uploaded, each held in memory.
    pub(crate) uploads: FairSlots,
    /// Streams of the API: each costs a question for every notification.
    pub(crate) event_streams: FairSlots,
    pub(crate) page_streams: FairSlots,
}

impl Slots {
    /// A slot for a question that may have to wait for a position.
    ///
    /// # Errors
    /// If the person, the unit or all together wait with as many as they may.
    pub(crate) fn waiting(
        &self,
        actor: &Actor,
        after: Option<&LogPosition>,
    ) -> Result<Option<FairSlot>, ApiRejection> {
        if after.is_none() {
            return Ok(None);
        }
        let slot = self.waiting.take(actor);
        slot.map(Some)
            .map_err(|NoSlot| ApiRejection::TooOften { seconds: 2 })
    }
}

impl Default for Slots {
    fn default() -> Self {
        let slots = |all, unit, person| FairSlots::new(Shares { all, unit, person });
        Self {
            requests: slots(1_024, 256, 48),
            // Fewer than a service answers at once, so that those who do not wait are answered.
            waiting: slots(192, 48, 8),
            uploads: slots(12, 4, 2),
            event_streams: slots(256, 64, 16),
            page_streams: slots(2_048, 512, 16),
        }
    }
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl App {
    /// Loads the languages and the database.
    pub(crate) fn new(
        settings: &Settings,
        client: Client,
        current_directory: CurrentDirectory,
        leadership: Leadership,
        metrics: Metrics,
        address: &str,
    ) -> anyhow::Result<Self> {
        let origin = match &settings.web_origin {
            Some(origin) => WebOrigin::new(origin),
            None => WebOrigin::new(address),
        };
        let db = Db::open(&settings.data)?;
        let draft_key = DraftKey::open(&settings.data.join(crate::NAME))?;
        // What earlier programs kept in the clear, and webhooks that they left without an owner.
        db.blocking(|db| {
            sealed_texts::seal_all(db, &draft_key)?;
            let by = crate::NAME;
            let at = SystemClock.now();
            webhook_owners::settle(db, Author { by, at })
        })?;
        let directory = current_directory.get();
        let shared = Arc::new(Shared {
            client,
            current_directory,
            positions: PositionSealer::new(&db)?,
            devices: Devices::new(&db)?,
            db,
            leadership,
            draft_key,
            languages: Languages::load(settings.locales.as_deref())?,
            notifications: Notifications::default(),
            staff_names: StaffNames::default(),
            access_changes: AccessChanges::default(),
            hashing: HashingThreads::start()?,
            sign_ins: SignIns::default(),
            codes: SignIns::default(),
            challenges: Challenges::default(),
            held_sheets: HeldSheets::default(),
            second_factor_roles: settings.second_factor_roles.clone(),
            second_person_hours: settings.second_person_hours,
            tracking: ReceiptGuesses::default(),
            wrong_short_codes: WrongShortCodes::default(),
            proxies: Proxies::new(settings),
            slots: Slots::default(),
            metrics,
            openid: Provider::new(settings, &origin)?,
            api_rate_limit: ApiRateLimit::new(settings.api_per_minute),
            webhooks: WebhookOptions::new(settings),
            origin,
            installation: Installation::of(settings),
            clock: SystemClock,
            data: settings.data.clone(),
            certificates: certificates(settings),
        });
        Ok(Self { shared, directory })
    }

    /// When this process last heard the directory; not known of one that was never followed.
    pub(crate) fn heard_directory(&self) -> Option<Timestamp> {
        self.current_directory.heard_at()
    }

    /// Whether a user must set up a second factor before anything else: a session in one post may go on in another.
    pub(crate) fn must_enrol(&self, staff: &Staff) -> bool {
        let mut roles = staff.roles();
        !staff.second_factor && roles.any(|role| self.second_factor_roles.contain(role))
    }
}

/// What is shown to browsers, and to the broker.
fn certificates(settings: &Settings) -> Vec<(&'static str, PathBuf)> {
    let web = settings.web_tls_cert.clone().map(|file| ("web", file));
    let broker = settings.tls_cert.clone().map(|file| ("broker", file));
    web.into_iter().chain(broker).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the API as of the pages: one person's questions that wait leave those of others their places.
    #[test]
    fn one_person_waits_with_few_questions_at_once() {
        let slots = Slots::default();
        let after = LogPosition {
            source: "/onestop/intake/main".parse().unwrap(),
            epoch: uuid::Uuid::nil(),
            position: u64::MAX,
        };
        let clerk: Actor = "clerk/zhang-li@s4k2m9qxa.window".parse().unwrap();
        let colleague: Actor = "clerk/li-hua@s4k2m9qxa.window".parse().unwrap();
        let held: Vec<_> = (0..100)
            .map_while(|_| slots.waiting(&clerk, Some(&after)).ok())
            .collect();
        assert_eq!(held.len(), 8);
        assert!(slots.waiting(&colleague, Some(&after)).is_ok());
        assert!(matches!(slots.waiting(&clerk, None), Ok(None)));
    }
}
