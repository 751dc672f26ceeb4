//! The events of many cases in the order of time.

mod plot;

use std::collections::HashMap;

use onestop_directory::{Directory, Site, Unit};
use onestop_proto::{
    actor::{Actor, Role},
    division::{DivisionCode, Tier},
    envelope::{Address, Envelope, LogPosition, RawEvent, RecordPlace, RecordedEvent, Source},
    ids::{CaseId, CommandId, ServiceItem},
    time::Timestamp,
    trace::TraceParent,
};
use onestop_testing::timeline::{NumberSeries, Timeline, uuid_at};
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

/// An event, and when the journal received it.
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
    coming: Timeline<Told>,
    numbers: NumberSeries,
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
            coming: Timeline::default(),
            numbers: NumberSeries::default(),
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
        let number = self.numbers.next(&site.id, at);
        let case = CaseId::from_uuid(uuid_at(at, 0xca5e, self.opened));
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
            self.coming.add(told.at, told);
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
        let command = CommandId::from_uuid(uuid_at(told.at, salt, at.position));
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
            latereason: None,
            lateapprover: None,
            lateissuer: None,
            latetokenid: None,
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
            let first = self.coming.next_at();
            if first.is_some_and(|at| at <= self.opening()) {
                break;
            }
            self.tell_case();
        }
        let told = self.coming.take()?;
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
