//! Whatever is sent with whatever effective times: no clock of a matter ends later than counted by hand, and none hides that it is
//! overdue by the moment of the record.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Span, ToSpan, civil::Date};
use onestop_directory::{Directory, RunsFrom};
use onestop_matter::domain::{
    Context, Matter, SpecialistRules, Trigger, announcements, decide, evolve, react,
};
use onestop_proto::{
    actor::Actor,
    clock::{Alarm, Clock, ClockEvent, DayKind, RunState, Step},
    command::CommandType,
    matter::Received,
    time::Timestamp,
};

use crate::{approved_late_entry, matter_diagram::sender, working_days, working_days_after};

/// Something that is tried: which, by its place among what there is; how many seconds after the last; and how many seconds before
/// its record it is said to have happened.
pub type DatedTry = (usize, i64, i64);

/// Commands with which a matter is tried at a moment, the number of the try with them.
pub type Samples<'a, L> = &'a dyn Fn(Timestamp, usize) -> Vec<<L as SpecialistRules>::Command>;

/// Tries commands that are possible at the matter's step, and triggers, one after the other.
///
/// # Panics
/// If a clock counts from later than what started it, ends later than its days counted by hand from there, is paused or extended
/// when it is over by the moment of the record, or is over and not announced to be.
pub fn assert_clocks_hold<L: SpecialistRules>(
    begun: Vec<L::Event>,
    samples: Samples<'_, L>,
    triggers: &[Trigger],
    tries: &[DatedTry],
    context: &Context<'_>,
) {
    let mut run = Run::<L> {
        matter: None,
        moved: BTreeMap::new(),
        paused: BTreeMap::new(),
        latest_act: None,
        directory: context.directory,
        actor: context.actor,
    };
    run.take_in(begun, context.now, &BTreeSet::new());
    let mut now = context.now;
    for (number, (which, later, earlier)) in tries.iter().enumerate() {
        now = now.plus_seconds(*later);
        run.time_passes(now);
        let happened_at = now.plus_seconds(-earlier);
        let step = run.matter().step;
        let mut commands = samples(happened_at, number);
        commands.retain(|command| L::possible(step).contains(&command.name()));
        let count = commands.len() + triggers.len();
        let place = which % count.max(1);
        if let Some(command) = commands.get(place) {
            run.send(command, (now, happened_at));
        } else if let Some(trigger) = triggers.get(place - commands.len()) {
            run.hear(trigger, now);
        }
        run.check(now);
    }
}

/// What moved the end of a clock, by its events.
#[derive(Clone, Copy)]
enum Moved {
    StoodStill { from: Date, to: Date },
    Extended,
}

struct Run<'a, L: SpecialistRules> {
    matter: Option<Matter<L>>,
    moved: BTreeMap<Step, Vec<Moved>>,
    /// Since when clocks are paused.
    paused: BTreeMap<Step, Date>,
    latest_act: Option<Timestamp>,
    directory: &'a Directory,
    actor: &'a Actor,
}

impl<L: SpecialistRules> Run<'_, L> {
    fn matter(&self) -> &Matter<L> {
        self.matter.as_ref().expect("a matter has begun")
    }

    /// The clocks that are over by the moment of the record.
    fn over(&self, now: Timestamp) -> BTreeSet<Step> {
        let clocks = self.matter().clocks.iter();
        let over = clocks.filter(|clock| is_over(clock, now));
        over.map(|clock| clock.step.clone()).collect()
    }

    fn time_passes(&mut self, now: Timestamp) {
        let context = Context::at(now, self.actor, self.directory);
        let told = announcements(self.matter(), &context);
        self.take_in(told, now, &BTreeSet::new());
    }

    fn send(&mut self, command: &L::Command, (now, happened_at): (Timestamp, Timestamp)) {
        let context = Context::at(now, self.actor, self.directory);
        let sender = sender(self.matter(), command, &context);
        let context = Context {
            happened_at,
            latest_act: self.latest_act,
            late_entry: Some(approved_late_entry()),
            ..Context::at(now, &sender, self.directory)
        };
        let over = self.over(now);
        if let Ok(events) = decide(self.matter.as_ref(), command, &context) {
            self.latest_act = self.latest_act.max(Some(happened_at));
            self.take_in(events, happened_at, &over);
        }
    }

    /// A unit takes the case again once it has no matter of it under way.
    fn hear(&mut self, trigger: &Trigger, now: Timestamp) {
        let comes_again = matches!(trigger, Trigger::CaseAccepted(_));
        if comes_again && !self.matter().has_ended() {
            return;
        }
        let context = Context::at(now, self.actor, self.directory);
        let over = self.over(now);
        let events = react(self.matter.as_ref(), trigger, &context);
        self.take_in(events.unwrap_or_default(), now, &over);
        if let Trigger::CaseAccepted(received) = trigger {
            self.check_receipt(received, now);
        }
    }

    /// The application is that of the first receipt, whichever unit took it, and however often.
    fn check_receipt(&self, received: &Received, now: Timestamp) {
        let step: Step = L::INITIAL_CLOCK.parse().expect("it is a step");
        let (place, today) = (received.division, now.china_date());
        let runs_from = self.directory.runs_from(&step, place, today);
        if let (Some(clock), RunsFrom::Receipt) = (self.matter().clocks.get(&step), runs_from) {
            let since = clock.history.as_ref().map(|history| history.since);
            assert_eq!(
                since, received.received_at,
                "{step} counts from the receipt"
            );
        }
    }

    fn take_in(&mut self, events: Vec<L::Event>, happened_at: Timestamp, over: &BTreeSet<Step>) {
        for event in events {
            if let Some(event) = ClockEvent::of(&event) {
                self.note(&event, happened_at, over);
            }
            self.matter = evolve(self.matter.take(), &event);
        }
    }

    fn note(&mut self, event: &ClockEvent, happened_at: Timestamp, over: &BTreeSet<Step>) {
        let step = event.step().clone();
        match event {
            ClockEvent::Started(started) => {
                let since = started.at.expect("it is kept since when it counts");
                assert!(since <= happened_at, "{step} counts from {since}");
                self.moved.insert(step.clone(), Vec::new());
                self.paused.remove(&step);
            }
            ClockEvent::Paused(paused) => {
                assert!(!over.contains(&step), "{step} is paused after its end");
                self.paused.insert(step, paused.at.china_date());
            }
            ClockEvent::Resumed(resumed) => {
                let to = resumed.at.expect("it is kept when it runs again");
                if let Some(from) = self.paused.remove(&step) {
                    let to = to.china_date();
                    let moved = self.moved.entry(step).or_default();
                    moved.push(Moved::StoodStill { from, to });
                }
            }
            ClockEvent::Extended(_) => {
                assert!(!over.contains(&step), "{step} is extended after its end");
                self.moved.entry(step).or_default().push(Moved::Extended);
            }
            ClockEvent::Corrected(_)
            | ClockEvent::DueSoon(_)
            | ClockEvent::Overdue(_)
            | ClockEvent::Supervised(_)
            | ClockEvent::Stopped(_) => {}
        }
    }

    fn check(&self, now: Timestamp) {
        let context = Context::at(now, self.actor, self.directory);
        let told = announcements(self.matter(), &context);
        for clock in &self.matter().clocks {
            let moved = self.moved.get(&clock.step).map_or(&[][..], Vec::as_slice);
            let by_hand = counted_by_hand(clock, moved, self.directory);
            assert!(clock.due.day <= by_hand, "{by_hand} by hand: {clock:#?}");
            let mut overdue = told.iter().filter_map(ClockEvent::of);
            let overdue = overdue.any(|event| {
                matches!(event, ClockEvent::Overdue(_)) && *event.step() == clock.step
            });
            let is_told = overdue || clock.alarm > Alarm::DueSoon;
            assert!(
                !is_over(clock, now) || is_told,
                "nobody is told: {clock:#?}"
            );
        }
    }
}

fn is_over(clock: &Clock, now: Timestamp) -> bool {
    clock.motion == RunState::Running && now >= clock.due.at
}

/// The last day of a clock, counted one day after the other and without the directory's own rules: the day from which it counts
/// does not, and a last day off gives way to the next that is none (民法典 art. 201-203). It ends later by the days of each pause
/// that began before its end, and where it was given more.
fn counted_by_hand(clock: &Clock, moved: &[Moved], directory: &Directory) -> Date {
    let is_worked = |day: Date| match clock.limit.place {
        Some(place) => directory.is_working_day_at(day, place),
        None => directory.is_working_day(day),
    };
    let rolled = |last: Date| {
        let mut later = last.series(1.day());
        later.find(|day| is_worked(*day)).unwrap_or(last)
    };
    let days = |count: u32| Span::new().days(i64::from(count));
    let more = clock.limit.extension.as_ref().map_or(0, |more| more.days);
    let history = clock.history.as_ref().expect("it is kept what it counts");
    let since = history.since.china_date();
    let limit = &clock.limit;
    if limit.kind == DayKind::Working {
        let first = working_days_after(is_worked, since, limit.days);
        return moved.iter().fold(first, |last, moved| match moved {
            Moved::StoodStill { from, to } => {
                working_days_after(is_worked, last, working_days(is_worked, *from, *to))
            }
            Moved::Extended => working_days_after(is_worked, last, more),
        });
    }
    let first = match limit.kind {
        DayKind::Month => since.saturating_add(Span::new().months(i64::from(limit.days))),
        DayKind::Calendar | DayKind::Working => since.saturating_add(days(limit.days)),
    };
    let last = moved.iter().fold(first, |last, moved| match moved {
        Moved::StoodStill { from, to } if *from <= rolled(last) && from < to => {
            last.saturating_add(*to - *from)
        }
        Moved::StoodStill { .. } => last,
        Moved::Extended => rolled(last).saturating_add(days(more)),
    });
    rolled(last)
}
