//! Opens what was taken down, and sends what it should have been.

use axum::http::StatusCode;
use onestop_chassis::client::ClientError;
use onestop_proto::{
    case::{self as intake, Correct},
    ids::{CaseRef, EventId},
    journal::{Replay, ReplayQuery},
    ledger::CaseHead,
    personal::{ApplicantQuery, ApplicantView},
    query::{CaseQuery, CaseView},
    rejection::Rejected,
    text::Words,
    typed::is_blank,
};
use serde_json::json;

use super::{
    COMMAND,
    fields::{self, TakenDown},
};
use crate::{
    app::App,
    core::{
        form_data::FormData,
        page_error::{PageError, refusal, status_of},
    },
    identity::session::Session,
    pages::{
        agent_fields, document_fields, needs, person_rows, problems::Problems, respondent_rows,
        service_client::FormCommand, shell::Page,
    },
};

/// Sends the correction; where it leads then.
pub(super) async fn send(
    app: &App,
    session: &Session,
    head: &CaseHead,
    typed: &FormData,
    correct: Correct,
) -> Result<Result<String, Rejected>, PageError> {
    let key = typed.key()?;
    let command = FormCommand {
        key,
        case: Some(CaseRef::Id(head.row.case)),
        expected_revision: typed.get("revision").parse().ok(),
        name: COMMAND,
        data: json!(correct),
    };
    Ok(
        match app.command(session, &intake::service(), command).await {
            Ok(accepted) => {
                let (number, after) = (&head.row.number, app.positions.seal(&accepted.at));
                Ok(format!(
                    "/cases/{number}?done=intake.{COMMAND}&after={after}"
                ))
            }
            Err(error) => Err(refusal(error)?),
        },
    )
}

/// Another has corrected the case since the form was opened: shows what is there now, with the changes of this form.
pub(super) async fn meet(
    app: &App,
    session: &Session,
    case: &CaseRef,
    typed: FormData,
    page: &Page<'_>,
) -> Result<(FormData, Problems), PageError> {
    let mut problems = Problems::default();
    let carried = match (open(app, session, case).await?, TakenDown::of(&typed)) {
        (Ok(now), Some(before)) => {
            problems.add("", page.i18n.t("correct-problem-another"));
            fields::carry_over(&before.fields(), &typed, &now)
        }
        (Err((_, problem)), _) => {
            problems.add("", page.i18n.words(&problem));
            typed
        }
        (Ok(_), None) => {
            problems.add("", page.i18n.t("problem-key"));
            typed
        }
    };
    Ok((carried, problems))
}

/// The personal data as fields of the form, or why it cannot be opened. The revision is read first: what it says is in
/// the fields, or more.
pub(super) async fn open(
    app: &App,
    session: &Session,
    case: &CaseRef,
) -> Result<Result<FormData, (StatusCode, Words)>, PageError> {
    let query = CaseQuery { case: case.clone() };
    let known: CaseView = app.ask(session, &query).await?;
    let query = ApplicantQuery {
        case: case.clone(),
        reason: None,
    };
    let view: ApplicantView = match app.ask(session, &query).await {
        Ok(view) => view,
        Err(ClientError::Rejected(rejected)) => {
            return Ok(Err((status_of(&rejected), rejected.message)));
        }
        Err(error) => return Err(error.into()),
    };
    let taken_down = TakenDown {
        applicant: view.applicant,
        needs: known.needs,
    };
    let mut typed = taken_down.fields();
    typed.set("key", app.clock.command().to_string());
    typed.set("revision", known.revision.to_string());
    Ok(Ok(typed))
}

/// The correction, which holds only what differs.
pub(super) fn parse(
    head: &CaseHead,
    event: EventId,
    typed: &FormData,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Option<Correct> {
    let reason = typed.get("reason").parse();
    if reason.is_err() {
        problems.add("reason", page.i18n.t("correct-problem-reason"));
    }
    let before = TakenDown::of(typed);
    let unnamed = before
        .as_ref()
        .is_some_and(|it| it.applicant.is_anonymous());
    if is_blank(typed.get("name")) && !unnamed {
        problems.add("name", page.i18n.t("new-problem-name"));
    }
    person_rows::check_name("name", typed, page, problems);
    person_rows::check_phone("phone", typed, page, problems);
    document_fields::check_first(typed, page, problems);
    person_rows::check(typed, page, problems);
    let people = before.as_ref().map(|it| it.applicant.people.as_slice());
    person_rows::check_papers(typed, people.unwrap_or_default(), page, problems);
    respondent_rows::check(typed, page, problems);
    agent_fields::check(typed, page, problems);
    let Some(before) = before else {
        problems.add("", page.i18n.t("problem-key"));
        return None;
    };
    let after = before.corrected(typed);
    if after.needs != before.needs {
        needs::check(typed, page, problems);
    }
    let topic = typed.filled("topic").and_then(|topic| topic.parse().ok());
    let correct = Correct {
        event,
        reason: reason.ok()?,
        applicant: (after.applicant != before.applicant).then_some(after.applicant),
        needs: (after.needs != before.needs).then_some(after.needs),
        place: None,
        topic: topic.filter(|topic| *topic != head.row.topic),
    };
    problems.is_empty().then_some(correct)
}

pub(super) async fn opening_event(
    app: &App,
    session: &Session,
    case: &CaseRef,
) -> Result<EventId, PageError> {
    let query = ReplayQuery::whole(case.clone());
    let replay: Replay = app.ask(session, &query).await?;
    let opening = replay.opening().ok_or_else(PageError::not_found)?;
    Ok(opening.event.id)
}

pub(super) fn field(of_command: &str, typed: &FormData) -> String {
    let path = of_command.trim_start_matches("data.");
    if let Some(field) = person_rows::field_of(path, typed) {
        return field;
    }
    if let Some(field) = respondent_rows::field_of(path, typed) {
        return field;
    }
    if let Some(field) = agent_fields::field_of(path) {
        return field.to_owned();
    }
    let known = [
        ("phone", "phone"),
        ("number", "document_number"),
        ("document", "document_kind"),
        ("address", "address"),
        ("summary", "summary"),
        ("topic", "topic"),
        ("reason", "reason"),
        ("name", "name"),
    ];
    let found = known.iter().find(|(end, _)| path.ends_with(end));
    found.map_or("", |(_, field)| *field).to_owned()
}
