//! `onestop directory coverage`: how many sites of each tier are in which state, as of a day and against the plan; and which
//! sites are behind a number.

use jiff::civil::Date;
use onestop_directory::Directory;
use onestop_proto::{
    division::Tier,
    http::coverage::{
        CoverageLine, CoverageNumber, CoverageQuery, CoverageTable, CoveredSite, CoveredSites,
        CoveredSitesQuery,
    },
};

use super::refusals::no_division;
use crate::{cli::CoverageArgs, output::Output};

/// Prints the numbers of a division; with a tier the sites behind one of them.
pub(super) fn show(
    directory: &Directory,
    args: &CoverageArgs,
    on: Date,
    output: &Output,
) -> anyhow::Result<()> {
    let within = args.within;
    let unlisted = || no_division(within, output);
    let Some(tier) = args.tier else {
        let counted = directory.coverage_table(
            &CoverageQuery {
                within,
                on: Some(on),
            },
            on,
        );
        let counted = counted.ok_or_else(unlisted)?;
        output.print_value(&counted, || table_text(&counted, output));
        return Ok(());
    };
    let query = CoveredSitesQuery {
        within,
        tier,
        cell: args.cell,
        on: Some(on),
        page: args.page,
    };
    let found = directory.covered_sites(&query, on);
    let found = found.ok_or_else(unlisted)?;
    output.print_value(&found, || sites_text(&found, output));
    Ok(())
}

fn table_text(counted: &CoverageTable, output: &Output) -> String {
    let as_of = [("day", &*output.day(counted.on))];
    let mut text = vec![output.message_with("coverage-as-of", &as_of)];
    text.extend(counted.lines.iter().map(|line| line_text(line, output)));
    text.push(output.message("coverage-totals"));
    text.extend(counted.totals.iter().map(|line| line_text(line, output)));
    text.join("\n")
}

/// A place and a tier, with each number that is not 0.
fn line_text(line: &CoverageLine, output: &Output) -> String {
    let numbers = CoverageNumber::ALL.iter().copied();
    let counted = numbers.map(|number| (number, line.counts.of(number)));
    let counted = counted.filter(|(_, count)| *count > 0);
    let counted = counted.map(|(number, count)| format!("{} {count}", output.text(number.text())));
    let counted: Vec<String> = counted.collect();
    format!(
        "  {}  {}  {}{}{}",
        line.place,
        line.name,
        tier_text(line.tier, output),
        output.message("colon"),
        counted.join(&output.message("list-separator"))
    )
}

fn tier_text(tier: Tier, output: &Output) -> String {
    output.message(match tier {
        Tier::Province => "tier-province",
        Tier::Prefecture => "tier-prefecture",
        Tier::County => "tier-county",
        Tier::Township => "tier-township",
        Tier::Village => "tier-village",
    })
}

fn sites_text(found: &CoveredSites, output: &Output) -> String {
    let (day, total) = (output.day(found.on), found.total.to_string());
    let (page, pages) = (found.page.to_string(), found.pages.to_string());
    let filled = [
        ("day", &*day),
        ("total", &*total),
        ("page", &*page),
        ("pages", &*pages),
    ];
    let mut text = vec![output.message_with("coverage-found", &filled)];
    text.extend(found.sites.iter().map(|site| site_text(site, output)));
    text.join("\n")
}

fn site_text(site: &CoveredSite, output: &Output) -> String {
    let state = match site.state {
        Some(state) => output.text(state.text()),
        None => output.text(CoverageNumber::WithoutSite.text()),
    };
    let mut parts = vec![format!("  {}  {}  {state}", site.division, site.name)];
    if let Some(opens) = site.opens {
        let day = output.day(opens);
        parts.push(output.message_with("coverage-opens", &[("day", &day)]));
    }
    if site.points > 0 {
        let (met, points) = (site.met.to_string(), site.points.to_string());
        let filled = [("met", &*met), ("points", &*points)];
        parts.push(output.message_with("coverage-met", &filled));
    }
    if let Some(reported) = site.reported {
        let day = output.day(reported);
        parts.push(output.message_with("coverage-reported", &[("day", &day)]));
    }
    parts.join("  ")
}
