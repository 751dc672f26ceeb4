//! Which position of the log is published next, and what is known to be at the broker. Pure.
//!
//! Two things can be wrong about the broker. It may have lost what it acknowledged: then it holds less
//! than we think. And a publication that was never acknowledged may be missing although its successors
//! arrived, on an older connection that was thought dead: then it holds less than its last event says. How
//! far the last event may be ahead of such a hole is bounded by how many publications may be under way.
//!
//! So publishing goes on from what was acknowledged. With a broker that is another one than before, or
//! has lost something, it goes on from the lower of the two, less that number; what arrives twice is
//! dropped by its message id. Without that number the simulation finds an event that the broker misses
//! for good, within a million steps.

/// Publications under way at the same time: enough to fill a link of 50 ms with a thousand events a
/// second, and little to send again after each reconnection.
const IN_FLIGHT: usize = 64;

/// Whether it is the broker that acknowledged what was published before: the same process, without a
/// restart in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Same,
    Other,
}

/// How far a log was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outbox {
    /// The next position to publish.
    next: u64,
    /// Everything before this position was acknowledged by the broker that is there now.
    acknowledged: u64,
}

impl Outbox {
    /// Begins anew with a broker that holds our events up to `held`, where `acknowledged` is what was
    /// acknowledged before.
    pub(crate) fn begin(held: u64, acknowledged: u64, server: Server) -> Self {
        let next = match server {
            Server::Same if acknowledged <= held => acknowledged,
            Server::Same | Server::Other => held.min(acknowledged).saturating_sub(IN_FLIGHT as u64),
        };
        Self {
            next,
            acknowledged: next,
        }
    }

    /// The next position to publish.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    /// Everything before it is at the broker.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// How many may be published now.
    pub(crate) fn room(&self) -> usize {
        let under_way = usize::try_from(self.next - self.acknowledged).unwrap_or(IN_FLIGHT);
        IN_FLIGHT.saturating_sub(under_way)
    }

    /// The next position was published.
    pub(crate) fn published(&mut self) {
        self.next += 1;
    }

    /// The oldest publication under way was acknowledged.
    pub(crate) fn oldest_acknowledged(&mut self) {
        self.acknowledged = (self.acknowledged + 1).min(self.next);
    }
}
