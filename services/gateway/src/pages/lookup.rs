//! Finds what users type: divisions by name, cases by any of their names.

use onestop_directory::CaseKey;
use onestop_proto::{
    division::DivisionCode,
    ids::{CaseId, Topic, UnitId},
    ledger::CaseRow,
    rejection::RejectionKind,
    text::Words,
    typed::half_width,
};

use super::{case_head, shell::Page};
use crate::{
    app::App,
    core::{budgets::RetryAfter, page_error::PageError},
    identity::session::Session,
};

/// Suggestions for a name that matches several divisions.
pub(super) const PLACES: usize = 8;

/// The division of a typed code, of a name by which the user's unit means one division, or picked among those that match.
///
/// # Errors
/// The divisions that match, perhaps none.
pub(super) fn find_place(
    text: &str,
    picked: &str,
    page: &Page<'_>,
) -> Result<DivisionCode, Vec<DivisionCode>> {
    let directory = &page.app.directory;
    let typed = half_width(text);
    let digits = typed.trim_start().chars().take_while(char::is_ascii_digit);
    let digits: String = digits.collect();
    // A form that was saved before a new list of divisions has the code of then.
    let present = |code| directory.present_division(code);
    let code = digits.parse::<DivisionCode>().map(present);
    if let Ok(code) = code
        && directory.division(code).is_some()
    {
        return Ok(code);
    }
    let near = page.session.and_then(|session| session.division(page.app));
    let found = match directory.resolve_place(text, near, PLACES) {
        Ok(place) => return Ok(place),
        Err(found) => found,
    };
    match picked.parse::<DivisionCode>().map(present) {
        Ok(picked) if found.contains(&picked) => Ok(picked),
        Ok(_) | Err(_) => Err(found),
    }
}

/// The same of a place to which a matter may belong, which may be one of another province.
pub(super) fn find_responsible_place(
    text: &str,
    picked: &str,
    page: &Page<'_>,
) -> Result<DivisionCode, Vec<DivisionCode>> {
    let found = find_place(text, picked, page);
    found.or_else(|near| page.app.directory.outside_place(text).ok_or(near))
}

/// The case that a user typed, in any form, if they may see it.
pub(super) async fn find_case(
    app: &App,
    session: &Session,
    typed: &str,
) -> Result<Result<CaseId, NoCase>, PageError> {
    let Ok(key) = app.directory.read_case(typed) else {
        return Ok(Err(NoCase::Unknown));
    };
    if let (CaseKey::ShortCode(_), Err(wait)) =
        (&key, app.wrong_short_codes.check(&session.staff.id))
    {
        return Ok(Err(NoCase::TooOften(wait)));
    }
    let row = find_row(app, session, key).await?;
    Ok(row.map(|row| row.case).ok_or(NoCase::Unknown))
}

/// Why a field names no case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoCase {
    Unknown,
    /// The user has named too many short codes that are none; nothing was asked.
    TooOften(RetryAfter),
}

impl NoCase {
    /// What the field that named it says.
    pub(super) fn problem(self, typed: &str, page: &Page<'_>) -> String {
        match self {
            Self::Unknown => page.i18n.t1("problem-case", "number", typed),
            Self::TooOften(wait) => {
                let seconds = wait.0.to_string();
                page.i18n.t1("error-too-many-attempts", "seconds", seconds)
            }
        }
    }
}

/// A case, if the user may see it. Short codes that name none are counted.
///
/// # Errors
/// If the journal does not answer, or the user has named too many such codes.
pub(super) async fn find_row(
    app: &App,
    session: &Session,
    key: CaseKey,
) -> Result<Option<CaseRow>, PageError> {
    let staff = &session.staff.id;
    let counted = match &key {
        CaseKey::ShortCode(_) => Some(&app.wrong_short_codes),
        CaseKey::Id(_) | CaseKey::Number(_) => None,
    };
    let admitted = counted.map_or(Ok(()), |codes| codes.check(staff));
    admitted.map_err(PageError::too_many_attempts)?;
    match case_head::find(app, session, &key.into(), "").await {
        Ok(head) => Ok(Some(head.row)),
        Err(error) => {
            let rejected = error.into_rejected();
            match rejected.kind {
                RejectionKind::NotFound => {
                    if let Some(codes) = counted {
                        codes.count(staff);
                    }
                    Ok(None)
                }
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
