//! Settings of webhook delivery.

use onestop_chassis::settings::Settings;
use tokio::sync::Notify;

use super::address_guard::Targets;

pub(crate) struct WebhookOptions {
    pub(crate) targets: Targets,
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
            targets: if settings.webhook_local {
                Targets::Any
            } else {
                Targets::Public
            },
            attempts: settings.webhook_attempts,
            retry_seconds: settings.webhook_retry_seconds,
            changed: Notify::new(),
        }
    }
}
