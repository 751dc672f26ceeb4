//! What the registry has recorded that last days follow from, in short: after a change, what reckons last days finds which of
//! them it may have moved.

use std::collections::{BTreeMap, BTreeSet};

use onestop_proto::{clock::Step, division::DivisionCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{former_divisions::FormerDivisions, registry_changes::RegistryChanges};

/// The limits and days off that were recorded, each place's as a digest: by the divisions of now, as those of before pass theirs
/// on. Where two are equal, every limit has the same last day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedDays {
    limits: BTreeMap<Step, BTreeMap<DivisionCode, String>>,
    days_off: BTreeMap<DivisionCode, String>,
}

/// Limits of a place, and of everything in it, that may end on another day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MovedLimits {
    OfStep { step: Step, place: DivisionCode },
    OfEveryStep { place: DivisionCode },
}

impl RecordedDays {
    pub(crate) fn of(changes: &RegistryChanges, former: &FormerDivisions) -> Self {
        let present = |code| former.get(code).map_or(code, |former| former.successor);
        let mut limits: BTreeMap<(Step, DivisionCode), Sha256> = BTreeMap::new();
        let mut days_off: BTreeMap<DivisionCode, Sha256> = BTreeMap::new();
        for site in changes.sites().map(|(_, site)| site) {
            for set in site.limits() {
                let key = (set.step.clone(), present(set.division));
                limits.entry(key).or_default().update(format!("{set:?}"));
            }
            for declared in site.days_off() {
                let of_place = days_off.entry(present(declared.division)).or_default();
                of_place.update(format!("{declared:?}"));
            }
        }
        let mut recorded = Self::default();
        for ((step, place), digest) in limits {
            let of_step = recorded.limits.entry(step).or_default();
            of_step.insert(place, short(digest));
        }
        let days_off = days_off.into_iter();
        recorded.days_off = days_off.map(|(place, days)| (place, short(days))).collect();
        recorded
    }

    /// The limits that may end on another day than by what was recorded before.
    #[must_use]
    pub fn moved_since(&self, before: &Self) -> BTreeSet<MovedLimits> {
        let places = changed(&self.days_off, &before.days_off);
        let of_places = places.map(|place| MovedLimits::OfEveryStep { place });
        let mut moved: BTreeSet<MovedLimits> = of_places.collect();
        let none = BTreeMap::new();
        for step in self.limits.keys().chain(before.limits.keys()) {
            let now = self.limits.get(step).unwrap_or(&none);
            let then = before.limits.get(step).unwrap_or(&none);
            moved.extend(changed(now, then).map(|place| MovedLimits::OfStep {
                step: step.clone(),
                place,
            }));
        }
        moved
    }

    /// The days off that were recorded, in short; nothing where there are none.
    pub(crate) fn days_off_digest(&self) -> Option<String> {
        let mut places = self.days_off.iter().peekable();
        places.peek()?;
        let mut digest = Sha256::new();
        for (place, days) in places {
            digest.update(format!("{place} {days};"));
        }
        Some(short(digest))
    }
}

/// The places whose digest is another, or that only one of both has.
fn changed<'a>(
    now: &'a BTreeMap<DivisionCode, String>,
    before: &'a BTreeMap<DivisionCode, String>,
) -> impl Iterator<Item = DivisionCode> {
    let all = now.keys().chain(before.keys()).copied();
    all.filter(|place| now.get(place) != before.get(place))
}

/// The first 8 bytes of a digest, in hex.
fn short(digest: Sha256) -> String {
    let bytes = digest.finalize();
    let bytes = bytes.iter().take(8);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}
