//! Cases as they might have gone in Yunnan, told from a seed: for tests, and for a journal of the size that
//! a province has.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};

use onestop_directory::{Directory, RouteQuery, Site, Unit};
use onestop_journal::domain::Entry;
use onestop_proto::{
    actor::{Actor, Role},
    case::{self, Channel, Grade, Sealed, Stage},
    clock::{ClockPaused, ClockResumed, ClockStarted, ClockStopped, Due, Limit, Step, Stop},
    division::{DivisionCode, Tier},
    envelope::{Address, Envelope, EventType, LogPosition, Place, RawEvent, Recorded, Source},
    ids::{CaseId, CaseNumber, CommandId, HandoffId, ServiceItem, Topic, UnitId},
    legal_aid,
    matter::{HandedBack, Received, SupplementReceived, SupplementRequested},
    mediation, notarization,
    referral::{self, Outcome, ReturnReason, Route},
    routing::Urgency,
    time::Timestamp,
    trace::TraceParent,
};
use uuid::Uuid;

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

/// Tells the entries of a journal: `cases` cases, opened one after another between two moments.
pub(crate) struct Teller<'a> {
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

impl<'a> Teller<'a> {
    /// Cases of windows in a division.
    pub(crate) fn new(
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

    fn entry(&mut self, told: Told) -> Entry {
        let position = self.positions.entry(told.service).or_default();
        let at = LogPosition {
            source: Source::main(told.service.parse().unwrap()),
            epoch: Uuid::from_u128(0x0f11),
            position: *position,
        };
        *position += 1;
        let salt = told.service.bytes().map(u64::from).sum::<u64>();
        let command = CommandId::from_uuid(id(told.at, at.position, salt));
        let recorded = Recorded {
            id: command.event(0),
            event: told.event,
            time: told.at,
            recordedtime: told.at,
            case: told.case,
            causationid: command.uuid(),
            command,
            commandhash: String::new(),
            actor: told.actor,
            address: told.address,
            traceparent: TraceParent::start(command),
        };
        let place = Place {
            at,
            prevhash: String::new(),
            hash: String::new(),
        };
        Entry {
            heard_at: told.at,
            event: Envelope::seal(recorded, place),
        }
    }
}

impl Iterator for Teller<'_> {
    type Item = Entry;

    /// The next event by time; what lies after the end has not happened.
    fn next(&mut self) -> Option<Entry> {
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

/// One case while it is told.
struct Plot<'a> {
    random: fastrand::Rng,
    directory: &'a Directory,
    case: CaseId,
    number: CaseNumber,
    item: ServiceItem,
    topic: Topic,
    place: DivisionCode,
    window: &'a Unit,
    clerk: Actor,
    at: Timestamp,
    told: Vec<Told>,
    handoffs: u64,
}

impl<'a> Plot<'a> {
    fn say<E: EventType>(
        &mut self,
        service: &'static str,
        event: E,
        (actor, unit): (&Actor, &Unit),
    ) {
        self.told.push(Told {
            at: self.at,
            service,
            case: self.case,
            event: RawEvent::from_event(&event).unwrap(),
            actor: actor.clone(),
            address: Address {
                unit: unit.id.clone(),
                division: unit.division,
                item: Some(self.item.clone()),
            },
        });
        self.at = self.at.plus_seconds(1);
    }

    fn later(&mut self, least: i64, most: i64) {
        self.at = self.at.plus_seconds(self.random.i64(least..=most));
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.random.u32(0..100) < percent
    }

    fn tell(&mut self, site: &Site) {
        let (window, clerk) = (self.window, self.clerk.clone());
        let opened = case::Opened {
            number: self.number.clone(),
            site: site.id.clone(),
            window: window.id.clone(),
            window_division: window.division,
            item: self.item.clone(),
            topic: self.topic.clone(),
            place: self.place,
            channel: *self.random.choice(Channel::ALL.iter()).unwrap(),
            applicant: Sealed("c2VhbGVk".repeat(12)),
            urgent: self.random.u32(0..100) < 2,
            opposed_to: None,
            related: Vec::new(),
            needs: case::Needs::default(),
            query_code: None,
            warnings: Vec::new(),
        };
        self.say("intake", case::Event::from(opened), (&clerk, window));
        let system = Actor::system(&referral::service(), window.id.clone());
        let taken = referral::CustodyTaken {
            by: window.id.clone(),
            division: window.division,
            number: self.number.clone(),
            at: self.at,
        };
        self.say("referral", referral::Event::from(taken), (&system, window));
        if self.item == ServiceItem::consultation() {
            self.later(5 * MINUTE, 40 * MINUTE);
            let answered = case::Answered {
                answer: Sealed("c2VhbGVk".repeat(20)),
            };
            self.say("intake", case::Event::from(answered), (&clerk, window));
            self.close(Stage::Answered);
            return;
        }
        self.later(MINUTE, 20 * MINUTE);
        let requested = case::ReferralRequested {
            number: self.number.clone(),
            item: self.item.clone(),
            topic: self.topic.clone(),
            place: self.place,
            urgent: false,
            opposed_to: None,
        };
        self.say("intake", case::Event::from(requested), (&clerk, window));
        self.refer();
    }

    fn close(&mut self, after: Stage) {
        let (window, clerk) = (self.window, self.clerk.clone());
        self.later(10 * MINUTE, 3 * DAY);
        let closed = case::Event::from(case::Closed {
            after,
            reopen_until: None,
        });
        self.say("intake", closed, (&clerk, window));
        if self.chance(60) {
            self.later(HOUR, 5 * DAY);
            let grade = *self.random.choice(Grade::ALL.iter()).unwrap();
            let rated = case::Event::from(case::Rated { grade });
            self.say("intake", rated, (&clerk, window));
        }
    }

    /// Offers the case until somebody accepts, and tells the unit's work.
    fn refer(&mut self) {
        let window = self.window;
        let system = Actor::system(&referral::service(), window.id.clone());
        let mut sent_away: Vec<UnitId> = Vec::new();
        loop {
            let routed = self.directory.route(&RouteQuery {
                item: &self.item,
                topic: &self.topic,
                place: self.place,
                place_kind: None,
                excluded: &[],
                urgency: Urgency::Ordinary,
                on: self.at.china_date(),
                sent_away: &sent_away,
                load: &|_| 0,
            });
            let Ok(route) = routed else {
                let stranded = referral::Stranded {
                    urgent: false,
                    opposed_to: None,
                    item: self.item.clone(),
                    topic: self.topic.clone(),
                    place: self.place,
                    candidates: Vec::new(),
                    directory: self.directory.version().to_owned(),
                };
                let stranded = referral::Event::from(stranded);
                self.say("referral", stranded, (&system, window));
                let back = case::Event::from(case::CameBack {});
                self.say("intake", back, (&system, window));
                return;
            };
            let unit = self.directory.unit(&route.chosen).unwrap();
            let handoff = self.offer(route, unit);
            if let Some(sent) = self.answer(handoff, unit) {
                sent_away.push(sent);
                continue;
            }
            if self.chance(4) {
                sent_away.push(self.give_back(handoff, unit));
                continue;
            }
            self.work(handoff, unit);
            return;
        }
    }

    fn offer(&mut self, route: Route, unit: &Unit) -> HandoffId {
        let window = self.window;
        let system = Actor::system(&referral::service(), window.id.clone());
        self.handoffs += 1;
        let key = CommandId::from_uuid(id(
            self.at,
            self.handoffs,
            self.case.uuid().as_u128() as u64,
        ));
        let handoff = key.handoff();
        let routed = referral::Routed {
            urgent: false,
            opposed_to: None,
            item: self.item.clone(),
            topic: self.topic.clone(),
            place: self.place,
            route: Route {
                candidates: Vec::new(),
                ..route
            },
        };
        self.say("referral", referral::Event::from(routed), (&system, window));
        let (limit, due) = self.limit("referral.accept", unit.division);
        let offered = referral::Offered {
            urgent: false,
            designated_by: None,
            handoff,
            from: window.id.clone(),
            to: unit.id.clone(),
            to_division: unit.division,
            item: self.item.clone(),
            topic: self.topic.clone(),
            place: self.place,
            number: self.number.clone(),
            until: due.at,
        };
        self.say("referral", referral::Event::from(offered), (&system, unit));
        let step = "referral.accept".parse().unwrap();
        let started = referral::Event::from(ClockStarted {
            step,
            limit,
            due,
            at: Some(self.at),
        });
        self.say("referral", started, (&system, unit));
        handoff
    }

    /// The unit's answer; the unit, if it does not take the case.
    fn answer(&mut self, handoff: HandoffId, unit: &Unit) -> Option<UnitId> {
        let window = self.window;
        let worker = staff(Role::Specialist, unit, self.random.u32(1..=4));
        let stop = |why: Stop| {
            let step: Step = "referral.accept".parse().unwrap();
            referral::Event::from(ClockStopped { step, why })
        };
        self.later(20 * MINUTE, 3 * DAY);
        if self.chance(7) {
            let declined = referral::Declined {
                note: None,
                handoff,
                by: unit.id.clone(),
                holder: window.id.clone(),
                reason: *self.random.choice(ReturnReason::ALL.iter()).unwrap(),
                belongs_to: None,
                at: self.at,
            };
            self.say(
                "referral",
                referral::Event::from(declined),
                (&worker, window),
            );
            self.say("referral", stop(Stop::Left), (&worker, window));
            return Some(unit.id.clone());
        }
        let accepted = referral::Accepted {
            given: None,
            handoff,
            from: window.id.clone(),
            to: unit.id.clone(),
            to_division: unit.division,
            item: self.item.clone(),
            topic: self.topic.clone(),
            place: self.place,
            number: self.number.clone(),
            at: self.at,
        };
        self.say("referral", referral::Event::from(accepted), (&worker, unit));
        self.say("referral", stop(Stop::Done), (&worker, unit));
        let noted = case::HolderNoted {
            handoff,
            holder: unit.id.clone(),
            holder_division: unit.division,
        };
        let system = Actor::system(&case::service(), window.id.clone());
        self.say("intake", case::Event::from(noted), (&system, unit));
        None
    }

    fn give_back(&mut self, handoff: HandoffId, unit: &Unit) -> UnitId {
        let window = self.window;
        let worker = staff(Role::Specialist, unit, 1);
        self.later(2 * HOUR, 4 * DAY);
        let returned = referral::Returned {
            note: None,
            handoff,
            from: unit.id.clone(),
            to: window.id.clone(),
            item: self.item.clone(),
            reason: *self.random.choice(ReturnReason::ALL.iter()).unwrap(),
            belongs_to: None,
            at: self.at,
        };
        self.say(
            "referral",
            referral::Event::from(returned),
            (&worker, window),
        );
        unit.id.clone()
    }

    fn limit(&self, step: &str, division: DivisionCode) -> (Limit, Due) {
        let step: Step = step.parse().unwrap();
        let limit = self
            .directory
            .limit(&step, division, self.at.china_date())
            .unwrap();
        let due = self.directory.due(&limit, self.at);
        (limit, due)
    }

    fn work(&mut self, handoff: HandoffId, unit: &Unit) {
        if self.item == ServiceItem::legal_aid() {
            let granted = legal_aid::Event::from(legal_aid::Granted {});
            let concluded = legal_aid::Event::from(legal_aid::Concluded {});
            let steps = [
                ("legal-aid.review", granted),
                ("legal-aid.assign", concluded),
            ];
            self.matter::<legal_aid::Event>("legal-aid", (handoff, unit), steps);
        } else if self.item == ServiceItem::mediation() {
            let accepted = mediation::Event::from(mediation::Accepted {});
            let performed = mediation::Event::from(mediation::Performed {});
            let steps = [
                ("mediation.accept", accepted),
                ("mediation.conclude", performed),
            ];
            self.matter::<mediation::Event>("mediation", (handoff, unit), steps);
        } else {
            let told_by = "notary-1".parse().unwrap();
            let accepted = notarization::Event::from(notarization::Accepted { told_by });
            let certificate = "（2026）云宁证字第1号".to_owned();
            let issued = notarization::Issued {
                certificate,
                notary: None,
            };
            let issued = notarization::Event::from(issued);
            let steps = [
                ("notarization.examine", accepted),
                ("notarization.issue", issued),
            ];
            self.matter::<notarization::Event>("notarization", (handoff, unit), steps);
        }
        self.complete(handoff, unit);
    }

    fn matter<E>(
        &mut self,
        service: &'static str,
        (handoff, unit): (HandoffId, &Unit),
        steps: [(&str, E); 2],
    ) where
        E: EventType
            + From<Received>
            + From<ClockStarted>
            + From<ClockPaused>
            + From<ClockResumed>
            + From<ClockStopped>
            + From<SupplementRequested>
            + From<SupplementReceived>
            + From<HandedBack>,
    {
        let worker = staff(Role::Specialist, unit, self.random.u32(1..=4));
        let received = Received {
            handoff,
            unit: unit.id.clone(),
            division: unit.division,
            topic: self.topic.clone(),
            number: self.number.clone(),
        };
        self.say(service, E::from(received), (&worker, unit));
        for (place, (name, done)) in steps.into_iter().enumerate() {
            let step: Step = name.parse().unwrap();
            let (limit, due) = self.limit(name, unit.division);
            let length = i64::from(limit.days) * DAY;
            let started = ClockStarted {
                step: step.clone(),
                limit: limit.clone(),
                due: due.clone(),
                at: Some(self.at),
            };
            self.say(service, E::from(started), (&worker, unit));
            if place == 0 && self.chance(20) {
                self.papers::<E>(service, (&worker, unit), (&step, &limit, &due));
            }
            self.later(2 * HOUR, (length * 11 / 10).max(DAY));
            self.say(service, done, (&worker, unit));
            let why = Stop::Done;
            self.say(
                service,
                E::from(ClockStopped { step, why }),
                (&worker, unit),
            );
        }
    }

    fn papers<E>(
        &mut self,
        service: &'static str,
        (worker, unit): (&Actor, &Unit),
        (step, limit, due): (&Step, &Limit, &Due),
    ) where
        E: EventType
            + From<ClockPaused>
            + From<ClockResumed>
            + From<SupplementRequested>
            + From<SupplementReceived>,
    {
        self.later(HOUR, DAY);
        let missing = vec!["identity-card".parse().unwrap()];
        let paused = self.at;
        let requested = SupplementRequested {
            missing: missing.clone(),
        };
        self.say(service, E::from(requested), (worker, unit));
        let stands = ClockPaused {
            step: step.clone(),
            basis: "补充材料".to_owned(),
            at: paused,
        };
        self.say(service, E::from(stands), (worker, unit));
        self.later(DAY, 8 * DAY);
        let received = SupplementReceived {
            materials: missing,
            missing: Vec::new(),
        };
        self.say(service, E::from(received), (worker, unit));
        let resumed = ClockResumed {
            step: step.clone(),
            due: self.directory.resumed(limit, due, paused, self.at),
            at: Some(self.at),
        };
        self.say(service, E::from(resumed), (worker, unit));
    }

    fn complete(&mut self, handoff: HandoffId, unit: &Unit) {
        let window = self.window;
        let outcome = *self.random.choice(Outcome::ALL.iter()).unwrap();
        let system = Actor::system(&referral::service(), unit.id.clone());
        let completed = referral::Completed {
            handoff,
            from: unit.id.clone(),
            to: window.id.clone(),
            outcome,
            at: self.at,
        };
        self.say(
            "referral",
            referral::Event::from(completed),
            (&system, window),
        );
        let noted = case::ResultNoted {
            unit: unit.id.clone(),
            outcome,
        };
        let system = Actor::system(&case::service(), window.id.clone());
        self.say("intake", case::Event::from(noted), (&system, window));
        self.close(Stage::ResultBack);
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
