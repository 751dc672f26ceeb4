//! What became of what the user asked for (申请的结果): approved or refused, by whom and why, until they have seen it.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use fluent_bundle::FluentArgs;
use onestop_proto::contract;
use serde::Deserialize;

use crate::{
    app::App,
    core::{
        command_schema,
        db::request_answers::{self, Decision, RequestAnswer, RequestKind, UnseenAnswer},
        page_error::PageError,
    },
    identity::session::Session,
    pages::{form::Form, shell::Page},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/today/seen", post(mark_seen))
}

/// An answer in words.
pub(super) struct AnswerText {
    pub(super) id: i64,
    pub(super) text: String,
    /// Where the user goes on.
    pub(super) link: String,
}

/// The answers that the user has not seen, the newest first.
pub(super) async fn unseen(
    app: &App,
    session: &Session,
    page: &Page<'_>,
) -> Result<Vec<AnswerText>, PageError> {
    let staff = session.staff.id.clone();
    let key = app.draft_key.clone();
    let found = app
        .db
        .with(move |db| request_answers::unseen(db, &key, &staff));
    let texts = found.await?.into_iter();
    let texts = texts.map(|UnseenAnswer { id, answer }| AnswerText {
        id,
        text: words(&answer, page),
        link: answer.link,
    });
    Ok(texts.collect())
}

/// Who decided what, when, and for a refusal why.
fn words(answer: &RequestAnswer, page: &Page<'_>) -> String {
    let mut said = FluentArgs::new();
    said.set("who", page.person(&answer.by));
    said.set("when", page.moment(&answer.at));
    said.set("what", subject(answer, page));
    match &answer.decision {
        Decision::Approved => page.i18n.format("answer-approved", &said),
        Decision::Refused(why) if why.is_empty() => page.i18n.format("answer-refused", &said),
        Decision::Refused(why) => {
            said.set("why", why.as_str());
            page.i18n.format("answer-refused-why", &said)
        }
    }
}

/// What was asked for, in words.
fn subject(answer: &RequestAnswer, page: &Page<'_>) -> String {
    let (i18n, subject) = (&page.i18n, answer.subject.as_str());
    match answer.kind {
        RequestKind::LateEntry => {
            let title = subject.split_once('.').and_then(|(service, command)| {
                command_schema::title(&service.parse().ok()?, command)
            });
            let title = title.as_ref().map_or(subject, |title| i18n.words(title));
            i18n.t1("answer-late-entry", "what", title)
        }
        RequestKind::Erasure => i18n.t1("answer-erasure", "number", page.with_names(subject)),
        RequestKind::Skip => {
            let title = contract::title(subject).map_or(subject, |title| i18n.text(title));
            i18n.t1("event-request-skip", "what", title)
        }
        RequestKind::Follow => i18n.t1("event-request-follow", "what", subject),
        RequestKind::Account => {
            let (account, act) = subject.split_once(' ').unwrap_or((subject, ""));
            let who = account.parse().map(|staff| page.person(&staff));
            let who = who.unwrap_or_else(|_| account.to_owned());
            i18n.t2("request-about", "who", who, "what", page.history_words(act))
        }
    }
}

#[derive(Deserialize)]
struct SeenForm {
    /// The newest answer that was on the page.
    upto: i64,
}

async fn mark_seen(State(app): State<App>, form: Form<SeenForm>) -> Result<Response, PageError> {
    let (staff, upto) = (form.session.staff.id, form.fields.upto);
    let marked = app
        .db
        .with(move |db| request_answers::mark_seen(db, &staff, upto));
    marked.await?;
    Ok(Redirect::to("/today").into_response())
}
