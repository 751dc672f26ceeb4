//! `/coverage/sites`: the sites behind a number of `/coverage`, a page at a time.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use jiff::civil::Date;
use onestop_directory::{COVERAGE_COLUMNS, Division, SiteState};
use onestop_proto::division::{DivisionCode, Tier};
use serde::Deserialize;

use super::state_word;
use crate::{
    app::App,
    core::{
        page_error::PageError,
        query_string::{encode, parse_filled},
    },
    pages::shell::{Page, View, html},
};

/// Sites on a page.
const SHOWN: usize = 100;

#[derive(Debug, Default, Deserialize)]
pub(super) struct SitesParams {
    #[serde(default)]
    within: String,
    #[serde(default)]
    tier: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "coverage-sites.html")]
struct SitesTemplate<'a> {
    page: Page<'a>,
    within: DivisionCode,
    tier: Tier,
    state: Option<SiteState>,
    on: Date,
    /// How many there are on all pages.
    total: usize,
    shown: Vec<&'a Division>,
    before: Option<String>,
    after: Option<String>,
}

impl SitesTemplate<'_> {
    /// The name of the site; of the division where there is none.
    fn site(&self, division: &Division) -> String {
        let site = self.page.app.directory.site_at(division.code);
        site.map_or_else(|| division.name.clone(), |site| site.name.clone())
    }

    /// The address of the numbers.
    fn numbers(&self) -> String {
        format!("/coverage?{}", super::query(self.within, self.on))
    }
}

pub(super) async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<SitesParams>,
) -> Result<Response, PageError> {
    let on = parse_filled(&params.on)?.unwrap_or_else(|| app.clock.now().china_date());
    let at = parse_filled::<usize>(&params.page)?.unwrap_or(1).max(1);
    let (tier, state) = (tier_of(&params.tier)?, state_of(&params.state)?);
    let within = parse_filled::<DivisionCode>(&params.within)?;
    let within = within.filter(|within| app.directory.division(*within).is_some());
    let within = within.ok_or_else(PageError::not_found)?;
    let all = app.directory.covered(within, (tier, state), on);
    let all: Vec<&Division> = all.collect();
    let link = |page: usize| {
        let query = encode(&[
            ("within", &within.to_string()),
            ("tier", &tier.to_string()),
            ("state", state_word(state)),
            ("on", &on.to_string()),
            ("page", &page.to_string()),
        ]);
        format!("/coverage/sites?{query}")
    };
    let pages = all.len().div_ceil(SHOWN);
    let first = (at - 1).saturating_mul(SHOWN);
    Ok(html(&SitesTemplate {
        total: all.len(),
        before: (at > 1).then(|| link((at - 1).min(pages.max(1)))),
        after: (at < pages).then(|| link(at + 1)),
        shown: all.into_iter().skip(first).take(SHOWN).collect(),
        page: view.page(&app),
        within,
        tier,
        state,
        on,
    }))
}

fn tier_of(word: &str) -> Result<Tier, PageError> {
    let mut known = Tier::ALL.into_iter();
    let found = known.find(|tier| tier.to_string() == word);
    found.ok_or_else(PageError::not_found)
}

fn state_of(word: &str) -> Result<Option<SiteState>, PageError> {
    let mut known = COVERAGE_COLUMNS.into_iter();
    let found = known.find(|state| state_word(*state) == word);
    found.ok_or_else(PageError::not_found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_word_of_its_own() {
        for state in COVERAGE_COLUMNS {
            assert_eq!(state_of(state_word(state)).unwrap(), state);
        }
        assert!(state_of("burnt-down").is_err());
        for tier in Tier::ALL {
            assert_eq!(tier_of(&tier.to_string()).unwrap(), tier);
        }
        assert!(tier_of("").is_err());
    }
}
