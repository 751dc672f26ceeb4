//! `/timeliness/load` (在办分布): the open cases of a division's units, in pictures: their age, the unit that has them, and
//! the unit that referred them.

mod back;
mod bars;
pub(super) mod csv_file;
mod flow;

use askama::Template;
use axum::extract::State;
use onestop_proto::{
    division::DivisionCode,
    ids::ServiceItem,
    ledger::{
        AgeBand, AgeCount, CountedAs, HandledBy, PartLoad, PersonLoad, UnitLoad, Workload,
        WorkloadQuery,
    },
};
use serde::Deserialize;

use self::{back::SentBack, bars::Bar, flow::Flow};
use crate::{
    app::App,
    core::{
        filters::FilterReader,
        page_error::{PageError, PageResult},
        query_string::{self, Query},
    },
    pages::{
        figure_link::FigureLink,
        shell::{Page, View, html},
    },
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
    sent_back: Vec<SentBack>,
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

    fn links(&self) -> LoadLinks<'_> {
        LoadLinks(FigureLink::new(
            CountedAs::InHand,
            self.answer.within,
            self.item.as_ref(),
        ))
    }

    fn part_links(&self, part: &PartLoad) -> LoadLinks<'_> {
        let LoadLinks(all) = self.links();
        LoadLinks(all.of_part(self.answer.within, part.division))
    }

    fn unit_links<'a>(&'a self, unit: &'a UnitLoad) -> LoadLinks<'a> {
        LoadLinks(of_unit(unit, self.item.as_ref()))
    }

    fn all_sent_back(&self) -> u64 {
        self.sent_back.iter().map(|unit| unit.times).sum()
    }
}

/// Where the figures of a load lead.
struct LoadLinks<'a>(FigureLink<'a>);

impl LoadLinks<'_> {
    fn to(&self, counted: CountedAs) -> String {
        FigureLink { counted, ..self.0 }.address()
    }

    fn of_age(&self, count: &AgeCount) -> String {
        FigureLink {
            age: Some(count.age),
            ..self.0
        }
        .address()
    }

    /// Of what one person of the unit has, or of what waits for a first person.
    fn of_person(&self, person: &PersonLoad, counted: CountedAs) -> String {
        let nobody = person.staff.is_none().then_some(HandledBy::Nobody);
        FigureLink {
            counted,
            staff: person.staff.as_ref(),
            handled: nobody,
            ..self.0
        }
        .address()
    }
}

/// What a unit has in hand, wherever it was opened.
fn of_unit<'a>(unit: &'a UnitLoad, item: Option<&'a ServiceItem>) -> FigureLink<'a> {
    FigureLink {
        unit: Some(&unit.unit),
        ..FigureLink::new(CountedAs::InHand, unit.division, item)
    }
}

fn address(within: DivisionCode, item: Option<&ServiceItem>) -> String {
    let (within, item) = (within.to_string(), text_of(item));
    let query = query_string::encode_filled(&[("within", within.as_str()), ("item", &item)]);
    format!("/timeliness/load?{query}")
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
    let sent_back = back::fetch(&app, session, &answer, query.item.as_ref()).await?;
    Ok(html(&LoadTemplate {
        sent_back,
        bars: bars::draw(&answer, &page, query.item.as_ref()),
        flow: Flow::of(&answer, query.item.as_ref()),
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
