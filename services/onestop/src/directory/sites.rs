//! `onestop directory sites`: what is where, who houses it, and what it offers on a day.

use anyhow::Context;
use jiff::civil::Date;
use onestop_directory::{
    Affiliation, Availability, Directory, Division, Hours, NotificationChannel, Site, SiteStanding,
    SiteState, Unit,
};
use onestop_proto::text::Words;
use serde::Serialize;

use super::day;
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
    day: String,
    site: Option<SiteView>,
    units: Vec<UnitView>,
}

/// A site on a day.
#[derive(Serialize)]
struct SiteView {
    id: String,
    name: String,
    since: String,
    state: SiteState,
    /// Why it is closed that day.
    closed: Option<Words>,
    host: Option<Words>,
    languages: Vec<Words>,
    items: Vec<ItemView>,
    sample: bool,
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
    let on = day(args.on.as_deref())?;
    let divisions = divisions(directory, args)?;
    anyhow::ensure!(
        !divisions.is_empty(),
        "nothing is called that. Try a shorter part of the name"
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

fn divisions<'a>(directory: &'a Directory, args: &SitesArgs) -> anyhow::Result<Vec<&'a Division>> {
    match (&args.find, args.at, &args.site) {
        (Some(text), _, _) => Ok(directory.find(text, SHOWN)),
        (None, Some(code), _) => {
            let division = directory.division(code);
            Ok(vec![
                division.with_context(|| format!("there is no division {code}"))?,
            ])
        }
        (None, None, Some(site)) => {
            let site = directory
                .site(site)
                .with_context(|| format!("目录中没有站点 {site} / there is no site {site}"))?;
            Ok(directory.division(site.division).into_iter().collect())
        }
        (None, None, None) => {
            anyhow::bail!(
                "请写明查哪里：--find 宁洱、--at 530821 或者 --site s4k2m9qxa / \
                 which? Say --find 宁洱, --at 530821 or --site s4k2m9qxa"
            )
        }
    }
}

fn place_view(division: &Division, directory: &Directory, on: Date) -> PlaceView {
    let site = directory.site_at(division.code);
    let units = site.map(|site| directory.units_of(site));
    PlaceView {
        division: division.code.to_string(),
        name: directory.full_name(division.code),
        day: on.to_string(),
        site: site.map(|site| site_view(site, directory, on)),
        units: units.unwrap_or_default().iter().map(unit_view).collect(),
    }
}

fn site_view(site: &Site, directory: &Directory, on: Date) -> SiteView {
    let closed = match directory.site_standing(site, on) {
        SiteStanding::Open => None,
        SiteStanding::Closed { why } => Some(why),
    };
    let host = directory.host(site, on).map(|host| {
        let body = host.body.text();
        let named = |kind: &str| match &host.name {
            Some(name) => format!("{name}（{kind}）"),
            None => kind.to_owned(),
        };
        Words {
            zh: named(body.zh),
            en: named(body.en),
        }
    });
    let tier = site.division.tier();
    let items = directory.items().filter(|item| item.is_at(tier));
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
        since: site.since.to_string(),
        state: directory.site_state(site, on),
        closed,
        host,
        languages: directory.languages(site).into_iter().cloned().collect(),
        items: offered.collect(),
        sample: directory.is_sample(site),
    }
}

fn unit_view(unit: &Unit) -> UnitView {
    UnitView {
        unit: unit.id.to_string(),
        name: unit.name.clone(),
        belongs: unit.affiliation,
        told: unit.notification_channel,
        address: unit.address.clone(),
        capacity: unit.capacity,
        phone: unit.phone.clone(),
    }
}

/// The whole site where one is args for; in a list, its name, state and units.
fn place_text(place: &PlaceView, detail: Detail, output: &Output) -> String {
    let mut lines = vec![format!("{}  {}", place.division, place.name)];
    if let Some(site) = &place.site {
        let state = site.state.text();
        let state = output.text(state);
        lines.push(format!("    {}  {}  {state}", site.id, site.name));
        if detail == Detail::Full {
            lines.extend(site_lines(site, &place.day, output));
        }
    }
    for unit in &place.units {
        let outside = unit.told != NotificationChannel::Here;
        if outside && detail == Detail::Brief {
            continue;
        }
        let about = if detail == Detail::Full {
            unit_details(unit, output)
        } else {
            String::new()
        };
        lines.push(format!("      {:<28} {}{about}", unit.unit, unit.name));
    }
    lines.join("\n")
}

fn site_lines(site: &SiteView, day: &str, output: &Output) -> Vec<String> {
    let mut lines = Vec::new();
    if site.sample {
        lines.push(output.message("site-sample"));
    }
    let mut since = output.message_with("site-since", &[("day", &site.since)]);
    if let Some(host) = &site.host {
        since.push_str(&output.message("site-host"));
        since.push_str(output.words(host));
    }
    lines.push(since);
    if !site.languages.is_empty() {
        let spoken: Vec<&str> = site.languages.iter().map(|one| output.words(one)).collect();
        let label = output.message("site-languages");
        lines.push(format!(
            "{label}{}",
            spoken.join(&output.message("list-separator"))
        ));
    }
    if let Some(why) = &site.closed {
        let label = output.message("site-closed");
        lines.push(format!("{day} {label}：{}", output.words(why)));
    } else {
        lines.push(format!("{day}："));
        lines.extend(site.items.iter().map(|item| item_line(item, output)));
    }
    lines
        .into_iter()
        .map(|line| format!("      {line}"))
        .collect()
}

fn item_line(item: &ItemView, output: &Output) -> String {
    let name = output.words(&item.name);
    match (&item.hours, &item.why_not) {
        (Some(hours), _) if !hours.is_empty() => format!("  ✓ {name}  {}", hours.join("  ")),
        (_, Some(why)) => format!("  – {name}  {}", output.words(why)),
        (Some(_) | None, None) => format!("  ✓ {name}"),
    }
}

/// Affiliation, notification channel, address, telephone and capacity.
fn unit_details(unit: &UnitView, output: &Output) -> String {
    let mut about = Vec::new();
    if unit.belongs == Affiliation::Outside {
        let text = output.text(unit.told.text());
        about.push(output.message_with("unit-outside", &[("text", text)]));
    }
    about.extend(unit.address.clone());
    about.extend(unit.phone.clone());
    if let Some(most) = unit.capacity {
        let most = most.to_string();
        about.push(output.message_with("unit-capacity", &[("most", &most)]));
    }
    if about.is_empty() {
        String::new()
    } else {
        format!("  （{}）", about.join(&output.message("phrase-separator")))
    }
}
