//! The numbers of `/coverage` as a CSV file.

use axum::extract::State;
use onestop_directory::{COVERAGE_COLUMNS, PLAN_COLUMNS};

use super::{CoverageParams, Line, count, lines, totals};
use crate::{
    app::App,
    core::{
        csv_file::{CsvFile, code},
        filters::FilterReader,
        page_error::PageResult,
        query_string::Query,
    },
    pages::shell::View,
};

/// A line, with the names of its place and its tier.
type Named = (String, String, Line);

/// The numbers as CSV, with heads in the reader's language.
pub(super) async fn download(
    State(app): State<App>,
    view: View,
    Query(params): Query<CoverageParams>,
) -> PageResult {
    let page = view.page(&app);
    let mut filters = FilterReader::new(page.now.china_date());
    let coverage = count(&app, view.session.as_ref(), &params, &mut filters)?;
    filters.check()?;
    let named = lines(&coverage)
        .into_iter()
        .map(|line| (page.place(&line.place), page.tier(line.tier), line));
    let whole = page.i18n.t("timeliness-total");
    let totals = totals(&coverage)
        .into_iter()
        .map(|line| (whole.clone(), page.tier(line.tier), line));
    let states = COVERAGE_COLUMNS.map(|state| page.building_state(state));
    let heads = ["csv-code", "timeliness-place", "coverage-tier"].map(|head| page.i18n.t(head));
    let total = [page.i18n.t("coverage-total")];
    let plans = PLAN_COLUMNS.map(|plan| page.plan_column(plan));
    let heads = heads.into_iter().chain(states).chain(total).chain(plans);
    let bytes = write(heads, named.chain(totals)).map_err(anyhow::Error::from)?;
    let name = format!(
        "coverage-{}-{}",
        coverage.total.place.short(),
        coverage.as_of
    );
    page.saved_csv(bytes, &name)
}

fn write(
    heads: impl Iterator<Item = String>,
    named: impl Iterator<Item = Named>,
) -> csv::Result<Vec<u8>> {
    let mut file = CsvFile::new();
    file.row(heads)?;
    for (name, tier, line) in named {
        let counts = COVERAGE_COLUMNS.map(|state| line.counts.of(state).to_string());
        let place = [code(line.place), name, tier];
        let total = line.counts.total().to_string();
        let plans = PLAN_COLUMNS.map(|plan| line.counts.against(plan).to_string());
        let counted = counts.into_iter().chain([total]).chain(plans);
        file.row(place.into_iter().chain(counted))?;
    }
    file.into_bytes()
}

#[cfg(test)]
mod tests {
    use onestop_directory::Directory;

    use super::*;

    #[test]
    fn the_file_has_the_numbers_of_the_page() {
        let directory = Directory::built_in().unwrap();
        let (within, on) = ("5308".parse().unwrap(), "2026-11-28".parse().unwrap());
        let coverage = directory.coverage(within, on).unwrap();
        let named = lines(&coverage).into_iter().chain(totals(&coverage));
        let named =
            named.map(|line| (directory.full_name(line.place), line.tier.to_string(), line));
        let heads = (0..9 + PLAN_COLUMNS.len()).map(|column| column.to_string());
        let bytes = write(heads, named).unwrap();
        let text = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap();
        let mut reader = csv::Reader::from_reader(text);
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let shown: Vec<Line> = lines(&coverage)
            .into_iter()
            .chain(totals(&coverage))
            .collect();
        assert_eq!(rows.len(), shown.len());
        for (row, line) in rows.iter().zip(&shown) {
            let number = |at: usize| row.get(at).unwrap().parse::<usize>().unwrap();
            assert_eq!(row.get(0).unwrap(), code(line.place));
            assert_eq!(row.get(2).unwrap(), line.tier.to_string());
            for (at, state) in COVERAGE_COLUMNS.into_iter().enumerate() {
                assert_eq!(number(3 + at), line.counts.of(state));
            }
            assert_eq!(number(8), line.counts.total());
            for (at, plan) in PLAN_COLUMNS.into_iter().enumerate() {
                assert_eq!(number(9 + at), line.counts.against(plan));
            }
        }
        // 雪林佤族乡 is planned.
        let planned = |row: &&csv::StringRecord| row.get(3) != Some("0");
        assert_eq!(rows.iter().filter(planned).count(), 2);
    }
}
