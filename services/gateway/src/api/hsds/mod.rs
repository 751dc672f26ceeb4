//! The directory in the form of the Human Services Data Specification 3 (HSDS, <https://docs.openreferral.org>): one
//! service for each item that a site offers, page by page. It says what `/places` says, so it needs no token.

mod id;
mod service;
mod visit;

use axum::{
    Json, Router,
    extract::{Path, RawQuery, State},
    routing::get,
};
use jiff::civil::Date;
use onestop_directory::{Directory, Item, Site};
use onestop_proto::{
    http::{ApiRejection, BASE},
    problem_words::own,
    typed::half_width,
};
use serde::Serialize;
use uuid::Uuid;

use self::service::Service;
use super::{
    error::{ApiError, Misfits},
    params,
};
use crate::app::App;

/// Services on a page, unless the client wants fewer or more.
const USUAL: usize = 25;
/// The most services on a page.
const MOST: usize = 100;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/hsds", get(about))
        .route("/hsds/services", get(list))
        .route("/hsds/services/{service}", get(show))
}

/// What HSDS 3 wants to know of an interface.
#[derive(Debug, Serialize)]
struct About {
    version: &'static str,
    profile: &'static str,
    openapi_url: String,
}

/// A page of HSDS 3.
#[derive(Debug, Serialize)]
struct ServicePage {
    total_items: usize,
    total_pages: usize,
    page_number: usize,
    /// How many services are on this page.
    size: usize,
    first_page: bool,
    last_page: bool,
    empty: bool,
    contents: Vec<Service>,
}

/// Which page a client wants.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    page: usize,
    per_page: usize,
}

impl Wanted {
    fn parse(query: Option<&str>) -> Result<Self, ApiError> {
        let (mut page, mut per_page) = (None, None);
        let mut misfits = Misfits::default();
        for (name, text) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let (given, most) = match &*name {
                "page" => (&mut page, u32::MAX as usize),
                "per_page" => (&mut per_page, MOST),
                _ => {
                    misfits.note(&name, Err::<(), _>(own::UNKNOWN.en.to_owned()));
                    continue;
                }
            };
            let number = misfits.note(&name, number(&text, most));
            if number.is_some_and(|number| given.replace(number).is_some()) {
                misfits.note(&name, Err::<(), _>(own::TWICE.en.to_owned()));
            }
        }
        misfits.of_parameters()?;
        Ok(Self {
            page: page.unwrap_or(1),
            per_page: per_page.unwrap_or(USUAL),
        })
    }
}

/// A number from 1 to `most`.
fn number(text: &str, most: usize) -> Result<usize, String> {
    let typed = half_width(text);
    let text = typed.trim();
    let digits = text.bytes().all(|digit| digit.is_ascii_digit());
    let number = digits.then(|| text.parse::<usize>().ok()).flatten();
    let number = number.filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| {
        format!(
            "请填 1 到 {most} 之间的整数，例如 1（现为“{text}”） / give a whole number from 1 to {most}, such as 1 (it is '{text}')"
        )
    })
}

async fn about(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Json<About>, ApiError> {
    params::none(query.as_deref())?;
    Ok(Json(About {
        version: "3.0",
        profile: "https://docs.openreferral.org/en/latest/hsds/",
        openapi_url: format!("{}{BASE}/openapi.json", app.origin.as_str()),
    }))
}

async fn list(
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> Result<Json<ServicePage>, ApiError> {
    let wanted = Wanted::parse(query.as_deref())?;
    let today = app.clock.now().china_date();
    Ok(Json(page(&app.directory, &wanted, today)))
}

async fn show(
    State(app): State<App>,
    Path(service): Path<String>,
) -> Result<Json<Service>, ApiError> {
    let today = app.clock.now().china_date();
    let id = Uuid::parse_str(&service).ok();
    let found = id.and_then(|id| find(&app.directory, id, today));
    let found = found.ok_or(ApiRejection::UnknownAddress {})?;
    Ok(Json(found))
}

fn page(directory: &Directory, wanted: &Wanted, on: Date) -> ServicePage {
    let all: Vec<(&Site, &Item)> = directory
        .sites()
        .flat_map(|site| offered(directory, site, on).map(move |item| (site, item)))
        .collect();
    let total_pages = all.len().div_ceil(wanted.per_page);
    let first = (wanted.page - 1).saturating_mul(wanted.per_page);
    let shown = all.iter().skip(first).take(wanted.per_page);
    let contents: Vec<Service> = shown
        .map(|offered| Service::describe(directory, *offered, on))
        .collect();
    ServicePage {
        total_items: all.len(),
        total_pages,
        page_number: wanted.page,
        size: contents.len(),
        first_page: wanted.page == 1,
        last_page: wanted.page >= total_pages,
        empty: contents.is_empty(),
        contents,
    }
}

/// The service with an id. The id leads to its division, so that only one site is looked at; one of a division of before to the
/// site of its successor, so that those who keep ids go on.
fn find(directory: &Directory, wanted: Uuid, on: Date) -> Option<Service> {
    let division = id::division_of(wanted)?;
    let site = directory.site_at(directory.present_division(division))?;
    let item =
        offered(directory, site, on).find(|item| service::id_at(division, item) == wanted)?;
    Some(Service::describe(directory, (site, item), on))
}

/// The items that a site offers: those of its tier, or of its own list.
fn offered<'a>(
    directory: &'a Directory,
    site: &Site,
    on: Date,
) -> impl Iterator<Item = &'a Item> + use<'a> {
    let listed = directory.regular_hours(site, on);
    let place = site.division;
    directory.items().filter(move |item| {
        let mut offers = listed.iter().flat_map(|offer| &offer.items);
        let by_tier = item.is_at(place.tier());
        directory.has_moved_in(&item.id, place, on)
            || (by_tier && (listed.is_empty() || offers.any(|one| one.id == item.id)))
    })
}

#[cfg(test)]
mod tests;
