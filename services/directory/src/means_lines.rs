//! Lines of means (经济困难标准, 法律援助法 art. 34) by place and day, and from how many on people are a group.

use jiff::civil::Date;
use onestop_proto::{
    division::DivisionCode,
    legal_aid::{MeansBase, Residence},
    registry::MeansLineSet,
};
use serde::Deserialize;

use crate::{
    Directory,
    error::Reason,
    former_divisions::{FormerDivision, FormerDivisions},
    load::{Day, Period},
    registry_changes::{RegistryChanges, SiteChanges},
    row_places::{KnownPlaces, RowPlace},
    status::Status,
};

/// From how many people on a request made together is reported to the supervisor (群体性事项).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRule {
    /// How many.
    pub people: u32,
    pub basis: String,
}

/// What a head may earn to get legal aid, at a place.
#[derive(Debug, Clone)]
pub struct MeansLine {
    /// Where it holds, with everything in it.
    pub place: DivisionCode,
    /// For town or for country people.
    pub residence: Residence,
    /// What it is a part or a multiple of.
    pub base: MeansBase,
    /// How many hundredths of that.
    pub percent: u32,
    /// The amount in yuan; none where it was not entered.
    pub amount: Option<u64>,
    pub source: String,
    pub(crate) period: Period,
    /// The division of before (原区划) that it was set for, where the place is its successor.
    of_before: Option<FormerDivision>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupEntry {
    people: u32,
    basis: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeansLineEntry {
    place: DivisionCode,
    residence: Residence,
    base: MeansBase,
    percent: u32,
    amount: Option<u64>,
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
    valid_from: Day,
    valid_to: Option<Day>,
}

impl GroupEntry {
    /// Rejects a group size below two, and a rule without a basis.
    pub(crate) fn checked(self) -> Result<GroupRule, Reason> {
        if self.people < 2 {
            return Err(malformed("a group has two people or more"));
        }
        if self.basis.trim().is_empty() {
            return Err(Reason::NoBasis);
        }
        let Self { people, basis, .. } = self;
        Ok(GroupRule { people, basis })
    }
}

impl MeansLineEntry {
    /// Rejects a means line of zero, one without a source, and one of a division that is listed nowhere.
    pub(crate) fn checked(self, places: KnownPlaces<'_>) -> Result<MeansLine, Reason> {
        if self.percent == 0 || self.amount == Some(0) {
            return Err(malformed("a line of means is more than nothing"));
        }
        if self.source.trim().is_empty() {
            return Err(Reason::NoBasis);
        }
        let of_before = match places.of_row(Some(self.place))? {
            RowPlace::Former(former) => Some(former),
            RowPlace::Everywhere | RowPlace::Present(_) => None,
        };
        Ok(MeansLine {
            place: of_before
                .as_ref()
                .map_or(self.place, |former| former.successor),
            of_before,
            residence: self.residence,
            base: self.base,
            percent: self.percent,
            amount: self.amount,
            source: self.source,
            period: Period::new(self.valid_from, self.valid_to)?,
        })
    }
}

/// Which of the lines of one place counts; a later one goes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Precedence {
    /// It passed to the place from one whose place it took.
    PassedOn,
    OfPlace,
    /// It is that of a division of before, for a code of before, on a day of then.
    OfThen,
}

impl MeansLine {
    /// The lines that bureaus have recorded.
    pub(crate) fn recorded(changes: &RegistryChanges, former: &FormerDivisions) -> Vec<Self> {
        let sites = changes.sites().map(|(_, changes)| changes);
        let all = sites.flat_map(SiteChanges::means_lines);
        all.map(|set| Self::of(set, former.get(set.division)))
            .collect()
    }

    fn of(set: &MeansLineSet, of_before: Option<&FormerDivision>) -> Self {
        Self {
            place: of_before.map_or(set.division, |former| former.successor),
            residence: set.residence,
            base: set.base,
            percent: set.base_percent,
            amount: Some(set.base_amount),
            source: set.basis.clone(),
            period: Period {
                from: set.from,
                until: set.until,
            },
            of_before: of_before.cloned(),
        }
    }

    /// Whether it holds at a place, be it for a code of before, and before which others it goes.
    fn precedence(&self, requested: DivisionCode, on: Date) -> Option<Precedence> {
        match &self.of_before {
            None => Some(Precedence::OfPlace),
            Some(former) if on > former.until => Some(Precedence::PassedOn),
            Some(former) if former.code.contains(requested) => Some(Precedence::OfThen),
            Some(_) => None,
        }
    }
}

fn malformed(what: &str) -> Reason {
    Reason::Malformed {
        what: what.to_owned(),
    }
}

impl Directory {
    /// From how many people on a request made together is reported to the supervisor; none where the data has no such rule.
    pub fn group_rule(&self) -> Option<&GroupRule> {
        self.catalogue.group.as_ref()
    }

    /// The line of means of a place on a day: of the nearest place that has one, and there the newest.
    pub fn means_line(
        &self,
        place: DivisionCode,
        residence: Residence,
        on: Date,
    ) -> Option<&MeansLine> {
        self.present_division(place).chain().find_map(|wider| {
            // Of those with the same first day the recorded one is the later.
            let of_files = self.catalogue.means_lines.iter();
            let lines = of_files.chain(self.recorded_means_lines.iter());
            let here = lines.filter(|line| {
                line.place == wider && line.residence == residence && line.period.covers(on)
            });
            let holding = here.filter_map(|line| Some((line.precedence(place, on)?, line)));
            let counts = holding.max_by_key(|(precedence, line)| (*precedence, line.period.from));
            counts.map(|(_, line)| line)
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Origin;

    fn with(more: &str) -> Directory {
        let more = more.to_owned();
        let file = "items.toml";
        Directory::load(&Origin::BuiltInWith { file, more }).unwrap()
    }

    /// 法律援助法 art. 34: provinces leave the line to prefectures, so it is by place and day.
    #[test]
    fn the_line_is_of_the_nearest_place_and_of_the_day() {
        let directory = Directory::built_in().unwrap();
        let day = date(2026, 3, 2);
        let line = |code: &str, residence| {
            let line = directory.means_line(code.parse().unwrap(), residence, day);
            line.map(|line| (line.base, line.percent))
        };
        let allowance = MeansBase::UrbanAllowanceMonth;
        let income = MeansBase::RuralIncomeYear;
        // 昆明: two and a half times the allowance; 保山: twice; both: half of the rural income.
        assert_eq!(line("530102", Residence::Urban), Some((allowance, 250)));
        assert_eq!(line("530502", Residence::Urban), Some((allowance, 200)));
        assert_eq!(line("530502", Residence::Rural), Some((income, 50)));
        assert_eq!(line("530821", Residence::Urban), None, "nobody has told it");

        let more = "\n[[means_line]]\nplace = \"530502\"\nresidence = \"urban\"\nbase = \"urban-allowance-month\"\n\
                    percent = 300\namount = 700\nsource = \"隆阳区\"\nstatus = \"local-promise\"\nvalid_from = 2026-07-01\n";
        let directory = with(more);
        let percent = |day| {
            let line = directory.means_line("530502".parse().unwrap(), Residence::Urban, day);
            line.map(|line| line.percent)
        };
        assert_eq!(percent(date(2026, 6, 30)), Some(200));
        assert_eq!(percent(date(2026, 7, 1)), Some(300));
    }

    #[test]
    fn ten_people_are_a_group() {
        let directory = Directory::built_in().unwrap();
        assert_eq!(directory.group_rule().map(|rule| rule.people), Some(10));
    }
}
