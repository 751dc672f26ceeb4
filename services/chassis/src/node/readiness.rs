//! What a service itself says against its readiness.

use crate::bus::{Bus, Impediment, Impediments};

/// By it a service says that it is not ready, although its log and the broker are usable.
#[derive(Debug, Clone)]
pub struct Readiness(Impediments);

impl Readiness {
    /// The readiness of the service that uses this connection.
    pub fn of(bus: &Bus) -> Self {
        Self(bus.impediments().clone())
    }

    /// From now on `/readyz` answers that the service may not work yet, and why.
    pub fn withhold(&self, why: impl Into<String>) {
        self.0.set(Impediment::Withheld, why.into());
    }

    /// Takes that back.
    pub fn release(&self) {
        self.0.clear(&Impediment::Withheld);
    }
}
