//! `/timeliness` (时效): how many steps the units of a division finished in time, as of any day; overdue steps;
//! reasons of returns; and the figures as CSV.

mod csv_file;
mod load;
mod year;

use askama::Template;
use axum::{Router, extract::State, routing::get};
use jiff::civil::Date;
use onestop_proto::{
    division::DivisionCode,
    ids::ServiceItem,
    ledger::{
        CountedAs, DueFilter, OverdueCases, OverdueRow, ReasonCount, Timeliness, TimelinessQuery,
        TimelinessRow, UnitReturnKind,
    },
    query::AvailableCommands,
    referral,
    time::Timestamp,
};
use serde::Deserialize;

use super::{
    figure_link::{FigureDays, FigureLink},
    problems::Problems,
    row_commands,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        filters::FilterReader,
        page_error::{PageError, PageResult},
        query_string::{self, Query},
    },
    identity::session::Session,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/timeliness", get(show))
        .route("/timeliness.csv", get(csv_file::download))
        .route("/timeliness/load", get(load::show))
        .route("/timeliness/load.csv", get(load::csv_file::download))
        .route("/timeliness/year", get(year::show))
        .route("/timeliness/year.csv", get(year::csv_file::download))
}

/// Empty: this month, now, the user's own division.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TimelinessParams {
    from: String,
    to: String,
    as_of: String,
    within: String,
    item: String,
}

/// The parsed parameters.
struct Report {
    from: Date,
    /// The last day of the period.
    to: Date,
    /// Figures as of the end of this day; none: now.
    as_of: Option<Date>,
    within: Option<DivisionCode>,
    item: Option<ServiceItem>,
}

impl Report {
    fn read(params: &TimelinessParams, today: Date, filters: &mut FilterReader) -> Self {
        let as_of = filters.day("as_of", &params.as_of);
        let last = as_of.unwrap_or(today);
        let (from, to) = period(params, last, filters);
        Self {
            from,
            to,
            as_of,
            within: filters.choice("within", &params.within),
            item: filters.choice("item", &params.item),
        }
    }

    fn query(&self) -> TimelinessQuery {
        let end = Timestamp::end_of_china_day;
        TimelinessQuery {
            within: self.within,
            // A day begins where the one before it ends.
            from: self.from.yesterday().map_or(Timestamp::from_micros(0), end),
            to: end(self.to),
            as_of: self.as_of.map(end),
            item: self.item.clone(),
        }
    }

    /// The cases behind a figure of a division in this report.
    fn cases(&self, counted: CountedAs, division: DivisionCode) -> FigureLink<'_> {
        let days = match counted {
            CountedAs::StepDueSoon | CountedAs::StepOverdue => FigureDays {
                as_of: self.as_of,
                ..FigureDays::default()
            },
            CountedAs::Received
            | CountedAs::Closed
            | CountedAs::Offered
            | CountedAs::SentBack
            | CountedAs::Declined
            | CountedAs::Returned
            | CountedAs::NeedMet
            | CountedAs::NeedDeclined
            | CountedAs::StepDone
            | CountedAs::StepDoneLate => FigureDays {
                from: Some(self.from),
                to: Some(self.to),
                // What happened in the period had happened by its end.
                as_of: self.as_of.filter(|as_of| *as_of < self.to),
            },
            CountedAs::InHand
            | CountedAs::InHandOverdue
            | CountedAs::ToAccept
            | CountedAs::CameBack
            | CountedAs::AfterClose
            | CountedAs::AfterCloseOverdue => FigureDays::default(),
        };
        FigureLink {
            days,
            ..FigureLink::new(counted, division, self.item.as_ref())
        }
    }

    /// The cases that were sent back in one way for one reason.
    fn cases_sent_back(&self, reason: &ReasonCount, within: DivisionCode) -> String {
        let counted = match reason.how {
            UnitReturnKind::Declined => CountedAs::Declined,
            UnitReturnKind::Returned => CountedAs::Returned,
        };
        let link = FigureLink {
            reason: Some(reason.reason),
            ..self.cases(counted, within)
        };
        link.address()
    }

    /// The query string of the same report on another day, or of another division.
    fn query_string(&self, as_of: Option<Date>, within: Option<DivisionCode>) -> String {
        let text = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let within = within.map(|code| code.to_string()).unwrap_or_default();
        let item = self
            .item
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        query_string::encode(&[
            ("from", &self.from.to_string()),
            ("to", &self.to.to_string()),
            ("as_of", &text(as_of)),
            ("within", &within),
            ("item", &item),
        ])
    }
}

/// The period that was typed; that of the month where it ends before it begins.
fn period(params: &TimelinessParams, last: Date, filters: &mut FilterReader) -> (Date, Date) {
    let from = filters.day("from", &params.from);
    let to = filters.day("to", &params.to).unwrap_or(last);
    let from = from.unwrap_or_else(|| last.min(to).first_of_month());
    if from <= to {
        return (from, to);
    }
    if params.to.trim().is_empty() {
        filters.ends_too_early("from", &params.from);
    } else {
        filters.ends_too_early("to", &params.to);
    }
    (last.first_of_month(), last)
}

/// What the fields of the days show.
struct TypedDays {
    from: String,
    to: String,
    as_of: String,
}

impl TypedDays {
    fn of(
        params: &TimelinessParams,
        report: &Report,
        problems: &Problems,
        page: &Page<'_>,
    ) -> Self {
        let shown = |typed: &str, day: Option<Date>| {
            let read = || day.map_or_else(String::new, |day| page.typed_day(&day.to_string()));
            // Beside a day that has a problem the others stay as they were typed.
            if problems.is_empty() || typed.is_empty() {
                read()
            } else {
                typed.to_owned()
            }
        };
        Self {
            from: shown(&params.from, Some(report.from)),
            to: shown(&params.to, Some(report.to)),
            as_of: shown(&params.as_of, report.as_of),
        }
    }
}

#[derive(Template)]
#[template(path = "timeliness.html")]
struct TimelinessTemplate<'a> {
    page: Page<'a>,
    report: Report,
    typed: TypedDays,
    problems: Problems,
    answer: Timeliness,
    /// What the user may send to the cases that are late.
    available: AvailableCommands,
    /// The addresses of the day before and the day after.
    before: Option<String>,
    after: Option<String>,
    wider: Option<DivisionCode>,
}

/// Where the figures of a row lead.
struct RowLinks<'a> {
    report: &'a Report,
    within: DivisionCode,
    /// The part that the row is of; none: all of them.
    part: Option<DivisionCode>,
}

impl RowLinks<'_> {
    fn to(&self, counted: CountedAs) -> String {
        let all = self.report.cases(counted, self.within);
        let of_row = self.part.map(|part| all.of_part(self.within, part));
        of_row.unwrap_or(all).address()
    }

    fn received(&self) -> String {
        self.to(CountedAs::Received)
    }

    fn closed(&self) -> String {
        self.to(CountedAs::Closed)
    }

    fn done(&self) -> String {
        self.to(CountedAs::StepDone)
    }

    fn soon(&self) -> String {
        self.to(CountedAs::StepDueSoon)
    }

    fn overdue(&self) -> String {
        self.to(CountedAs::StepOverdue)
    }

    fn sent_back(&self) -> String {
        self.to(CountedAs::SentBack)
    }
}

impl TimelinessTemplate<'_> {
    fn links(&self, row: &TimelinessRow) -> RowLinks<'_> {
        RowLinks {
            part: Some(row.division),
            ..self.links_of_all()
        }
    }

    fn links_of_all(&self) -> RowLinks<'_> {
        RowLinks {
            report: &self.report,
            within: self.answer.within,
            part: None,
        }
    }

    fn needs(&self, counted: CountedAs) -> String {
        self.report.cases(counted, self.answer.within).address()
    }

    fn sent_back(&self, reason: &ReasonCount) -> String {
        self.report.cases_sent_back(reason, self.answer.within)
    }

    /// The address of a division's own figures, unless it has no divisions below it.
    fn details(&self, row: &TimelinessRow) -> Option<String> {
        let division = row.division;
        let deeper = division != self.answer.within
            && self.page.app.directory.children(division).next().is_some();
        deeper.then(|| {
            format!(
                "/timeliness?{}",
                self.report.query_string(self.report.as_of, Some(division))
            )
        })
    }

    fn may_supervise(&self, late: &OverdueRow) -> bool {
        self.available.include(late.case, "supervise")
    }

    fn cases(&self, row: &TimelinessRow) -> String {
        format!(
            "/cases?{}",
            query_string::encode(&[("within", &row.division.to_string())])
        )
    }

    /// The address of the cases that are overdue now, behind their number.
    fn overdue_cases(&self, due: &str) -> String {
        let item = self.report.item.as_ref().map(ToString::to_string);
        let query = query_string::encode_filled(&[
            ("within", self.answer.within.to_string().as_str()),
            ("item", item.as_deref().unwrap_or_default()),
            ("due", due),
            ("order", "due"),
        ]);
        format!("/cases?{query}")
    }

    /// How many cases are overdue in which part, with the filter that lists them.
    #[allow(clippy::unused_self, reason = "templates call methods")]
    const fn overdue_by_part(&self, cases: &OverdueCases) -> [(DueFilter, u64); 3] {
        [
            (DueFilter::OverdueStep, cases.step),
            (DueFilter::OverdueWhole, cases.whole),
            (DueFilter::OverdueCriticalDate, cases.critical_date),
        ]
    }

    /// The query string of the same report of another division.
    fn at(&self, place: &DivisionCode) -> String {
        self.report.query_string(self.report.as_of, Some(*place))
    }

    /// The address of the year's pictures.
    fn year(&self) -> String {
        let within = self.report.within.map(|code| code.to_string());
        let item = self.report.item.as_ref().map(ToString::to_string);
        let query = query_string::encode_filled(&[
            ("within", within.as_deref().unwrap_or_default()),
            ("item", item.as_deref().unwrap_or_default()),
        ]);
        format!("/timeliness/year?{query}")
    }

    /// The address of what is in hand now.
    fn load(&self) -> String {
        format!("/timeliness/load?within={}", self.answer.within)
    }

    fn here(&self) -> String {
        self.report
            .query_string(self.report.as_of, self.report.within)
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<TimelinessParams>,
) -> PageResult {
    let session = view.session()?;
    let page = view.page(&app);
    let today = page.now.china_date();
    let mut filters = FilterReader::new(today);
    let report = Report::read(&params, today, &mut filters);
    let problems = Problems::of_filters(&filters, &page);
    let answer = fetch(&app, session, &report).await?;
    let late = answer.overdue.iter().map(|late| late.case).collect();
    let available = row_commands::fetch_of(&app, session, &referral::service(), late).await;
    let shown_day = report.as_of.unwrap_or(today);
    let day_before = shown_day.yesterday().ok();
    let day_after = shown_day.tomorrow().ok().filter(|day| *day <= today);
    let link = |day: Date| {
        format!(
            "/timeliness?{}",
            report.query_string(Some(day), report.within)
        )
    };
    let own = session.division(&app);
    let wider = answer
        .within
        .parent()
        .filter(|wider| own.is_some_and(|own| own.contains(*wider)));
    Ok(html(&TimelinessTemplate {
        before: day_before.map(link),
        after: day_after.map(link),
        typed: TypedDays::of(&params, &report, &problems, &page),
        problems,
        page,
        wider,
        report,
        answer,
        available,
    }))
}

async fn fetch(app: &App, session: &Session, report: &Report) -> Result<Timeliness, PageError> {
    Ok(app.ask(session, &report.query()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn report(params: &TimelinessParams) -> (Report, FilterReader) {
        let today = day("2026-03-18");
        let mut filters = FilterReader::new(today);
        let report = Report::read(params, today, &mut filters);
        (report, filters)
    }

    #[test]
    fn the_default_is_this_month_up_to_today() {
        let (report, filters) = report(&TimelinessParams::default());
        assert!(filters.check().is_ok());
        assert_eq!(
            (report.from, report.to, report.as_of),
            (day("2026-03-01"), day("2026-03-18"), None)
        );
        let query = report.query();
        assert_eq!(query.from, "2026-03-01 00:00:00".parse().unwrap());
        assert_eq!(query.to, "2026-03-19 00:00:00".parse().unwrap());
    }

    #[test]
    fn figures_of_a_past_day_are_as_of_its_end() {
        let params = TimelinessParams {
            as_of: "2026-02-28".to_owned(),
            ..TimelinessParams::default()
        };
        let (report, _) = report(&params);
        assert_eq!(
            report.query().as_of,
            Some("2026-03-01 00:00:00".parse().unwrap())
        );
        assert_eq!(report.from, day("2026-02-01"));
    }

    #[test]
    fn a_period_that_ends_before_it_begins_is_named_and_the_month_is_shown() {
        let read = |from: &str, to: &str| {
            let params = TimelinessParams {
                from: from.to_owned(),
                to: to.to_owned(),
                ..TimelinessParams::default()
            };
            let (report, filters) = report(&params);
            let named = filters.unreadable().iter().map(|one| one.field.clone());
            (report.from, report.to, named.collect::<Vec<_>>())
        };
        let month = (day("2026-03-01"), day("2026-03-18"));
        let (from, to, named) = read("3月12日", "3月1日");
        assert_eq!(((from, to), named), (month, vec!["to".to_owned()]));
        let (from, to, named) = read("3月30日", "");
        assert_eq!(((from, to), named), (month, vec!["from".to_owned()]));
        // The end alone is of another month.
        let (from, to, named) = read("", "2月10日");
        assert_eq!((from, to), (day("2026-02-01"), day("2026-02-10")));
        assert!(named.is_empty());
    }

    #[test]
    fn a_day_that_cannot_be_read_is_named_and_the_others_are_kept() {
        let params = TimelinessParams {
            from: "明天".to_owned(),
            to: "3月12日".to_owned(),
            ..TimelinessParams::default()
        };
        let (report, filters) = report(&params);
        assert_eq!(report.to, day("2026-03-12"));
        assert_eq!(report.from, day("2026-03-01"));
        let named = filters.unreadable().iter().map(|one| one.field.as_str());
        assert_eq!(named.collect::<Vec<_>>(), ["from"]);
        assert!(filters.check().is_err());
    }
}
