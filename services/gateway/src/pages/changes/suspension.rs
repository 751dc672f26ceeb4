//! What a page shows a bureau before it closes a site (暂停服务), or approves that: the open cases there, who keeps them, and
//! which site takes new ones. It confirms then.

use onestop_directory::Site;
use onestop_proto::{
    ledger::{CaseRow, CasesPage, CasesQuery, Filters, SortOrder},
    registry::{ProposedChange, SiteState},
};

use super::fields::Change;
use crate::{
    app::App,
    core::{form_data::FormData, page_error::PageError, visibility::sees_division},
    identity::session::Session,
    pages::{closed_site::open_above, shell::Page},
};

/// The command that sets a site's state.
const SET_STATE: &str = "set-state";
/// The field by which the user says that they have seen it.
pub(super) const CONFIRMED: &str = "confirmed";
/// Cases looked at, the most that a question answers.
const MOST: u32 = 200;

pub(super) struct Suspension {
    /// The open cases of the site's units, the oldest limit first.
    pub(super) cases: Vec<CaseRow>,
    /// The site that takes new cases meanwhile, in words.
    pub(super) instead: String,
}

/// Whether a form closes a site, and does not say yet that its user has seen what that means.
pub(super) fn is_unconfirmed(change: Change, typed: &FormData) -> bool {
    let state = typed.get("state").parse::<SiteState>();
    let closes = state.is_ok_and(|state| state == SiteState::Suspended);
    change.command() == SET_STATE && closes && !typed.is_ticked(CONFIRMED)
}

pub(super) fn closes(change: &ProposedChange) -> bool {
    matches!(change, ProposedChange::StateSet(set) if set.state == SiteState::Suspended)
}

/// Finds what a suspension of the site means.
pub(super) async fn find(
    app: &App,
    session: &Session,
    site: &Site,
    page: &Page<'_>,
) -> Result<Suspension, PageError> {
    let query = CasesQuery {
        within: sees_division(session.staff.role).then_some(site.division),
        open: Some(true),
        filters: Filters::default(),
        figure: None,
        order: SortOrder::Due,
        cursor: None,
        limit: MOST,
    };
    let found: CasesPage = app.ask(session, &query).await?;
    let units = app.directory.units_of(site);
    let is_here = |row: &CaseRow| {
        let mut units = units.iter();
        units.any(|unit| unit.id == row.holder || unit.id == row.window)
    };
    let cases = found.rows.into_iter().filter(is_here).collect();
    let instead = open_above(site, page.now.china_date(), &app.directory);
    Ok(Suspension {
        cases,
        instead: instead.map_or_else(
            || page.i18n.t("site-instead-hotline"),
            |site| page.i18n.t1("site-instead", "site", site.name.as_str()),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_not_closed_before_its_cases_were_seen() {
        let change = |command: &str| Change::of(command).unwrap();
        let typed = |state: &str, confirmed: &str| {
            let mut typed = FormData::default();
            typed.set("state", state);
            typed.set(CONFIRMED, confirmed);
            typed
        };
        let state = change(SET_STATE);
        assert!(is_unconfirmed(state, &typed("suspended", "")));
        assert!(!is_unconfirmed(state, &typed("suspended", "yes")));
        assert!(!is_unconfirmed(state, &typed("operating", "")));
        assert!(!is_unconfirmed(
            change("mark-full"),
            &typed("suspended", "")
        ));
    }

    #[test]
    fn a_proposal_closes_a_site_if_it_suspends_it() {
        let proposed = |state: &str| {
            let site = "s4k2m9qxa";
            let change = serde_json::json!({
                "kind": "state-set", "site": site, "unit": format!("{site}.window"), "division": "530828207",
                "state": state, "from": "2026-12-01", "evidence": "装修",
            });
            serde_json::from_value::<ProposedChange>(change).unwrap()
        };
        assert!(closes(&proposed("suspended")));
        assert!(!closes(&proposed("operating")));
    }
}
