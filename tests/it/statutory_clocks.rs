//! An application on its whole way, in memory: offered, ignored, declined, given back, referred for something else, withdrawn and
//! opened again, reviewed with pauses, each act with any effective time. The test compares it with the law's own reckoning.

use std::{collections::BTreeMap, sync::OnceLock};

use jiff::{ToSpan, civil::Date};
use onestop_directory::{Directory, WINDOW};
use onestop_legal_aid::domain::LegalAidRules;
use onestop_matter::domain as matter;
use onestop_proto::{
    actor::Actor,
    clock::{Alarm, RunState},
    ids::{HandoffId, ServiceItem, Topic, UnitId},
    legal_aid::{
        self, AskCooperation, DetermineMeans, ExemptGroup, Grant, ReceiveCooperation,
        ReceiveSupplement, RequestSupplement, WithdrawApplication,
    },
    referral::{
        self, Accept, Decline, Designate, Recall, RecallReason, ReferralSubject, Resumption,
        Return, ReturnReason,
    },
    specialist::Describe,
    time::Timestamp,
};
use onestop_referral::domain::{self as custody, Custody, Dated, Trigger};
use onestop_testing::approved_late_entry;
use proptest::prelude::*;

const VILLAGE: &str = "530821101201";
const REVIEW: &str = "legal-aid.review";
/// 法律援助法 art. 43.
const REVIEW_DAYS: i64 = 7;

type Aid = matter::Matter<LegalAidRules>;

fn directory() -> &'static Directory {
    static LOADED: OnceLock<Directory> = OnceLock::new();
    LOADED.get_or_init(|| Directory::built_in().unwrap())
}

fn unit(code: &str, kind: &str) -> UnitId {
    let (code, kind) = (code.parse().unwrap(), kind.parse().unwrap());
    directory().unit_at(code, &kind).unwrap().id.clone()
}

/// An application that ended, by the events alone.
#[derive(Clone)]
struct Ended {
    item: ServiceItem,
    receipt: Timestamp,
    at: Timestamp,
    decided: bool,
}

impl Ended {
    /// Since when it counts where the case is opened again: a withdrawal that is taken back has not been, but for the days of it;
    /// nor has a mistake.
    fn resumed(&self, why: Resumption, now: Timestamp) -> Option<Timestamp> {
        let stood_still = (now.as_micros() - self.at.as_micros()).max(0) / 1_000_000;
        match why {
            Resumption::WithdrawalTakenBack => Some(self.receipt.plus_seconds(stood_still)),
            Resumption::ClosedByMistake => (!self.decided).then_some(self.receipt),
        }
    }
}

/// The law's own reckoning: since when the days of each application count.
#[derive(Default)]
struct Law {
    under_way: Option<ServiceItem>,
    receipts: BTreeMap<ServiceItem, Timestamp>,
    ended: Vec<Ended>,
}

impl Law {
    /// The window refers the case. Opened again, every application that had ended goes on, for whatever it is referred first.
    fn request(&mut self, subject: &ReferralSubject, now: Timestamp) {
        if let Some(why) = subject.resumed {
            self.ended.retain(|ended| {
                let receipt = ended.resumed(why, now);
                if let Some(receipt) = receipt {
                    self.receipts.entry(ended.item.clone()).or_insert(receipt);
                }
                receipt.is_none()
            });
        }
        self.under_way = Some(subject.item.clone());
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "few events matter")]
    fn note(&mut self, event: &referral::Event, now: Timestamp) {
        match event {
            referral::Event::Offered(offered) => {
                self.receipts.entry(offered.item.clone()).or_insert(now);
            }
            referral::Event::Completed(completed) => self.end(completed.at, true),
            referral::Event::Ended(ended) => self.end(ended.at, false),
            referral::Event::Recalled(it) if it.reason == RecallReason::CitizenWithdrew => {
                self.end(it.at, false);
            }
            _ => {}
        }
    }

    /// What was set aside for another item ends undecided.
    fn end(&mut self, at: Timestamp, decided: bool) {
        let under_way = self.under_way.clone();
        let receipts = std::mem::take(&mut self.receipts).into_iter();
        let ended = receipts.map(|(item, receipt)| Ended {
            decided: decided && under_way.as_ref() == Some(&item),
            item,
            receipt,
            at,
        });
        self.ended = ended.collect();
    }
}

/// One case.
struct Run {
    now: Timestamp,
    custody: Option<Custody>,
    aid: Vec<legal_aid::Event>,
    law: Law,
    latest_act: Option<Timestamp>,
    handoffs: u32,
}

impl Run {
    fn begin() -> Self {
        let mut run = Self {
            now: "2026-03-02 10:00:00".parse().unwrap(),
            custody: None,
            aid: Vec::new(),
            law: Law::default(),
            latest_act: None,
            handoffs: 0,
        };
        let window = unit(VILLAGE, WINDOW);
        let number = format!("{}-260302-001", window.site()).parse().unwrap();
        run.hear(&Trigger::CaseOpened {
            window,
            division: VILLAGE.parse().unwrap(),
            number,
            text_key: None,
        });
        run
    }

    fn handoff(&mut self) -> HandoffId {
        self.handoffs += 1;
        let number = self.handoffs;
        format!("019ab0c4-8000-7000-8000-{number:012x}")
            .parse()
            .unwrap()
    }

    fn custody(&self) -> &Custody {
        self.custody.as_ref().unwrap()
    }

    fn aid(&self) -> Option<Aid> {
        self.aid.iter().fold(None, matter::evolve)
    }

    fn hear(&mut self, trigger: &Trigger) {
        let actor = Actor::system(&referral::service(), unit(VILLAGE, WINDOW));
        let context = custody::Context {
            now: self.now,
            dated: Dated::at(self.now),
            actor: &actor,
            handoff: self.handoff(),
            directory: directory(),
            load: &|_| 0,
            opposing: &|_| Vec::new(),
            acting: &|_| Vec::new(),
        };
        let Ok(events) = custody::react(self.custody.as_ref(), trigger, &context) else {
            return;
        };
        if let Trigger::ReferralRequested(subject) = trigger {
            self.law.request(subject, self.now);
        }
        self.follow(events);
    }

    fn request(&mut self, item: &str, topic: &str, resumed: Option<Resumption>) {
        let place = VILLAGE.parse().unwrap();
        let subject = ReferralSubject::new(item.parse().unwrap(), topic.parse().unwrap(), place);
        self.hear(&Trigger::ReferralRequested(ReferralSubject {
            resumed,
            ..subject
        }));
    }

    /// An act on custody of a unit, entered so long after it happened.
    fn act(&mut self, by: &UnitId, role: &str, command: &referral::Command, earlier: i64) {
        let actor: Actor = format!("{role}/{role}@{by}").parse().unwrap();
        let happened_at = self.now.plus_seconds(-earlier);
        let context = custody::Context {
            now: self.now,
            dated: Dated {
                happened_at,
                latest_act: self.latest_act,
                late_entry: Some(approved_late_entry()),
            },
            actor: &actor,
            handoff: self.handoff(),
            directory: directory(),
            load: &|_| 0,
            opposing: &|_| Vec::new(),
            acting: &|_| Vec::new(),
        };
        if let Ok(events) = custody::decide(self.custody(), command, &context) {
            self.latest_act = self.latest_act.max(Some(happened_at));
            self.follow(events);
        }
    }

    /// What follows in both services from what happened to custody.
    fn follow(&mut self, events: Vec<referral::Event>) {
        for event in events {
            self.law.note(&event, self.now);
            let trigger = trigger_of(&event);
            self.custody = custody::evolve(self.custody.take(), &event);
            let Some((trigger, at)) = trigger else {
                continue;
            };
            let actor = Actor::system(&legal_aid::service(), unit(VILLAGE, WINDOW));
            let context = matter::Context {
                happened_at: at,
                ..matter::Context::at(self.now, &actor, directory())
            };
            let aid = self.aid();
            let events = matter::react::<LegalAidRules>(aid.as_ref(), &trigger, &context);
            self.aid.extend(events.unwrap_or_default());
        }
    }

    /// What is sent to the agency that has the case, entered so long after it happened.
    fn aid_act(&mut self, command: &legal_aid::Command, earlier: i64) {
        let Some(aid) = self.aid() else { return };
        let actor: Actor = format!("specialist/wang@{}", aid.unit).parse().unwrap();
        let happened_at = self.now.plus_seconds(-earlier);
        let context = matter::Context {
            happened_at,
            latest_act: self.latest_act,
            late_entry: Some(approved_late_entry()),
            ..matter::Context::at(self.now, &actor, directory())
        };
        let Ok(events) = matter::decide(Some(&aid), command, &context) else {
            return;
        };
        self.latest_act = self.latest_act.max(Some(happened_at));
        let outcome = events.iter().find_map(|event| event.describe().outcome);
        self.aid.extend(events);
        if let Some(outcome) = outcome {
            self.hear(&Trigger::WorkConcluded { outcome });
        }
    }

    fn announce(&mut self) {
        self.hear(&Trigger::TimerFired);
        let Some(aid) = self.aid() else { return };
        let actor = Actor::system(&legal_aid::service(), aid.unit.clone());
        let context = matter::Context::at(self.now, &actor, directory());
        self.aid.extend(matter::announcements(&aid, &context));
    }

    /// Tries one of the acts on custody.
    fn act_on_custody(&mut self, which: usize, earlier: i64) {
        let reason = ReturnReason::NoCapacity;
        let (window, holder) = (unit(VILLAGE, WINDOW), self.custody().holder().clone());
        let offer = self.custody().offer();
        let offer = offer.map(|offer| (offer.to.clone(), offer.handoff));
        match (which, offer) {
            (0 | 1, Some((to, handoff))) => {
                self.act(&to, "specialist", &Accept { handoff }.into(), earlier);
            }
            (2, Some((to, handoff))) => {
                let decline = Decline {
                    handoff,
                    reason,
                    belongs_to: None,
                };
                self.act(&to, "specialist", &decline.into(), earlier);
            }
            (3, _) => {
                let give_back = Return {
                    reason,
                    belongs_to: None,
                };
                self.act(&holder, "specialist", &give_back.into(), earlier);
            }
            (4, _) => {
                let reason = RecallReason::WindowError;
                self.act(&window, "clerk", &Recall { reason }.into(), earlier);
            }
            (5, _) => {
                let Some(arbiter) = self.custody().arbiter() else {
                    return;
                };
                let designate = Designate {
                    to: unit("530821", "legal-aid"),
                    why: "由本县办理".to_owned(),
                };
                self.act(&arbiter.supervisor, "supervisor", &designate.into(), 0);
            }
            (6, _) => self.hear(&Trigger::CaseEnded),
            (7..=9, _) => self.request("consultation", "labour", RESUMED[which - 7]),
            (other, _) => self.request("legal-aid", "labour-pay", RESUMED[other % 3]),
        }
    }

    /// Tries one of the acts of the agency that has the case.
    fn act_on_aid(&mut self, which: usize, earlier: i64) {
        let day = self.now.plus_seconds(-earlier).china_date();
        let letter = "宁援协〔2026〕1号".to_owned();
        let paper: Topic = "wage-record".parse().unwrap();
        let command: legal_aid::Command = match which {
            0 => RequestSupplement {
                missing: vec![paper],
                remarks: Vec::new(),
                last_day: day + 20.days(),
            }
            .into(),
            1 => ReceiveSupplement {
                materials: vec![paper],
            }
            .into(),
            2 => AskCooperation {
                agency: "思茅区法律援助中心".to_owned(),
                letter,
                last_day: None,
            }
            .into(),
            3 => ReceiveCooperation { letter }.into(),
            4 => DetermineMeans::exempt(ExemptGroup::MigrantWorker, "工资卡流水").into(),
            5 => Grant {}.into(),
            _ => WithdrawApplication {}.into(),
        };
        self.aid_act(&command, earlier);
    }
}

/// As a window refers a case: for the first time, or opened again.
const RESUMED: [Option<Resumption>; 3] = [
    None,
    Some(Resumption::WithdrawalTakenBack),
    Some(Resumption::ClosedByMistake),
];

/// What an event of custody is to the agency's service, and when it happened.
#[allow(clippy::wildcard_enum_match_arm, reason = "few events matter")]
fn trigger_of(event: &referral::Event) -> Option<(matter::Trigger, Timestamp)> {
    match event {
        referral::Event::Accepted(accepted) if accepted.item == ServiceItem::legal_aid() => {
            Some((accepted.into(), accepted.at))
        }
        referral::Event::Returned(returned) => {
            let handoff = returned.handoff;
            Some((matter::Trigger::CaseLeft { handoff }, returned.at))
        }
        _ => None,
    }
}

/// A last day that is a day off gives way to the next that is none (民法典 art. 203), on the days of the unit.
fn rolled(last: Date) -> Date {
    let mut later = last.series(1.day());
    later.find(|day| directory().is_working_day(*day)).unwrap()
}

/// The last day of the review, counted by hand from a receipt: later by the days of each pause that began before the end.
fn last_day(receipt: Timestamp, aid: &[legal_aid::Event]) -> Date {
    let mut last = receipt.china_date() + REVIEW_DAYS.days();
    let mut since = None;
    for event in aid {
        if let legal_aid::Event::Received(_) = event {
            last = receipt.china_date() + REVIEW_DAYS.days();
            since = None;
        }
        if let legal_aid::Event::ClockPaused(paused) = event {
            since = Some(paused.at.china_date());
        }
        if let legal_aid::Event::ClockResumed(resumed) = event
            && let Some(from) = since.take()
        {
            let to = resumed.at.unwrap().china_date();
            if from <= rolled(last) && from < to {
                last += to - from;
            }
        }
    }
    rolled(last)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// 法律援助法 art. 43: no sequence of acts of windows, units, supervisors and agencies, with any effective times, makes the
    /// review of an application end later than its seven days, counted by hand from its first receipt, nor hides that it is
    /// overdue by the moment of the record.
    #[test]
    fn no_acts_make_the_review_end_later(
        steps in prop::collection::vec((0_usize..22, 0_i64..200_000, 0_i64..300_000), 4..40),
    ) {
        let mut run = Run::begin();
        run.request("legal-aid", "labour-pay", None);
        for (which, later, earlier) in steps {
            run.now = run.now.plus_seconds(later);
            run.announce();
            match which {
                0..=13 => run.act_on_custody(which, earlier),
                _ => run.act_on_aid(which - 14, earlier),
            }
            let item = ServiceItem::legal_aid();
            let receipt = run.law.receipts.get(&item).copied();
            if let Some(known) = run.custody().application.received_at
                && run.law.under_way.as_ref() == Some(&item)
            {
                prop_assert!(Some(known) <= receipt, "{known:?} {receipt:?}");
            }
            let (Some(aid), Some(receipt)) = (run.aid(), receipt) else { continue };
            let Some(clock) = aid.clock().filter(|clock| clock.step.as_str() == REVIEW) else { continue };
            let since = clock.history.as_ref().unwrap().since;
            prop_assert!(since <= receipt, "{since:?} {receipt:?}");
            prop_assert!(clock.due.day <= last_day(receipt, &run.aid), "{clock:?}");
            if clock.motion == RunState::Running && run.now >= clock.due.at {
                let actor = Actor::system(&legal_aid::service(), aid.unit.clone());
                let context = matter::Context::at(run.now, &actor, directory());
                let told = matter::announcements(&aid, &context);
                let overdue = told.iter().any(|event| matches!(event, legal_aid::Event::ClockOverdue(_)));
                prop_assert!(overdue || clock.alarm > Alarm::DueSoon);
            }
        }
    }
}
