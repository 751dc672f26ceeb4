//! The figures as a CSV file.

use axum::extract::State;
use onestop_proto::ledger::{Timeliness, TimelinessFigures};

use super::{Report, TimelinessParams, fetch};
use crate::{
    app::App,
    core::{
        csv_file::{CsvFile, code},
        filters::FilterReader,
        page_error::PageResult,
        query_string::Query,
    },
    pages::shell::{Page, View},
};

/// The messages of the heads of the figures, in order.
pub(super) const FIGURES: [&str; 10] = [
    "timeliness-received",
    "timeliness-closed",
    "csv-steps",
    "csv-in-time",
    "csv-in-time-on-paper",
    "csv-average-days",
    "timeliness-soon",
    "timeliness-overdue",
    "csv-offered",
    "csv-sent-back",
];

/// The figures as CSV, with heads in the reader's language.
pub(super) async fn download(
    State(app): State<App>,
    view: View,
    Query(params): Query<TimelinessParams>,
) -> PageResult {
    let session = view.session()?;
    let today = app.clock.now().china_date();
    let mut filters = FilterReader::new(today);
    let report = Report::read(&params, today, &mut filters);
    filters.check()?;
    let answer = fetch(&app, session, &report).await?;
    let page = view.page(&app);
    let bytes = write(&answer, &page).map_err(anyhow::Error::from)?;
    let name = format!("timeliness-{}-{}", answer.within.short(), report.to);
    page.saved_csv(bytes, &name)
}

fn write(answer: &Timeliness, page: &Page<'_>) -> csv::Result<Vec<u8>> {
    let mut file = CsvFile::new();
    let heads = ["csv-code", "timeliness-place"].into_iter();
    file.row(heads.chain(FIGURES).map(|head| page.i18n.t(head)))?;
    for row in &answer.rows {
        let name = page.place(&row.division);
        file.row(line([code(row.division), name], &row.figures))?;
    }
    let total = page.i18n.t("timeliness-total");
    file.row(line([code(answer.within), total], &answer.total))?;
    file.into_bytes()
}

/// The figures after what they are of.
pub(super) fn line(of: [String; 2], figures: &TimelinessFigures) -> Vec<String> {
    let average = figures
        .average_days
        .map(|days| format!("{days:.2}"))
        .unwrap_or_default();
    let counts = [
        figures.received,
        figures.closed,
        figures.steps,
        figures.in_time,
        figures.in_time_on_paper,
    ]
    .map(|n| n.to_string());
    let rest = [
        figures.due_soon,
        figures.overdue,
        figures.offered,
        figures.sent_back,
    ]
    .map(|n| n.to_string());
    of.into_iter()
        .chain(counts)
        .chain([average])
        .chain(rest)
        .collect()
}
