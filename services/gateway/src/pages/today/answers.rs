//! What became of what the user asked for (申请的结果): approved or refused, by whom and why, until they have seen it.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect},
    routing::post,
};
use fluent_bundle::FluentArgs;
use onestop_proto::{
    contract,
    ids::{CaseId, CaseNumber},
};
use serde::Deserialize;

use crate::{
    app::App,
    core::{
        command_schema,
        db::request_answers::{
            self, Decision, RequestAnswer, RequestKind, ShownAnswers, UnseenAnswer,
        },
        page_error::{PageError, PageResult},
    },
    identity::session::Session,
    pages::{case_rows, form::Form, shell::Page},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/today/seen", post(mark_seen))
}

/// The answers that the user has not seen, or the newest of many.
pub(super) struct Answers {
    pub(super) count: u64,
    pub(super) newest_first: Vec<AnswerText>,
}

impl Answers {
    /// Those that are on the page; nothing where there are none.
    pub(super) fn on_page(&self) -> Option<ShownAnswers> {
        let (newest, oldest) = (self.newest_first.first()?, self.newest_first.last()?);
        Some(ShownAnswers {
            oldest: oldest.id,
            newest: newest.id,
        })
    }
}

/// An answer in words.
pub(super) struct AnswerText {
    id: i64,
    pub(super) text: String,
    /// Where the user goes on.
    pub(super) link: String,
}

pub(super) async fn unseen(
    app: &App,
    session: &Session,
    page: &Page<'_>,
) -> Result<Answers, PageError> {
    let staff = session.staff.id.clone();
    let key = app.draft_key.clone();
    let found = app.db.with(move |db| {
        let count = request_answers::count_unseen(db, &staff)?;
        Ok((count, request_answers::unseen(db, &key, &staff)?))
    });
    let (count, found) = found.await?;
    let named = found.iter().filter_map(|one| case_of(&one.answer));
    let rows = case_rows::find(app, session, named.collect()).await;
    let texts = found.into_iter().map(|UnseenAnswer { id, answer }| {
        let number = case_of(&answer).and_then(|case| Some(rows.get(&case)?.number.clone()));
        AnswerText {
            id,
            text: words(&answer, number.as_ref(), page),
            link: answer.link,
        }
    });
    Ok(Answers {
        count,
        newest_first: texts.collect(),
    })
}

/// The case that an answer names by its id.
fn case_of(answer: &RequestAnswer) -> Option<CaseId> {
    match answer.kind {
        RequestKind::Erasure => answer.subject.parse().ok(),
        RequestKind::LateEntry | RequestKind::Skip | RequestKind::Follow | RequestKind::Account => {
            None
        }
    }
}

/// Who decided what, when, and for a refusal why.
fn words(answer: &RequestAnswer, number: Option<&CaseNumber>, page: &Page<'_>) -> String {
    let mut said = FluentArgs::new();
    said.set("who", page.person(&answer.by));
    said.set("when", page.moment(&answer.at));
    said.set("what", subject(answer, number, page));
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
fn subject(answer: &RequestAnswer, number: Option<&CaseNumber>, page: &Page<'_>) -> String {
    let (i18n, subject) = (&page.i18n, answer.subject.as_str());
    match answer.kind {
        RequestKind::LateEntry => {
            let title = subject.split_once('.').and_then(|(service, command)| {
                command_schema::title(&service.parse().ok()?, command)
            });
            let title = title.as_ref().map_or(subject, |title| i18n.words(title));
            i18n.t1("answer-late-entry", "what", title)
        }
        RequestKind::Erasure => match number {
            Some(number) => i18n.t1("answer-erasure", "number", page.case_name(number)),
            None if case_of(answer).is_some() => i18n.t("answer-erasure-of-a-case"),
            None => i18n.t1("answer-erasure", "number", page.with_names(subject)),
        },
        // The decision names the event by its id, which says nothing to people.
        RequestKind::Skip => match contract::title(subject) {
            Some(title) => i18n.t1("event-request-skip", "what", i18n.text(title)),
            None => i18n.t("answer-skip"),
        },
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
    /// The oldest and the newest answer that were on the page.
    oldest: i64,
    newest: i64,
}

async fn mark_seen(State(app): State<App>, form: Form<SeenForm>) -> PageResult {
    let SeenForm { oldest, newest } = form.fields;
    let (staff, shown) = (form.session.staff.id, ShownAnswers { oldest, newest });
    let marked = app
        .db
        .with(move |db| request_answers::mark_seen(db, &staff, shown));
    marked.await?;
    Ok(Redirect::to("/today").into_response())
}
