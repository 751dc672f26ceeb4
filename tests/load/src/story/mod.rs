//! The events of many cases in the order of time.

mod plot;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};

use onestop_directory::{Directory, Site, Unit};
use onestop_proto::{
    actor::{Actor, Role},
    division::{DivisionCode, Tier},
    envelope::{Address, Envelope, LogPosition, RawEvent, RecordPlace, RecordedEvent, Source},
    ids::{CaseId, CaseNumber, CommandId, ServiceItem},
    time::Timestamp,
    trace::TraceParent,
};
use uuid::Uuid;

use self::plot::Plot;

/// One event before it is in an envelope.
struct Told {
    at: Timestamp,
    service: &'static str,
    case: CaseId,
    event: RawEvent,
    actor: Actor,
    address: Address,
}

/// An event that is still to come, the earliest first.
struct Coming(Told, u64);

impl Coming {
    fn key(&self) -> (Reverse<Timestamp>, Reverse<u64>) {
        (Reverse(self.0.at), Reverse(self.1))
    }
}

impl PartialEq for Coming {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Coming {}

impl PartialOrd for Coming {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Coming {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// An event, and when the journal heard it.
pub struct TimedEvent {
    pub heard_at: Timestamp,
    pub event: Envelope,
}

/// Iterates over the events of `cases` cases, opened one after another between two moments.
pub struct CaseGenerator<'a> {
    directory: &'a Directory,
    random: fastrand::Rng,
    sites: Vec<Vec<&'a Site>>,
    within: DivisionCode,
    from: Timestamp,
    to: Timestamp,
    cases: u64,
    opened: u64,
    told: u64,
    coming: BinaryHeap<Coming>,
    numbers: HashMap<(String, String), u32>,
    positions: HashMap<&'static str, u64>,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl<'a> CaseGenerator<'a> {
    /// Cases of windows in a division.
    #[must_use]
    pub fn new(
        directory: &'a Directory,
        seed: u64,
        (cases, within): (u64, DivisionCode),
        (from, to): (Timestamp, Timestamp),
    ) -> Self {
        let tiers = [
            Tier::Prefecture,
            Tier::County,
            Tier::Township,
            Tier::Village,
        ];
        let of = |tier: Tier| -> Vec<&Site> {
            let sites = directory.sites();
            sites
                .filter(|site| site.division.tier() == tier && within.contains(site.division))
                .collect()
        };
        Self {
            directory,
            random: fastrand::Rng::with_seed(seed),
            sites: tiers
                .map(of)
                .into_iter()
                .filter(|sites| !sites.is_empty())
                .collect(),
            within,
            from,
            to,
            cases,
            opened: 0,
            told: 0,
            coming: BinaryHeap::new(),
            numbers: HashMap::new(),
            positions: HashMap::new(),
        }
    }

    fn opening(&self) -> Timestamp {
        let whole = self.to.as_micros() - self.from.as_micros();
        let share = i128::from(whole) * i128::from(self.opened) / i128::from(self.cases.max(1));
        let share = i64::try_from(share).unwrap();
        Timestamp::from_micros(self.from.as_micros() + share)
    }

    fn tell_case(&mut self) {
        let at = self.opening();
        self.opened += 1;
        let tier = match self.random.u32(0..100) {
            0..4 => 0,
            4..20 => 1,
            20..62 => 2,
            _ => 3,
        };
        let tier = tier.min(self.sites.len() - 1);
        let site = self.sites[tier][self.random.usize(..self.sites[tier].len())];
        let units = self.directory.units_of(site);
        let window = units
            .iter()
            .find(|unit| unit.kind.as_str() == "window")
            .unwrap();
        let items = ["legal-aid", "mediation", "notarization", "consultation"];
        let item = match self.random.u32(0..100) {
            0..32 => 0,
            32..72 => 1,
            72..84 => 2,
            _ => 3,
        };
        let item: ServiceItem = items[item].parse().unwrap();
        let topics = &self.directory.item(&item).unwrap().topics;
        let topic = topics[self.random.usize(..topics.len())].id.clone();
        let day = at.china_date().strftime("%y%m%d").to_string();
        let key = (site.id.to_string(), day.clone());
        let count = self.numbers.entry(key).or_default();
        *count += 1;
        let number: CaseNumber = format!("{}-{day}-{:03}", site.id, *count).parse().unwrap();
        let case = CaseId::from_uuid(id(at, self.opened, 0xca5e));
        let clerk = staff(Role::Clerk, window, self.random.u32(1..=3));
        let mut plot = Plot {
            random: self.random.fork(),
            directory: self.directory,
            case,
            number,
            item,
            topic,
            place: site.division,
            window,
            clerk,
            at,
            told: Vec::new(),
            handoffs: 0,
        };
        plot.tell(site);
        for told in plot.told {
            self.told += 1;
            self.coming.push(Coming(told, self.told));
        }
    }

    fn entry(&mut self, told: Told) -> TimedEvent {
        let position = self.positions.entry(told.service).or_default();
        let at = LogPosition {
            source: Source::main(told.service.parse().unwrap()),
            epoch: Uuid::from_u128(0x0f11),
            position: *position,
        };
        *position += 1;
        let salt = told.service.bytes().map(u64::from).sum::<u64>();
        let command = CommandId::from_uuid(id(told.at, at.position, salt));
        let recorded = RecordedEvent {
            id: command.event(0),
            event: told.event,
            time: told.at,
            recordedtime: told.at,
            case: told.case,
            causationid: command.uuid(),
            command,
            commandhash: String::new(),
            actor: told.actor,
            issuer: None,
            tokenid: None,
            address: told.address,
            traceparent: TraceParent::start(command),
        };
        let place = RecordPlace {
            at,
            prevhash: String::new(),
            hash: String::new(),
        };
        TimedEvent {
            heard_at: told.at,
            event: Envelope::new(recorded, place),
        }
    }
}

impl Iterator for CaseGenerator<'_> {
    type Item = TimedEvent;

    /// The next event by time; what lies after the end has not happened.
    fn next(&mut self) -> Option<TimedEvent> {
        while self.opened < self.cases {
            let first = self.coming.peek();
            if first.is_some_and(|coming| coming.0.at <= self.opening()) {
                break;
            }
            self.tell_case();
        }
        let Coming(told, _) = self.coming.pop()?;
        if told.at > self.to {
            return None;
        }
        debug_assert!(self.within.tier() <= Tier::Village);
        Some(self.entry(told))
    }
}

fn staff(role: Role, unit: &Unit, number: u32) -> Actor {
    Actor {
        role,
        staff: format!("staff-{number}").parse().unwrap(),
        unit: unit.id.clone(),
    }
}

/// A UUID of version 7 of a moment; different for different numbers.
fn id(at: Timestamp, number: u64, salt: u64) -> Uuid {
    let millis = u64::try_from(at.as_micros() / 1_000).unwrap();
    let mixed = (number ^ (salt << 40)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut bytes = [0_u8; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6..8].copy_from_slice(&(0x7000 | (salt as u16 & 0x0fff)).to_be_bytes());
    bytes[8..].copy_from_slice(&mixed.to_be_bytes());
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    Uuid::from_bytes(bytes)
}
