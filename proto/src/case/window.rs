//! At which window a case was opened, by its events.

use super::Event;
use crate::{envelope::Envelope, ids::UnitId};

/// What the types of the event begin with that opens a case, in every version.
const OPENED: &str = "cn.onestop.case.opened.";

/// The window at which an event opens its case; nothing of an event that opens none. Where its data cannot be read, it is
/// the unit that the event is addressed to, which for a case that was just opened is the window.
pub fn window_of(event: &Envelope) -> Option<UnitId> {
    if !event.event_type.starts_with(OPENED) {
        return None;
    }
    match event.raw().parse_if::<Event>() {
        Ok(Some(Event::Opened(opened))) => Some(opened.window),
        Ok(_) | Err(_) => Some(event.unit.clone()),
    }
}
