//! The statutory clocks of an application that run before a unit has taken it: from its receipt (收到法律援助申请之日, 法律援助法
//! art. 43), or from that of an organ's notice (收到通知之日, art. 36). What referral still does ends with them at the latest.

use jiff::civil::Date;
use onestop_proto::{
    clock::{Ceiling, ClockStarted, Limit, Step},
    division::DivisionCode,
    ids::{ServiceItem, Topic},
    legal_aid::AidKind,
    time::Timestamp,
};

use crate::{Directory, standards::RunsFrom};

/// An application on its way to a unit, and when that happened which a statutory clock may count from.
#[derive(Debug, Clone, Copy)]
pub struct Application<'a> {
    pub item: &'a ServiceItem,
    pub topic: &'a Topic,
    /// Whose limits hold.
    pub place: DivisionCode,
    /// When its window took it.
    pub requested_at: Option<Timestamp>,
    /// When an agency's system first received it.
    pub received_at: Timestamp,
    /// The day on which an organ's notice was received, where one opened the case.
    pub notified_on: Option<Date>,
}

impl Directory {
    /// Starts the clock of a step that ends with the application's statutory clocks at the latest. Those are counted on the
    /// days of the application's own place, and the step on those of `place`, which may be a supervisor's elsewhere. One that is
    /// over at `now` bounds nothing: the case is late already, and the step has its own time.
    pub fn start_clock_within(
        &self,
        step: Step,
        place: DivisionCode,
        now: Timestamp,
        application: &Application<'_>,
    ) -> ClockStarted {
        let mut started = self.start_clock(step, place, now);
        let receiving = self.present_division(application.place);
        let days = self.days_at(Some(receiving));
        let running = self
            .statutory_clocks(application, now.china_date())
            .into_iter()
            .filter(|(limit, since)| now < days.due(limit, *since).at);
        let bounds = running.flat_map(|(limit, since)| ceilings(&limit, since, receiving));
        started.limit.within.extend(bounds);
        started.due = self.due(&started.limit, now);
        started
    }

    /// The statutory limits that run for an application, and since when.
    fn statutory_clocks(&self, application: &Application<'_>, on: Date) -> Vec<(Limit, Timestamp)> {
        let of_item = |step: &&Step| {
            let item = step.as_str().split_once('.').map(|(item, _)| item);
            item == Some(application.item.as_str())
        };
        let running = self.steps().filter(of_item).filter_map(|step| {
            let since = self.runs_since(step, application, on)?;
            Some((self.limit(step, application.place, on)?, since))
        });
        running.collect()
    }

    /// Since when the limit of a step runs, where it does before a unit has taken the application. What an organ's notice
    /// opens is not reviewed, and a duty lawyer's help is neither reviewed nor assigned.
    fn runs_since(
        &self,
        step: &Step,
        application: &Application<'_>,
        on: Date,
    ) -> Option<Timestamp> {
        let is_help = *application.item == ServiceItem::legal_aid()
            && self.aid_kind(application.topic) == AidKind::DutyLawyer;
        if is_help {
            return None;
        }
        let received = application.received_at;
        match (
            self.runs_from(step, application.place, on),
            application.notified_on,
        ) {
            (RunsFrom::Notice, Some(day)) => Some(Timestamp::start_of_china_day(day)),
            (RunsFrom::Receipt, None) => Some(received),
            (RunsFrom::Window, None) => Some(application.requested_at.unwrap_or(received)),
            (RunsFrom::Step, _)
            | (RunsFrom::Notice, None)
            | (RunsFrom::Receipt | RunsFrom::Window, Some(_)) => None,
        }
    }
}

/// A limit and those that it lies within, as bounds of another clock, on the days of a place.
fn ceilings(limit: &Limit, since: Timestamp, place: DivisionCode) -> Vec<Ceiling> {
    let own = Ceiling {
        days: limit.days,
        kind: limit.kind,
        basis: limit.basis.clone(),
        extension: None,
        since: Some(since),
        place: Some(place),
    };
    let wider = limit.within.iter().map(|wider| Ceiling {
        extension: None,
        since: Some(since),
        place: Some(place),
        ..wider.clone()
    });
    std::iter::once(own).chain(wider).collect()
}
