//! The figures of twelve months as a CSV file.

use axum::extract::State;

use super::{Month, Span, YearParams, fetch_months};
use crate::{
    app::App,
    core::{
        csv_file::CsvFile,
        page_error::{PageError, PageResult},
        query_string::Query,
    },
    pages::{
        shell::{Page, View},
        timeliness::csv_file::{FIGURES, line},
    },
};

/// The months as CSV, with heads in the reader's language.
pub(in crate::pages::timeliness) async fn download(
    State(app): State<App>,
    view: View,
    Query(params): Query<YearParams>,
) -> PageResult {
    let session = view.session()?;
    let (span, months) = fetch_months(&app, session, &params).await?;
    let last = months.last().ok_or_else(PageError::not_found)?;
    let (within, to) = (last.answer.within.short(), last.report.to);
    let name = format!("{}-{within}-{to}", file_name(span));
    let page = view.page(&app);
    let bytes = write(&months, &page).map_err(anyhow::Error::from)?;
    page.saved_csv(bytes, &name)
}

/// How the file begins.
const fn file_name(span: Span) -> &'static str {
    match span {
        Span::Day => "days",
        Span::Week => "weeks",
        Span::Month => "year",
    }
}

fn write(months: &[Month], page: &Page<'_>) -> csv::Result<Vec<u8>> {
    let mut file = CsvFile::new();
    let heads = ["timeliness-from", "timeliness-to"].into_iter();
    file.row(heads.chain(FIGURES).map(|head| page.i18n.t(head)))?;
    for month in months {
        let days = [month.report.from, month.report.to].map(|day| day.to_string());
        file.row(line(days, &month.answer.total))?;
    }
    file.into_bytes()
}
