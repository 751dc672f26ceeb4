//! How a counter takes events, and which it knows.

use onestop_chassis::{Context, service::Delivery};
use onestop_proto::actor::ServiceName;

use super::service;

/// The type of its only event.
pub(crate) const ADDED: &str = "cn.onestop.counter.added.v1";

/// How a counter takes events.
pub(crate) trait Mode: Send + Sync + 'static {
    const DELIVERY: Delivery;

    /// Which types it knows.
    fn knows(event_type: &str) -> bool {
        event_type == ADDED
    }

    /// Follows the log with a read model, if it has one.
    fn follow(_: Context<'_>) -> anyhow::Result<()> {
        Ok(())
    }

    /// Who is asked at start what it knows of the log.
    fn subscribers() -> Vec<ServiceName> {
        Vec::new()
    }
}

pub(crate) struct Decides;
pub(crate) struct Copies;
/// Decides, and is of a version that does not know the event yet.
pub(crate) struct Older;
/// The same, and copies.
pub(crate) struct OlderCopies;

impl Mode for Older {
    const DELIVERY: Delivery = Delivery::Decided;

    fn knows(_: &str) -> bool {
        false
    }
}

impl Mode for OlderCopies {
    const DELIVERY: Delivery = Delivery::Copied;

    fn knows(_: &str) -> bool {
        false
    }
}

/// Decides, with the journal as subscriber.
pub(crate) struct Subscribed;

impl Mode for Subscribed {
    const DELIVERY: Delivery = Delivery::Decided;

    fn subscribers() -> Vec<ServiceName> {
        vec![service("journal")]
    }
}

impl Mode for Decides {
    const DELIVERY: Delivery = Delivery::Decided;
}

impl Mode for Copies {
    const DELIVERY: Delivery = Delivery::Copied;
}
