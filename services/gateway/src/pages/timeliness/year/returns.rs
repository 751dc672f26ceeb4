//! Why cases were sent back in the periods of the page, and by which units: a bar for each unit, and a table of unit and
//! reason. Pure.

use std::{cmp::Reverse, collections::BTreeMap};

use onestop_proto::{
    ids::UnitId,
    ledger::{CountedAs, UnitReasonCount, UnitReturnKind},
    referral::ReturnReason,
};

use super::Month;
use crate::pages::{figure_link::FigureLink, shell::Page};

/// The longest bar of a reason, in pixels at a letter of 16 pixels.
const LONGEST: u64 = 240;
/// The units of the picture.
const UNITS: usize = 8;
/// The left end of the bars of units, behind their names.
const LEFT: u64 = 416;
/// The length of the longest of them.
const LENGTH: u64 = 384;
/// The shortest that can still be seen.
const SHORTEST: u64 = 4;
/// From one bar to the next: what can be hit with a finger.
const STEP: u64 = 44;

/// How often cases were sent back for one reason.
pub(in crate::pages::timeliness) struct Reason {
    pub(in crate::pages::timeliness) how: UnitReturnKind,
    pub(in crate::pages::timeliness) reason: ReturnReason,
    pub(in crate::pages::timeliness) count: u64,
    /// The length of its bar, in letters.
    pub(in crate::pages::timeliness) length: String,
    pub(in crate::pages::timeliness) link: String,
}

/// The reasons, the most frequent first.
pub(super) fn reasons(all: &Month) -> Vec<Reason> {
    let counted = &all.answer.reasons;
    let most = counted.first().map_or(1, |reason| reason.count.max(1));
    let reason = counted.iter().map(|one| {
        let pixels = one.count * LONGEST / most;
        Reason {
            how: one.how,
            reason: one.reason,
            count: one.count,
            length: format!("{}em", pixels as f64 / 16.0),
            link: all.report.cases_sent_back(one, all.answer.within),
        }
    });
    reason.collect()
}

/// What the units sent back.
pub(in crate::pages::timeliness) struct Returns {
    /// The reasons that there are, in the order of the list.
    pub(in crate::pages::timeliness) reasons: Vec<ReturnReason>,
    pub(in crate::pages::timeliness) units: Vec<UnitReturns>,
    /// Whether other units sent something back as well.
    pub(in crate::pages::timeliness) is_cut: bool,
}

/// What one unit sent back.
pub(in crate::pages::timeliness) struct UnitReturns {
    pub(in crate::pages::timeliness) name: String,
    pub(in crate::pages::timeliness) count: u64,
    pub(in crate::pages::timeliness) link: String,
    /// The top of its bar, the baseline of its name, the length of the bar and the place of its number.
    pub(in crate::pages::timeliness) y: u64,
    pub(in crate::pages::timeliness) baseline: u64,
    pub(in crate::pages::timeliness) width: u64,
    pub(in crate::pages::timeliness) end: u64,
    /// What a reader that cannot see the bar hears.
    pub(in crate::pages::timeliness) label: String,
    /// A cell for each reason.
    pub(in crate::pages::timeliness) cells: Vec<ReturnCell>,
}

pub(in crate::pages::timeliness) struct ReturnCell {
    pub(in crate::pages::timeliness) reason: ReturnReason,
    pub(in crate::pages::timeliness) count: u64,
    pub(in crate::pages::timeliness) link: String,
}

type UnitCounts<'a> = (&'a UnitId, BTreeMap<ReturnReason, u64>);

impl Returns {
    pub(super) fn of(all: &Month, page: &Page<'_>) -> Self {
        let (reasons, mut units) = by_unit(&all.answer.reasons_by_unit);
        let is_cut = units.len() > UNITS;
        units.truncate(UNITS);
        let most = units.first().map_or(1, |unit| total(unit).max(1));
        let drawn = units.iter().zip(0u64..).map(|(unit, at)| {
            let (id, counts) = (unit.0, &unit.1);
            let link = FigureLink {
                unit: Some(id),
                ..all.report.cases(CountedAs::SentBack, all.answer.within)
            };
            let cell = |reason: &ReturnReason| ReturnCell {
                reason: *reason,
                count: counts.get(reason).copied().unwrap_or(0),
                link: FigureLink {
                    reason: Some(*reason),
                    ..link
                }
                .address(),
            };
            let (name, count) = (page.unit(id), total(unit));
            let width = (count * LENGTH / most).max(SHORTEST);
            UnitReturns {
                label: format!("{name} {count}"),
                name,
                count,
                link: link.address(),
                y: at * STEP + 8,
                baseline: at * STEP + 27,
                width,
                end: LEFT + width + 8,
                cells: reasons.iter().map(cell).collect(),
            }
        });
        let units = drawn.collect();
        Self {
            units,
            reasons,
            is_cut,
        }
    }

    /// The height of the picture.
    pub(in crate::pages::timeliness) const fn height(&self) -> u64 {
        self.units.len() as u64 * STEP
    }

    /// The same in letters of 16 pixels.
    pub(in crate::pages::timeliness) fn letters(&self) -> f64 {
        self.height() as f64 / 16.0
    }
}

/// The reasons that there are, and the units, the one that sent most back first.
fn by_unit(counted: &[UnitReasonCount]) -> (Vec<ReturnReason>, Vec<UnitCounts<'_>>) {
    let mut units: BTreeMap<&UnitId, BTreeMap<ReturnReason, u64>> = BTreeMap::new();
    for one in counted {
        let counts = units.entry(&one.unit).or_default();
        *counts.entry(one.reason).or_default() += one.count;
    }
    let mut reasons: Vec<ReturnReason> = counted.iter().map(|one| one.reason).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let mut units: Vec<UnitCounts<'_>> = units.into_iter().collect();
    units.sort_by_key(|unit| Reverse(total(unit)));
    (reasons, units)
}

fn total((_, counts): &UnitCounts<'_>) -> u64 {
    counts.values().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_that_sent_most_back_is_first() {
        let counted = |unit: &str, reason, count| UnitReasonCount {
            unit: unit.parse().unwrap(),
            reason,
            count,
        };
        let all = [
            counted("s4k2m9qxa.legal-aid", ReturnReason::WrongItem, 2),
            counted("s7h3n2pwb.notary", ReturnReason::NoCapacity, 1),
            counted("s7h3n2pwb.notary", ReturnReason::WrongItem, 3),
        ];
        let (reasons, units) = by_unit(&all);
        assert_eq!(reasons, [ReturnReason::WrongItem, ReturnReason::NoCapacity]);
        let totals: Vec<u64> = units.iter().map(total).collect();
        assert_eq!(totals, [4, 2]);
        assert_eq!(units[0].0.as_str(), "s7h3n2pwb.notary");
    }
}
