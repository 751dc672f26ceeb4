//! `/timeliness/load` (在办分布): the open cases of a division's units, in pictures: their age, the unit that has them, and
//! the unit that referred them.

mod bars;
pub(super) mod csv_file;
mod flow;

use askama::Template;
use axum::extract::State;
use onestop_proto::{
    division::DivisionCode,
    ids::ServiceItem,
    ledger::{AgeBand, PartLoad, UnitLoad, Workload, WorkloadQuery},
};
use serde::Deserialize;

use self::{bars::Bar, flow::Flow};
use crate::{
    app::App,
    core::{
        filters::FilterReader,
        page_error::{PageError, PageResult},
        query_string::{self, Query},
    },
    pages::shell::{Page, View, html},
};

/// Empty: all items, the user's own division.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LoadParams {
    within: String,
    item: String,
}

#[derive(Template)]
#[template(path = "timeliness-load.html")]
struct LoadTemplate<'a> {
    page: Page<'a>,
    item: Option<ServiceItem>,
    answer: Workload,
    bars: Vec<Bar>,
    flow: Flow,
    wider: Option<DivisionCode>,
}

impl LoadTemplate<'_> {
    /// The height of the picture of ages.
    const fn height(&self) -> u64 {
        bars::height(self.bars.len())
    }

    /// The same in letters of 16 pixels.
    fn letters(&self) -> f64 {
        self.height() as f64 / 16.0
    }

    #[allow(clippy::unused_self, reason = "templates call methods")]
    const fn class(&self, age: &AgeBand) -> &'static str {
        bars::class(*age)
    }

    /// The address of the same pictures of another division.
    fn at(&self, place: &DivisionCode) -> String {
        address(*place, self.item.as_ref())
    }

    /// The address of a part's own pictures, unless nothing lies below it.
    fn details(&self, part: &PartLoad) -> Option<String> {
        let division = part.division;
        let deeper = division != self.answer.within
            && self.page.app.directory.children(division).next().is_some();
        deeper.then(|| self.at(&division))
    }

    /// The address of the open cases of a part.
    fn cases(&self, part: &PartLoad) -> String {
        open_cases(part.division, self.item.as_ref(), "")
    }

    /// The address of the open cases of a unit.
    fn unit_cases(&self, unit: &UnitLoad) -> String {
        let words = self.page.unit(&unit.unit);
        open_cases(unit.division, self.item.as_ref(), &words)
    }
}

fn address(within: DivisionCode, item: Option<&ServiceItem>) -> String {
    let (within, item) = (within.to_string(), text_of(item));
    let query = query_string::encode_filled(&[("within", within.as_str()), ("item", &item)]);
    format!("/timeliness/load?{query}")
}

/// The address of the open cases of a division, what is due first on top.
fn open_cases(within: DivisionCode, item: Option<&ServiceItem>, words: &str) -> String {
    let (within, item) = (within.to_string(), text_of(item));
    let query = query_string::encode_filled(&[
        ("within", within.as_str()),
        ("item", &item),
        ("text", words),
        ("stands", "open"),
        ("order", "due"),
    ]);
    format!("/cases?{query}")
}

/// The address of the open cases of a division that were taken in at a place.
fn cases_from(
    origin: DivisionCode,
    within: DivisionCode,
    item: Option<&ServiceItem>,
    words: &str,
) -> String {
    format!("{}&origin={origin}", open_cases(within, item, words))
}

fn text_of(item: Option<&ServiceItem>) -> String {
    item.map(ToString::to_string).unwrap_or_default()
}

pub(super) async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<LoadParams>,
) -> PageResult {
    let session = view.session()?;
    let query = params.query(&app)?;
    let answer: Workload = app.ask(session, &query).await?;
    let own = session.division(&app);
    let wider = answer
        .within
        .parent()
        .filter(|wider| own.is_some_and(|own| own.contains(*wider)));
    let page = view.page(&app);
    Ok(html(&LoadTemplate {
        bars: bars::draw(&answer, &page, query.item.as_ref()),
        flow: Flow::of(&answer, query.item.as_ref(), &page),
        item: query.item,
        page,
        wider,
        answer,
    }))
}

impl LoadParams {
    fn query(&self, app: &App) -> Result<WorkloadQuery, PageError> {
        let mut filters = FilterReader::new(app.clock.now().china_date());
        let query = WorkloadQuery {
            within: filters.choice("within", &self.within),
            item: filters.choice("item", &self.item),
        };
        filters.check()?;
        Ok(query)
    }
}
