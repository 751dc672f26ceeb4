//! `/cases`: searches the cases that the user may see.

use askama::Template;
use axum::{Router, extract::State, routing::get};
use jiff::civil::Date;
use onestop_proto::{
    division::DivisionCode,
    ledger::{
        CasesPage, CasesQuery, CountedAs, DueFilter, FigureFilter, Filters, Reach, SortOrder,
    },
    time::Timestamp,
};
use serde::Deserialize;

use super::{
    case_list_file,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        csv_file::{self, Completeness},
        filters::FilterReader,
        page_error::{PageError, PageResult},
        query_string::{self, Query},
    },
};

/// Rows on a page.
const ROWS: u32 = 50;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/cases", get(show))
        .route("/cases.csv", get(download))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CasesParams {
    text: String,
    within: String,
    /// The division whose windows took the cases in.
    origin: String,
    item: String,
    /// `open`, `closed` or nothing.
    stands: String,
    due: String,
    order: String,
    cursor: String,
    // Of a figure, the cases behind it; each as in [`FigureFilter`], days in place of moments.
    counted: String,
    counted_in: String,
    reach: String,
    unit: String,
    from: String,
    to: String,
    as_of: String,
    reason: String,
    staff: String,
    handled: String,
    age: String,
    opened_in: String,
}

impl CasesParams {
    fn query(&self, today: Date) -> Result<CasesQuery, PageError> {
        let text = self.text.trim();
        let mut filters = FilterReader::new(today);
        let order = filters.choice("order", &self.order);
        let figure = self.figure(&mut filters);
        let query = CasesQuery {
            within: filters.choice("within", &self.within),
            open: filters.word("stands", &self.stands, &[("open", true), ("closed", false)]),
            filters: Filters {
                item: filters.choice("item", &self.item),
                origin: filters.choice("origin", &self.origin),
                due: filters.choice("due", &self.due),
                text: (!text.is_empty()).then(|| text.to_owned()),
                ..Filters::default()
            },
            figure,
            order: order.unwrap_or(SortOrder::Opened),
            cursor: (!self.cursor.is_empty()).then(|| self.cursor.clone()),
            limit: ROWS,
        };
        filters.check()?;
        Ok(query)
    }

    /// The figure whose cases are listed.
    fn figure(&self, filters: &mut FilterReader) -> Option<FigureFilter> {
        let counted = filters.choice("counted", &self.counted);
        let reach = filters.choice("reach", &self.reach);
        let (from, to) = (filters.day("from", &self.from), filters.day("to", &self.to));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            filters.ends_too_early("to", &self.to);
        }
        let as_of = filters.day("as_of", &self.as_of);
        let narrowed = FigureFilter {
            counted_in: filters.choice("counted_in", &self.counted_in),
            reach: reach.unwrap_or(Reach::All),
            unit: filters.choice("unit", &self.unit),
            from: from.map(Timestamp::start_of_china_day),
            to: to.map(Timestamp::end_of_china_day),
            as_of: as_of.map(Timestamp::end_of_china_day),
            reason: filters.choice("reason", &self.reason),
            staff: filters.choice("staff", &self.staff),
            handled: filters.choice("handled", &self.handled),
            age: filters.choice("age", &self.age),
            opened_in: filters.choice("opened_in", &self.opened_in),
            ..FigureFilter::new(counted.unwrap_or(CountedAs::Received))
        };
        // What narrows a figure says nothing of a list without one.
        let is_missing = self.counted.trim().is_empty();
        if is_missing && self.of_figure().iter().any(|(_, text)| !text.is_empty()) {
            filters.missing("counted");
        }
        counted.map(|_| narrowed)
    }

    /// The parameters of the figure.
    fn of_figure(&self) -> [(&'static str, &str); 12] {
        [
            ("counted", self.counted.as_str()),
            ("counted_in", &self.counted_in),
            ("reach", &self.reach),
            ("unit", &self.unit),
            ("from", &self.from),
            ("to", &self.to),
            ("as_of", &self.as_of),
            ("reason", &self.reason),
            ("staff", &self.staff),
            ("handled", &self.handled),
            ("age", &self.age),
            ("opened_in", &self.opened_in),
        ]
    }

    /// Those of them that the form sends again.
    fn kept(&self) -> Vec<(&'static str, &str)> {
        let of_figure = self.of_figure().into_iter();
        of_figure.filter(|(_, text)| !text.is_empty()).collect()
    }

    /// Of steps that were done, the address of those that were late.
    fn late_alone(&self) -> Option<String> {
        let late = CountedAs::StepDoneLate.as_str();
        let is_of_steps = self.counted == CountedAs::StepDone.as_str();
        is_of_steps.then(|| {
            let mut pairs = self.parameters("");
            for (name, value) in &mut pairs {
                if *name == "counted" {
                    *value = late;
                }
            }
            format!("/cases?{}", query_string::encode_filled(&pairs))
        })
    }

    fn address(&self, cursor: &str) -> String {
        format!("/cases?{}", self.encode(cursor))
    }

    /// The address of the whole list as a file.
    fn file(&self) -> String {
        format!("/cases.csv?{}", self.encode(""))
    }

    fn encode(&self, cursor: &str) -> String {
        query_string::encode_filled(&self.parameters(cursor))
    }

    fn parameters<'a>(&'a self, cursor: &'a str) -> Vec<(&'static str, &'a str)> {
        let filters = [
            ("text", self.text.as_str()),
            ("within", &self.within),
            ("origin", &self.origin),
            ("item", &self.item),
            ("stands", &self.stands),
            ("due", &self.due),
            ("order", &self.order),
        ];
        let filters = filters.into_iter().chain(self.of_figure());
        filters.chain([("cursor", cursor)]).collect()
    }
}

#[derive(Template)]
#[template(path = "cases.html")]
struct CasesTemplate<'a> {
    page: Page<'a>,
    params: CasesParams,
    within: Option<DivisionCode>,
    /// Where the cases were taken in, if that was asked for.
    origin: Option<DivisionCode>,
    /// The figure that the cases are behind, in words.
    figure: Option<String>,
    answer: CasesPage,
    next: Option<String>,
}

async fn show(State(app): State<App>, view: View, Query(params): Query<CasesParams>) -> PageResult {
    let session = view.session()?;
    let query = params.query(app.clock.now().china_date())?;
    let answer: CasesPage = app.ask(session, &query).await?;
    let page = view.page(&app);
    let figure = query.figure.as_ref();
    Ok(html(&CasesTemplate {
        figure: figure.map(|figure| page.figure_words(figure)),
        page,
        within: query.within,
        origin: query.filters.origin,
        next: answer.next.as_deref().map(|cursor| params.address(cursor)),
        params,
        answer,
    }))
}

/// The list as a file: every page of it.
async fn download(
    State(app): State<App>,
    view: View,
    Query(params): Query<CasesParams>,
) -> PageResult {
    let session = view.session()?;
    let mut query = params.query(app.clock.now().china_date())?;
    query.limit = case_list_file::ROWS;
    let mut rows = Vec::new();
    loop {
        let answer: CasesPage = app.ask(session, &query).await?;
        rows.extend(answer.rows);
        query.cursor = answer.next;
        if query.cursor.is_none() || rows.len() >= csv_file::MOST {
            break;
        }
    }
    let page = view.page(&app);
    let completeness = Completeness::of(query.cursor.as_ref());
    let bytes = case_list_file::write(&page, &rows, completeness).map_err(anyhow::Error::from)?;
    page.saved_csv(bytes, "cases")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_search() {
        let params = CasesParams {
            text: "讨薪 宁洱".to_owned(),
            origin: "530821".to_owned(),
            stands: "open".to_owned(),
            ..CasesParams::default()
        };
        let today = "2026-11-29".parse().unwrap();
        let query = params.query(today).unwrap();
        assert_eq!(
            (query.open, query.filters.text.as_deref()),
            (Some(true), Some("讨薪 宁洱"))
        );
        assert_eq!(query.filters.origin, "530821".parse().ok());
        let address = params.address("c1");
        assert!(
            address.contains("origin=530821&")
                && address.contains("stands=open")
                && address.ends_with("cursor=c1"),
            "{address}"
        );
        assert!(!address.contains("due="), "{address}");
    }

    #[test]
    fn the_cases_of_a_figure_are_asked_for_by_its_days() {
        let params = CasesParams {
            counted: "step-done".to_owned(),
            counted_in: "530821".to_owned(),
            from: "2026-03-01".to_owned(),
            to: "2026-03-31".to_owned(),
            ..CasesParams::default()
        };
        let today = "2026-11-29".parse().unwrap();
        let figure = params.query(today).unwrap().figure.unwrap();
        let at = |text: &str| text.parse::<Timestamp>().ok();
        assert_eq!(figure.from, at("2026-03-01 00:00:00"));
        assert_eq!(figure.to, at("2026-04-01 00:00:00"));
        assert_eq!((figure.as_of, figure.reach), (None, Reach::All));
        let next = params.address("c1");
        assert!(
            next.contains("counted=step-done&counted_in=530821"),
            "{next}"
        );
        let late = params.late_alone().unwrap();
        assert!(late.contains("counted=step-done-late&"), "{late}");
    }

    /// A link that has lost its figure does not list everything instead.
    #[test]
    fn what_narrows_a_figure_is_not_passed_over() {
        let today = "2026-11-29".parse().unwrap();
        let refused = |params: &CasesParams| {
            let mut filters = FilterReader::new(today);
            params.figure(&mut filters);
            let named = filters.unreadable().iter();
            named.map(|one| one.field.clone()).collect::<Vec<_>>()
        };
        let unit = CasesParams {
            unit: "s4k2m9qxa.window".to_owned(),
            ..CasesParams::default()
        };
        assert_eq!(refused(&unit), ["counted"]);
        let period = CasesParams {
            counted: "received".to_owned(),
            from: "2026-03-12".to_owned(),
            to: "2026-03-01".to_owned(),
            ..CasesParams::default()
        };
        assert_eq!(refused(&period), ["to"]);
        let unknown = CasesParams {
            counted: "everything".to_owned(),
            unit: "s4k2m9qxa.window".to_owned(),
            ..CasesParams::default()
        };
        assert_eq!(refused(&unknown), ["counted"]);
        assert!(refused(&CasesParams::default()).is_empty());
    }
}
