//! The case that an address of the API names, in any form.

use axum::extract::RawPathParams;
use onestop_chassis::client::{ClientError, QuestionMeta};
use onestop_directory::CaseKey;
use onestop_proto::{
    case,
    envelope::LogPosition,
    http::ApiRejection,
    ids::{CaseId, CaseRef},
    journal,
    ledger::CaseHeadQuery,
    query::{CaseQuery, CustodyQuery},
    rejection::{CommonRejection, Malformed, Misfit, RejectionKind},
};

use super::{error::ApiError, principal::Principal};
use crate::{app::App, core::budgets::RetryAfter};

/// What the address names, if it names a case.
///
/// # Errors
/// If that is no name of a case.
pub(super) fn parse(path: &RawPathParams) -> Result<Option<CaseRef>, Misfit> {
    let Some((_, text)) = path.iter().find(|(name, _)| *name == "case") else {
        return Ok(None);
    };
    let case = text.parse::<CaseRef>();
    case.map(Some).map_err(|error| Misfit {
        field: "case".to_owned(),
        problem: error.to_string(),
    })
}

/// The case in the address, if it names one, as the service knows it that is asked; a number is looked up `after` that position.
///
/// # Errors
/// If it is none, or the principal has named too many short codes that no case has.
pub(super) async fn read(
    app: &App,
    principal: &Principal,
    path: &RawPathParams,
    service: &str,
    after: Option<&LogPosition>,
) -> Result<Option<CaseRef>, ApiError> {
    let named = parse(path).map_err(|misfit| CommonRejection::from(Malformed::from(misfit)))?;
    let Some(named) = named else {
        return Ok(None);
    };
    let unknown = || CommonRejection::UnknownCase {
        case: named.clone(),
    };
    let key = app.directory.case_key(&named).ok_or_else(unknown)?;
    let case = match key {
        CaseKey::Id(case) => case,
        // Intake knows a number before the journal does; the services behind it know ids alone.
        CaseKey::Number(number) if matches!(service, case::SERVICE | journal::SERVICE) => {
            return Ok(Some(CaseRef::Number(number)));
        }
        CaseKey::Number(number) => {
            visible(app, principal, CaseRef::Number(number), after.cloned()).await?
        }
        CaseKey::ShortCode(code) => {
            find_by_short_code(app, principal, CaseRef::ShortCode(code)).await?
        }
    };
    Ok(Some(CaseRef::Id(case)))
}

/// As [`visible`]; a short code that names none is counted.
async fn find_by_short_code(
    app: &App,
    principal: &Principal,
    case: CaseRef,
) -> Result<CaseId, ApiError> {
    let staff = &principal.actor.staff;
    let admitted = app.wrong_short_codes.check(staff);
    admitted.map_err(|RetryAfter(seconds)| ApiRejection::TooOften { seconds })?;
    let found = visible(app, principal, case, None).await;
    if let Err(ClientError::Rejected(rejected)) = &found
        && rejected.kind == RejectionKind::NotFound
    {
        app.wrong_short_codes.count(staff);
    }
    Ok(found?)
}

/// The id of a case that the principal may see. The journal knows of every case, but hears what referral makes of an event, an
/// offer say, after the event itself: where it knows nothing, intake says which case a number is, and referral, which decides
/// who takes part, whether the principal does.
///
/// # Errors
/// What the journal answers, with the name that the principal gave: a refusal says nothing of a case that they may not see.
pub(super) async fn visible(
    app: &App,
    principal: &Principal,
    name: CaseRef,
    after: Option<LogPosition>,
) -> Result<CaseId, ClientError> {
    let meta = QuestionMeta {
        actor: Some(principal.actor.clone()),
        after,
    };
    let query = CaseHeadQuery { case: name.clone() };
    let unseen = match app.client.ask(meta.clone(), &query).await {
        Ok(head) => return Ok(head.row.case),
        Err(unseen) => unseen,
    };
    let id = match name {
        CaseRef::Id(id) => Some(id),
        CaseRef::Number(_) => {
            let numbered = app
                .client
                .ask(meta.clone(), &CaseQuery { case: name })
                .await;
            numbered.ok().map(|view| view.case)
        }
        // Who guesses short codes learns nothing from how long an answer takes.
        CaseRef::Official(_) | CaseRef::ShortCode(_) => None,
    };
    let Some(case) = id else { return Err(unseen) };
    match app.client.ask(meta, &CustodyQuery { case }).await {
        Ok(_) => Ok(case),
        Err(_) => Err(unseen),
    }
}
