//! Limits that bureaus have recorded for their places, beside those of `standards.toml`: which of both hold together.

use std::{collections::BTreeMap, ptr};

use jiff::civil::Date;
use onestop_proto::{
    clock::{Limit, Step},
    division::DivisionCode,
    registry::LimitSet,
};

use crate::{
    Directory,
    limits::ceiling,
    registry_changes::RegistryChanges,
    standards::{Holding, MOST_DAYS, Relation, Standard, Standards, Status},
    strictness::looser_by,
};

/// How the steps of critical dates (关键期限) begin.
const CRITICAL_DATES: &str = "critical-date.";

/// The recorded limits as standards of their places, by step; those of one place in the order in which they count.
#[derive(Debug, Default)]
pub(crate) struct RecordedLimits {
    by_step: BTreeMap<Step, Vec<Standard>>,
}

impl RecordedLimits {
    pub(crate) fn of(changes: &RegistryChanges, files: &Standards) -> Self {
        let mut by_step: BTreeMap<Step, Vec<Standard>> = BTreeMap::new();
        for (_, site) in changes.sites() {
            for set in site.limits() {
                // A step that the files limit no more has nothing to be stricter than.
                if let Some(base) = files.nearest(&set.step, set.division, set.from) {
                    let limits = by_step.entry(set.step.clone()).or_default();
                    limits.push(standard_of(set, base));
                }
            }
        }
        Self { by_step }
    }

    fn of_step(&self, step: &Step) -> &[Standard] {
        self.by_step.get(step).map_or(&[], Vec::as_slice)
    }

    /// The limit that a place itself has recorded for a day: of several the one with the latest first day, of those the
    /// one recorded last.
    fn latest(&self, step: &Step, place: DivisionCode, on: Date) -> Option<&Standard> {
        let mut latest = self.of_step(step).iter().rev();
        latest.find(|known| known.place == Some(place) && known.is_in_force(on))
    }
}

/// A recorded limit as a standard: it pauses, is extended and counts as the one of the files that holds around it.
fn standard_of(set: &LimitSet, base: &Standard) -> Standard {
    Standard {
        limit: limit_of(set, &base.limit),
        status: Status::LocalPromise,
        note: None,
        place: Some(set.division),
        valid_from: set.from,
        valid_to: set.until,
        line: None,
        ..base.clone()
    }
}

fn limit_of(set: &LimitSet, base: &Limit) -> Limit {
    Limit {
        days: set.days,
        kind: set.day_kind,
        basis: set.basis.clone(),
        ..base.clone()
    }
}

impl Directory {
    /// The most days that a limit can have.
    pub const MOST_LIMIT_DAYS: u32 = MOST_DAYS;

    /// The standard of a wider place than which a limit that is to be set would be looser, on its first day.
    #[must_use]
    pub fn stricter_above(&self, set: &LimitSet) -> Option<&Standard> {
        let (step, on) = (&set.step, set.from);
        let narrow = self.would_be(set)?;
        let layers = match set.division.parent() {
            Some(above) => self.layers(step, above, on),
            None => self
                .standards
                .of_layer(step, None, on)
                .into_iter()
                .collect(),
        };
        let mut layers = layers.into_iter().rev();
        layers.find(|wide| looser_by(&narrow, &wide.limit).is_some())
    }

    /// Whether a limit that is to be set would be looser than what holds at its place on its first day, or than what the place
    /// had set for itself, which gives way to a wider one meanwhile; of the latter also one in other kinds of days, which
    /// could end later at one time of the year.
    #[must_use]
    pub fn loosens(&self, set: &LimitSet) -> bool {
        let held = self.standard(&set.step, set.division, set.from);
        let (Some(narrow), Some(held)) = (self.would_be(set), held) else {
            return false;
        };
        let (step, place, on) = (&set.step, set.division, set.from);
        let of_files = || self.standards.of_layer(step, Some(place), on);
        let own = self
            .recorded_limits
            .latest(step, place, on)
            .or_else(of_files);
        let looser = |known: &Limit| looser_by(&narrow, known).is_some();
        looser(&held.limit)
            || own.is_some_and(|own| looser(&own.limit) || ceiling(&narrow, &own.limit).is_some())
    }

    /// Whether a step gives a party time, so that a shorter limit is no stricter one: the terms of limitations and appeals,
    /// which the law alone sets, and what the files mark so.
    #[must_use]
    pub fn gives_party_time(&self, step: &Step, place: DivisionCode, on: Date) -> bool {
        let held = self.standard(step, place, on);
        step.as_str().starts_with(CRITICAL_DATES) || held.is_some_and(|held| held.limit.for_party)
    }

    /// The limit that would follow from one that is to be set.
    fn would_be(&self, set: &LimitSet) -> Option<Limit> {
        let base = self.standards.nearest(&set.step, set.division, set.from)?;
        Some(limit_of(set, &base.limit))
    }

    /// The standards of a step that count at a place on a day, the widest first, the one that holds last. What is looser
    /// than a wider one gives way to it; of the files alone nothing is.
    fn layers(&self, step: &Step, place: DivisionCode, on: Date) -> Vec<&Standard> {
        let mut places: Vec<Option<DivisionCode>> = place.chain().map(Some).collect();
        places.push(None);
        let mut layers: Vec<&Standard> = Vec::new();
        for layer in places.into_iter().rev() {
            let recorded = layer.and_then(|place| self.recorded_limits.latest(step, place, on));
            let of_files = self.standards.of_layer(step, layer, on);
            let strict = |known: &&Standard| {
                let mut wider = layers.iter();
                wider.all(|wide| looser_by(&known.limit, &wide.limit).is_none())
            };
            let counts = recorded.into_iter().chain(of_files).find(strict);
            layers.extend(counts);
        }
        layers
    }

    /// Which standard of a step holds, and what became of the others, where the registry has recorded limits of the step.
    pub(crate) fn holding_recorded(
        &self,
        step: &Step,
        place: DivisionCode,
        on: Date,
    ) -> Option<Holding<'_>> {
        let recorded = self.recorded_limits.of_step(step);
        if recorded.is_empty() {
            return None;
        }
        let layers = self.layers(step, place, on);
        let standard = layers.last().copied();
        let counts = |known: &Standard| layers.iter().any(|layer| ptr::eq(*layer, known));
        let all = self.standards.of_step(step).iter().chain(recorded);
        let others = all
            .filter(|known| known.place.is_none_or(|wide| wide.contains(place)))
            .filter(|known| standard.is_none_or(|holds| !ptr::eq(holds, *known)))
            .map(|known| {
                let relation = known.relation_on(on);
                if relation == Relation::Wider && !counts(known) {
                    (known, Relation::Replaced)
                } else {
                    (known, relation)
                }
            });
        Some(Holding {
            standard,
            others: others.collect(),
        })
    }
}
