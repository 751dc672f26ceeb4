//! The simulated source, its relay and the broker: what may happen to them.

use std::collections::{BTreeSet, VecDeque};

use fastrand::Rng;
use uuid::Uuid;

use super::parts::{Ack, Broker, Consumer, Event, Origin, Process, Publication, Taking};
use crate::messaging::relay::outbox::{Acknowledged, Held, Outbox, Server, Stream};

pub(super) struct World {
    pub(super) rng: Rng,
    pub(super) origin: Origin,
    pub(super) broker: Broker,
    pub(super) older: Broker,
    pub(super) consumer: Consumer,
    pub(super) followed: u64,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let taking = match rng.u8(..4) {
            0 => Taking::Copies,
            _ => Taking::Decisions,
        };
        Self {
            rng,
            origin: Origin {
                source: "/onestop/intake/main".parse().unwrap(),
                epoch: Uuid::from_u128(1),
                log: Vec::new(),
                process: Process::Up,
                saved: Acknowledged::default(),
                relay: None,
                connection: 0,
                rewinds: 0,
                server: None,
                in_flight: VecDeque::new(),
                wire: VecDeque::new(),
            },
            broker: Broker::default(),
            older: Broker::default(),
            consumer: Consumer::new(taking),
            followed: 0,
        }
    }

    pub(super) fn step(&mut self) {
        match self.rng.u32(..4000) {
            0..200 | 1000..1600 => self.write(),
            200..420 | 1600..2300 => self.publish(),
            420..620 | 2300..3000 => self.store(),
            620..800 | 3000..3700 => self.acknowledge(),
            800..900 | 3700..4000 => self.deliver(),
            900..940 => self.ask(),
            940..948 => self.save(),
            948..955 => self.save_cursor(),
            955..965 => self.cut(),
            965..975 => self.crash(),
            975..981 => self.lose_tail(),
            981..983 => self.replace_broker(Broker::default()),
            983..986 => self.replace_broker(self.older.clone()),
            986..990 => self.older = self.broker.clone(),
            990..994 => self.broker.window.clear(),
            994..996 => {
                let junk = Event::junk(self.rng.u64(..));
                self.broker.stored.push(junk);
            }
            996 => self.delete_stream(),
            _ => self.redeliver(),
        }
    }

    /// What happens every day: links break, either side starts again, and long after a publication it comes once more.
    pub(super) fn step_without_loss(&mut self) {
        match self.rng.u32(..4000) {
            0..800 => self.write(),
            800..1700 => self.publish(),
            1700..2600 => self.store(),
            2600..3500 => self.acknowledge(),
            3500..3900 => self.deliver(),
            3900..3910 => self.save(),
            3910..3920 => self.save_cursor(),
            3920..3940 => self.cut(),
            3940..3960 => self.crash(),
            3960..3980 => self.replace_broker(self.broker.clone()),
            _ => self.broker.window.clear(),
        }
    }

    pub(super) fn write(&mut self) {
        let before = self.origin.log.last().map_or(0, |event| event.own);
        self.origin.log.push(Event {
            epoch: self.origin.epoch,
            position: self.origin.log.len() as u64,
            before,
            own: self.rng.u64(1..),
        });
    }

    /// The relay begins with what the broker says that it holds, then publishes the next.
    pub(super) fn publish(&mut self) {
        if self.origin.process == Process::Down {
            self.origin.process = Process::Up;
            return;
        }
        let held = self.held();
        // It looks from time to time.
        let idle = self.origin.in_flight.is_empty() && self.rng.u8(..4) == 0;
        let relay = self.origin.relay.as_ref();
        if idle && relay.is_some_and(|relay| !relay.is_held(held)) {
            self.begin_anew();
        }
        let saved = &mut self.origin.saved;
        let relay = self.origin.relay.get_or_insert_with(|| {
            let server = match self.origin.server.replace(self.broker.start) {
                Some(before) if before == self.broker.start => Server::Same,
                Some(_) | None => Server::Other,
            };
            let outbox = Outbox::begin(held, *saved, server);
            self.origin.rewinds += u64::from(saved.is_lost(held));
            // A lower number is written down before anything is published.
            if outbox.acknowledged().next < saved.next {
                *saved = outbox.acknowledged();
            }
            outbox
        });
        let next = usize::try_from(relay.next()).unwrap();
        if relay.room() > 0
            && let Some(event) = self.origin.log.get(next)
        {
            self.origin.wire.push_back(Publication {
                event: *event,
                connection: self.origin.connection,
            });
            self.origin
                .in_flight
                .push_back((relay.next(), Ack::Awaited));
            relay.published();
        }
    }

    /// As the relay asks: the last of its own events. Where the last message is another's, or of another incarnation, it
    /// is looked for on the subjects of those that were acknowledged last.
    fn held(&self) -> Option<Held> {
        let (epoch, last) = (self.origin.epoch, self.broker.stored.last()?);
        if last.epoch == epoch {
            return self.broker.last(epoch, |_| true);
        }
        let acknowledged = match &self.origin.relay {
            Some(relay) => relay.acknowledged().next,
            None => self.origin.saved.next,
        };
        let newest = acknowledged.saturating_sub(256)..acknowledged;
        let subjects: BTreeSet<u64> = newest.map(Event::subject_of).collect();
        self.broker
            .last(epoch, |event| subjects.contains(&event.subject()))
    }

    /// The broker takes what is on the wire, and its answer comes, is late, or is lost.
    pub(super) fn store(&mut self) {
        let Some(Publication { event, connection }) = self.origin.wire.pop_front() else {
            return;
        };
        let answer = self.broker.store(event);
        let fate = match self.rng.u8(..250) {
            0 => Ack::Lost,
            _ => Ack::Here(answer),
        };
        // The relay no longer waits for answers on an earlier connection.
        if connection != self.origin.connection {
            return;
        }
        let waiting = self.origin.in_flight.iter_mut();
        if let Some(entry) = waiting
            .into_iter()
            .find(|(at, ack)| *at == event.position && *ack == Ack::Awaited)
        {
            entry.1 = fate;
        }
    }

    pub(super) fn acknowledge(&mut self) {
        let Some(relay) = &mut self.origin.relay else {
            return;
        };
        match self.origin.in_flight.front() {
            Some((_, Ack::Here(answer))) => {
                let stream = relay.oldest_acknowledged(*answer);
                self.origin.in_flight.pop_front();
                if stream == Stream::RolledBack {
                    self.begin_anew();
                    self.origin.saved = Acknowledged::default();
                    self.origin.rewinds += 1;
                }
            }
            Some((_, Ack::Lost)) => self.begin_anew(),
            Some((_, Ack::Awaited)) | None => {}
        }
    }

    /// Timed out means unknown: what is on the wire may still be stored.
    pub(super) fn begin_anew(&mut self) {
        if let Some(relay) = self.origin.relay.take() {
            self.origin.saved = relay.acknowledged();
        }
        self.disconnect();
    }

    fn disconnect(&mut self) {
        self.origin.in_flight.clear();
        self.origin.connection += 1;
    }

    pub(super) fn save(&mut self) {
        if let Some(relay) = &self.origin.relay {
            self.origin.saved = relay.acknowledged();
        }
    }

    /// The link breaks: of what was on the wire, some is lost, some arrives later, in another order.
    pub(super) fn cut(&mut self) {
        let wire = std::mem::take(&mut self.origin.wire);
        let (late, lost): (Vec<_>, Vec<_>) = wire.into_iter().partition(|_| self.rng.bool());
        drop(lost);
        self.begin_anew();
        let at = self.rng.usize(..=late.len());
        self.origin
            .wire
            .extend(late[at..].iter().chain(&late[..at]));
    }

    /// A crash of either side. What was not written down is forgotten; what was, is not.
    pub(super) fn crash(&mut self) {
        self.origin.relay = None;
        self.origin.server = None;
        self.disconnect();
        self.origin.process = Process::Down;
        self.consumer_dies();
    }

    /// The process is killed and starts again with what is on its disk. No connection outlives it.
    pub(super) fn replace_broker(&mut self, with: Broker) {
        self.origin.wire.clear();
        self.begin_anew();
        let start = self.broker.start + 1;
        self.broker = Broker { start, ..with };
    }

    pub(super) fn lose_tail(&mut self) {
        let kept = self.rng.usize(..=self.broker.stored.len());
        let kept = kept.max(self.broker.stored.len().saturating_sub(40));
        self.replace_broker(self.broker.clone());
        self.broker.truncate(kept);
    }

    /// An operator deletes the stream, and it is made anew. Publications in flight find no stream and are refused; if there
    /// are none, the relay learns nothing of it.
    pub(super) fn delete_stream(&mut self) {
        self.broker.truncate(0);
        self.origin.wire.clear();
        if !self.origin.in_flight.is_empty() {
            self.begin_anew();
        }
    }

    pub(super) fn redeliver(&mut self) {
        if let Some(event) = self.rng.choice(&self.broker.stored) {
            self.consumer.again.push_back(*event);
        }
    }

    /// The log is restored from a backup, as a new incarnation.
    pub(super) fn restore(&mut self) {
        let kept = self.rng.usize(..=self.origin.log.len());
        self.origin.log.truncate(kept);
        self.origin.epoch = Uuid::from_u128(self.origin.epoch.as_u128() + 1);
        self.origin.relay = None;
        self.disconnect();
        self.origin.saved = Acknowledged::default();
        for event in &mut self.origin.log {
            event.epoch = self.origin.epoch;
        }
    }
}
