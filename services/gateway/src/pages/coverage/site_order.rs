//! How the list of sites is sorted.

use jiff::civil::Date;
use onestop_directory::{Directory, Division};
use onestop_proto::division::DivisionCode;

use crate::pages::table_sort::{HeadOf, TableSort, sort_columns};

sort_columns! {
    /// A column by which sites are sorted.
    pub(super) enum SiteColumn {
        Name = "name",
        /// By the code of the division.
        Place = "place",
        Opens = "opens",
        Met = "met",
        Reported = "reported",
    }
}

/// The heads of the table.
pub(super) const SITE_HEADS: [HeadOf<SiteColumn>; 6] = [
    HeadOf::Sorted(SiteColumn::Name, "csv-site"),
    HeadOf::Sorted(SiteColumn::Place, "timeliness-place"),
    HeadOf::Sorted(SiteColumn::Opens, "csv-plan"),
    HeadOf::Sorted(SiteColumn::Met, "csv-standards"),
    HeadOf::Plain("coverage-evidence"),
    HeadOf::Sorted(SiteColumn::Reported, "csv-reported"),
];

/// By what a site is sorted, looked up once for each. A site without a day comes before those with one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    Name(String),
    Place(DivisionCode),
    Day(Option<Date>),
    Count(usize),
}

impl SortKey {
    fn of(column: SiteColumn, division: &Division, directory: &Directory, on: Date) -> Self {
        let site = directory.site_at(division.code);
        match column {
            SiteColumn::Name => {
                Self::Name(site.map_or_else(|| division.name.clone(), |site| site.name.clone()))
            }
            SiteColumn::Place => Self::Place(division.code),
            SiteColumn::Opens => {
                let plan = site.and_then(|site| directory.opening_plan(site, on));
                Self::Day(plan.map(|plan| plan.opens))
            }
            SiteColumn::Met => {
                Self::Count(site.map_or(0, |site| directory.standards_met(site, on)))
            }
            SiteColumn::Reported => {
                let report = site.and_then(|site| directory.last_report(site, on));
                Self::Day(report.map(|report| report.on))
            }
        }
    }
}

pub(super) fn sort<'a>(
    all: Vec<&'a Division>,
    order: TableSort<SiteColumn>,
    directory: &Directory,
    on: Date,
) -> Vec<&'a Division> {
    let Some(column) = order.column() else {
        return all;
    };
    let keyed = all
        .into_iter()
        .map(|division| (SortKey::of(column, division, directory, on), division));
    let mut keyed: Vec<(SortKey, &Division)> = keyed.collect();
    order.apply(&mut keyed, |_, one, other| one.0.cmp(&other.0));
    keyed.into_iter().map(|(_, division)| division).collect()
}

#[cfg(test)]
mod tests {
    use onestop_proto::division::Tier;

    use super::*;
    use crate::core::address_use::AddressUse;

    #[test]
    fn sites_are_sorted_by_name_and_by_the_code_of_their_place() {
        let directory = Directory::built_in().unwrap();
        let on = "2026-11-28".parse().unwrap();
        let county: DivisionCode = "530821".parse().unwrap();
        let townships = || -> Vec<&Division> {
            let all = directory.divisions();
            all.filter(|one| one.tier() == Tier::Township && county.contains(one.code))
                .collect()
        };
        let codes = |by: &str| -> Vec<DivisionCode> {
            let sorted = sort(
                townships(),
                TableSort::read(by, "", &AddressUse::default()),
                &directory,
                on,
            );
            sorted.iter().map(|division| division.code).collect()
        };
        let up = codes("place");
        assert!(up.len() > 2 && up.is_sorted(), "{up:?}");
        let down: Vec<_> = up.iter().rev().copied().collect();
        assert_eq!(codes("-place"), down);
        let named = sort(
            townships(),
            TableSort::read("name", "", &AddressUse::default()),
            &directory,
            on,
        );
        let names: Vec<SortKey> = named
            .iter()
            .map(|division| SortKey::of(SiteColumn::Name, division, &directory, on))
            .collect();
        assert!(names.is_sorted(), "{names:?}");
    }
}
