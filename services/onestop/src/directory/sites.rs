//! `onestop directory sites`: what is where, who houses it, and what it offers on a day.

mod text;

use anyhow::{Context, bail, ensure};
use jiff::civil::Date;
use onestop_directory::{
    Affiliation, Availability, Directory, Division, Hours, Item, NotificationChannel, Site,
    SiteStanding, SiteState, Unit,
};
use onestop_proto::{
    case::FileHash,
    registry::{EvidenceAttached, EvidenceKind},
    text::Words,
};
use serde::Serialize;

use self::text::place_text;
use super::{day, refusals::no_division};
use crate::{cli::SitesArgs, output::Output};

/// The most divisions that a search prints.
const SHOWN: usize = 20;

/// How much is printed of a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// A site with its items, and every unit with its address.
    Full,
    /// The site's name and state, and the units of the bureau.
    Brief,
}

/// A division with its site and units.
#[derive(Serialize)]
struct PlaceView {
    division: String,
    name: String,
    day: Date,
    site: Option<SiteView>,
    units: Vec<UnitView>,
}

#[derive(Serialize)]
struct SiteView {
    id: String,
    name: String,
    since: Date,
    state: SiteState,
    /// Why it is closed that day.
    closed: Option<Words>,
    host: Option<Words>,
    languages: Vec<Words>,
    items: Vec<ItemView>,
    /// Photographs and opening documents that were recorded.
    evidence: Vec<EvidenceView>,
    sample: bool,
}

/// A file of a site, by which it can be fetched.
#[derive(Serialize)]
struct EvidenceView {
    kind: EvidenceKind,
    state: SiteState,
    since: Date,
    name: String,
    hash: FileHash,
}

/// An item that the site receives or works, and whether it does so on the day.
#[derive(Serialize)]
struct ItemView {
    item: String,
    name: Words,
    hours: Option<Vec<String>>,
    why_not: Option<Words>,
}

#[derive(Serialize)]
struct UnitView {
    unit: String,
    name: String,
    belongs: Affiliation,
    told: NotificationChannel,
    address: Option<String>,
    capacity: Option<u32>,
    phone: Option<String>,
}

/// Prints the divisions that the arguments name, with their sites and units.
pub(super) fn show(directory: &Directory, args: &SitesArgs, output: &Output) -> anyhow::Result<()> {
    let on = day(args.on.as_deref(), output)?;
    let divisions = divisions(directory, args, output)?;
    ensure!(
        !divisions.is_empty(),
        output.message("directory-none-called")
    );
    let detail = match args.find {
        None => Detail::Full,
        Some(_) => Detail::Brief,
    };
    for division in divisions {
        let place = place_view(division, directory, on);
        output.print_value(&place, || place_text(&place, detail, output));
    }
    Ok(())
}

fn divisions<'a>(
    directory: &'a Directory,
    args: &SitesArgs,
    output: &Output,
) -> anyhow::Result<Vec<&'a Division>> {
    match (&args.find, args.at, &args.site) {
        (Some(text), _, _) => Ok(directory.find(text, SHOWN)),
        (None, Some(code), _) => {
            let division = directory.division(directory.present_division(code));
            Ok(vec![division.ok_or_else(|| no_division(code, output))?])
        }
        (None, None, Some(site)) => {
            let none = || output.message_with("directory-no-site", &[("site", site.as_str())]);
            let site = directory.site(site).with_context(none)?;
            Ok(directory.division(site.division).into_iter().collect())
        }
        (None, None, None) => {
            bail!(output.message("directory-which"))
        }
    }
}

fn place_view(division: &Division, directory: &Directory, on: Date) -> PlaceView {
    let site = directory.site_at(division.code);
    let units = site.map(|site| directory.units_of(site));
    PlaceView {
        division: division.code.to_string(),
        name: directory.full_name(division.code),
        day: on,
        site: site.map(|site| site_view(site, directory, on)),
        units: units
            .unwrap_or_default()
            .iter()
            .map(|unit| unit_view(unit, directory, on))
            .collect(),
    }
}

fn site_view(site: &Site, directory: &Directory, on: Date) -> SiteView {
    let closed = match directory.site_standing(site, on) {
        SiteStanding::Open => None,
        SiteStanding::Closed { why } => Some(why),
    };
    let host = directory.host(site, on).map(|host| {
        let body = host.body.text();
        match &host.name {
            Some(name) => Words {
                zh: format!("{name}（{}）", body.zh),
                en: format!("{name} ({})", body.en),
            },
            None => body.into(),
        }
    });
    let tier = site.division.tier();
    let received =
        |item: &&Item| item.is_at(tier) || directory.has_moved_in(&item.id, site.division, on);
    let items = directory.items().filter(received);
    let offered = items.map(|item| {
        let availability = directory.availability(site, &item.id, on);
        let (hours, why_not) = match availability {
            Availability::Offered { hours } => {
                (Some(hours.iter().map(Hours::to_string).collect()), None)
            }
            Availability::NotThatDay { why } => (None, Some(why)),
        };
        ItemView {
            item: item.id.to_string(),
            name: item.name.clone(),
            hours,
            why_not,
        }
    });
    SiteView {
        id: site.id.to_string(),
        name: site.name.clone(),
        since: site.since,
        state: directory.site_state(site, on),
        closed,
        host,
        languages: directory.languages(site).into_iter().cloned().collect(),
        items: offered.collect(),
        evidence: EvidenceKind::ALL
            .iter()
            .flat_map(|kind| directory.evidence(site, *kind, on))
            .map(evidence_view)
            .collect(),
        sample: directory.is_sample(site),
    }
}

fn evidence_view(file: &EvidenceAttached) -> EvidenceView {
    EvidenceView {
        kind: file.kind,
        state: file.state,
        since: file.from,
        name: file.name.clone(),
        hash: file.hash.clone(),
    }
}

fn unit_view(unit: &Unit, directory: &Directory, on: Date) -> UnitView {
    let address = directory.unit_address(unit, on);
    let phone = directory.unit_phone(unit, on);
    UnitView {
        unit: unit.id.to_string(),
        name: unit.name.clone(),
        belongs: unit.affiliation,
        told: unit.notification_channel,
        address: address.map(str::to_owned),
        capacity: unit.capacity,
        phone: phone.map(str::to_owned),
    }
}
