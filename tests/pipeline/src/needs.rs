//! What a province and a nation need, reckoned from what one node was measured to do. Every number that is assumed is printed
//! beside what follows from it, and can be given.

use std::fmt::Write as _;

use crate::report::Report;

/// The rows of a report from which it is reckoned.
pub const EVENTS_A_SECOND: &str = "sustained, events a second";
pub const MICROS_AN_EVENT: &str = "sustained, processor an event with broker and driver, µs";
pub const BYTES_AN_EVENT: &str = "bytes an event, all services";
pub const EVENTS_A_CASE: &str = "events a case";

/// Working days of a year, and hours of a day at the windows.
const DAYS: f64 = 250.0;
const HOURS: f64 = 8.0;
/// Brokers that keep each message three times.
const BROKERS: f64 = 3.0;
/// A node with the services, one with their standbys, and one that is the third broker.
const NODES: f64 = 3.0;
const TERABYTE: f64 = 1e12;

/// What one node did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    pub events_a_second: f64,
    pub micros_an_event: f64,
    pub bytes_an_event: f64,
    pub events_a_case: f64,
}

/// What was not measured here.
#[derive(Debug, Clone, Copy, PartialEq, clap::Args)]
pub struct Assumed {
    /// People of the province
    #[arg(long, default_value_t = 47e6)]
    pub province: f64,
    /// People of the nation
    #[arg(long, default_value_t = 1.41e9)]
    pub nation: f64,
    /// Prefectures of the nation: there are no more partitions
    #[arg(long, default_value_t = 333.0)]
    pub prefectures: f64,
    /// Cases a year of a thousand people
    #[arg(long, default_value_t = 20.0)]
    pub cases_of_thousand: f64,
    /// How many times an average working hour the busiest minute is
    #[arg(long, default_value_t = 10.0)]
    pub peak: f64,
    /// The share of what a node can do that its busiest minute may take
    #[arg(long, default_value_t = 0.4)]
    pub load: f64,
    /// Years that events are kept
    #[arg(long, default_value_t = 30.0)]
    pub years: f64,
    /// How often they are kept: leader, standby, two whole backups
    #[arg(long, default_value_t = 4.0)]
    pub copies: f64,
    /// Yuan a year for a node with its processor, memory and place
    #[arg(long, default_value_t = 30_000.0)]
    pub node_price: f64,
    /// Yuan a year for a terabyte of disk
    #[arg(long, default_value_t = 600.0)]
    pub terabyte_price: f64,
}

/// What one of them needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RegionNeeds {
    pub cases_a_year: f64,
    pub events_a_year: f64,
    pub events_a_second: f64,
    pub peak: f64,
    pub cores: f64,
    pub terabytes: f64,
    pub partitions: f64,
    pub brokers: f64,
    pub nodes: f64,
    pub yuan_a_year: f64,
}

impl Measured {
    /// What a report says; the name of the row that it lacks if it lacks one.
    ///
    /// # Errors
    /// If it was not measured with years of cases and under load.
    pub fn of(report: &Report) -> Result<Self, &'static str> {
        let value = |row| report.value(row).ok_or(row);
        Ok(Self {
            events_a_second: value(EVENTS_A_SECOND)?,
            micros_an_event: value(MICROS_AN_EVENT)?,
            bytes_an_event: value(BYTES_AN_EVENT)?,
            events_a_case: value(EVENTS_A_CASE)?,
        })
    }
}

impl RegionNeeds {
    /// Of so many people.
    #[must_use]
    pub fn of(people: f64, measured: &Measured, assumed: &Assumed) -> Self {
        let cases_a_year = people / 1_000.0 * assumed.cases_of_thousand;
        let events_a_year = cases_a_year * measured.events_a_case;
        let events_a_second = events_a_year / (DAYS * HOURS * 3_600.0);
        let peak = events_a_second * assumed.peak;
        let partitions = peak / (measured.events_a_second * assumed.load);
        let partitions = partitions.ceil().max(1.0);
        let kept = events_a_year * assumed.years * measured.bytes_an_event * assumed.copies;
        let (nodes, terabytes) = (partitions * NODES, kept / TERABYTE);
        Self {
            cases_a_year,
            events_a_year,
            events_a_second,
            peak,
            cores: peak * measured.micros_an_event / 1e6 / assumed.load,
            terabytes,
            partitions,
            brokers: partitions * BROKERS,
            nodes,
            yuan_a_year: nodes * assumed.node_price + terabytes * assumed.terabyte_price,
        }
    }
}

/// One table: what was measured, what is assumed, what follows.
#[must_use]
pub fn table(measured: &Measured, assumed: &Assumed) -> String {
    let needs =
        [assumed.province, assumed.nation].map(|people| RegionNeeds::of(people, measured, assumed));
    let mut text = String::from("| What | Province | Nation |\n|---|---|---|\n");
    let row = |text: &mut String, what: &str, cells: [String; 2]| {
        // Writing into a string does not fail.
        let _ = writeln!(text, "| {what} | {} | {} |", cells[0], cells[1]);
    };
    let same = |cell: String| [cell.clone(), cell];
    for (what, cell) in stated(measured, assumed) {
        row(&mut text, what, same(cell));
    }
    row(
        &mut text,
        "assumed: people",
        [assumed.province, assumed.nation].map(whole),
    );
    for (what, number) in RESULTS {
        row(&mut text, what, needs.map(|needs| number(&needs)));
    }
    let most = needs[1].partitions <= assumed.prefectures;
    let fits = if most { "fewer than" } else { "MORE THAN" };
    let _ = writeln!(
        text,
        "\nA partition is a prefecture or several; the nation's are {fits} its {} prefectures. Three nodes each: services, standbys, \
         third broker.",
        whole(assumed.prefectures)
    );
    text
}

/// What is the same for both.
#[rustfmt::skip]
fn stated(measured: &Measured, assumed: &Assumed) -> Vec<(&'static str, String)> {
    vec![
        ("measured: events a second, one node", whole(measured.events_a_second)),
        ("measured: processor an event, µs", whole(measured.micros_an_event)),
        ("measured: bytes an event on the disk", whole(measured.bytes_an_event)),
        ("measured: events a case", format!("{:.1}", measured.events_a_case)),
        ("assumed: cases a year of a thousand people", whole(assumed.cases_of_thousand)),
        ("assumed: busiest minute, times the average", whole(assumed.peak)),
        ("assumed: share of a node that it may take", format!("{:.2}", assumed.load)),
        ("assumed: years kept, copies", format!("{} years, {}", assumed.years, assumed.copies)),
        ("assumed: yuan a year, a node and a terabyte", format!("{}, {}", assumed.node_price, assumed.terabyte_price)),
    ]
}

/// What follows: how it is called, and its number.
type Column = (&'static str, fn(&RegionNeeds) -> String);

#[rustfmt::skip]
const RESULTS: [Column; 10] = [
    ("cases a year", |it| whole(it.cases_a_year)),
    ("events a year", |it| whole(it.events_a_year)),
    ("events a second, a working hour", |it| whole(it.events_a_second)),
    ("events a second, the busiest minute", |it| whole(it.peak)),
    ("cores for that", |it| whole(it.cores.ceil())),
    ("disk in the end, all copies, TB", |it| format!("{:.1}", it.terabytes)),
    ("partitions", |it| whole(it.partitions)),
    ("brokers", |it| whole(it.brokers)),
    ("nodes", |it| whole(it.nodes)),
    ("yuan a year in the end", |it| whole(it.yuan_a_year)),
];

/// With commas between thousands.
fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        assumed: Assumed,
    }

    #[test]
    fn a_nation_needs_more_than_a_province_and_every_number_is_printed() {
        let assumed = Cli::parse_from(["needs", "--peak", "40"]).assumed;
        let measured = Measured {
            events_a_second: 4_000.0,
            micros_an_event: 400.0,
            bytes_an_event: 1_500.0,
            events_a_case: 16.0,
        };
        let province = RegionNeeds::of(assumed.province, &measured, &assumed);
        let nation = RegionNeeds::of(assumed.nation, &measured, &assumed);
        assert_eq!((province.partitions, province.brokers), (1.0, 3.0));
        assert!(nation.peak > 20.0 * province.peak && nation.partitions > 1.0);
        // 940,000 cases of 16 events, 30 years, 4 copies of 1,500 bytes.
        let terabytes = 0.94 * 16.0 * 30.0 * 4.0 * 1_500.0 / 1e6;
        assert!((province.terabytes - terabytes).abs() < 0.01);
        let table = table(&measured, &assumed);
        for row in [
            "cases a year | 940,000 |",
            "assumed: busiest minute, times the average | 40 | 40 |",
        ] {
            assert!(table.contains(row), "{row}\n{table}");
        }
        let cells = table.lines().filter(|line| line.starts_with('|'));
        let cells: Vec<&str> = cells.collect();
        assert!(cells.len() > 15 && cells.iter().all(|line| line.matches('|').count() == 4));
        assert_eq!(whole(1_234_567.4), "1,234,567");
    }

    #[test]
    fn a_report_without_load_is_refused_by_the_row_that_it_lacks() {
        let mut report = Report::new("now");
        report.add_value(EVENTS_A_SECOND, "4000", 4_000.0);
        assert_eq!(Measured::of(&report), Err(MICROS_AN_EVENT));
    }
}
