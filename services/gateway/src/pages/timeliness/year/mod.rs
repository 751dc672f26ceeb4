//! `/timeliness/year` (一年图): twelve months, weeks or days of a division in pictures. Every mark leads to the cases that it
//! counts.

pub(super) mod csv_file;
mod curves;
mod heat;
mod returns;
mod span;

use askama::Template;
use axum::extract::State;
use jiff::civil::Date;
use onestop_proto::{
    division::DivisionCode,
    ids::ServiceItem,
    ledger::{CountedAs, Timeliness},
};
use serde::Deserialize;

use self::{
    curves::{Chart, Point},
    heat::HeatRow,
    returns::{Reason, Returns},
    span::{Period, Span},
};
use super::{Report, fetch};
use crate::{
    app::App,
    core::{
        filters::FilterReader,
        page_error::{PageError, PageResult},
        query_string::{self, Query},
    },
    identity::session::Session,
    pages::shell::{Page, View, html},
};

/// Empty: all items, the user's own division.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct YearParams {
    within: String,
    item: String,
    /// `day`, `week` or `month`, which is the default.
    by: String,
}

/// A month, or a shorter period, and its figures.
struct Month {
    report: Report,
    answer: Timeliness,
}

impl Month {
    /// The address of the month's figures.
    fn figures(&self) -> String {
        let report = &self.report;
        let query = report.query_string(report.as_of, report.within);
        format!("/timeliness?{query}")
    }

    /// The address of the cases behind one of its figures.
    fn cases(&self, counted: CountedAs) -> String {
        self.report.cases(counted, self.answer.within).address()
    }

    /// The same of one of its rows.
    fn cases_in(&self, counted: CountedAs, part: DivisionCode) -> String {
        let within = self.answer.within;
        let all = self.report.cases(counted, within);
        all.of_part(within, part).address()
    }
}

/// A link to the pictures of other periods.
struct SpanLink {
    address: String,
    /// The id of its message.
    name: &'static str,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "timeliness-year.html")]
struct YearTemplate<'a> {
    page: Page<'a>,
    within: DivisionCode,
    item: Option<ServiceItem>,
    span: Span,
    figures: String,
    months: Vec<Month>,
    chart: Chart,
    heat: Vec<HeatRow>,
    reasons: Vec<Reason>,
    returns: Returns,
}

/// A row of the table under the curves.
struct PeriodRow<'a> {
    name: String,
    /// The address of the period's figures.
    figures: String,
    /// One of each curve.
    points: Vec<&'a Point>,
}

impl YearTemplate<'_> {
    fn rows(&self) -> Vec<PeriodRow<'_>> {
        let curves = &self.chart.curves;
        let row = |(at, month): (usize, &Month)| PeriodRow {
            name: self.name(month),
            figures: month.figures(),
            points: curves.iter().filter_map(|one| one.points.get(at)).collect(),
        };
        self.months.iter().enumerate().map(row).collect()
    }

    fn name(&self, month: &Month) -> String {
        self.span.name(&month.report.from, &self.page)
    }

    /// The same pictures by days, weeks and months.
    fn spans(&self) -> Vec<SpanLink> {
        let link = |span: Span| SpanLink {
            address: format!("/timeliness/year?{}", self.query(span)),
            name: span.message(),
            is_here: span == self.span,
        };
        Span::ALL.into_iter().map(link).collect()
    }

    /// The address of the figures as a file.
    fn file(&self) -> String {
        format!("/timeliness/year.csv?{}", self.query(self.span))
    }

    fn query(&self, span: Span) -> String {
        let item = self.item.as_ref().map(ToString::to_string);
        query_string::encode_filled(&[
            ("within", self.within.to_string().as_str()),
            ("item", item.as_deref().unwrap_or_default()),
            ("by", span.as_str()),
        ])
    }
}

pub(super) async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<YearParams>,
) -> PageResult {
    let session = view.session()?;
    let (span, months) = fetch_months(&app, session, &params).await?;
    let Some(last) = months.last() else {
        return Err(PageError::not_found());
    };
    let all = fetch_all(&app, session, &months).await?;
    let page = view.page(&app);
    Ok(html(&YearTemplate {
        within: last.answer.within,
        figures: last.figures(),
        chart: Chart::draw(&months, span, &page),
        span,
        heat: heat::rows(&months),
        reasons: returns::reasons(&all),
        returns: Returns::of(&all, &page),
        item: last.report.item.clone(),
        page,
        months,
    }))
}

async fn fetch_months(
    app: &App,
    session: &Session,
    params: &YearParams,
) -> Result<(Span, Vec<Month>), PageError> {
    let today = app.clock.now().china_date();
    let mut filters = FilterReader::new(today);
    let within = filters.choice("within", &params.within);
    let item = filters.choice("item", &params.item);
    let named = Span::ALL.map(|span| (span.as_str(), span));
    let span = filters
        .word("by", &params.by, &named)
        .unwrap_or(Span::Month);
    filters.check()?;
    let mut months = Vec::new();
    for report in reports(span, today, (within, item.as_ref())) {
        let answer = fetch(app, session, &report).await?;
        months.push(Month { report, answer });
    }
    Ok((span, months))
}

/// All of the periods as one, for what is summed over them.
async fn fetch_all(app: &App, session: &Session, months: &[Month]) -> Result<Month, PageError> {
    let (first, last) = months
        .first()
        .zip(months.last())
        .ok_or_else(PageError::not_found)?;
    let report = Report {
        from: first.report.from,
        to: last.report.to,
        as_of: None,
        within: last.report.within,
        item: last.report.item.clone(),
    };
    let answer = fetch(app, session, &report).await?;
    Ok(Month { report, answer })
}

/// The twelve periods up to today, each as of its end.
fn reports(
    span: Span,
    today: Date,
    (within, item): (Option<DivisionCode>, Option<&ServiceItem>),
) -> Vec<Report> {
    let periods = span.periods(today).into_iter();
    let report = |Period { from, to }| Report {
        from,
        to,
        as_of: (to < today).then_some(to),
        within,
        item: item.cloned(),
    };
    periods.map(report).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_twelve_months_up_to_today_each_as_of_its_end() {
        let today: Date = "2026-03-18".parse().unwrap();
        let reports = reports(Span::Month, today, (None, None));
        let months: Vec<_> = reports
            .iter()
            .map(|month| (month.from.to_string(), month.to.to_string(), month.as_of))
            .collect();
        assert_eq!(months.len(), 12);
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(
            months.first().unwrap(),
            &(
                "2025-04-01".into(),
                "2025-04-30".into(),
                Some(day("2025-04-30"))
            )
        );
        // February ends with its 28th day, and the present month with today, as of now.
        assert_eq!(months.get(10).unwrap().1, "2026-02-28");
        assert_eq!(
            months.last().unwrap(),
            &("2026-03-01".into(), "2026-03-18".into(), None)
        );
    }
}
