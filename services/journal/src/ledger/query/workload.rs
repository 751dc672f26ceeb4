//! What the units of a division have in hand, counted from their worklists: what it costs follows what is open.

mod figure_cases;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use onestop_directory::Unit;
use onestop_proto::{
    division::DivisionCode,
    ids::{ServiceItem, StaffId, UnitId},
    ledger::{
        AgeBand, Load, OriginCount, PartLoad, PersonLoad, Rejection, UnitLoad, WorklistTab,
        Workload, WorkloadQuery,
    },
    time::Timestamp,
};
use rusqlite::named_params;

pub(super) use self::figure_cases::HandFigure;
use super::{Query, timeliness::division};
use crate::{
    domain::visibility::Visibility,
    ledger::{LedgerError, encoding::tab_number, query_error::QueryError},
};

/// The units that an answer lists.
const UNITS: usize = 100;

/// The parts of a worklist in which the unit has something to do about a case; in the last, after the case.
const COUNTED: [WorklistTab; 8] = [
    WorklistTab::ToDecide,
    WorklistTab::ToAccept,
    WorklistTab::Working,
    WorklistTab::WaitingForPapers,
    WorklistTab::AtWindow,
    WorklistTab::Returned,
    WorklistTab::ToClose,
    WorklistTab::AfterClose,
];

/// One case of a unit: in hand, or done with a duty left.
#[derive(Clone)]
struct CountedCase {
    /// Its number in the file.
    case_id: i64,
    tab: WorklistTab,
    staff: Option<StaffId>,
    origin: DivisionCode,
    opened: Timestamp,
    overdue: bool,
}

impl Query<'_> {
    pub(super) fn workload(&self, query: &WorkloadQuery) -> Result<Workload, QueryError> {
        let within = self.own_division(query.within)?;
        let mut units = Vec::new();
        let mut total = Distinct::default();
        let mut parts: BTreeMap<DivisionCode, Distinct> = BTreeMap::new();
        for unit in self.units_in(within) {
            let counted = self.counted_cases(&unit.id, query.item.as_ref())?;
            if counted.is_empty() {
                continue;
            }
            total.add(&counted);
            let part = part_of(within, unit.division);
            parts.entry(part).or_default().add(&counted);
            let in_hand: Vec<&CountedCase> =
                counted.iter().filter(|case| case.is_in_hand()).collect();
            units.push(UnitLoad {
                unit: unit.id.clone(),
                division: unit.division,
                people: people(&in_hand),
                origins: origins(&in_hand, within),
                load: self.load(counted.iter()),
            });
        }
        units.sort_by_key(|unit| (Reverse(unit.load.cases), unit.division));
        let units_left_out = units.len().saturating_sub(UNITS) as u64;
        units.truncate(UNITS);
        let part = |(division, cases): (DivisionCode, Distinct)| PartLoad {
            division,
            load: self.load(cases.iter()),
        };
        Ok(Workload {
            within,
            total: self.load(total.iter()),
            parts: parts.into_iter().map(part).collect(),
            units,
            units_left_out,
            seen: self.seen()?,
        })
    }

    /// The units of a division, those of before included.
    fn units_in(&self, within: DivisionCode) -> impl Iterator<Item = &Unit> {
        let directory = self.context.directory;
        let sites = directory.sites();
        let sites = sites.filter(move |site| within.contains(site.division));
        let of_before = directory.former_units().iter();
        let of_before = of_before.filter(move |unit| within.contains(unit.division));
        let units_now = sites.flat_map(move |site| directory.units_of(site));
        units_now.chain(of_before)
    }

    /// The division asked about, which lies in that of a supervisor or an auditor.
    pub(super) fn own_division(
        &self,
        asked: Option<DivisionCode>,
    ) -> Result<DivisionCode, QueryError> {
        let Visibility::Division(yours) = self.visibility else {
            let role = self.actor.role;
            return Err(Rejection::NotForRole { role }.into());
        };
        let present = |code| self.context.directory.present_division(code);
        let within = asked.map_or(yours, present);
        if !yours.contains(within) {
            return Err(Rejection::NotYourDivision { within, yours }.into());
        }
        Ok(within)
    }

    fn counted_cases(
        &self,
        unit: &UnitId,
        item: Option<&ServiceItem>,
    ) -> Result<Vec<CountedCase>, QueryError> {
        let Some(unit) = self.unit(unit)? else {
            return Ok(Vec::new());
        };
        let mut select = self.prepare(
            "SELECT case_id, staff, origin, opened_at, due_at <= :now AS overdue
             FROM worklist INDEXED BY worklist_due
             WHERE unit_id = :unit AND tab = :tab AND (:item IS NULL OR item = :item)",
        )?;
        let now = self.context.now.as_micros();
        let mut found = Vec::new();
        for tab in COUNTED {
            let mut rows = select.query(named_params! {
                ":unit": unit, ":tab": tab_number(tab), ":now": now,
                ":item": item.map(ServiceItem::as_str),
            })?;
            while let Some(row) = rows.next()? {
                let staff: Option<String> = row.get("staff")?;
                let undecodable = |text: &String| LedgerError::Undecodable { text: text.clone() };
                let staff = staff.map(|text| text.parse().map_err(|_| undecodable(&text)));
                found.push(CountedCase {
                    case_id: row.get("case_id")?,
                    tab,
                    staff: staff.transpose()?,
                    origin: division(row.get("origin")?)?,
                    opened: Timestamp::from_micros(row.get("opened_at")?),
                    overdue: row.get("overdue")?,
                });
            }
        }
        Ok(found)
    }

    fn load<'a>(&self, cases: impl Iterator<Item = &'a CountedCase>) -> Load {
        let now = self.context.now;
        let mut load = Load::empty();
        for case in cases {
            let overdue = u64::from(case.overdue);
            if !case.is_in_hand() {
                load.after_close += 1;
                load.after_close_overdue += overdue;
                continue;
            }
            load.cases += 1;
            load.overdue += overdue;
            load.to_accept += u64::from(case.tab == WorklistTab::ToAccept);
            load.returned += u64::from(case.tab == WorklistTab::Returned);
            let age = AgeBand::of(case.opened, now);
            if let Some(count) = load.ages.iter_mut().find(|count| count.age == age) {
                count.cases += 1;
            }
        }
        load
    }
}

impl CountedCase {
    /// Whether the case is in hand; otherwise a duty is left after it.
    fn is_in_hand(&self) -> bool {
        self.tab != WorklistTab::AfterClose
    }
}

/// The cases of several units, each once.
#[derive(Default)]
struct Distinct(HashMap<i64, CountedCase>);

impl Distinct {
    /// Adds a unit's cases. One that several units have counts where it is in hand rather than done; it is overdue if it is for
    /// one of them, and waits for an answer or came back rather than for a decision.
    fn add(&mut self, cases: &[CountedCase]) {
        for case in cases {
            let known = self.0.entry(case.case_id).or_insert_with(|| case.clone());
            if known.is_in_hand() != case.is_in_hand() {
                if case.is_in_hand() {
                    *known = case.clone();
                }
                continue;
            }
            known.overdue |= case.overdue;
            if matches!(case.tab, WorklistTab::ToAccept | WorklistTab::Returned) {
                known.tab = case.tab;
            }
        }
    }

    fn iter(&self) -> impl Iterator<Item = &CountedCase> {
        self.0.values()
    }
}

/// The division directly below `within` in which another lies, or `within` itself; where it lies outside, the other.
fn part_of(within: DivisionCode, other: DivisionCode) -> DivisionCode {
    if !within.contains(other) {
        return other;
    }
    let below = other.chain().take_while(|code| *code != within).last();
    below.unwrap_or(within)
}

fn people(cases: &[&CountedCase]) -> Vec<PersonLoad> {
    let mut counted: BTreeMap<Option<&StaffId>, (u64, u64)> = BTreeMap::new();
    for case in cases {
        let (all, overdue) = counted.entry(case.staff.as_ref()).or_default();
        *all += 1;
        *overdue += u64::from(case.overdue);
    }
    let person = |(staff, (cases, overdue)): (Option<&StaffId>, (u64, u64))| PersonLoad {
        staff: staff.cloned(),
        cases,
        overdue,
    };
    let mut people: Vec<PersonLoad> = counted.into_iter().map(person).collect();
    people.sort_by_key(|person| (person.staff.is_none(), Reverse(person.cases)));
    people
}

fn origins(cases: &[&CountedCase], within: DivisionCode) -> Vec<OriginCount> {
    let mut counted: BTreeMap<DivisionCode, u64> = BTreeMap::new();
    for case in cases {
        *counted.entry(part_of(within, case.origin)).or_default() += 1;
    }
    let origin = |(division, cases)| OriginCount { division, cases };
    let mut origins: Vec<OriginCount> = counted.into_iter().map(origin).collect();
    origins.sort_by_key(|origin| Reverse(origin.cases));
    origins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_for_the_part_that_it_lies_in() {
        let code = |text: &str| text.parse::<DivisionCode>().unwrap();
        let part = |within: &str, other: &str| part_of(code(within), code(other));
        assert_eq!(part("53", "530821101002"), code("5308"));
        assert_eq!(part("5308", "530821101002"), code("530821"));
        assert_eq!(part("5308", "5308"), code("5308"));
        // A case of another prefecture counts under its window's own division.
        assert_eq!(part("5308", "530102"), code("530102"));
    }
}
