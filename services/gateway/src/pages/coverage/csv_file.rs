//! The numbers of `/coverage` as a CSV file.

use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use onestop_directory::{COVERAGE_COLUMNS, CoverageCell, PLAN_COLUMNS};

use super::{CoverageParams, Line, cell_word, count, lines, totals};
use crate::{app::App, core::page_error::PageError, pages::shell::View};

/// The numbers as CSV: UTF-8 with a byte order mark for spreadsheets.
pub(super) async fn download(
    State(app): State<App>,
    view: View,
    Query(params): Query<CoverageParams>,
) -> Result<Response, PageError> {
    let coverage = count(&app, view.session.as_ref(), &params)?;
    let page = view.page(&app);
    let named = lines(&coverage)
        .into_iter()
        .map(|line| (page.place(&line.place), line));
    let whole = page.i18n.t("timeliness-csv-total");
    let total = totals(&coverage)
        .into_iter()
        .map(|line| (whole.clone(), line));
    let bytes = write(named.chain(total)).map_err(anyhow::Error::from)?;
    let name = format!(
        "attachment; filename=\"coverage-{}-{}.csv\"",
        coverage.total.place.short(),
        coverage.as_of
    );
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, bytes).into_response())
}

fn write(named: impl Iterator<Item = (String, Line)>) -> csv::Result<Vec<u8>> {
    let mut file = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    let states = COVERAGE_COLUMNS.map(|state| cell_word(CoverageCell::State(state)));
    let plans = PLAN_COLUMNS.map(|plan| cell_word(CoverageCell::Plan(plan)));
    let head = ["division", "name", "tier"].into_iter().chain(states);
    file.write_record(head.chain(["total"]).chain(plans))?;
    for (name, line) in named {
        let counts = COVERAGE_COLUMNS.map(|state| line.counts.of(state).to_string());
        let place = [line.place.to_string(), name, line.tier.to_string()];
        let total = line.counts.total().to_string();
        let plans = PLAN_COLUMNS.map(|plan| line.counts.against(plan).to_string());
        let counted = counts.into_iter().chain([total]).chain(plans);
        file.write_record(place.into_iter().chain(counted))?;
    }
    let written = file.into_inner();
    written.map_err(|error| csv::Error::from(error.into_error()))
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
        let bytes = write(named.map(|line| (directory.full_name(line.place), line))).unwrap();
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
            assert_eq!(row.get(0).unwrap(), line.place.to_string());
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
