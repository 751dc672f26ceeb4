//! The list of accounts at `/staff`: searched, filtered, sorted, part by part. Pure.

use std::{cmp::Ordering, str::FromStr};

use onestop_directory::Directory;
use onestop_proto::{actor::Role, typed::half_width};

use super::table_sort::{HeadOf, TableSort, sort_columns};
use crate::core::{address_use::AddressUse, db::staff::Staff, form_data::FormData, query_string};

/// Accounts on one part of the page.
const ROWS: usize = 50;

sort_columns! {
    /// A column by which accounts are sorted.
    pub(super) enum StaffColumn {
        Account = "account",
        Name = "name",
        /// The main post: the unit by its place, then the role.
        Post = "post",
    }
}

/// The heads of the table.
pub(super) const HEADS: [HeadOf<StaffColumn>; 4] = [
    HeadOf::Sorted(StaffColumn::Account, "sign-in-staff"),
    HeadOf::Sorted(StaffColumn::Name, "staff-name"),
    HeadOf::Sorted(StaffColumn::Post, "posts"),
    HeadOf::Plain("staff-acts"),
];

/// What is searched for, as it was typed.
#[derive(Debug, Clone, Default)]
pub(super) struct StaffFilter {
    pub(super) text: String,
    /// A part of a unit's name.
    pub(super) unit: String,
    pub(super) role: Option<Role>,
    pub(super) sort: TableSort<StaffColumn>,
    /// Which part of the list, from zero.
    part: usize,
}

/// A parameter; one that cannot be read counts as left out, and the page says so.
fn read_or_note<T: FromStr>(name: &'static str, query: &FormData, used: &AddressUse) -> Option<T> {
    let read = query.get(name).parse().ok();
    if read.is_none() {
        used.misread(name);
    }
    read
}

pub(super) struct StaffPart {
    pub(super) people: Vec<Staff>,
    /// The place of the first one, from one.
    pub(super) first: usize,
    /// All that were found.
    pub(super) total: usize,
    pub(super) before: Option<String>,
    pub(super) next: Option<String>,
}

impl StaffFilter {
    /// The parameters from which a filter is read.
    pub(super) const NAMES: [&'static str; 6] = ["q", "in", "role", "by", "sort", "part"];

    pub(super) fn parse(query: &FormData, used: &AddressUse) -> Self {
        Self {
            text: query.get("q").to_owned(),
            unit: query.get("in").to_owned(),
            role: read_or_note("role", query, used),
            sort: TableSort::read(query.get("by"), query.get("sort"), used),
            part: read_or_note("part", query, used).unwrap_or(0),
        }
    }

    /// The address of a part, or of the file.
    fn address(&self, path: &str, part: usize) -> String {
        let (sort, role) = (self.sort.code(), self.role.map(|role| role.to_string()));
        let part = if part == 0 {
            String::new()
        } else {
            part.to_string()
        };
        let pairs = [
            ("q", self.text.as_str()),
            ("in", &self.unit),
            ("role", role.as_deref().unwrap_or_default()),
            ("sort", &sort),
            ("part", &part),
        ];
        format!("{path}?{}", query_string::encode_filled(&pairs))
    }

    pub(super) fn file(&self) -> String {
        self.address("/staff.csv", 0)
    }

    /// Whether nothing is filtered.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.unit.is_empty() && self.role.is_none()
    }

    /// The accounts that fit, in order.
    pub(super) fn apply(&self, mut people: Vec<Staff>, directory: &Directory) -> Vec<Staff> {
        let text = half_width(&self.text).trim().to_lowercase();
        let unit = self.unit.trim();
        people.retain(|one| {
            let is_named =
                one.id.as_str().contains(&text) || one.name.to_lowercase().contains(&text);
            let is_there = unit.is_empty()
                || one.units().any(|id| {
                    let found = directory.unit(id);
                    found.is_some_and(|found| found.name.contains(unit))
                });
            let has_role = self
                .role
                .is_none_or(|role| one.roles().any(|held| held == role));
            is_named && is_there && has_role
        });
        self.sort
            .apply(&mut people, |column, one, other| match column {
                StaffColumn::Account => one.id.cmp(&other.id),
                StaffColumn::Name => one.name.cmp(&other.name),
                StaffColumn::Post => by_post(one, other, directory),
            });
        people
    }

    pub(super) fn part_of(&self, mut people: Vec<Staff>) -> StaffPart {
        let total = people.len();
        let last = total.saturating_sub(1) / ROWS;
        let part = self.part.min(last);
        let begin = part * ROWS;
        people.truncate(begin + ROWS);
        StaffPart {
            people: people.split_off(begin),
            first: if total == 0 { 0 } else { begin + 1 },
            total,
            before: part
                .checked_sub(1)
                .map(|before| self.address("/staff", before)),
            next: (part < last).then(|| self.address("/staff", part + 1)),
        }
    }
}

/// By the code of the unit's division, then its name, then the role.
fn by_post(one: &Staff, other: &Staff, directory: &Directory) -> Ordering {
    let place = |staff: &Staff| {
        let unit = directory.unit(&staff.unit);
        unit.map(|unit| (unit.division, unit.name.clone()))
    };
    let by_place = place(one).cmp(&place(other));
    by_place.then_with(|| one.role.as_str().cmp(other.role.as_str()))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| Directory::built_in().unwrap());

    fn staff(id: &str, name: &str, role: Role, division: &str) -> Staff {
        let window = onestop_directory::WINDOW.parse().unwrap();
        let unit = DIRECTORY.unit_named(division.parse().unwrap(), &window);
        Staff::new(id.parse().unwrap(), name, role, unit.unwrap().id.clone())
    }

    fn all() -> Vec<Staff> {
        vec![
            staff("zhang-li", "张丽", Role::Clerk, "530821101201"),
            staff("he-jun", "何军", Role::UnitAdministrator, "530821"),
            staff("zhang-wei", "章伟", Role::Clerk, "530821"),
        ]
    }

    fn found(query: &str) -> Vec<String> {
        let filter = StaffFilter::parse(&FormData::parse(query), &AddressUse::default());
        let people = filter.apply(all(), &DIRECTORY);
        people.iter().map(|one| one.id.to_string()).collect()
    }

    #[test]
    fn accounts_are_found_by_name_account_unit_and_role_and_sorted() {
        assert_eq!(found("q=%E5%BC%A0"), ["zhang-li"]);
        assert_eq!(found("q=ZHANG"), ["zhang-li", "zhang-wei"]);
        assert_eq!(found("role=unit-administrator"), ["he-jun"]);
        let name = |one: &Staff| DIRECTORY.unit(&one.unit).unwrap().name.clone();
        let unit = query_string::encode(&[("in", &name(&all()[0]))]);
        assert_eq!(found(&unit), ["zhang-li"]);
        assert_eq!(found("sort=account"), ["he-jun", "zhang-li", "zhang-wei"]);
        assert_eq!(found("sort=account&by=-account")[0], "zhang-wei");
        assert_eq!(found("by=-post")[0], "zhang-li");
        assert_eq!(found("q=nothing"), Vec::<String>::new());
    }

    #[test]
    fn a_long_list_is_shown_part_by_part_and_keeps_its_filters() {
        let many: Vec<Staff> = (0..=ROWS)
            .map(|number| staff(&format!("a-{number}"), "张丽", Role::Clerk, "530821"))
            .collect();
        let first = StaffFilter::parse(&FormData::parse("q=a&sort=-name"), &AddressUse::default());
        let shown = first.part_of(many.clone());
        assert_eq!(
            (shown.people.len(), shown.first, shown.total),
            (ROWS, 1, ROWS + 1)
        );
        assert_eq!(shown.before, None);
        let next = shown.next.unwrap();
        assert_eq!(next, "/staff?q=a&sort=-name&part=1");
        let (_, query) = next.split_once('?').unwrap();
        let second = StaffFilter::parse(&FormData::parse(query), &AddressUse::default())
            .part_of(many.clone());
        assert_eq!((second.people.len(), second.first), (1, ROWS + 1));
        assert_eq!(second.before.as_deref(), Some("/staff?q=a&sort=-name"));
        // A part behind the end is the last one.
        let beyond =
            StaffFilter::parse(&FormData::parse("part=99"), &AddressUse::default()).part_of(many);
        assert_eq!((beyond.people.len(), beyond.next), (1, None));
        assert_eq!(first.part_of(Vec::new()).first, 0);
    }
}
