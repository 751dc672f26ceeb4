//! What the events of all specialists have in common.

use onestop_directory::ClockAnnouncement;
use onestop_proto::{
    clock::{ClockExtended, ClockPaused, ClockResumed, ClockStarted, ClockStopped},
    matter::{HandedBack, OtherSideEngaged, Received, SupplementReceived, SupplementRequested},
    specialist::Describe,
};

/// The events that every specialist has among its own.
pub trait MatterEvent:
    Describe
    + ClockAnnouncement
    + From<Received>
    + From<SupplementRequested>
    + From<SupplementReceived>
    + From<HandedBack>
    + From<OtherSideEngaged>
    + From<ClockStarted>
    + From<ClockPaused>
    + From<ClockResumed>
    + From<ClockStopped>
    + From<ClockExtended>
{
}

impl<E> MatterEvent for E where
    E: Describe
        + ClockAnnouncement
        + From<Received>
        + From<SupplementRequested>
        + From<SupplementReceived>
        + From<HandedBack>
        + From<OtherSideEngaged>
        + From<ClockStarted>
        + From<ClockPaused>
        + From<ClockResumed>
        + From<ClockStopped>
        + From<ClockExtended>
{
}
