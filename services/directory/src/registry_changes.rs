//! What the registry has recorded of the sites: a fold of its events.
//!
//! Each site's events are folded by themselves, in the order of its stream. So the order in which the streams of two sites
//! are heard changes nothing, and services that have heard the same events hold the same.

mod building;
mod deciders;
mod history;
mod moved;
mod proposals;
mod rules;

use std::{collections::BTreeMap, mem, sync::Arc};

use jiff::civil::Date;
use onestop_proto::{
    case::FileHash,
    division::DivisionCode,
    ids::{SiteId, UnitId},
    registry::{
        ContactChanged, DaysOffDeclared, DutySet, Event, EvidenceAttached, EvidenceKind,
        EvidenceWithdrawn, HoursSet, LimitSet, OpeningPlanned, PapersSet, SiteState,
        StandardChecked, StateSet, UnitFilled, UnitFreed,
    },
};

use self::rules::ItemChange;
pub use self::{
    building::Report, deciders::decider_tier, history::RecordedChange, proposals::Proposal,
};
pub(crate) use self::{deciders::by_decider, moved::PresentSite};

/// What was recorded of one site. Of several entries that hold on a day, the one with the latest first day counts; of
/// those with the same first day, the one recorded last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteChanges {
    contacts: Vec<ContactChanged>,
    states: Vec<StateSet>,
    loads: Vec<LoadChange>,
    plans: Vec<OpeningPlanned>,
    checks: Vec<StandardChecked>,
    hours: Vec<HoursSet>,
    duties: Vec<DutySet>,
    limits: Vec<LimitSet>,
    days_off: Vec<DaysOffDeclared>,
    items: Vec<ItemChange>,
    papers: Vec<PapersSet>,
    /// In the order of the log.
    evidence: Vec<EvidenceAttached>,
    /// Files that were withdrawn, and may have come again.
    withdrawn: Vec<WithdrawnEvidence>,
    confirmed: Option<Date>,
    /// Who said of the entry when that it is right, in the order of the log.
    reports: Vec<Report>,
    /// The last events, in the order of the log.
    history: Vec<RecordedChange>,
    /// What waits, and the number of the last proposal.
    proposals: BTreeMap<u32, Proposal>,
    proposed: u32,
    /// The same site under its codes of before, whose records are among these.
    continued: Vec<SiteId>,
}

/// A file that was withdrawn: how many there were on a day before, stays known, what it was called does not.
#[derive(Debug, Clone, PartialEq, Eq)]
struct WithdrawnEvidence {
    hash: FileHash,
    kind: EvidenceKind,
    from: Date,
    /// The first day on which it is there no more.
    withdrawn: Date,
}

/// Whether a unit takes cases from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum LoadChange {
    Filled(UnitFilled),
    Freed(UnitFreed),
}

impl LoadChange {
    const fn unit(&self) -> &UnitId {
        match self {
            Self::Filled(event) => &event.unit,
            Self::Freed(event) => &event.unit,
        }
    }

    const fn from(&self) -> Date {
        match self {
            Self::Filled(event) => event.from,
            Self::Freed(event) => event.from,
        }
    }

    const fn decided_by(&self) -> Option<DivisionCode> {
        match self {
            Self::Filled(event) => event.decided_by,
            Self::Freed(event) => event.decided_by,
        }
    }
}

impl SiteChanges {
    /// The changes after one more event of the site's stream.
    pub fn evolve(changes: Option<Self>, event: &Event) -> Self {
        let mut changes = changes.unwrap_or_default();
        match event {
            Event::ContactChanged(event) => {
                insert(&mut changes.contacts, event.clone(), |one| one.from);
            }
            Event::StateSet(event) => insert(&mut changes.states, event.clone(), |one| one.from),
            Event::UnitFilled(event) => {
                insert(
                    &mut changes.loads,
                    LoadChange::Filled(event.clone()),
                    LoadChange::from,
                );
            }
            Event::UnitFreed(event) => {
                insert(
                    &mut changes.loads,
                    LoadChange::Freed(event.clone()),
                    LoadChange::from,
                );
            }
            Event::OpeningPlanned(event) => {
                insert(&mut changes.plans, event.clone(), |one| one.from)
            }
            Event::StandardChecked(event) => {
                insert(&mut changes.checks, event.clone(), |one| one.from);
            }
            Event::EntryConfirmed(event) => {
                changes.confirmed = changes.confirmed.max(Some(event.from));
            }
            Event::EvidenceAttached(event) => changes.evidence.push(event.clone()),
            Event::EvidenceWithdrawn(event) => changes.withdraw(event),
            Event::HoursSet(event) => insert(&mut changes.hours, event.clone(), |one| one.from),
            Event::DutySet(event) => insert(&mut changes.duties, event.clone(), |one| one.from),
            Event::LimitSet(event) => insert(&mut changes.limits, event.clone(), |one| one.from),
            Event::DaysOffDeclared(event) => changes.days_off.push(event.clone()),
            Event::ItemMovedIn(event) => {
                insert(
                    &mut changes.items,
                    ItemChange::In(event.clone()),
                    ItemChange::from,
                );
            }
            Event::ItemMovedOut(event) => {
                insert(
                    &mut changes.items,
                    ItemChange::Out(event.clone()),
                    ItemChange::from,
                );
            }
            Event::PapersSet(event) => insert(&mut changes.papers, event.clone(), |one| one.from),
            Event::ChangeProposed(event) => changes.propose(event),
            Event::ChangeApproved(event) => changes.settle(event.proposal),
            Event::ChangeSentBack(event) => changes.settle(event.proposal),
        }
        changes
    }

    fn withdraw(&mut self, event: &EvidenceWithdrawn) {
        let gone = self.evidence.extract_if(.., |file| file.hash == event.hash);
        let withdrawn = gone.map(|file| WithdrawnEvidence {
            hash: file.hash,
            kind: file.kind,
            from: file.from,
            withdrawn: event.from,
        });
        self.withdrawn.extend(withdrawn);
    }

    /// Keeps who has reported what an event says. What says of a unit that it is busy, or who is on duty, and a file say
    /// nothing about the rest of the entry.
    fn keep_report(&mut self, event: &Event, report: Report) {
        match event {
            Event::ChangeProposed(proposed) => {
                if let Some(waiting) = self.proposals.get_mut(&proposed.proposal) {
                    waiting.report = Some(report);
                }
            }
            Event::ContactChanged(_)
            | Event::StateSet(_)
            | Event::OpeningPlanned(_)
            | Event::StandardChecked(_)
            | Event::EntryConfirmed(_)
            | Event::HoursSet(_) => self.reports.push(report),
            Event::UnitFilled(_)
            | Event::UnitFreed(_)
            | Event::DutySet(_)
            | Event::LimitSet(_)
            | Event::DaysOffDeclared(_)
            | Event::ItemMovedIn(_)
            | Event::ItemMovedOut(_)
            | Event::PapersSet(_)
            | Event::EvidenceAttached(_)
            | Event::EvidenceWithdrawn(_)
            | Event::ChangeApproved(_)
            | Event::ChangeSentBack(_) => {}
        }
    }

    /// The telephone of a unit on a day, if one was recorded.
    pub fn phone(&self, unit: &UnitId, on: Date) -> Option<&str> {
        self.contacts_of(unit, on)
            .find_map(|entry| entry.phone.as_deref())
    }

    /// The address of a unit on a day, if one was recorded.
    pub fn address(&self, unit: &UnitId, on: Date) -> Option<&str> {
        self.contacts_of(unit, on)
            .find_map(|entry| entry.address.as_deref())
    }

    /// The state of the site on a day, with what it rests on, if one was recorded for that day. What a wider tier has
    /// closed, no narrower one opens, whenever either was recorded.
    pub fn state(&self, on: Date) -> Option<&StateSet> {
        let latest = self.states.iter().rev();
        let holding =
            latest.filter(|entry| entry.from <= on && entry.until.is_none_or(|until| on <= until));
        let layers = by_decider(holding, |entry| entry.decided_by);
        let mut closed = layers.iter();
        let closed = closed.find(|one| one.state == SiteState::Suspended);
        closed.or(layers.last()).copied()
    }

    /// The last day until which a unit is full, if it is on that day.
    pub fn full_until(&self, unit: &UnitId, on: Date) -> Option<Date> {
        self.filled(unit, on).map(|filled| filled.until)
    }

    /// By what a unit is full on a day. What a wider tier has marked full until a day, no narrower one frees before.
    pub fn filled(&self, unit: &UnitId, on: Date) -> Option<&UnitFilled> {
        let latest = self.loads.iter().rev();
        let of_unit = latest.filter(|entry| entry.unit() == unit && entry.from() <= on);
        let layers = by_decider(of_unit, LoadChange::decided_by);
        let filled = layers.into_iter().filter_map(|entry| match entry {
            LoadChange::Filled(event) => Some(event).filter(|event| on <= event.until),
            LoadChange::Freed(_) => None,
        });
        filled.max_by_key(|event| event.until)
    }

    /// The contacts of a unit that hold on a day, the one that counts first.
    fn contacts_of(&self, unit: &UnitId, on: Date) -> impl Iterator<Item = &ContactChanged> {
        let latest = self.contacts.iter().rev();
        latest.filter(move |entry| entry.unit == *unit && entry.from <= on)
    }
}

/// Puts an entry behind all that begin on its day or before.
fn insert<T>(entries: &mut Vec<T>, entry: T, first_day: fn(&T) -> Date) {
    let from = first_day(&entry);
    let place = entries.partition_point(|known| first_day(known) <= from);
    entries.insert(place, entry);
}

/// The registry's changes of all sites. A clone shares those of each site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistryChanges {
    sites: BTreeMap<SiteId, Arc<SiteChanges>>,
    events: u64,
}

impl RegistryChanges {
    /// The changes of one site alone, as the service knows them that decides about it.
    pub fn of_site(site: SiteId, changes: SiteChanges) -> Self {
        let sites = BTreeMap::from([(site, Arc::new(changes))]);
        Self { sites, events: 0 }
    }

    /// Puts what was recorded of a site in the place of what was known of it. No event is counted.
    pub fn insert(&mut self, site: SiteId, changes: SiteChanges) {
        self.sites.insert(site, Arc::new(changes));
    }

    /// Takes in one more event. Events of one site come in the order of their stream.
    pub fn take_in(&mut self, event: &Event) {
        let site = self.sites.entry(event.site().clone()).or_default();
        // A copy is made only where another directory has them too.
        let site = Arc::make_mut(site);
        *site = SiteChanges::evolve(Some(mem::take(site)), event);
        self.events += 1;
    }

    /// Takes in one more event, with who has recorded it and when.
    pub fn hear(&mut self, event: &Event, report: Report) {
        self.take_in(event);
        if let Some(site) = self.sites.get_mut(event.site()) {
            let site = Arc::make_mut(site);
            site.keep_history(event, &report);
            site.keep_report(event, report);
        }
    }

    pub fn sites(&self) -> impl Iterator<Item = (&SiteId, &SiteChanges)> {
        self.sites
            .iter()
            .map(|(id, changes)| (id, changes.as_ref()))
    }

    /// How many events were taken in.
    pub const fn events(&self) -> u64 {
        self.events
    }

    pub fn site(&self, site: &SiteId) -> Option<&SiteChanges> {
        self.sites.get(site).map(Arc::as_ref)
    }
}

#[cfg(test)]
mod tests;
