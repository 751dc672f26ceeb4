//! `/coverage` (分批建设覆盖): how many divisions of each tier have a site in which state, as of a day, by place; the
//! sites behind each number, and the numbers as CSV. The states of sites are on `/places`, which is public, and
//! counting them reveals no more: so it is public, too.

mod bars;
mod csv_file;
mod site_order;
mod sites;

use askama::Template;
use axum::{Router, extract::State, routing::get};
use jiff::civil::Date;
use onestop_directory::{
    COVERAGE_COLUMNS, Coverage, CoverageCell, CoverageRow, PLAN_COLUMNS, PlanColumn, SiteState,
    StateCounts,
};
use onestop_proto::division::{DivisionCode, Tier};
use serde::Deserialize;

use self::bars::Bar;
use super::{
    problems::Problems,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        filters::FilterReader,
        page_error::{PageError, PageResult},
        query_string::{Query, encode},
    },
    identity::session::Session,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/coverage", get(show))
        .route("/coverage.csv", get(csv_file::download))
        .route("/coverage/sites", get(sites::show))
        .route("/coverage/sites.csv", get(sites::download))
}

/// Empty: today, the user's own division, for a citizen the province.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CoverageParams {
    within: String,
    on: String,
}

/// The counts of one tier of a place: a line of the table and of the CSV file.
struct Line {
    place: DivisionCode,
    tier: Tier,
    counts: StateCounts,
    /// How many lines the place has, at its first one.
    lines: Option<usize>,
}

#[derive(Template)]
#[template(path = "coverage.html")]
struct CoverageTemplate<'a> {
    page: Page<'a>,
    within: DivisionCode,
    on: Date,
    /// What the field of the day shows.
    typed_on: String,
    problems: Problems,
    lines: Vec<Line>,
    totals: Vec<Line>,
    bars: Vec<Bar>,
    /// The same places, by what their plans say.
    plans: Vec<Bar>,
    /// The same places, by when their entries were confirmed.
    reports: Vec<Bar>,
    whole: CoverageRow,
    /// The height of the picture, in pixels at a letter of 16 pixels.
    height: usize,
}

impl CoverageTemplate<'_> {
    /// The address of a place's own page; none if it has no parts.
    fn deeper(&self, place: &DivisionCode) -> Option<String> {
        let mut parts = self.page.app.directory.children(*place);
        let deeper = *place != self.within && parts.next().is_some();
        deeper.then(|| self.link(place))
    }

    /// Whether the day is still to come, so that the page shows what is expected.
    fn is_to_come(&self) -> bool {
        self.on > self.page.now.china_date()
    }

    /// That nothing had been recorded by the day, so that the files alone are counted; nothing if something had.
    fn unrecorded(&self) -> Option<String> {
        self.page.unrecorded(self.on)
    }

    fn link(&self, place: &DivisionCode) -> String {
        format!("/coverage?{}", query(*place, self.on))
    }

    fn csv(&self) -> String {
        format!("/coverage.csv?{}", query(self.within, self.on))
    }

    /// The address of the sites behind a number.
    fn sites(&self, line: &Line, state: Option<SiteState>) -> String {
        self.behind(line, CoverageCell::State(state))
    }

    /// The address of all divisions of a line.
    fn all_sites(&self, line: &Line) -> String {
        self.behind(line, CoverageCell::All)
    }

    /// What the states by themselves do not say: how many entries were not confirmed for long, how many sites meet the whole
    /// standard.
    fn caveat(&self) -> String {
        let i18n = &self.page.i18n;
        let stale = self.whole.against(PlanColumn::Stale).to_string();
        let met = self.whole.against(PlanColumn::MeetsStandard).to_string();
        i18n.t2("coverage-caveat", "stale", stale, "met", met)
    }

    /// The address of the sites behind a number against the plan.
    fn planned_sites(&self, line: &Line, plan: PlanColumn) -> String {
        self.behind(line, CoverageCell::Plan(plan))
    }

    fn behind(&self, line: &Line, cell: CoverageCell) -> String {
        let query = encode(&[
            ("within", &line.place.to_string()),
            ("tier", &line.tier.to_string()),
            ("state", cell_word(cell)),
            ("on", &self.on.to_string()),
        ]);
        format!("/coverage/sites?{query}")
    }
}

impl Page<'_> {
    /// That a day lies before everything that was recorded of sites: the page shows what the files have.
    pub(super) fn unrecorded(&self, on: Date) -> Option<String> {
        let today = self.now.china_date();
        let since = self.app.directory.recorded_since().unwrap_or(today);
        let text = || self.i18n.t1("unrecorded-then", "day", self.day(&since));
        (on < since).then(text)
    }

    /// The name of a state; none: no site.
    fn building_state(&self, state: Option<SiteState>) -> String {
        match state {
            Some(state) => self.i18n.text(state.text()).to_owned(),
            None => self.i18n.t("coverage-no-site"),
        }
    }

    fn plan_column(&self, plan: PlanColumn) -> String {
        self.i18n
            .t(&format!("coverage-{}", cell_word(CoverageCell::Plan(plan))))
    }

    /// The name of what a number counts.
    fn coverage_cell(&self, cell: CoverageCell) -> String {
        match cell {
            CoverageCell::All => self.i18n.t("coverage-total"),
            CoverageCell::State(state) => self.building_state(state),
            CoverageCell::Plan(plan) => self.plan_column(plan),
        }
    }

    fn tier(&self, tier: Tier) -> String {
        self.i18n.t(&format!("tier-{tier}"))
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<CoverageParams>,
) -> PageResult {
    let page = view.page(&app);
    let mut filters = FilterReader::new(page.now.china_date());
    let coverage = count(&app, view.session.as_ref(), &params, &mut filters)?;
    let problems = Problems::of_filters(&filters, &page);
    let read_day = || page.typed_day(&coverage.as_of.to_string());
    let typed_on = problems.typed_or("on", &params.on, read_day);
    let bars = bars::draw(&coverage, &page, bars::by_state);
    let plans = bars::draw(&coverage, &page, bars::by_plan);
    let reports = bars::draw(&coverage, &page, bars::by_report);
    Ok(html(&CoverageTemplate {
        within: coverage.total.place,
        on: coverage.as_of,
        typed_on,
        problems,
        lines: lines(&coverage),
        totals: totals(&coverage),
        height: bars::height(bars.len()),
        bars,
        plans,
        reports,
        whole: coverage.total,
        page,
    }))
}

fn count(
    app: &App,
    session: Option<&Session>,
    params: &CoverageParams,
    filters: &mut FilterReader,
) -> Result<Coverage, PageError> {
    let directory = &app.directory;
    let on = filters.day("on", &params.on);
    let on = on.unwrap_or_else(|| app.clock.now().china_date());
    let own = || session.and_then(|session| session.division(app));
    let province = || directory.divisions().next().map(|division| division.code);
    let within = filters.choice("within", &params.within);
    let within = within.or_else(own).or_else(province);
    // A code of before leads to the division that took its place.
    let within = within.map(|within| directory.present_division(within));
    let coverage = within.and_then(|within| directory.coverage(within, on));
    coverage.ok_or_else(PageError::not_found)
}

fn query(within: DivisionCode, on: Date) -> String {
    encode(&[("within", &within.to_string()), ("on", &on.to_string())])
}

/// The counts by place and tier.
fn lines(coverage: &Coverage) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in &coverage.rows {
        let tiers = row.tiers().count();
        let of_place = row.tiers().enumerate().map(|(at, (tier, counts))| Line {
            place: row.place,
            tier,
            counts: *counts,
            lines: (at == 0).then_some(tiers),
        });
        lines.extend(of_place);
    }
    lines
}

/// The counts of the whole by tier.
fn totals(coverage: &Coverage) -> Vec<Line> {
    let total = &coverage.total;
    let tiers = total.tiers().count();
    let of_tiers = total.tiers().enumerate().map(|(at, (tier, counts))| Line {
        place: total.place,
        tier,
        counts: *counts,
        lines: (at == 0).then_some(tiers),
    });
    of_tiers.collect()
}

/// A state as the style sheet has it.
const fn state_word(state: Option<SiteState>) -> &'static str {
    cell_word(CoverageCell::State(state))
}

/// What a number counts, as addresses and the CSV file have it.
const fn cell_word(cell: CoverageCell) -> &'static str {
    cell.number().as_str()
}

#[cfg(test)]
mod tests {
    use onestop_directory::Directory;

    use super::*;

    #[test]
    fn lines_hold_every_count_once_and_sum_to_the_totals() {
        let directory = Directory::built_in().unwrap();
        let (within, on) = ("53".parse().unwrap(), "2026-11-28".parse().unwrap());
        let coverage = directory.coverage(within, on).unwrap();
        let (lines, totals) = (lines(&coverage), totals(&coverage));
        assert_eq!(totals.len(), 5);
        for total in &totals {
            for state in COVERAGE_COLUMNS {
                let of_tier = lines.iter().filter(|line| line.tier == total.tier);
                let sum: usize = of_tier.map(|line| line.counts.of(state)).sum();
                assert_eq!(sum, total.counts.of(state), "{}", total.tier);
            }
            for plan in PLAN_COLUMNS {
                let of_tier = lines.iter().filter(|line| line.tier == total.tier);
                let sum: usize = of_tier.map(|line| line.counts.against(plan)).sum();
                assert_eq!(sum, total.counts.against(plan), "{}", total.tier);
            }
        }
        let spans: usize = lines.iter().filter_map(|line| line.lines).sum();
        assert_eq!(spans, lines.len());
    }
}
