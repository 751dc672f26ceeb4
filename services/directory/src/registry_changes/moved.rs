//! What was recorded of a site that goes on under another code (改名、换码、改隶), as part of what is recorded of it now.

use jiff::civil::Date;
use onestop_proto::{
    division::DivisionCode,
    ids::{SiteId, UnitId, UnitKind},
    registry::{
        ContactChanged, DutySet, EvidenceAttached, HoursSet, OpeningPlanned, StandardChecked,
        StateSet, UnitFilled, UnitFreed,
    },
};

use super::{LoadChange, SiteChanges, insert};

/// A site as it is called now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PresentSite<'a> {
    pub(crate) id: &'a SiteId,
    pub(crate) division: DivisionCode,
}

impl PresentSite<'_> {
    /// A unit of the site of before as that of now; the id of then where it has no kind.
    fn unit(self, then: &UnitId) -> UnitId {
        let kind = then.as_str().split_once('.');
        let kind = kind.and_then(|(_, kind)| kind.parse::<UnitKind>().ok());
        kind.map_or_else(|| then.clone(), |kind| UnitId::at(self.id, &kind))
    }
}

/// An event of one site and one unit.
trait OfSite: Clone {
    fn place(&mut self) -> (&mut SiteId, &mut UnitId, &mut DivisionCode);

    /// The event as it would have been recorded of the site as it is called now.
    fn at(&self, now: PresentSite<'_>) -> Self {
        let mut moved = self.clone();
        let (site, unit, division) = moved.place();
        *unit = now.unit(unit);
        *site = now.id.clone();
        *division = now.division;
        moved
    }
}

macro_rules! of_site {
    ($($event:ident),*) => {
        $(impl OfSite for $event {
            fn place(&mut self) -> (&mut SiteId, &mut UnitId, &mut DivisionCode) {
                (&mut self.site, &mut self.unit, &mut self.division)
            }
        })*
    };
}

of_site!(
    ContactChanged,
    DutySet,
    HoursSet,
    OpeningPlanned,
    StandardChecked,
    StateSet,
    UnitFilled,
    UnitFreed
);

impl OfSite for LoadChange {
    fn place(&mut self) -> (&mut SiteId, &mut UnitId, &mut DivisionCode) {
        match self {
            Self::Filled(event) => event.place(),
            Self::Freed(event) => event.place(),
        }
    }
}

impl SiteChanges {
    /// What was recorded of a site under its code of before and under the present one. Rules of its place pass on as those of
    /// every division of before do (`inherited_rules.rs`); a file keeps the code under which it was added, under which it is
    /// withdrawn; and what waited lapses.
    pub(crate) fn continued_as(&self, before: &SiteId, now: PresentSite<'_>, since: &Self) -> Self {
        let all = since.clone();
        Self {
            contacts: both(&self.contacts, &all.contacts, now, |one| one.from),
            states: both(&self.states, &all.states, now, |one| one.from),
            loads: both(&self.loads, &all.loads, now, LoadChange::from),
            plans: both(&self.plans, &all.plans, now, |one| one.from),
            checks: both(&self.checks, &all.checks, now, |one| one.from),
            hours: both(&self.hours, &all.hours, now, |one| one.from),
            duties: both(&self.duties, &all.duties, now, |one| one.from),
            confirmed: self.confirmed.max(all.confirmed),
            reports: [self.reports.as_slice(), &all.reports].concat(),
            history: [self.history.as_slice(), &all.history].concat(),
            evidence: files_of_both(&self.evidence, &all.evidence),
            withdrawn: [self.withdrawn.as_slice(), &all.withdrawn].concat(),
            continued: [all.continued.as_slice(), std::slice::from_ref(before)].concat(),
            ..all
        }
    }

    /// Whether what was recorded of the site under a code of before is among these already.
    pub(crate) fn continues(&self, before: &SiteId) -> bool {
        self.continued.contains(before)
    }
}

/// The files of before and those since; one that was added again since is there once.
fn files_of_both(before: &[EvidenceAttached], since: &[EvidenceAttached]) -> Vec<EvidenceAttached> {
    let again = |file: &&EvidenceAttached| since.iter().any(|one| one.hash == file.hash);
    let before = before.iter().filter(|file| !again(file));
    before.chain(since).cloned().collect()
}

/// The events of before, as of the site of now, and those since, by their first days.
fn both<T: OfSite>(
    before: &[T],
    since: &[T],
    now: PresentSite<'_>,
    first_day: fn(&T) -> Date,
) -> Vec<T> {
    let mut all: Vec<T> = before.iter().map(|event| event.at(now)).collect();
    for event in since {
        insert(&mut all, event.clone(), first_day);
    }
    all
}
