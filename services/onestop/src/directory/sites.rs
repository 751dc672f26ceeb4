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

/// How many divisions a search shows.
const SHOWN: usize = 20;

/// A division with its site and units, as shown.
#[derive(Serialize)]
struct Place {
    division: String,
    name: String,
    day: String,
    site: Option<Shown>,
    units: Vec<Body>,
}

/// A site on a day.
#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
    since: String,
    state: SiteState,
    /// Why it is closed that day.
    closed: Option<Words>,
    host: Option<Words>,
    languages: Vec<Words>,
    items: Vec<Offered>,
    sample: bool,
}

/// An item that the site receives or works, and whether it does that day.
#[derive(Serialize)]
struct Offered {
    item: String,
    name: Words,
    hours: Option<Vec<String>>,
    why_not: Option<Words>,
}

/// A unit, as shown.
#[derive(Serialize)]
struct Body {
    unit: String,
    name: String,
    belongs: Affiliation,
    told: NotificationChannel,
    address: Option<String>,
    capacity: Option<u32>,
    phone: Option<String>,
}

/// Shows the divisions asked for.
pub(super) fn show(
    directory: &Directory,
    asked: &SitesArgs,
    output: &Output,
) -> anyhow::Result<()> {
    let on = day(asked.on.as_deref())?;
    let divisions = divisions(directory, asked)?;
    anyhow::ensure!(
        !divisions.is_empty(),
        "nothing is called that. Try a shorter part of the name"
    );
    let everything = asked.find.is_none();
    for division in divisions {
        let place = place(division, directory, on);
        output.show(&place, || told(&place, everything, output));
    }
    Ok(())
}

fn divisions<'a>(directory: &'a Directory, asked: &SitesArgs) -> anyhow::Result<Vec<&'a Division>> {
    match (&asked.find, asked.at, &asked.site) {
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
                .with_context(|| format!("there is no site {site}"))?;
            Ok(directory.division(site.division).into_iter().collect())
        }
        (None, None, None) => {
            anyhow::bail!("which? Say --find NAME, --at DIVISION or --site SITE")
        }
    }
}

fn place(division: &Division, directory: &Directory, on: Date) -> Place {
    let site = directory.site_at(division.code);
    let units = site.map(|site| directory.units_of(site));
    Place {
        division: division.code.to_string(),
        name: directory.full_name(division.code),
        day: on.to_string(),
        site: site.map(|site| shown(site, directory, on)),
        units: units.unwrap_or_default().iter().map(body).collect(),
    }
}

fn shown(site: &Site, directory: &Directory, on: Date) -> Shown {
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
        Offered {
            item: item.id.to_string(),
            name: item.name.clone(),
            hours,
            why_not,
        }
    });
    Shown {
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

fn body(unit: &Unit) -> Body {
    Body {
        unit: unit.id.to_string(),
        name: unit.name.clone(),
        belongs: unit.affiliation,
        told: unit.notification_channel,
        address: unit.address.clone(),
        capacity: unit.capacity,
        phone: unit.phone.clone(),
    }
}

/// The whole site where one is asked for; in a list, its name, state and units.
fn told(place: &Place, everything: bool, output: &Output) -> String {
    let mut lines = vec![format!("{}  {}", place.division, place.name)];
    if let Some(site) = &place.site {
        let state = site.state.text();
        let state = output.say(state.zh, state.en);
        lines.push(format!("    {}  {}  {state}", site.id, site.name));
        if everything {
            lines.extend(details(site, &place.day, output));
        }
    }
    for unit in &place.units {
        let outside = unit.told != NotificationChannel::Here;
        // Other bodies have a site's line only where one site is asked for.
        if outside && !everything {
            continue;
        }
        let about = if everything {
            about(unit, output)
        } else {
            String::new()
        };
        lines.push(format!("      {:<28} {}{about}", unit.unit, unit.name));
    }
    lines.join("\n")
}

fn details(site: &Shown, day: &str, output: &Output) -> Vec<String> {
    let mut lines = Vec::new();
    if site.sample {
        let sample = "样例，待当地确认";
        let en = "a sample: what is said of it is to be confirmed";
        lines.push(output.say(sample, en).to_owned());
    }
    let (zh, en) = (
        format!("{} 起设立", site.since),
        format!("since {}", site.since),
    );
    let mut since = output.say(&zh, &en).to_owned();
    if let Some(host) = &site.host {
        since.push_str(output.say("，依托", ", in the "));
        since.push_str(output.words(host));
    }
    lines.push(since);
    if !site.languages.is_empty() {
        let spoken: Vec<&str> = site.languages.iter().map(|one| output.words(one)).collect();
        let label = output.say("语言：汉语、", "languages: Chinese, ");
        lines.push(format!("{label}{}", spoken.join(output.say("、", ", "))));
    }
    if let Some(why) = &site.closed {
        let label = output.say("不开放", "closed");
        lines.push(format!("{day} {label}：{}", output.words(why)));
    } else {
        lines.push(format!("{day}："));
        lines.extend(site.items.iter().map(|item| offered(item, output)));
    }
    lines
        .into_iter()
        .map(|line| format!("      {line}"))
        .collect()
}

fn offered(item: &Offered, output: &Output) -> String {
    let name = output.words(&item.name);
    match (&item.hours, &item.why_not) {
        (Some(hours), _) if !hours.is_empty() => format!("  ✓ {name}  {}", hours.join("  ")),
        (_, Some(why)) => format!("  – {name}  {}", output.words(why)),
        (Some(_) | None, None) => format!("  ✓ {name}"),
    }
}

/// Whose body a unit is and how it is told, its door and telephone, and what it can hold.
fn about(unit: &Body, output: &Output) -> String {
    let mut about = Vec::new();
    if unit.belongs == Affiliation::Outside {
        let told = unit.told.text();
        let zh = format!("外单位：{}", told.zh);
        let en = format!("another body: {}", told.en);
        about.push(output.say(&zh, &en).to_owned());
    }
    about.extend(unit.address.clone());
    about.extend(unit.phone.clone());
    if let Some(most) = unit.capacity {
        let (zh, en) = (
            format!("至多 {most} 件在办"),
            format!("holds at most {most}"),
        );
        about.push(output.say(&zh, &en).to_owned());
    }
    if about.is_empty() {
        String::new()
    } else {
        format!("  （{}）", about.join(output.say("，", ", ")))
    }
}
