//! `/places`: the directory by division: sites, units, opening hours, time limits. It is reference data without
//! any case, so it is public.

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use jiff::civil::Date;
use onestop_directory::{Directory, Division, Hours, Item, Site, SiteStanding, Standard, Status};
use onestop_proto::division::DivisionCode;
use serde::Deserialize;

use super::shell::{Page, View, html};
use crate::{
    app::App,
    core::{page_error::PageError, query_string::parse_filled},
};

/// Divisions in a search result.
const FOUND: usize = 30;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/places", get(show))
}

#[derive(Debug, Default, Deserialize)]
struct PlacesParams {
    #[serde(default)]
    find: String,
    #[serde(default)]
    at: String,
    #[serde(default)]
    on: String,
}

#[derive(Template)]
#[template(path = "places.html")]
struct PlacesTemplate<'a> {
    page: Page<'a>,
    find: String,
    on: Date,
    found: Vec<&'a Division>,
    /// The selected division, and those above it, the widest first.
    at: Option<&'a Division>,
    above: Vec<&'a Division>,
    below: Vec<&'a Division>,
    site: Option<&'a Site>,
    offered: Vec<(&'a Item, Vec<Hours>)>,
    standards: Vec<&'a Standard>,
}

impl PlacesTemplate<'_> {
    fn closed(&self, site: &Site) -> Option<String> {
        match self.page.app.directory.site_standing(site, self.on) {
            SiteStanding::Open => None,
            SiteStanding::Closed { why } => Some(self.page.i18n.words(&why).to_owned()),
        }
    }

    fn languages(&self, site: &Site) -> String {
        let names = self.page.app.directory.languages(site).into_iter();
        self.page
            .list(names.map(|words| self.page.i18n.words(words)))
    }

    fn hours(&self, hours: &[Hours]) -> String {
        let time = |time: &jiff::civil::Time| time.strftime("%H:%M").to_string();
        let spans = hours.iter();
        self.page
            .list(spans.map(|hours| format!("{}–{}", time(&hours.from), time(&hours.to))))
    }

    fn length(&self, standard: &Standard) -> String {
        let limit = &standard.limit;
        format!("{} {}", limit.days, self.page.i18n.text(limit.kind.text()))
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<PlacesParams>,
) -> Result<Response, PageError> {
    let directory = &app.directory;
    let on = parse_filled(&params.on)?.unwrap_or_else(|| app.clock.now().china_date());
    let find = params.find.trim().to_owned();
    let (mut found, mut code) = (Vec::new(), parse_filled::<DivisionCode>(&params.at)?);
    let own = view.session.as_ref();
    let own = own.and_then(|session| session.division(&app));
    if find.is_empty() {
        // By default the user's own division; for a citizen the province.
        code = code.or(own).or_else(|| province(directory));
    } else {
        found = directory.find_near(&find, own, FOUND);
    }
    let site = code.and_then(|code| directory.site_at(code));
    let above = code.into_iter().flat_map(|code| code.chain().skip(1));
    let mut above: Vec<&Division> = above.filter_map(|code| directory.division(code)).collect();
    above.reverse();
    let below = code.map(|code| directory.children(code).collect());
    let offered = site.map(|site| directory.offered_at(site, on));
    let standards = code.map(|code| standards(directory, code, on));
    Ok(html(&PlacesTemplate {
        at: code.and_then(|code| directory.division(code)),
        below: below.unwrap_or_default(),
        offered: offered.unwrap_or_default(),
        standards: standards.unwrap_or_default(),
        page: view.page(&app),
        find,
        on,
        found,
        above,
        site,
    }))
}

fn province(directory: &Directory) -> Option<DivisionCode> {
    directory.divisions().next().map(|division| division.code)
}

/// The standards of a division on a day, one for each step.
fn standards(directory: &Directory, place: DivisionCode, on: Date) -> Vec<&Standard> {
    let mut standards: Vec<&Standard> = Vec::new();
    for standard in directory.standards() {
        if standards
            .last()
            .is_some_and(|last| last.step == standard.step)
        {
            continue;
        }
        standards.extend(directory.standard(&standard.step, place, on));
    }
    standards
}

/// The message that says what a limit rests on.
fn status_message_id(status: Status) -> &'static str {
    match status {
        Status::Statute => "places-statute",
        Status::LocalPromise => "places-local-promise",
        Status::Unconfirmed => "places-unconfirmed",
    }
}
