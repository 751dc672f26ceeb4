//! A case as the ledger stores it: one dossier (案卷), folded from the journal's entries.
//!
//! The journal receives each service's events in their order, and the services in any order. So each part of a
//! dossier is folded from one service's events alone, and the dossier is the same in whichever order they come.

mod case_row;
mod clock;
mod custody;
mod deadlines;
mod decisions;
mod search_text;
mod window;
mod worklist;

use std::collections::BTreeMap;

use onestop_directory::Directory;
use onestop_proto::{
    actor::Role,
    case,
    division::DivisionCode,
    envelope::{Envelope, event_name},
    ids::{HandoffId, ServiceItem, StaffId, UnitId},
    ledger::UnitRefusal,
    matter::{
        AwaitedPapers, CriticalDate, CriticalDateEvent, CriticalDates, Received,
        SupplementReceived, SupplementRequested,
    },
    referral::{self, ReturnReason, report_step},
    specialist::{self, ApprovalStep, Facts, PendingDraft, Summary},
    text::Words,
    time::Timestamp,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use self::window::EventOrigin;
pub(crate) use self::{
    case_row::{ReadContext, searchable_text},
    clock::{Clock, DeadlinePeriod, PeriodEnd},
    custody::{Custody, PartyEnd},
    deadlines::{Deadlines, WholeLimit},
    search_text::{SearchScope, index_words, search_expression},
    window::Window,
};

/// What the ledger knows of a case.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Dossier {
    /// What intake's events say; none until the opening was received. Until then the case is in no list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) window: Option<Window>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) custody: Option<Custody>,
    /// What each specialist's events say, by service.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) matters: BTreeMap<String, Matter>,
    /// Clocks that run or are paused; [`Dossier::discard_saved`] drops those that have ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) clocks: Vec<Clock>,
    /// The critical dates that are open, by the service that keeps them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) critical_dates: BTreeMap<String, CriticalDates>,
    /// The bureaus that something waited for, and where they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) bureaus: BTreeMap<UnitId, DivisionCode>,
    /// How many clocks there ever were.
    #[serde(default)]
    pub(crate) clock_count: u32,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) staff: BTreeMap<UnitId, StaffId>,
    /// When something last happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_at: Option<Timestamp>,
    /// Whether something of it was entered late, from paper.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) late_entry: bool,
    /// The limit of the whole (全程), as the directory had it when the case was saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) whole: Option<WholeLimit>,
    /// Counters that are not saved yet.
    #[serde(skip)]
    pub(crate) counters: Vec<Counter>,
}

/// A unit's work on a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Matter {
    pub(crate) unit: UnitId,
    /// The handoff that brought the case.
    pub(crate) handoff: HandoffId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) papers: Option<AwaitedPapers>,
    /// Whether the unit's work ended, or the case left it.
    #[serde(default)]
    pub(crate) ended: bool,
    /// Whether the case left it with its work not done: what is open then goes with the case.
    #[serde(default)]
    pub(crate) handed_back: bool,
    /// On which ground its work ended, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ground: Option<Words>,
    /// The draft that awaits approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) draft: Option<PendingDraft>,
}

/// One occurrence that is counted in sums over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counter {
    pub(crate) kind: CounterKind,
    /// When it was recorded.
    pub(crate) at: Timestamp,
    pub(crate) unit: UnitId,
    /// Where that unit is.
    pub(crate) division: DivisionCode,
    /// The item that the case was about then.
    pub(crate) item: Option<ServiceItem>,
    /// Why, for what was sent back.
    pub(crate) reason: Option<ReturnReason>,
}

/// What is counted. The numbers are stored in the ledger's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CounterKind {
    Received = 1,
    Closed = 2,
    Offered = 3,
    Declined = 4,
    /// A unit gave a case back.
    Returned = 5,
    /// A need of the citizen was met.
    NeedMet = 6,
    /// A need of the citizen was declined, or could not be met.
    NeedDeclined = 7,
}

/// An event whose data does not fit its type: it is left out, and logged.
#[derive(Debug, thiserror::Error)]
#[error("an event of type {event_type} cannot be decoded")]
pub(crate) struct DecodeError {
    event_type: String,
    #[source]
    source: serde_json::Error,
}

impl Dossier {
    /// Folds one more event.
    ///
    /// # Errors
    /// If its data does not fit its type; nothing is changed then.
    pub(crate) fn apply(&mut self, event: &Envelope) -> Result<(), DecodeError> {
        self.try_apply(event).map_err(|source| DecodeError {
            event_type: event.event_type.clone(),
            source,
        })
    }

    fn try_apply(&mut self, event: &Envelope) -> Result<(), serde_json::Error> {
        let raw = event.raw();
        let counted = self.counters.len();
        if let Some(event_of_service) = raw.parse_if::<case::Event>()? {
            self.window = Window::apply(
                self.window.take(),
                &event_of_service,
                EventOrigin {
                    at: event.time,
                    by: &event.actor.staff,
                },
                &mut self.counters,
            );
            if let Some(window) = &mut self.window {
                window.note_record(event.recordedtime);
            }
        } else if let Some(event_of_service) = raw.parse_if::<referral::Event>()? {
            self.custody = Custody::apply(
                self.custody.take(),
                &event_of_service,
                event.time,
                &mut self.counters,
            );
        } else if let Some(summary) = specialist::summarize(&raw)? {
            self.apply_to_matter(event, &summary)?;
        } else {
            return Ok(());
        }
        // Who is measured cannot mend the measure by a date: what happened counts when it was recorded.
        for counter in self.counters.iter_mut().skip(counted) {
            counter.at = event.recordedtime;
        }
        self.update_clocks(event)?;
        self.note_bureaus();
        self.note_actor(event);
        Ok(())
    }

    /// Applies what the events of all specialists have in common.
    fn apply_to_matter(
        &mut self,
        event: &Envelope,
        summary: &Summary,
    ) -> Result<(), serde_json::Error> {
        let service = event.source.service.as_str();
        self.apply_to_critical_dates(event, summary)?;
        self.note_approval(service, summary);
        self.note_ground(service, summary);
        let papers = match event_name(&event.event_type) {
            "received" => {
                let received: Received = data(event)?;
                let matter = Matter {
                    unit: received.unit,
                    handoff: received.handoff,
                    papers: None,
                    ended: false,
                    handed_back: false,
                    ground: None,
                    draft: None,
                };
                self.matters.insert(service.to_owned(), matter);
                return Ok(());
            }
            "supplement-requested" => AwaitedPapers::of(&data::<SupplementRequested>(event)?),
            "supplement-received" => {
                let received: SupplementReceived = data(event)?;
                let known = self.matters.get(service);
                let awaited = known.and_then(|matter| matter.papers.clone());
                awaited.and_then(|papers| papers.left(&received.missing))
            }
            "handed-back" => None,
            _ if summary.outcome.is_some() => None,
            _ => return Ok(()),
        };
        if let Some(matter) = self.matters.get_mut(service) {
            matter.papers = papers;
        }
        Ok(())
    }

    /// Remembers on which ground a unit's work ended.
    fn note_ground(&mut self, service: &str, summary: &Summary) {
        if let (Some(matter), Some(_)) = (self.matters.get_mut(service), summary.outcome) {
            matter.ground = match &summary.facts {
                Facts::Words(words) => Some(words.clone()),
                Facts::Title | Facts::Materials(_) => None,
            };
        }
    }

    /// What a unit decided that was not granted, with its ground.
    fn refusal(&self, window: &Window) -> Option<UnitRefusal> {
        let refusal = window.refusal()?;
        let matter = self.matters.get(window.item.as_str());
        let ground = matter.filter(|matter| matter.unit == refusal.unit);
        Some(UnitRefusal {
            ground: ground.and_then(|matter| matter.ground.clone()),
            ..refusal
        })
    }

    /// Remembers whose approval a draft waits for.
    fn note_approval(&mut self, service: &str, summary: &Summary) {
        let Some((matter, step)) = self.matters.get_mut(service).zip(summary.approval.as_ref())
        else {
            return;
        };
        matter.draft = match step {
            ApprovalStep::Awaited(draft) => Some(draft.clone()),
            ApprovalStep::Ended => None,
        };
    }

    /// When a unit's work ends, it tells the client the open dates, and the case has them no more. When the unit receives the
    /// case again, they are open again, as in the service that keeps them.
    fn apply_to_critical_dates(
        &mut self,
        event: &Envelope,
        summary: &Summary,
    ) -> Result<(), serde_json::Error> {
        let service = event.source.service.as_str();
        let name = event_name(&event.event_type);
        if let Some(about_date) = CriticalDateEvent::parse(&event.raw())? {
            let dates = self.critical_dates.entry(service.to_owned()).or_default();
            dates.apply(&about_date);
        }
        if name == "received"
            && let Some(dates) = self.critical_dates.get_mut(service)
        {
            *dates = std::mem::take(dates).taken_over();
        }
        if let Some(matter) = self.matters.get_mut(service) {
            let handed_back = name == "handed-back";
            matter.ended |= summary.outcome.is_some() || handed_back;
            matter.handed_back |= handed_back;
        }
        Ok(())
    }

    /// The nearest critical date that a unit has to keep, or any unit.
    pub(crate) fn first_critical_date(&self, unit: Option<&UnitId>) -> Option<&CriticalDate> {
        let dates = self.kept_critical_dates(unit);
        dates.min_by_key(|date| (date.due.day, date.kind))
    }

    /// The critical dates that are to be kept: by one unit, or by all.
    pub(crate) fn kept_critical_dates(
        &self,
        unit: Option<&UnitId>,
    ) -> impl Iterator<Item = &CriticalDate> {
        let kept = self.matters.iter().filter(move |(_, matter)| {
            let keeper = self.keeper_of_dates(matter);
            keeper.is_some_and(|keeper| unit.is_none_or(|unit| keeper == unit))
        });
        kept.filter_map(|(service, _)| self.critical_dates.get(service))
            .flatten()
    }

    /// Who keeps the critical dates of a matter: the unit at work; of a case that left it, its holder, until the window closes it.
    fn keeper_of_dates<'a>(&'a self, matter: &'a Matter) -> Option<&'a UnitId> {
        if !matter.ended {
            return Some(&matter.unit);
        }
        let custody = self.custody.as_ref()?;
        let goes_with_case = matter.handed_back && !self.is_closed();
        goes_with_case.then(|| &custody.chain.holder().unit)
    }

    fn update_clocks(&mut self, event: &Envelope) -> Result<(), serde_json::Error> {
        let item = self.item_of(event);
        let before = self.clocks.len();
        clock::update(&mut self.clocks, event, self.clock_count, item)?;
        let started = self.clocks.len().saturating_sub(before);
        self.clock_count += u32::try_from(started).unwrap_or(0);
        self.correct_instructed(before);
        Ok(())
    }

    /// Releases of before addressed the answer to an instruction (督办反馈) to the bureau that was to designate a unit, while there
    /// was one; the holder owes it.
    fn correct_instructed(&mut self, before: usize) {
        let Some(custody) = &self.custody else { return };
        let holder = custody.chain.holder();
        let started = self.clocks.iter_mut().skip(before);
        let misaddressed =
            |clock: &&mut Clock| clock.step == report_step() && decisions::is_bureau(&clock.unit);
        for clock in started.filter(misaddressed) {
            clock.unit = holder.unit.clone();
            clock.division = holder.division;
        }
    }

    /// The envelope names the item, except where there is none.
    fn item_of(&self, event: &Envelope) -> Option<ServiceItem> {
        let named = event.item.parse().ok();
        let known = || self.window.as_ref().map(|window| window.item.clone());
        if event.item == "none" { known() } else { named }
    }

    fn note_actor(&mut self, event: &Envelope) {
        self.last_at = self.last_at.max(Some(event.time));
        self.late_entry |= event.is_late_entry();
        match event.actor.role {
            Role::System => {}
            Role::Clerk
            | Role::Specialist
            | Role::Supervisor
            | Role::UnitAdministrator
            | Role::Auditor => {
                let actor = &event.actor;
                self.staff.insert(actor.unit.clone(), actor.staff.clone());
            }
        }
    }

    /// Drops what need not be kept once it is saved: counters, clocks and periods that have ended.
    pub(crate) fn discard_saved(&mut self) {
        self.counters.clear();
        self.clocks.retain(|clock| clock.ended.is_none());
        for clock in &mut self.clocks {
            clock.discard_ended_periods();
        }
    }

    pub(crate) fn papers_for(&self, unit: &UnitId) -> Option<&AwaitedPapers> {
        let mut matters = self.matters.values();
        matters.find_map(|matter| matter.papers.as_ref().filter(|_| matter.unit == *unit))
    }

    /// The papers that the citizen still has to bring: to the unit that has the case, or as the window asked for them.
    pub(crate) fn awaited_papers(&self) -> Option<AwaitedPapers> {
        let window = self.window.as_ref()?;
        let holder = self.custody.as_ref().map(|custody| custody.chain.holder());
        let holder = holder.map_or(&window.unit, |held| &held.unit);
        let by_unit = self.papers_for(holder).cloned();
        by_unit.or_else(|| window.papers().cloned())
    }

    /// The running clock that is due first; without one, a paused clock.
    pub(crate) fn first_due(&self) -> Option<&Clock> {
        self.open_clocks().min_by_key(|clock| clock.sort_key())
    }

    /// Clocks that run or are paused; none of a case that the citizen has withdrawn.
    pub(crate) fn open_clocks(&self) -> impl Iterator<Item = &Clock> {
        let is_over = self.is_withdrawn();
        let clocks = self.clocks.iter().filter(move |_| !is_over);
        clocks.filter(|clock| clock.ended.is_none())
    }

    /// The divisions of the window and of every unit that had custody; of those of before, their successors.
    pub(crate) fn present_divisions(&self, directory: &Directory) -> Vec<DivisionCode> {
        let window = self.window.iter().map(|window| window.division);
        let holders = self
            .custody
            .iter()
            .flat_map(|custody| custody.chain.links());
        let recorded = window.chain(holders.map(|held| held.division));
        let mut all: Vec<_> = recorded
            .map(|division| directory.present_division(division))
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

fn data<T: DeserializeOwned>(event: &Envelope) -> Result<T, serde_json::Error> {
    event.data.parse()
}
