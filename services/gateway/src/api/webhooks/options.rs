//! Settings of webhook delivery.

use onestop_chassis::settings::Settings;
use tokio::sync::Notify;

pub(crate) struct WebhookOptions {
    /// Whether http, this machine and its network are allowed.
    pub(crate) local: bool,
    /// Consecutive failures after which a webhook is parked.
    pub(crate) attempts: u32,
    /// Seconds before the second attempt; each further wait is twice as long.
    pub(crate) retry_seconds: u64,
    /// Wakes the delivery task when a webhook was changed.
    pub(crate) changed: Notify,
}

impl WebhookOptions {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            local: settings.webhook_local,
            attempts: settings.webhook_attempts,
            retry_seconds: settings.webhook_retry_seconds,
            changed: Notify::new(),
        }
    }
}
