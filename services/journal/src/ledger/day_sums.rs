//! Sums by day (日计): what was counted on each day in China, for each province, prefecture and county by the
//! divisions below it. A year of a prefecture is then some thousand sums, and not a million rows. Townships and villages
//! are small enough to be counted one by one.

use onestop_proto::{
    division::{DivisionCode, Tier},
    time::Timestamp,
};
use rusqlite::{Transaction, params};

use super::{LedgerError, encoding::division_number};

/// The `kind` of steps that were done; counters have their own numbers.
pub(super) const STEPS: i64 = 0;

/// Microseconds of a day, and how far a day in China begins before the one that microseconds are counted by.
const DAY: i64 = 86_400_000_000;
const CHINA: i64 = 8 * 3_600_000_000;

/// One occurrence to be counted.
pub(super) struct Counted<'a> {
    pub(super) kind: i64,
    pub(super) at: Timestamp,
    pub(super) division: DivisionCode,
    pub(super) item: Option<&'a str>,
    pub(super) step: Option<Step>,
}

pub(super) struct Step {
    pub(super) in_time: bool,
    /// The same by the paper.
    pub(super) in_time_on_paper: bool,
    /// How long its clock ran, in microseconds.
    pub(super) ran: i64,
}

/// Adds it to the sums of its province, prefecture and county.
pub(super) fn count(transaction: &Transaction<'_>, one: &Counted<'_>) -> Result<(), LedgerError> {
    let division = division_number(one.division);
    let mut add = transaction.prepare_cached(
        "INSERT INTO day_sums (within, kind, day, part, item, found, in_time, in_time_on_paper, ran)
         VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8)
         ON CONFLICT DO UPDATE SET found = found + 1, in_time = in_time + excluded.in_time,
             in_time_on_paper = in_time_on_paper + excluded.in_time_on_paper,
             ran = ran + excluded.ran",
    )?;
    let (in_time, in_time_on_paper, ran) = one.step.as_ref().map_or((false, false, 0), |step| {
        (step.in_time, step.in_time_on_paper, step.ran)
    });
    for within in one.division.chain().filter(|code| is_summed(code.tier())) {
        let width = width_below(within.tier());
        add.execute(params![
            division_number(within),
            one.kind,
            day(one.at.as_micros()),
            division / width * width,
            one.item.unwrap_or_default(),
            in_time,
            in_time_on_paper,
            ran,
        ])?;
    }
    Ok(())
}

/// Whether a division of this tier has sums.
pub(super) fn is_summed(tier: Tier) -> bool {
    match tier {
        Tier::Province | Tier::Prefecture | Tier::County => true,
        Tier::Township | Tier::Village => false,
    }
}

/// What a code is divided by for the division directly below one of this tier.
pub(super) fn width_below(tier: Tier) -> i64 {
    let below = match tier {
        Tier::Province => Tier::Prefecture,
        Tier::Prefecture => Tier::County,
        Tier::County => Tier::Township,
        Tier::Township | Tier::Village => Tier::Village,
    };
    10_i64.pow(12 - below.digits() as u32)
}

fn day(micros: i64) -> i64 {
    micros.saturating_add(CHINA).div_euclid(DAY)
}

fn begins(day: i64) -> i64 {
    day.saturating_mul(DAY).saturating_sub(CHINA)
}

/// A period, cut where days end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// Whole days: the first, and the one after the last.
    pub(super) days: (i64, i64),
    /// The rest before and after them, in microseconds.
    pub(super) edges: [(i64, i64); 2],
}

/// Cuts a period of microseconds, its end not in it.
pub(super) fn cut(from: i64, to: i64) -> Cut {
    let first = if begins(day(from)) == from {
        day(from)
    } else {
        day(from) + 1
    };
    let last = day(to).max(first);
    let (begin, end) = (begins(first).min(to), begins(last).min(to));
    Cut {
        days: (first, last),
        edges: [(from, begin), (end, to)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_micros()
    }

    #[test]
    fn a_period_is_whole_days_and_a_rest() {
        let day_of = |text: &str| day(at(text));
        let (from, to) = (at("2026-03-02 10:00:00"), at("2026-03-05 09:30:00"));
        let found = cut(from, to);
        assert_eq!(
            found.days,
            (day_of("2026-03-03 00:00:00"), day_of("2026-03-05 00:00:00"))
        );
        assert_eq!(
            found.edges,
            [
                (from, at("2026-03-03 00:00:00")),
                (at("2026-03-05 00:00:00"), to)
            ]
        );
    }

    #[test]
    fn whole_days_leave_no_rest() {
        let (from, to) = (at("2026-03-01 00:00:00"), at("2026-04-01 00:00:00"));
        let found = cut(from, to);
        assert_eq!(found.days.1 - found.days.0, 31);
        assert_eq!(found.edges, [(from, from), (to, to)]);
    }

    #[test]
    fn within_a_day_there_are_no_days() {
        let (from, to) = (at("2026-03-02 10:00:00"), at("2026-03-02 11:00:00"));
        let found = cut(from, to);
        assert_eq!(found.days.0, found.days.1);
        let left: i64 = found.edges.iter().map(|(from, to)| to - from).sum();
        assert_eq!(left, to - from);
    }
}
