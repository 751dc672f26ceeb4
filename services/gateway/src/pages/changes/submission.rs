//! Submits a change, and waits a moment until this gateway has heard of it.

use std::time::Duration;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use onestop_proto::{command::AcceptedCommand, http::field_of, registry};
use serde_json::Value;

use super::{ChangesTemplate, fields::Change, render, suspension};
use crate::{
    app::App,
    core::{
        form_data::FormData,
        page_error::{PageError, PageResult, refusal, status_of},
    },
    identity::session::Session,
    pages::{
        form::Form,
        problems::Problems,
        service_client::FormCommand,
        shell::{View, html},
    },
};

/// How long a page waits for its own change, and how often it looks.
const LOOKS: u32 = 40;
const BETWEEN: Duration = Duration::from_millis(50);

pub(super) async fn submit(State(app): State<App>, view: View, form: Form<FormData>) -> PageResult {
    let (session, typed) = (form.session, form.fields);
    let change = Change::of(typed.get("do")).ok_or_else(PageError::not_found)?;
    let mut page = render(&app, &view, &session, typed.get("at"), Some(change))?;
    let (site, place) = (page.site.id.clone(), page.site.division);
    let waited = page.waiting.len();
    let plain = change.with_plain_times(&typed, page.today);
    for (field, message) in change.mistakes(&plain) {
        let name = field.name();
        let said = page
            .page
            .i18n
            .t1(message, "field", page.page.field_label(name));
        page.problems.add(name, said);
    }
    if !page.problems.is_empty() {
        keep_typed(&mut page, typed);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response());
    }
    if suspension::is_unconfirmed(change, &typed) {
        let found = suspension::find(&app, &session, page.site, &page.page).await?;
        page.suspension = Some(found);
        keep_typed(&mut page, typed);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response());
    }
    let data = change.data(site.as_str(), &plain);
    let sent = send(&app, &session, &typed, (change.command(), data)).await?;
    let accepted = match sent {
        Ok(accepted) => accepted,
        Err(rejected) => {
            let own = |path: &str| own_field(path, change);
            page.problems = match field_of(&rejected) {
                // One sentence that is about a field by its code.
                Some(field) if rejected.details.get("field").is_none() => {
                    let mut problems = Problems::default();
                    problems.add(&own(&field), page.page.rejection(&rejected));
                    problems
                }
                Some(_) | None => Problems::rejected(&rejected, &page.page, own),
            };
            keep_typed(&mut page, typed);
            return Ok((status_of(&rejected), html(&page)).into_response());
        }
    };
    let updated = updated_app(&app, &accepted).await;
    let done = if updated.directory.waiting_at(&site).len() > waited {
        "change-proposed".to_owned()
    } else {
        format!("{}.{}", registry::SERVICE, change.command())
    };
    let to = format!("/places/changes?at={place}&done={done}");
    Ok(Redirect::to(&to).into_response())
}

/// Shows again what was typed, with the fresh key of the page.
fn keep_typed(page: &mut ChangesTemplate<'_>, typed: FormData) {
    let key = page.typed.get("key").to_owned();
    page.typed = typed;
    page.typed.set("key", key);
}

/// The form's field for a field of the command.
fn own_field(path: &str, change: Change) -> String {
    let path = path.trim_start_matches("data.");
    let first = path.split(['.', '[']).next().unwrap_or_default();
    let known = change.fields().iter().any(|field| field.name() == first);
    if known {
        first.to_owned()
    } else {
        String::new()
    }
}

pub(in crate::pages) type Sent = Result<AcceptedCommand, Box<onestop_proto::rejection::Rejected>>;

/// Sends a command of the registry with the key of its form.
pub(in crate::pages) async fn send(
    app: &App,
    session: &Session,
    typed: &FormData,
    (name, data): (&str, Value),
) -> Result<Sent, PageError> {
    let key = typed.key()?;
    let command = FormCommand {
        key,
        case: None,
        expected_revision: None,
        name,
        data,
    };
    let sent = app.command(session, &registry::service(), command).await;
    Ok(match sent {
        Ok(accepted) => Ok(accepted),
        Err(error) => Err(Box::new(refusal(error)?)),
    })
}

/// The gateway once it has heard of a change; as it is, if that takes too long.
pub(in crate::pages) async fn updated_app(app: &App, accepted: &AcceptedCommand) -> App {
    for _ in 0..LOOKS {
        let now = app.clone();
        if now.directory.recorded_events() > accepted.at.position {
            return now;
        }
        tokio::time::sleep(BETWEEN).await;
    }
    app.clone()
}
