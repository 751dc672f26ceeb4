//! A service of HSDS 3: an item that a site offers, with the site as organization and location.

use jiff::civil::Date;
use onestop_directory::{Directory, Hours, Item, Site, SiteStanding, SiteState, Unit, Weekday};
use onestop_proto::division::{DivisionCode, Tier};
use serde::Serialize;
use uuid::Uuid;

use super::{
    id,
    visit::{CostOption, RequiredDocument, both, cost_options, required_documents},
};

#[derive(Debug, Serialize)]
pub(super) struct Service {
    id: Uuid,
    name: String,
    alternate_name: String,
    description: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fees_description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<String>,
    organization: Organization,
    phones: Vec<Phone>,
    schedules: Vec<Schedule>,
    /// Who is on duty that day: title and surname.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<Contact>,
    service_areas: Vec<ServiceArea>,
    service_at_locations: Vec<ServiceAtLocation>,
    languages: Vec<Language>,
    required_documents: Vec<RequiredDocument>,
    cost_options: Vec<CostOption>,
}

#[derive(Debug, Serialize)]
struct Organization {
    id: Uuid,
    name: String,
    description: String,
}

#[derive(Debug, Serialize)]
struct Phone {
    id: Uuid,
    number: String,
    description: String,
}

#[derive(Debug, Serialize)]
struct Contact {
    id: Uuid,
    name: String,
    department: String,
}

#[derive(Debug, Serialize)]
struct Schedule {
    id: Uuid,
    freq: &'static str,
    byday: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closes_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct ServiceArea {
    id: Uuid,
    name: String,
}

#[derive(Debug, Serialize)]
struct ServiceAtLocation {
    id: Uuid,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    id: Uuid,
    location_type: &'static str,
    name: String,
    addresses: Vec<Address>,
}

#[derive(Debug, Serialize)]
struct Address {
    id: Uuid,
    address_1: String,
    city: String,
    region: String,
    state_province: String,
    /// Wanted by HSDS; the directory knows none.
    postal_code: &'static str,
    country: &'static str,
    address_type: &'static str,
}

#[derive(Debug, Serialize)]
struct Language {
    id: Uuid,
    name: String,
}

/// The id of an item at the site of a division.
pub(super) fn id_at(division: DivisionCode, item: &Item) -> Uuid {
    id::id_of(division, &format!("service/{}", item.id))
}

impl Service {
    pub(super) fn describe(directory: &Directory, (site, item): (&Site, &Item), on: Date) -> Self {
        let own = |about: &str| id::id_of(site.division, &format!("{}/{about}", item.id));
        let topics = item.topics_on(on).map(|topic| topic.name.zh.as_str());
        Self {
            id: id_at(site.division, item),
            name: format!("{}·{}", site.name, item.name.zh),
            alternate_name: item.name.en.clone(),
            description: topics.collect::<Vec<_>>().join("、"),
            status: status(directory.site_state(site, on)),
            fees_description: item.fees(None).map(both),
            alert: match directory.site_standing(site, on) {
                SiteStanding::Open => None,
                SiteStanding::Closed { why } => Some(both(&why)),
            },
            organization: Organization {
                id: id::id_of(site.division, "organization"),
                name: site.name.clone(),
                description: directory.full_name(site.division),
            },
            phones: phones(directory, (site, item), on),
            schedules: schedules(directory, (site, item), on),
            contacts: contacts(directory, (site, item), on),
            service_areas: vec![ServiceArea {
                id: own("area"),
                name: directory.full_name(site.division),
            }],
            service_at_locations: vec![ServiceAtLocation {
                id: own("at-location"),
                location: location(directory, site, on),
            }],
            languages: languages(directory, site, item),
            required_documents: required_documents(directory, (site, item), on),
            cost_options: cost_options((site, item), on),
        }
    }
}

const fn status(state: SiteState) -> &'static str {
    match state {
        SiteState::Planned => "inactive",
        SiteState::Pilot | SiteState::Operating => "active",
        SiteState::Suspended => "temporarily closed",
    }
}

/// The site's window, and its units that work the item.
fn units<'a>(
    directory: &'a Directory,
    (site, item): (&Site, &'a Item),
) -> impl Iterator<Item = &'a Unit> {
    let tier = site.division.tier();
    let works = move |unit: &&Unit| {
        let mut workers = item.worked_by.iter();
        let kind = workers.any(|worker| worker.kind == unit.kind && worker.at.contains(&tier));
        kind && unit.station.is_none()
    };
    directory.units_of(site).iter().filter(works)
}

/// The people on duty at the site's window, and at its units that work the item.
fn contacts(directory: &Directory, (site, item): (&Site, &Item), on: Date) -> Vec<Contact> {
    let window = directory.window_of(site);
    let works = units(directory, (site, item));
    let own = window
        .into_iter()
        .chain(works.filter(|unit| Some(*unit) != window));
    own.flat_map(|unit| {
        let people = directory.on_duty(unit, on).iter().enumerate();
        people.map(move |(at, name)| Contact {
            id: id::id_of(
                site.division,
                &format!("{}/{}/duty/{at}", item.id, unit.kind),
            ),
            name: name.clone(),
            department: unit.name.clone(),
        })
    })
    .collect()
}

/// The telephones of the site, and of its units that work the item.
fn phones(directory: &Directory, (site, item): (&Site, &Item), on: Date) -> Vec<Phone> {
    let window = directory.window_of(site);
    // A window has the telephone of its site.
    let units = units(directory, (site, item)).filter(|unit| Some(*unit) != window);
    let units = units.map(|unit| (directory.unit_phone(unit, on), unit.name.as_str()));
    let all = [(directory.site_phone(site, on), site.name.as_str())]
        .into_iter()
        .chain(units);
    let known = all.filter_map(|(phone, name)| phone.map(|phone| (phone, name)));
    known
        .map(|(phone, name)| Phone {
            id: id::id_of(site.division, &format!("{}/phone/{name}", item.id)),
            number: phone.to_owned(),
            description: name.to_owned(),
        })
        .collect()
}

/// When the item is offered, week by week; without a list of its own on working days.
fn schedules(directory: &Directory, (site, item): (&Site, &Item), on: Date) -> Vec<Schedule> {
    let listed = directory.regular_hours(site, on);
    let id = |at: usize| id::id_of(site.division, &format!("{}/schedule/{at}", item.id));
    if listed.is_empty() {
        let byday = "MO,TU,WE,TH,FR".to_owned();
        return vec![schedule(id(0), byday, None)];
    }
    let mut all: Vec<Schedule> = Vec::new();
    let of_item = listed
        .iter()
        .filter(|offer| offer.items.iter().any(|one| one.id == item.id));
    for offer in of_item {
        let days: Vec<&str> = offer.weekdays.iter().map(|day| byday(*day)).collect();
        let days = days.join(",");
        if offer.hours.is_empty() {
            all.push(schedule(id(all.len()), days.clone(), None));
        }
        for hours in offer.hours {
            all.push(schedule(id(all.len()), days.clone(), Some(hours)));
        }
    }
    all
}

fn schedule(id: Uuid, byday: String, hours: Option<&Hours>) -> Schedule {
    let time = |time: &jiff::civil::Time| format!("{}+08:00", time.strftime("%H:%M"));
    Schedule {
        id,
        freq: "WEEKLY",
        byday,
        opens_at: hours.map(|hours| time(&hours.from)),
        closes_at: hours.map(|hours| time(&hours.to)),
    }
}

const fn byday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}

fn languages(directory: &Directory, site: &Site, item: &Item) -> Vec<Language> {
    let spoken = directory.languages(site).into_iter();
    spoken
        .map(|words| Language {
            id: id::id_of(site.division, &format!("{}/language/{}", item.id, words.en)),
            name: both(words),
        })
        .collect()
}

fn location(directory: &Directory, site: &Site, on: Date) -> Location {
    let name_at = |tier: Tier| {
        let division = site.division.at(tier);
        let division = division.and_then(|code| directory.division(code));
        division.map_or_else(String::new, |division| division.name.clone())
    };
    let address = directory.site_address(site, on).map(|address| Address {
        id: id::id_of(site.division, "address"),
        address_1: address.to_owned(),
        city: name_at(Tier::Prefecture),
        region: name_at(Tier::County),
        state_province: name_at(Tier::Province),
        postal_code: "",
        country: "CN",
        address_type: "physical",
    });
    Location {
        id: id::id_of(site.division, "location"),
        location_type: "physical",
        name: site.name.clone(),
        addresses: address.into_iter().collect(),
    }
}
