//! One case, from its opening to its end.

use onestop_directory::{Directory, RouteQuery, Site, Unit};
use onestop_proto::{
    actor::{Actor, Role},
    case::{self, Channel, Ciphertext, Grade, Stage},
    clock::{ClockPaused, ClockResumed, ClockStarted, ClockStopped, Due, Limit, Step, Stop},
    division::DivisionCode,
    envelope::{Address, EventType, RawEvent},
    ids::{CaseId, CaseNumber, CommandId, HandoffId, ServiceItem, Topic, UnitId},
    legal_aid,
    matter::{HandedBack, Received, SupplementReceived, SupplementRequested},
    mediation, notarization,
    referral::{self, Outcome, ReferralSubject, ReturnReason, Route},
    routing::Urgency,
    time::Timestamp,
};
use onestop_testing::timeline::uuid_at;

use super::{DAY, HOUR, MINUTE, Told, staff};

/// A case while its events are made.
pub(super) struct Plot<'a> {
    pub(super) random: fastrand::Rng,
    pub(super) directory: &'a Directory,
    pub(super) case: CaseId,
    pub(super) number: CaseNumber,
    pub(super) item: ServiceItem,
    pub(super) topic: Topic,
    pub(super) place: DivisionCode,
    pub(super) window: &'a Unit,
    pub(super) clerk: Actor,
    pub(super) at: Timestamp,
    pub(super) told: Vec<Told>,
    pub(super) handoffs: u64,
}

impl<'a> Plot<'a> {
    #[allow(clippy::needless_pass_by_value, reason = "a story is told in one go")]
    fn record<E: EventType>(
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

    pub(super) fn tell(&mut self, site: &Site) {
        let (window, clerk) = (self.window, self.clerk.clone());
        let opened = case::Opened {
            text_key: None,
            people: None,
            respondents: None,
            number: self.number.clone(),
            site: site.id.clone(),
            window: window.id.clone(),
            window_division: window.division,
            item: self.item.clone(),
            topic: self.topic.clone(),
            place: self.place,
            channel: *self.random.choice(Channel::ALL.iter()).unwrap(),
            applicant: Ciphertext("c2VhbGVk".repeat(12)),
            urgent: self.random.u32(0..100) < 2,
            opposed_to: None,
            notice: None,
            related: Vec::new(),
            needs: case::Needs::default(),
            query_code: None,
            short_code: None,
            warnings: Vec::new(),
        };
        self.record("intake", case::Event::from(opened), (&clerk, window));
        let system = Actor::system(&referral::service(), window.id.clone());
        let taken = referral::CustodyTaken {
            text_key: None,
            by: window.id.clone(),
            division: window.division,
            number: self.number.clone(),
            at: self.at,
        };
        self.record("referral", referral::Event::from(taken), (&system, window));
        if self.item == ServiceItem::consultation() {
            self.later(5 * MINUTE, 40 * MINUTE);
            let answered = case::Answered {
                answer: Ciphertext("c2VhbGVk".repeat(20)),
            };
            self.record("intake", case::Event::from(answered), (&clerk, window));
            self.close(Stage::Answered);
            return;
        }
        self.later(MINUTE, 20 * MINUTE);
        let requested = case::ReferralRequested {
            number: self.number.clone(),
            subject: self.subject(),
        };
        self.record("intake", case::Event::from(requested), (&clerk, window));
        self.refer();
    }

    fn close(&mut self, after: Stage) {
        let (window, clerk) = (self.window, self.clerk.clone());
        self.later(10 * MINUTE, 3 * DAY);
        let closed = case::Event::from(case::Closed {
            after,
            reopen_until: None,
            open_needs: Vec::new(),
        });
        self.record("intake", closed, (&clerk, window));
        if self.chance(60) {
            self.later(HOUR, 5 * DAY);
            let grade = *self.random.choice(Grade::ALL.iter()).unwrap();
            let rated = case::Event::from(case::Rated { grade });
            self.record("intake", rated, (&clerk, window));
        }
    }

    /// Offers the case until a unit accepts, and makes the events of the unit's work.
    fn refer(&mut self) {
        let window = self.window;
        let system = Actor::system(&referral::service(), window.id.clone());
        let mut sent_away: Vec<UnitId> = Vec::new();
        loop {
            let routed = self.directory.route(&RouteQuery {
                organ: None,
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
                let unroutable = referral::Unroutable {
                    subject: self.subject(),
                    requested_at: None,
                    former: None,
                    candidates: Vec::new(),
                    directory: self.directory.version().to_owned(),
                    arbiter: None,
                };
                let unroutable = referral::Event::from(unroutable);
                self.record("referral", unroutable, (&system, window));
                let back = case::Event::from(case::CameBack::default());
                self.record("intake", back, (&system, window));
                return;
            };
            let unit = self.directory.unit(&route.chosen).unwrap();
            let handoff = self.offer(route, unit);
            if let Some(sent) = self.answer(handoff, unit) {
                sent_away.push(sent);
                continue;
            }
            if self.chance(4) {
                sent_away.push(self.return_case(handoff, unit));
                continue;
            }
            self.work(handoff, unit);
            return;
        }
    }

    /// What the case is referred for.
    fn subject(&self) -> ReferralSubject {
        ReferralSubject::new(self.item.clone(), self.topic.clone(), self.place)
    }

    fn offer(&mut self, route: Route, unit: &Unit) -> HandoffId {
        let window = self.window;
        let system = Actor::system(&referral::service(), window.id.clone());
        self.handoffs += 1;
        let key = CommandId::from_uuid(uuid_at(
            self.at,
            self.case.uuid().as_u128() as u64,
            self.handoffs,
        ));
        let handoff = key.handoff();
        let routed = referral::Routed {
            subject: self.subject(),
            requested_at: None,
            former: None,
            route: Route {
                candidates: Vec::new(),
                ..route
            },
        };
        self.record("referral", referral::Event::from(routed), (&system, window));
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
        self.record("referral", referral::Event::from(offered), (&system, unit));
        let step = "referral.accept".parse().unwrap();
        let started = referral::Event::from(ClockStarted {
            step,
            limit,
            due,
            at: Some(self.at),
        });
        self.record("referral", started, (&system, unit));
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
                staff: None,
                note: None,
                handoff,
                by: unit.id.clone(),
                holder: window.id.clone(),
                reason: *self.random.choice(ReturnReason::ALL.iter()).unwrap(),
                belongs_to: None,
                at: self.at,
            };
            self.record(
                "referral",
                referral::Event::from(declined),
                (&worker, window),
            );
            self.record("referral", stop(Stop::Left), (&worker, window));
            return Some(unit.id.clone());
        }
        let accepted = referral::Accepted {
            text_key: None,
            respondents: None,
            people: None,
            other_side: Vec::new(),
            opposing: Vec::new(),
            notice: None,
            given: None,
            handoff,
            from: window.id.clone(),
            to: unit.id.clone(),
            to_division: unit.division,
            item: self.item.clone(),
            topic: self.topic.clone(),
            place: self.place,
            number: self.number.clone(),
            requested_at: None,
            received_at: None,
            at: self.at,
        };
        self.record("referral", referral::Event::from(accepted), (&worker, unit));
        self.record("referral", stop(Stop::Done), (&worker, unit));
        let noted = case::HolderNoted {
            handoff,
            holder: unit.id.clone(),
            holder_division: unit.division,
        };
        let system = Actor::system(&case::service(), window.id.clone());
        self.record("intake", case::Event::from(noted), (&system, unit));
        None
    }

    fn return_case(&mut self, handoff: HandoffId, unit: &Unit) -> UnitId {
        let window = self.window;
        let worker = staff(Role::Specialist, unit, 1);
        self.later(2 * HOUR, 4 * DAY);
        let returned = referral::Returned {
            staff: None,
            note: None,
            handoff,
            from: unit.id.clone(),
            to: window.id.clone(),
            item: self.item.clone(),
            reason: *self.random.choice(ReturnReason::ALL.iter()).unwrap(),
            belongs_to: None,
            at: self.at,
        };
        self.record(
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
                at: None,
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
            text_key: None,
            respondents: None,
            people: None,
            other_side: Vec::new(),
            handoff,
            unit: unit.id.clone(),
            division: unit.division,
            topic: self.topic.clone(),
            number: self.number.clone(),
            requested_at: None,
            received_at: None,
            taken_at: None,
            notice: None,
        };
        self.record(service, E::from(received), (&worker, unit));
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
            self.record(service, E::from(started), (&worker, unit));
            if place == 0 && self.chance(20) {
                self.papers::<E>(service, (&worker, unit), (&step, &limit, &due));
            }
            self.later(2 * HOUR, (length * 11 / 10).max(DAY));
            self.record(service, done, (&worker, unit));
            let why = Stop::Done;
            self.record(
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
        let requested = SupplementRequested::of(missing.clone());
        self.record(service, E::from(requested), (worker, unit));
        let stands = ClockPaused {
            step: step.clone(),
            basis: "补充材料".to_owned(),
            at: paused,
            until: None,
        };
        self.record(service, E::from(stands), (worker, unit));
        self.later(DAY, 8 * DAY);
        let received = SupplementReceived {
            materials: missing,
            missing: Vec::new(),
        };
        self.record(service, E::from(received), (worker, unit));
        let resumed = ClockResumed {
            step: step.clone(),
            due: self.directory.resumed(limit, due, paused, self.at),
            at: Some(self.at),
        };
        self.record(service, E::from(resumed), (worker, unit));
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
        self.record(
            "referral",
            referral::Event::from(completed),
            (&system, window),
        );
        let noted = case::ResultNoted {
            unit: unit.id.clone(),
            outcome,
        };
        let system = Actor::system(&case::service(), window.id.clone());
        self.record("intake", case::Event::from(noted), (&system, window));
        self.close(Stage::ResultBack);
    }
}
