//! Submits the form of a command.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use onestop_proto::{
    ids::{CaseRef, StaffId},
    rejection::Rejected,
    typed,
};
use serde_json::{Value, json};

use super::{
    ActionParams, Target, back_or_case,
    drafts::{self, ActDraft},
    field_values::command_data,
    form_spec::{FormSpec, HANDOFF, Kind},
    number_fields, refused_fields, render, typed_values,
};
use crate::{
    app::App,
    core::{
        form_data::{FormData, split_list},
        page_error::{PageError, PageResult, refusal, status_of},
    },
    identity::session::Session,
    pages::{
        afterwards::{self, Undone, noted},
        case_head,
        form::Form,
        lookup::{find_case, find_responsible_place},
        problems::Problems,
        service_client::FormCommand,
        shell::{Page, View, html},
    },
};

pub(super) async fn submit(
    State(app): State<App>,
    view: View,
    path: Path<(String, String, String)>,
    form: Form<FormData>,
) -> PageResult {
    let (session, mut typed) = (form.session, form.fields);
    let target = Target::parse(&session, path)?;
    let page = view.page(&app);
    let mut problems = Problems::default();
    let resolved = resolve(&app, &session, &target.spec, &typed, &page, &mut problems).await?;
    let mut data = command_data(&target.spec, &resolved, &page, &mut problems);
    let act = (&target.service, target.command.as_str());
    number_fields::check(act, &target.spec, &typed, &page, &mut problems);
    if target.spec.has_handoff {
        data[HANDOFF] = json!(typed.get(&format!("f.{HANDOFF}")));
    }
    let mut rejected = None;
    if problems.is_empty() {
        match execute(&app, &session, &target, &typed, data).await? {
            Ok(to) => return Ok(Redirect::to(&to).into_response()),
            Err(reason) => {
                problems = refused_fields::problems(&target.spec, &reason, &page);
                rejected = Some(reason);
            }
        }
    }
    let params = ActionParams {
        back: typed.get("back").to_owned(),
        ..ActionParams::default()
    };
    // What was done under a key is done: what is typed now would be another act.
    let is_done = rejected
        .as_ref()
        .is_some_and(|rejected| rejected.code == "key-reused");
    if is_done {
        typed.set("key", app.clock.command().to_string());
    }
    let mut page = render(&app, &view, &session, target, typed, &params).await?;
    page.problems = if is_done {
        page.done_before()
    } else {
        problems
    };
    let status = rejected
        .as_ref()
        .map_or(StatusCode::UNPROCESSABLE_ENTITY, status_of);
    if rejected.is_some_and(|rejected| rejected.code == "stale-revision") {
        page.problems = page.conflict();
    }
    Ok((status, html(&page)).into_response())
}

/// Sends the command; returns the address to redirect to, or the rejection.
async fn execute(
    app: &App,
    session: &Session,
    target: &Target,
    typed: &FormData,
    data: Value,
) -> Result<Result<String, Rejected>, PageError> {
    let key = typed.key()?;
    let head = case_head::fetch(app, session, &target.case, "").await?;
    let command = FormCommand {
        key,
        case: Some(CaseRef::Id(head.row.case)),
        expected_revision: typed.get("revision").parse().ok(),
        name: &target.command,
        data,
    };
    Ok(match app.command(session, &target.service, command).await {
        Ok(accepted) => {
            let case = head.row.case;
            let draft = ActDraft::of(session, case, &target.service, &target.command);
            let deleted = drafts::delete(app, draft).await;
            let back = back_or_case(typed.get("back"), &head);
            let between = if back.contains('?') { '&' } else { '?' };
            let after = app.positions.seal(&accepted.at);
            let done = format!("{}.{}", target.service, target.command);
            let to = format!("{back}{between}done={done}&after={after}");
            Ok(afterwards::address(
                &to,
                noted(deleted, Undone::DraftForgotten),
            ))
        }
        Err(error) => Err(refusal(error)?),
    })
}

/// The account of a colleague, typed by account or name.
fn account(text: &str, page: &Page<'_>) -> Result<String, String> {
    let known = typed::account(text).parse::<StaffId>().ok();
    let known = known.or_else(|| page.app.staff_names.find(text));
    known
        .map(|id| id.to_string())
        .ok_or_else(|| page.i18n.t1("problem-staff", "name", text))
}

/// The accounts of several, between spaces or commas.
fn accounts(text: &str, page: &Page<'_>) -> Result<String, String> {
    let accounts = split_list(text).map(|one| account(one, page));
    Ok(accounts.collect::<Result<Vec<_>, _>>()?.join(" "))
}

/// Replaces typed divisions, cases, colleagues and moments by their codes.
async fn resolve(
    app: &App,
    session: &Session,
    spec: &FormSpec,
    typed: &FormData,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Result<FormData, PageError> {
    let mut resolved = typed.clone();
    for field in &spec.fields {
        let id = field.id();
        let Some(text) = typed.filled(&id) else {
            continue;
        };
        if let Some(read) = typed_values::read(&field.kind, text, page.now.china_date()) {
            match read {
                Ok(plain) => resolved.set(&id, plain),
                Err(message) => {
                    problems.add(&id, page.i18n.t1(message, "field", field.label(page)));
                }
            }
            continue;
        }
        let found = match field.kind {
            Kind::Place => find_responsible_place(text, typed.get(&format!("{id}.pick")), page)
                .map(|place| place.to_string())
                .map_err(|_| page.i18n.t("new-problem-place")),
            Kind::Case => find_case(app, session, text)
                .await?
                .map(|case| case.to_string())
                .map_err(|none| none.problem(text, page)),
            Kind::Staff => accounts(text, page),
            Kind::Colleague => account(text, page),
            Kind::Choice(_)
            | Kind::Choices(_)
            | Kind::Party
            | Kind::Line
            | Kind::Text
            | Kind::Day
            | Kind::Moment
            | Kind::Money
            | Kind::Number
            | Kind::Fen
            | Kind::Flag
            | Kind::Unit
            | Kind::Papers
            | Kind::Copies
            | Kind::Remarks
            | Kind::Subject
            | Kind::Ground(_) => continue,
        };
        match found {
            Ok(code) => resolved.set(&id, code),
            Err(problem) => problems.add(&id, problem),
        }
    }
    Ok(resolved)
}
