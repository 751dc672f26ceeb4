//! What `onestop directory sites` prints for people.

use jiff::civil::Date;
use onestop_directory::{Affiliation, NotificationChannel};

use super::{Detail, EvidenceView, ItemView, PlaceView, SiteView, UnitView};
use crate::output::Output;

/// The whole site where one is asked for; in a list, its name, state and units.
pub(super) fn place_text(place: &PlaceView, detail: Detail, output: &Output) -> String {
    let mut lines = vec![format!("{}  {}", place.division, place.name)];
    if let Some(site) = &place.site {
        let state = site.state.text();
        let state = output.text(state);
        lines.push(format!("    {}  {}  {state}", site.id, site.name));
        if detail == Detail::Full {
            lines.extend(site_lines(site, place.day, output));
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

fn site_lines(site: &SiteView, day: Date, output: &Output) -> Vec<String> {
    let (mut lines, day) = (Vec::new(), output.day(day));
    if site.sample {
        lines.push(output.message("site-sample"));
    }
    let since = output.day(site.since);
    let mut since = output.message_with("site-since", &[("day", &since)]);
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
        let colon = output.message("colon");
        lines.push(format!("{day} {label}{colon}{}", output.words(why)));
    } else {
        lines.push(format!("{day}{}", output.message("colon").trim_end()));
        lines.extend(site.items.iter().map(|item| item_line(item, output)));
    }
    lines.extend(site.evidence.iter().map(|file| file_line(file, output)));
    lines
        .into_iter()
        .map(|line| format!("      {line}"))
        .collect()
}

/// A file: what it is, the state that it shows, its day, its name and its hash.
fn file_line(file: &EvidenceView, output: &Output) -> String {
    let (kind, state) = (file.kind.text(), file.state.text());
    let (kind, state) = (output.text(kind), output.text(state));
    let EvidenceView { name, hash, .. } = file;
    let since = output.day(file.since);
    format!("{kind}  {state}  {since}  {name}  {hash}")
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
        let about = about.join(&output.message("phrase-separator"));
        format!(
            "  {}",
            output.message_with("in-brackets", &[("remark", &about)])
        )
    }
}
