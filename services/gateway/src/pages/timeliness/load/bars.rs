//! The picture of the ages: for each part of the division a bar as long as what it has in hand, divided by how old that is.

use onestop_proto::{
    division::DivisionCode,
    ids::ServiceItem,
    ledger::{AgeBand, CountedAs, Load, Workload},
};

use crate::pages::{figure_link::FigureLink, shell::Page};

/// The left end of all bars, behind the names.
const LEFT: u64 = 288;
/// The length of the longest bar.
const LENGTH: u64 = 512;
/// The shortest part of a bar that can still be seen.
const SHORTEST: u64 = 4;
/// From one bar to the next: what can be hit with a finger.
const STEP: u64 = 44;

pub(super) struct Bar {
    pub(super) name: String,
    /// What a reader that cannot see the bar hears.
    pub(super) label: String,
    /// The cases behind it.
    pub(super) link: String,
    pub(super) y: u64,
    /// The baseline of its name and number.
    pub(super) baseline: u64,
    pub(super) total: u64,
    /// Behind its right end.
    pub(super) end: u64,
    pub(super) parts: Vec<Part>,
}

/// What is of one age.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) class: &'static str,
    pub(super) x: u64,
    pub(super) width: u64,
}

pub(super) const fn height(bars: usize) -> u64 {
    bars as u64 * STEP
}

pub(super) fn draw(answer: &Workload, page: &Page<'_>, item: Option<&ServiceItem>) -> Vec<Bar> {
    let most = answer.parts.iter().map(|part| part.load.cases).max();
    let all = FigureLink::new(CountedAs::InHand, answer.within, item);
    let bars = answer.parts.iter().zip(0u64..).map(|(part, at)| {
        let parts = parts(&part.load, most.unwrap_or(0));
        Bar {
            name: name(page, part.division, answer),
            label: label(page, &part.load, &page.place(&part.division)),
            link: all.of_part(answer.within, part.division).address(),
            y: at * STEP + 8,
            baseline: at * STEP + 27,
            total: part.load.cases,
            end: parts.last().map_or(LEFT, |part| part.x + part.width) + 8,
            parts,
        }
    });
    bars.collect()
}

/// The own name of a part: the page's title says where all of them are.
fn name(page: &Page<'_>, division: DivisionCode, answer: &Workload) -> String {
    if division == answer.within {
        return page.i18n.t("timeliness-own");
    }
    let known = page.app.directory.division(division);
    known.map_or_else(|| division.to_string(), |known| known.name.clone())
}

fn label(page: &Page<'_>, load: &Load, place: &str) -> String {
    let ages = load.ages.iter().filter(|count| count.cases > 0);
    let ages = ages.map(|count| format!("{} {}", page.i18n.text(count.age.text()), count.cases));
    let ages = page.list(ages.collect::<Vec<_>>());
    format!("{place} {}: {ages}", load.cases)
}

pub(super) const fn class(age: AgeBand) -> &'static str {
    match age {
        AgeBand::Week => "week",
        AgeBand::Month => "month",
        AgeBand::Quarter => "quarter",
        AgeBand::HalfYear => "half-year",
        AgeBand::Longer => "longer",
    }
}

/// The parts of a bar: each as long as what is of that age, but long enough to be seen.
fn parts(load: &Load, most: u64) -> Vec<Part> {
    let mut x = LEFT;
    let counted = load.ages.iter().filter(|count| count.cases > 0);
    let parts = counted.map(|count| {
        let width = (count.cases * LENGTH / most.max(1)).max(SHORTEST);
        let part = Part {
            class: class(count.age),
            x,
            width,
        };
        x += width;
        part
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use onestop_proto::ledger::AgeCount;

    use super::*;

    fn load(ages: &[(AgeBand, u64)]) -> Load {
        let mut load = Load::empty();
        load.cases = ages.iter().map(|(_, cases)| cases).sum();
        for AgeCount { age, cases } in &mut load.ages {
            *cases = ages
                .iter()
                .filter(|one| one.0 == *age)
                .map(|one| one.1)
                .sum();
        }
        load
    }

    #[test]
    fn the_fullest_part_has_the_longest_bar() {
        let parts = parts(&load(&[(AgeBand::Week, 30), (AgeBand::Longer, 10)]), 40);
        let part = |class, x, width| Part { class, x, width };
        assert_eq!(
            parts,
            [
                part("week", LEFT, LENGTH * 3 / 4),
                part("longer", LEFT + LENGTH * 3 / 4, LENGTH / 4)
            ]
        );
    }

    #[test]
    fn one_old_case_among_thousands_is_seen() {
        let parts = parts(
            &load(&[(AgeBand::Week, 9_999), (AgeBand::Longer, 1)]),
            10_000,
        );
        assert_eq!(parts.last().unwrap().width, SHORTEST);
    }

    #[test]
    fn nothing_in_hand_is_no_bar() {
        assert_eq!(parts(&load(&[]), 0), []);
    }
}
