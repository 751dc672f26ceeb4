//! The figures as a CSV file.

use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use onestop_proto::ledger::{Timeliness, TimelinessFigures};

use super::{Report, TimelinessParams, fetch};
use crate::{app::App, core::page_error::PageError, identity::session::Session};

/// The figures as CSV: UTF-8 with a byte order mark for spreadsheets.
pub(super) async fn download(
    State(app): State<App>,
    session: Session,
    Query(params): Query<TimelinessParams>,
) -> Result<Response, PageError> {
    let report = Report::parse(&params, app.clock.now().china_date())?;
    let answer = fetch(&app, &session, &report).await?;
    let mut file = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    let written = write(&mut file, &answer, &app).and_then(|()| {
        file.into_inner()
            .map_err(|error| csv::Error::from(error.into_error()))
    });
    let bytes = written.map_err(anyhow::Error::from)?;
    let name = format!(
        "attachment; filename=\"timeliness-{}-{}.csv\"",
        answer.within.short(),
        report.to
    );
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, bytes).into_response())
}

fn write(file: &mut csv::Writer<Vec<u8>>, answer: &Timeliness, app: &App) -> csv::Result<()> {
    file.write_record([
        "division",
        "name",
        "received",
        "closed",
        "steps",
        "in_time",
        "in_time_on_paper",
        "average_days",
        "due_soon",
        "overdue",
        "offered",
        "sent_back",
    ])?;
    let mut line = |division: String, name: String, figures: &TimelinessFigures| {
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
        let fields = [division, name]
            .into_iter()
            .chain(counts)
            .chain([average])
            .chain(rest);
        file.write_record(fields)
    };
    for row in &answer.rows {
        line(
            row.division.to_string(),
            app.directory.full_name(row.division),
            &row.figures,
        )?;
    }
    line(
        answer.within.to_string(),
        app.languages.translator(None).t("timeliness-csv-total"),
        &answer.total,
    )
}
