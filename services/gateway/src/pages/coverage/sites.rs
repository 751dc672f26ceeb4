//! `/coverage/sites`: the sites behind a number of `/coverage`, a page at a time, and as CSV.

use askama::Template;
use axum::extract::State;
use jiff::civil::Date;
use onestop_directory::{CoverageCell, Division, Site};
use onestop_proto::{
    division::{DivisionCode, Tier},
    http::coverage::CoverageNumber,
};
use serde::Deserialize;

use super::{
    cell_word,
    site_order::{self, SITE_HEADS, SiteColumn},
};
use crate::{
    app::App,
    core::{
        csv_file::{CsvFile, code},
        filters::FilterReader,
        page_error::{PageError, PageResult},
        query_string::{Query, encode_filled, parse_filled},
    },
    pages::{
        problems::Problems,
        shell::{Page, View, html},
        table_sort::{ColumnHead, TableSort},
    },
};

/// Sites on a page.
const SHOWN: usize = 100;
/// The messages of the heads of the file, in order.
const HEADS: [&str; 8] = [
    "csv-code",
    "timeliness-place",
    "csv-site",
    "csv-plan",
    "csv-standards",
    "coverage-evidence",
    "coverage-files",
    "csv-reported",
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SitesParams {
    within: String,
    tier: String,
    state: String,
    on: String,
    page: String,
    /// The order of before, and the head that was pressed.
    sort: String,
    by: String,
}

/// A choice of the form.
struct Choice {
    value: String,
    name: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "coverage-sites.html")]
struct SitesTemplate<'a> {
    page: Page<'a>,
    within: DivisionCode,
    tier: Tier,
    cell: CoverageCell,
    on: Date,
    sort: TableSort<SiteColumn>,
    /// What the field of the day shows.
    typed_on: String,
    problems: Problems,
    /// How many there are on all pages.
    total: usize,
    shown: Vec<&'a Division>,
    before: Option<String>,
    after: Option<String>,
}

impl SitesTemplate<'_> {
    fn heads(&self) -> Vec<ColumnHead> {
        self.sort.heads(&self.page, &SITE_HEADS)
    }

    fn tiers(&self) -> Vec<Choice> {
        let choice = |tier: Tier| Choice {
            value: tier.to_string(),
            name: self.page.tier(tier),
            is_chosen: tier == self.tier,
        };
        Tier::ALL.into_iter().map(choice).collect()
    }

    fn states(&self) -> Vec<Choice> {
        let choice = |cell: CoverageCell| Choice {
            value: cell_word(cell).to_owned(),
            name: self.page.coverage_cell(cell),
            is_chosen: cell == self.cell,
        };
        cells().map(choice).collect()
    }

    /// The name of the site; of the division where there is none.
    fn site(&self, division: &Division) -> String {
        let site = self.page.app.directory.site_at(division.code);
        site.map_or_else(|| division.name.clone(), |site| site.name.clone())
    }

    fn site_of(&self, division: &Division) -> Option<&Site> {
        self.page.app.directory.site_at(division.code)
    }

    /// When the site is to open, and why not earlier.
    fn plan(&self, site: &Site) -> Option<String> {
        let i18n = &self.page.i18n;
        let plan = self.page.app.directory.opening_plan(site, self.on)?;
        let mut words = i18n.t1("coverage-plan", "day", self.page.day(&plan.opens));
        if let Some(first) = plan.first {
            words.push_str(&i18n.t1("coverage-plan-first", "day", self.page.day(&first)));
        }
        if let Some(reason) = plan.reason {
            words.push_str(&i18n.t1("coverage-plan-reason", "reason", reason));
        }
        Some(words)
    }

    /// How many points of the standard the site meets.
    fn standards(&self, site: &Site) -> Option<String> {
        let directory = &self.page.app.directory;
        let all = directory.checkpoints(site, self.on).len();
        let met = directory.standards_met(site, self.on).to_string();
        let words = self
            .page
            .i18n
            .t2("coverage-met", "met", met, "all", all.to_string());
        (all > 0).then_some(words)
    }

    /// What its state rests on, with the number of the document.
    fn evidence(&self, site: &Site) -> Option<String> {
        let set = self.page.app.directory.state_evidence(site, self.on)?;
        Some(match &set.document_number {
            Some(document) => format!(
                "{}{}",
                set.evidence,
                self.page.in_brackets(document.clone())
            ),
            None => set.evidence.clone(),
        })
    }

    /// Who last said when that the entry is right; who that is, staff alone read.
    fn report(&self, site: &Site) -> String {
        let i18n = &self.page.i18n;
        let Some(report) = self.page.app.directory.last_report(site, self.on) else {
            return i18n.t("coverage-never-reported");
        };
        let mut by = self.page.unit(&report.by.unit);
        if self.page.session.is_some() {
            by = format!("{by} {}", self.page.person(&report.by.staff));
        }
        i18n.t2(
            "coverage-reported",
            "day",
            self.page.day(&report.on),
            "unit",
            by,
        )
    }

    /// The address of a page of the list.
    fn link(&self, page: usize) -> String {
        format!("/coverage/sites?{}", self.query(&page.to_string()))
    }

    /// The address of the list as a file.
    fn file(&self) -> String {
        format!("/coverage/sites.csv?{}", self.query(""))
    }

    fn query(&self, page: &str) -> String {
        encode_filled(&[
            ("within", self.within.to_string().as_str()),
            ("tier", &self.tier.to_string()),
            ("state", cell_word(self.cell)),
            ("on", &self.on.to_string()),
            ("sort", &self.sort.code()),
            ("page", page),
        ])
    }

    /// All of them: the file behind a number is as long as the number says, and never longer than the directory.
    fn write(&self) -> csv::Result<Vec<u8>> {
        let mut file = CsvFile::new();
        file.row(HEADS.map(|head| self.page.i18n.t(head)))?;
        for division in &self.shown {
            let site = self.site_of(division);
            let of_site = |text: Option<String>| text.unwrap_or_default();
            file.row([
                code(division.code),
                self.page.place(&division.code),
                self.site(division),
                of_site(site.and_then(|site| self.plan(site))),
                of_site(site.and_then(|site| self.standards(site))),
                of_site(site.and_then(|site| self.evidence(site))),
                of_site(site.map(|site| self.page.evidence_counts(site, self.on))),
                of_site(site.map(|site| self.report(site))),
            ])?;
        }
        file.into_bytes()
    }

    fn numbers(&self) -> String {
        format!("/coverage?{}", super::query(self.within, self.on))
    }
}

pub(super) async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<SitesParams>,
) -> PageResult {
    let mut filters = FilterReader::new(app.clock.now().china_date());
    let at = filters.choice::<usize>("page", &params.page);
    let at = at.unwrap_or(1).max(1);
    let mut sites = find(&app, &view, &params, &mut filters)?;
    let pages = sites.total.div_ceil(SHOWN);
    let first = (at - 1).saturating_mul(SHOWN);
    sites.before = (at > 1).then(|| sites.link((at - 1).min(pages.max(1))));
    sites.after = (at < pages).then(|| sites.link(at + 1));
    let shown = sites.shown.iter().copied().skip(first);
    sites.shown = shown.take(SHOWN).collect();
    Ok(html(&sites))
}

/// The sites as CSV, with heads in the reader's language.
pub(super) async fn download(
    State(app): State<App>,
    view: View,
    Query(params): Query<SitesParams>,
) -> PageResult {
    let mut filters = FilterReader::new(app.clock.now().china_date());
    let sites = find(&app, &view, &params, &mut filters)?;
    filters.check()?;
    let bytes = sites.write().map_err(anyhow::Error::from)?;
    let name = format!("sites-{}-{}", sites.within.short(), sites.on);
    sites.page.saved_csv(bytes, &name)
}

fn find<'a>(
    app: &'a App,
    view: &'a View,
    params: &SitesParams,
    filters: &mut FilterReader,
) -> Result<SitesTemplate<'a>, PageError> {
    let on = filters.day("on", &params.on);
    let on = on.unwrap_or_else(|| app.clock.now().china_date());
    let (tier, cell) = (tier_of(&params.tier)?, cell_of(&params.state)?);
    let within = parse_filled::<DivisionCode>("within", &params.within)?;
    let within = within.map(|within| app.directory.present_division(within));
    let within = within.filter(|within| app.directory.division(*within).is_some());
    let within = within.ok_or_else(PageError::not_found)?;
    let all = app.directory.covered(within, (tier, cell), on);
    let sort = TableSort::read(&params.by, &params.sort, &view.used());
    let all = site_order::sort(all.collect(), sort, &app.directory, on);
    let page = view.page(app);
    let problems = Problems::of_filters(filters, &page);
    let read_day = || page.typed_day(&on.to_string());
    Ok(SitesTemplate {
        typed_on: problems.typed_or("on", &params.on, read_day),
        problems,
        total: all.len(),
        before: None,
        after: None,
        shown: all,
        page,
        within,
        tier,
        cell,
        on,
        sort,
    })
}

fn tier_of(word: &str) -> Result<Tier, PageError> {
    let tier = word.parse();
    tier.map_err(|_| PageError::not_found())
}

fn cell_of(word: &str) -> Result<CoverageCell, PageError> {
    let number = word.parse::<CoverageNumber>();
    number.map_or_else(|_| Err(PageError::not_found()), |number| Ok(number.into()))
}

/// The states and what plans say, and all together: each is a list.
fn cells() -> impl Iterator<Item = CoverageCell> {
    let numbers = CoverageNumber::ALL.iter().copied();
    numbers.map(CoverageCell::from)
}

#[cfg(test)]
mod tests;
