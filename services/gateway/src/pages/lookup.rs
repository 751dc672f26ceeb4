//! Finds what users type: divisions by name, cases by number.

use onestop_proto::{
    division::DivisionCode,
    ids::{CaseId, CaseRef, Topic, UnitId},
    ledger::CaseHeadQuery,
    rejection::RejectionKind,
    text::Words,
};

use super::shell::Page;
use crate::{app::App, core::page_error::PageError, identity::session::Session};

/// Suggestions for a name that matches several divisions.
pub(super) const PLACES: usize = 8;

/// The division of a typed code, of a name that matches one division, or picked among those that match.
///
/// # Errors
/// The divisions that match, perhaps none.
pub(super) fn find_place(
    text: &str,
    picked: &str,
    page: &Page<'_>,
) -> Result<DivisionCode, Vec<DivisionCode>> {
    let directory = &page.app.directory;
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    if let Ok(code) = digits.parse::<DivisionCode>()
        && directory.division(code).is_some()
    {
        return Ok(code);
    }
    let found: Vec<DivisionCode> = directory
        .find(text, PLACES)
        .into_iter()
        .map(|division| division.code)
        .collect();
    if let Ok(picked) = picked.parse::<DivisionCode>()
        && found.contains(&picked)
    {
        return Ok(picked);
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [first, ..] if directory.full_name(*first) == text => Ok(*first),
        _ => Err(found),
    }
}

/// The case of a number, if the user may see it.
pub(super) async fn find_case(
    app: &App,
    session: &Session,
    number: &str,
) -> Result<Option<CaseId>, PageError> {
    let Ok(case) = number.parse::<CaseRef>() else {
        return Ok(None);
    };
    let query = CaseHeadQuery { case };
    let head = app.ask(session, &query);
    match head.await {
        Ok(head) => Ok(Some(head.row.case)),
        Err(error) => {
            let rejected = error.into_rejected();
            match rejected.kind {
                RejectionKind::NotFound => Ok(None),
                RejectionKind::Invalid
                | RejectionKind::Conflict
                | RejectionKind::Forbidden
                | RejectionKind::Unavailable => Err(rejected.into()),
            }
        }
    }
}

/// The kinds of papers in the directory.
pub(super) fn papers(page: &Page<'_>) -> Vec<(Topic, String)> {
    let named = |(id, words): (&Topic, &Words)| (id.clone(), page.i18n.words(words).to_owned());
    page.app.directory.materials().map(named).collect()
}

/// The units of a division, of those above it, and of those directly below it.
pub(super) fn units_around(place: DivisionCode, page: &Page<'_>) -> Vec<(UnitId, String)> {
    let directory = &page.app.directory;
    let below = directory.children(place).map(|division| division.code);
    let sites = place
        .chain()
        .chain(below)
        .filter_map(|division| directory.site_at(division));
    let units = sites.flat_map(|site| directory.units_of(site));
    units
        .map(|unit| (unit.id.clone(), unit.name.clone()))
        .collect()
}
