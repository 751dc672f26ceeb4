//! Staged building, counted: nothing twice, nothing left out, and every number leads to its sites.

use std::{collections::BTreeSet, num::NonZeroU32};

use jiff::{ToSpan, civil::Date};
use onestop_directory::{
    COVERAGE_COLUMNS, Coverage, CoverageCell, Directory, PLAN_COLUMNS, SiteState,
};
use onestop_proto::{
    division::Tier,
    http::coverage::{CoverageNumber, CoverageQuery, CoveredSitesQuery},
};
use proptest::prelude::*;

use crate::{
    built_in, code, day,
    folder::{Folder, shipped},
};

fn count(coverage: &Coverage, tier: Tier, state: Option<SiteState>) -> usize {
    let mut tiers = coverage.total.tiers();
    tiers
        .find(|(known, _)| *known == tier)
        .map_or(0, |(_, counts)| counts.of(state))
}

#[test]
fn the_shipped_province_is_counted_whole() {
    let coverage = built_in().coverage(code("53"), day("2026-11-28")).unwrap();
    assert_eq!(coverage.total.total(), built_in().divisions().count());
    let operating = Some(SiteState::Operating);
    assert_eq!(count(&coverage, Tier::Prefecture, operating), 16);
    assert_eq!(count(&coverage, Tier::County, operating), 129);
    // One township is on trial, one is planned.
    assert_eq!(count(&coverage, Tier::Township, operating), 1_459);
    assert_eq!(count(&coverage, Tier::Township, Some(SiteState::Pilot)), 1);
    assert_eq!(
        count(&coverage, Tier::Township, Some(SiteState::Planned)),
        1
    );
    assert_eq!(count(&coverage, Tier::Village, operating), 14_888);
    assert_eq!(coverage.total.of(None), 0);
    // The province by itself, and its prefectures.
    assert_eq!(coverage.rows.len(), 17);
    assert_eq!(coverage.rows[0].total(), 1);
}

#[test]
fn a_day_before_a_site_opened_counts_it_as_planned() {
    let at = |on: &str| built_in().coverage(code("53"), day(on)).unwrap();
    assert_eq!(at("2015-12-31").total.of(Some(SiteState::Operating)), 0);
    let counties = |on: &str| count(&at(on), Tier::County, Some(SiteState::Planned));
    // Two counties say when they opened: in September 2017 and in July 2018.
    assert_eq!(counties("2017-08-31"), 2);
    assert_eq!(counties("2017-09-01"), 1);
    assert_eq!(counties("2018-07-01"), 0);
}

#[test]
fn divisions_without_a_rule_have_no_site() {
    let villages = "[[rule]]\ntier = \"village\"\nform = \"station\"\nname = \"{division}公共法律服务站\"\nvalid_from = 2016-01-01\n";
    let folder = Folder::small().replace("sites.toml", villages, "");
    let items = shipped("items.toml").replace(", \"village\"]", "]");
    let items = items.replace("at_named = [\"village\"]", "at_named = []");
    let directory = folder.write("items.toml", &items).load().unwrap();
    let coverage = directory
        .coverage(code("530821"), day("2026-11-28"))
        .unwrap();
    assert_eq!(count(&coverage, Tier::Village, None), 1);
    assert_eq!(coverage.total.total(), 3);
    assert_eq!(directory.coverage(code("5309"), day("2026-11-28")), None);
}

/// Every number of the answer leads to as many sites, each there once, over all pages.
#[test]
fn each_number_of_the_table_leads_to_its_sites() {
    let (within, today) = (code("5308"), day("2026-11-28"));
    let query = CoverageQuery { within, on: None };
    let table = built_in().coverage_table(&query, today).unwrap();
    assert_eq!((table.within, table.on), (within, today));
    let counted = built_in().coverage(within, today).unwrap();
    let lines = counted.rows.iter().map(|row| row.tiers().count());
    assert_eq!(table.lines.len(), lines.sum::<usize>());
    for line in table.lines.iter().chain(&table.totals) {
        for number in CoverageNumber::ALL.iter().copied() {
            let page = |page: u32| {
                let query = CoveredSitesQuery {
                    within: line.place,
                    tier: line.tier,
                    cell: Some(number),
                    on: Some(today),
                    page: NonZeroU32::new(page),
                };
                built_in().covered_sites(&query, today).unwrap()
            };
            let pages = page(1).pages;
            let sites = (1..).map(page).take(pages as usize);
            let sites: Vec<_> = sites.flat_map(|page| page.sites).collect();
            let once: BTreeSet<_> = sites.iter().map(|site| site.division).collect();
            assert_eq!(sites.len(), once.len(), "{number} of {}", line.place);
            // The first line is of the division alone; the others hold what lies in their places.
            assert_eq!(
                sites.len() as u64,
                line.counts.of(number),
                "{number} of {}",
                line.place
            );
            assert_eq!(page(1).total, line.counts.of(number));
            assert!(page(pages as u32 + 1).sites.is_empty());
        }
    }
    let nowhere = CoverageQuery {
        within: code("990000"),
        on: None,
    };
    assert_eq!(built_in().coverage_table(&nowhere, today), None);
}

fn days() -> impl Strategy<Value = Date> {
    (0..6_000_i32).prop_map(|days| day("2014-01-01").saturating_add(days.days()))
}

/// Sites of the small folder in random states for random periods.
fn directories() -> impl Strategy<Value = Directory> {
    const PLACES: [&str; 6] = [
        "53",
        "5308",
        "530821",
        "530821101",
        "530821101201",
        "530822",
    ];
    const STATES: [&str; 4] = ["planned", "pilot", "operating", "suspended"];
    let one = (0..STATES.len(), days(), 0..2_000_i32);
    prop::collection::vec(one, PLACES.len()).prop_map(|entries| {
        let mut text = String::new();
        for (place, (state, from, long)) in PLACES.iter().zip(entries) {
            let until = from.saturating_add(long.days());
            text += &format!(
                "\n[[override]]\ndivision = \"{place}\"\nstate = \"{}\"\nfrom = {from}\nuntil = {until}\nreason = {{ zh = \"试\", en = \"test\" }}\n",
                STATES[state]
            );
        }
        Folder::small().append("sites.toml", &text).load().unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn rows_sum_to_the_whole_and_a_site_is_counted_once(directory in directories(), on in days()) {
        for within in directory.divisions() {
            let coverage = directory.coverage(within.code, on).unwrap();
            let inside = directory.divisions().filter(|one| within.code.contains(one.code));
            prop_assert_eq!(coverage.total.total(), inside.count());
            for state in COVERAGE_COLUMNS {
                let rows = coverage.rows.iter().map(|row| row.of(state));
                prop_assert_eq!(rows.sum::<usize>(), coverage.total.of(state));
            }
            let mut seen = BTreeSet::new();
            for (tier, counts) in coverage.total.tiers() {
                let states = COVERAGE_COLUMNS.iter().map(|state| counts.of(*state));
                prop_assert_eq!(states.sum::<usize>(), counts.total());
                for plan in PLAN_COLUMNS {
                    let behind = directory.covered(within.code, (tier, CoverageCell::Plan(plan)), on);
                    prop_assert_eq!(behind.count(), counts.against(plan));
                }
                for state in COVERAGE_COLUMNS {
                    let behind: Vec<_> = directory.covered(within.code, (tier, CoverageCell::State(state)), on).collect();
                    prop_assert_eq!(behind.len(), counts.of(state));
                    for division in behind {
                        prop_assert!(seen.insert(division.code), "{} is counted twice", division.code);
                    }
                }
            }
        }
    }
}
