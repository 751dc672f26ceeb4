//! The load of each unit as a CSV file.

use axum::extract::State;
use onestop_proto::ledger::{AgeBand, UnitLoad, Workload};

use super::LoadParams;
use crate::{
    app::App,
    core::{
        csv_file::{Completeness, CsvFile, code},
        page_error::PageResult,
        query_string::Query,
    },
    pages::shell::{Page, View},
};

/// The messages of the heads before those of the ages, in order.
const HEADS: [&str; 9] = [
    "csv-code",
    "timeliness-place",
    "case-unit",
    "load-cases",
    "load-overdue",
    "load-to-accept",
    "load-returned",
    "load-after-close",
    "load-after-close-overdue",
];

/// The units as CSV, with heads in the reader's language.
pub(in crate::pages::timeliness) async fn download(
    State(app): State<App>,
    view: View,
    Query(params): Query<LoadParams>,
) -> PageResult {
    let session = view.session()?;
    let answer: Workload = app.ask(session, &params.query(&app)?).await?;
    let page = view.page(&app);
    let bytes = write(&answer, &page).map_err(anyhow::Error::from)?;
    let name = format!("load-{}", answer.within.short());
    page.saved_csv(bytes, &name)
}

fn write(answer: &Workload, page: &Page<'_>) -> csv::Result<Vec<u8>> {
    let mut file = CsvFile::new();
    let ages = AgeBand::ALL.iter();
    let ages = ages.map(|age| page.i18n.text(age.text()).to_owned());
    let heads: Vec<String> = HEADS
        .into_iter()
        .map(|head| page.i18n.t(head))
        .chain(ages)
        .collect();
    let columns = heads.len();
    file.row(heads)?;
    for unit in &answer.units {
        file.row(line(unit, page))?;
    }
    let left_out = (answer.units_left_out > 0).then_some(&answer.units_left_out);
    file.end(Completeness::of(left_out), columns, || {
        let count = answer.units_left_out.to_string();
        page.i18n.t1("load-left-out", "count", count)
    })?;
    file.into_bytes()
}

fn line(unit: &UnitLoad, page: &Page<'_>) -> Vec<String> {
    let load = &unit.load;
    let place = [
        code(unit.division),
        page.place(&unit.division),
        page.unit(&unit.unit),
    ];
    let counts = [
        load.cases,
        load.overdue,
        load.to_accept,
        load.returned,
        load.after_close,
        load.after_close_overdue,
    ];
    let ages = AgeBand::ALL.iter().map(|age| load.of(*age));
    let numbers = counts.into_iter().chain(ages);
    let numbers = numbers.map(|number| number.to_string());
    place.into_iter().chain(numbers).collect()
}
