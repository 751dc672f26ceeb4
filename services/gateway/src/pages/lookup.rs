//! What people name by typing: a place by its name, a case by its number, papers by what they are called.

use onestop_proto::{
    division::DivisionCode,
    ids::{CaseId, CaseRef, Topic, UnitId},
    journal,
    ledger::{CaseHead, CaseHeadQuery},
    rejection::RejectionKind,
    text::Words,
};

use crate::{app::App, auth::Session, error::Oops, page::Page};

/// Places offered where a name fits several.
pub(super) const PLACES: usize = 8;

/// The place that was typed: by its code, by a name that fits one place, or picked among those that fit.
/// Else those that fit, perhaps none.
pub(super) fn place_of(
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

/// The case of a number, if there is one that this person may see.
pub(super) async fn case_of(
    app: &App,
    session: &Session,
    number: &str,
) -> Result<Option<CaseId>, Oops> {
    let Ok(case) = number.parse::<CaseRef>() else {
        return Ok(None);
    };
    let asked = CaseHeadQuery { case };
    let journal = journal::service();
    let head = app.ask::<CaseHead>(session, (&journal, "case"), None, &asked);
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

/// The papers that the directory has a name for.
pub(super) fn papers(page: &Page<'_>) -> Vec<(Topic, String)> {
    let named = |(id, words): (&Topic, &Words)| (id.clone(), page.say.words(words).to_owned());
    page.app.directory.materials().map(named).collect()
}

/// The units around a place, from its own up the tree, and those directly below it.
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
