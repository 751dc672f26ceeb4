//! Who has a connection. A new one is let in as long as another one only waits for a request: of those, the oldest that
//! has never sent one makes room, then the one that has waited longest. So silent connections keep no client out, and one
//! that is being answered is never closed.

use std::{
    collections::{BTreeSet, HashMap},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use onestop_chassis::settings::subscriber;
use tokio::sync::Notify;

use super::caps::Caps;

#[derive(Clone)]
pub(super) struct Connections {
    caps: Caps,
    table: Arc<Mutex<Table>>,
}

#[derive(Default)]
struct Table {
    /// Numbers connections and the moments at which they began to wait.
    next: u64,
    entries: HashMap<u64, Entry>,
    addresses: HashMap<IpAddr, Address>,
    waiting: BTreeSet<Waiting>,
}

struct Entry {
    /// None: a proxy, which forwards for many.
    address: Option<IpAddr>,
    waiting: Option<Waiting>,
    requests: usize,
    closed: Arc<Notify>,
}

#[derive(Default)]
struct Address {
    connections: usize,
    waiting: BTreeSet<Waiting>,
}

/// What a connection has sent before it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum After {
    Nothing,
    Request,
}

/// In the order in which connections make room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    after: After,
    since: u64,
    connection: u64,
}

/// A connection that was let in, until it is dropped.
pub(super) struct Slot {
    connection: u64,
    connections: Connections,
    closed: Arc<Notify>,
}

/// A request that is being answered, until it is dropped.
pub(super) struct Answering {
    connection: u64,
    table: Arc<Mutex<Table>>,
}

impl Connections {
    pub(super) fn new(caps: Caps) -> Self {
        Self {
            caps,
            table: Arc::default(),
        }
    }

    /// Lets a connection in, if there is room or another one makes room.
    pub(super) fn admit(&self, address: Option<IpAddr>) -> Option<Slot> {
        let address = address.map(subscriber);
        let mut table = lock(&self.table);
        if !table.has_room_of(address, self.caps) {
            return None;
        }
        if table.entries.len() >= self.caps.all && !table.close_one() {
            return None;
        }
        let connection = table.number();
        let closed = Arc::new(Notify::new());
        let entry = Entry {
            address,
            waiting: None,
            requests: 0,
            closed: Arc::clone(&closed),
        };
        table.entries.insert(connection, entry);
        if let Some(address) = address {
            table.addresses.entry(address).or_default().connections += 1;
        }
        table.wait(connection, After::Nothing);
        Some(Slot {
            connection,
            connections: self.clone(),
            closed,
        })
    }

    /// Closes one that only waits.
    pub(super) fn close_one(&self) {
        lock(&self.table).close_one();
    }
}

impl Slot {
    /// The connection turns out to be that of a client behind a load balancer. Returns whether there is room.
    pub(super) fn set_address(&self, address: IpAddr) -> bool {
        let address = subscriber(address);
        let mut table = lock(&self.connections.table);
        if !table.has_room_of(Some(address), self.connections.caps) {
            return false;
        }
        let Some(entry) = table.entries.get_mut(&self.connection) else {
            return false;
        };
        entry.address = Some(address);
        let waiting = entry.waiting;
        let of_address = table.addresses.entry(address).or_default();
        of_address.connections += 1;
        of_address.waiting.extend(waiting);
        true
    }

    /// A request is being answered, until the return value is dropped.
    pub(super) fn answer(&self) -> Answering {
        let mut table = lock(&self.connections.table);
        table.stop_waiting(self.connection);
        if let Some(entry) = table.entries.get_mut(&self.connection) {
            entry.requests += 1;
        }
        Answering {
            connection: self.connection,
            table: Arc::clone(&self.connections.table),
        }
    }

    /// Whether no request is being answered.
    pub(super) fn is_waiting(&self) -> bool {
        let table = lock(&self.connections.table);
        let entry = table.entries.get(&self.connection);
        entry.is_none_or(|entry| entry.requests == 0)
    }

    /// Returns when the connection has to make room.
    pub(super) async fn closed(&self) {
        self.closed.notified().await;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        lock(&self.connections.table).remove(self.connection);
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let mut table = lock(&self.table);
        let Some(entry) = table.entries.get_mut(&self.connection) else {
            return;
        };
        entry.requests -= 1;
        if entry.requests == 0 {
            table.wait(self.connection, After::Request);
        }
    }
}

fn lock(table: &Mutex<Table>) -> std::sync::MutexGuard<'_, Table> {
    // The table stays right if a holder of the lock panicked.
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Table {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Whether an address may have one more connection; one of its own makes room if it can.
    fn has_room_of(&mut self, address: Option<IpAddr>, caps: Caps) -> bool {
        let Some(known) = address.and_then(|address| self.addresses.get(&address)) else {
            return true;
        };
        if known.connections < caps.address {
            return true;
        }
        let first = known.waiting.first().copied();
        first.is_some_and(|first| self.close(first))
    }

    fn close_one(&mut self) -> bool {
        let first = self.waiting.first().copied();
        first.is_some_and(|first| self.close(first))
    }

    fn close(&mut self, waiting: Waiting) -> bool {
        if let Some(entry) = self.entries.get(&waiting.connection) {
            entry.closed.notify_one();
        }
        self.remove(waiting.connection);
        true
    }

    fn wait(&mut self, connection: u64, after: After) {
        let since = self.number();
        let waiting = Waiting {
            after,
            since,
            connection,
        };
        let Some(entry) = self.entries.get_mut(&connection) else {
            return;
        };
        entry.waiting = Some(waiting);
        self.waiting.insert(waiting);
        if let Some(known) = entry.address.and_then(|it| self.addresses.get_mut(&it)) {
            known.waiting.insert(waiting);
        }
    }

    fn stop_waiting(&mut self, connection: u64) {
        let Some(entry) = self.entries.get_mut(&connection) else {
            return;
        };
        let Some(waiting) = entry.waiting.take() else {
            return;
        };
        self.waiting.remove(&waiting);
        if let Some(known) = entry.address.and_then(|it| self.addresses.get_mut(&it)) {
            known.waiting.remove(&waiting);
        }
    }

    fn remove(&mut self, connection: u64) {
        self.stop_waiting(connection);
        let Some(entry) = self.entries.remove(&connection) else {
            return;
        };
        let Some(address) = entry.address else {
            return;
        };
        if let Some(known) = self.addresses.get_mut(&address) {
            known.connections -= 1;
            if known.connections == 0 {
                self.addresses.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests;
