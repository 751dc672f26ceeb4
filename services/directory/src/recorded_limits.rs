//! Limits that bureaus have recorded for their places, and those of divisions of before, beside those of `standards.toml` for
//! the places of now: which of them hold together.

use std::{cmp::Reverse, collections::BTreeMap, ptr};

use jiff::civil::Date;
use onestop_proto::{
    clock::{Limit, Step},
    division::DivisionCode,
    registry::LimitSet,
};

use crate::{
    Directory,
    former_divisions::{FormerDivision, FormerDivisions},
    limits::ceiling,
    registry_changes::{RegistryChanges, by_decider, decider_tier},
    standards::{FormerStandard, Holding, MOST_DAYS, Relation, Standard, Standards, Status},
    strictness::{longest, looser_by},
};

/// How the steps of critical dates (关键期限) begin.
const CRITICAL_DATES: &str = "critical-date.";

/// The recorded limits as standards of their places, by step and place, behind what the files have of divisions of before; those
/// that one division has recorded in the order in which they count.
#[derive(Debug, Default)]
pub(crate) struct RecordedLimits {
    by_step: BTreeMap<Step, BTreeMap<DivisionCode, Vec<RecordedLimit>>>,
}

/// A limit that was recorded, as a standard of the present place.
#[derive(Debug)]
struct RecordedLimit {
    standard: Standard,
    /// The division of before (原区划) that has recorded it, where the present place is its successor.
    inherited: Option<FormerDivision>,
    /// Whose bureau has set it.
    decided_by: Option<DivisionCode>,
}

/// For which place limits are looked up: a place or one around it, for a division that may be one of before, on a day.
#[derive(Debug, Clone, Copy)]
struct Lookup {
    place: DivisionCode,
    requested: DivisionCode,
    on: Date,
}

impl RecordedLimits {
    pub(crate) fn of(
        changes: &RegistryChanges,
        files: &Standards,
        former: &FormerDivisions,
    ) -> Self {
        let mut limits = Self::default();
        for of_file in files.of_former() {
            limits.add(RecordedLimit {
                standard: of_file.standard.clone(),
                inherited: Some(of_file.former.clone()),
                decided_by: None,
            });
        }
        for (_, site) in changes.sites() {
            for set in site.limits() {
                let inherited = former.get(set.division).cloned();
                let place = inherited
                    .as_ref()
                    .map_or(set.division, |former| former.successor);
                // A step that the files limit no more has nothing to be stricter than.
                if let Some(base) = files.nearest(&set.step, place, set.from) {
                    limits.add(RecordedLimit {
                        standard: standard_of(set, base, inherited.as_ref()),
                        inherited,
                        decided_by: set.decided_by,
                    });
                }
            }
        }
        limits
    }

    fn add(&mut self, limit: RecordedLimit) {
        if let Some(place) = limit.standard.place {
            let of_step = self.by_step.entry(limit.standard.step.clone());
            let of_place = of_step.or_default().entry(place).or_default();
            of_place.push(limit);
        }
    }

    fn at(&self, step: &Step, place: DivisionCode) -> &[RecordedLimit] {
        let of_step = self.by_step.get(step);
        let at = of_step.and_then(|places| places.get(&place));
        at.map_or(&[], Vec::as_slice)
    }

    /// The limits that were recorded for a place itself and hold on a day: of several the one with the latest first day, of
    /// those the one recorded last. It is the last; before it come those that wider bureaus have set.
    fn own(&self, step: &Step, lookup: Lookup) -> Vec<&RecordedLimit> {
        let latest = self.at(step, lookup.place).iter().rev();
        let own = latest
            .filter(|known| known.inherited.is_none() && known.standard.is_in_force(lookup.on));
        by_decider(own, |known| known.decided_by)
    }

    /// The limits that a place has from the divisions whose place it took (撤并): of each the latest.
    /// They hold from the merger on, until the place has a limit of its own that is younger.
    fn inherited(&self, step: &Step, lookup: Lookup, own: Option<&Standard>) -> Vec<&Standard> {
        let mut found: BTreeMap<DivisionCode, &Standard> = BTreeMap::new();
        for known in self.at(step, lookup.place).iter().rev() {
            let Some(former) = known.inherited.as_ref() else {
                continue;
            };
            let merged = lookup.on > former.until || former.code.contains(lookup.requested);
            let replaced = own.is_some_and(|own| own.valid_from > former.until);
            if merged && !replaced && known.standard.is_in_force(lookup.on) {
                found.entry(former.code).or_insert(&known.standard);
            }
        }
        found.into_values().collect()
    }
}

/// A recorded limit as a standard: it pauses, is extended and counts as the one of the files that holds around it.
fn standard_of(set: &LimitSet, base: &Standard, inherited: Option<&FormerDivision>) -> Standard {
    Standard {
        limit: limit_of(set, &base.limit),
        status: Status::LocalPromise,
        note: inherited.map(FormerStandard::note),
        place: Some(inherited.map_or(set.division, |former| former.successor)),
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

    /// The standard that a wider bureau has set for the same place, than which a limit would be looser on its first day.
    pub fn stricter_by_wider(&self, set: &LimitSet) -> Option<&Standard> {
        let narrow = self.would_be(set)?;
        let lookup = Lookup {
            place: set.division,
            requested: set.division,
            on: set.from,
        };
        let own = self.recorded_limits.own(&set.step, lookup).into_iter();
        let by_wider =
            own.filter(|known| decider_tier(known.decided_by) < decider_tier(set.decided_by));
        let mut by_wider = by_wider.map(|known| &known.standard);
        by_wider.find(|wide| looser_by(&narrow, &wide.limit).is_some())
    }

    /// The standard of a wider place than which a limit that is to be set would be looser, on its first day.
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
    pub fn loosens(&self, set: &LimitSet) -> bool {
        let held = self.standard(&set.step, set.division, set.from);
        let (Some(narrow), Some(held)) = (self.would_be(set), held) else {
            return false;
        };
        let (step, place, on) = (&set.step, set.division, set.from);
        let of_files = self.standards.of_layer(step, Some(place), on);
        let lookup = Lookup {
            place,
            requested: place,
            on,
        };
        let recorded = self.recorded_limits.own(step, lookup);
        let own = recorded.last().map(|known| &known.standard).or(of_files);
        let mut of_place = self.recorded_limits.inherited(step, lookup, own);
        of_place.extend(own);
        let looser = |known: &Limit| looser_by(&narrow, known).is_some();
        let mut of_place = of_place.iter().map(|known| &known.limit);
        looser(&held.limit) || of_place.any(|own| looser(own) || ceiling(&narrow, own).is_some())
    }

    /// Whether a step gives a party time, so that a shorter limit is no stricter one: the terms of limitations and appeals,
    /// which the law alone sets, and what the files mark so.
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
    /// than a wider one gives way to it; of the files alone nothing is. Of a place that took that of others, their limits
    /// count beside its own.
    fn layers(&self, step: &Step, requested: DivisionCode, on: Date) -> Vec<&Standard> {
        let place = self.present_division(requested);
        let mut places: Vec<Option<DivisionCode>> = place.chain().map(Some).collect();
        places.push(None);
        let mut layers: Vec<&Standard> = Vec::new();
        for layer in places.into_iter().rev() {
            let lookup = layer.map(|place| Lookup {
                place,
                requested,
                on,
            });
            let own = lookup.map(|lookup| self.recorded_limits.own(step, lookup));
            let own = own.unwrap_or_default().into_iter();
            let mut recorded: Vec<&Standard> = own.map(|known| &known.standard).collect();
            let latest = recorded.pop();
            let of_files = self.standards.of_layer(step, layer, on);
            let inherited = lookup.map(|lookup| {
                let latest = latest.or(of_files);
                self.recorded_limits.inherited(step, lookup, latest)
            });
            let mut own = latest.into_iter().chain(of_files);
            let own = own.find(|known| is_strict(known, &layers));
            let mut of_place = inherited.unwrap_or_default();
            // What wider bureaus have set for the place holds beside the latest.
            of_place.extend(recorded);
            of_place.extend(own);
            // The longest first: a shorter one in other days holds together with it.
            of_place.sort_by_key(|known| Reverse(longest(&known.limit)));
            for known in of_place {
                if is_strict(known, &layers) {
                    layers.push(known);
                }
            }
        }
        layers
    }

    /// Which standard of a step holds, and what became of the others, where the registry has recorded limits of the step.
    pub(crate) fn holding_recorded(
        &self,
        step: &Step,
        requested: DivisionCode,
        on: Date,
    ) -> Option<Holding<'_>> {
        self.recorded_limits.by_step.get(step)?;
        let place = self.present_division(requested);
        let layers = self.layers(step, requested, on);
        let standard = layers.last().copied();
        let counts = |known: &Standard| layers.iter().any(|layer| ptr::eq(*layer, known));
        let recorded = place.chain();
        let recorded = recorded.flat_map(|place| self.recorded_limits.at(step, place));
        let recorded = recorded.map(|known| &known.standard);
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

/// Whether a standard is looser than none of the wider ones.
fn is_strict(known: &Standard, wider: &[&Standard]) -> bool {
    let mut wider = wider.iter();
    wider.all(|wide| looser_by(&known.limit, &wide.limit).is_none())
}
