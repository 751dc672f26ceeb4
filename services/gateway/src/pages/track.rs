//! `/track` (查询办理进度): the progress of a case for citizens, without an account. Shows steps, the unit, the
//! expected day and a telephone number; no names of persons, nothing of their statements.

use std::{net::IpAddr, time::Instant};

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use onestop_chassis::client::{ClientError, QuestionMeta};
use onestop_directory::{CaseKey, Directory};
use onestop_proto::{
    case::{TrackQuery, TrackView},
    matter::AwaitedPapers,
    rejection::{Rejected, RejectionKind},
};
use serde::Deserialize;

use super::shell::{Page, View, html};
use crate::{
    app::App,
    core::{
        budgets::RetryAfter,
        client_address::ClientAddress,
        form_data::FormData,
        page_error::{PageError, PageResult, status},
        query_string::Query,
        track_status::TrackedCase,
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/track", get(show_form).post(track))
}

/// The fields that the receipt's QR code fills in.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct TrackForm {
    number: String,
    code: String,
}

#[derive(Template)]
#[template(path = "track.html")]
struct TrackTemplate<'a> {
    page: Page<'a>,
    form: TrackForm,
    problem: Option<String>,
    found: Option<TrackView>,
    /// The papers that the unit at work waits for.
    awaited: Option<AwaitedPapers>,
}

async fn show_form(State(app): State<App>, view: View, Query(form): Query<TrackForm>) -> Response {
    html(&TrackTemplate {
        page: view.page(&app),
        form,
        problem: None,
        found: None,
        awaited: None,
    })
}

async fn track(
    State(app): State<App>,
    view: View,
    ClientAddress(from): ClientAddress,
    axum::Form(form): axum::Form<TrackForm>,
) -> PageResult {
    let page = view.page(&app);
    let form = form.without_address();
    let (code, problem, found) = match form.query(&app.directory) {
        None => {
            let problem = page.i18n.t("track-incomplete");
            (StatusCode::UNPROCESSABLE_ENTITY, Some(problem), None)
        }
        Some(query) => match guess(&app, from, &query).await? {
            Ok(found) => {
                let found = TrackedCase::of_receipt(&app.client, &query, found).await;
                (StatusCode::OK, None, Some(found))
            }
            Err(Refusal::TooOften(wait)) => {
                let response = too_often(page, form, wait);
                return Ok(response);
            }
            Err(Refusal::By(rejected)) => {
                let problem = match rejected.kind {
                    // Does not reveal whether the number exists.
                    RejectionKind::NotFound => page.i18n.t("track-wrong"),
                    RejectionKind::Invalid => page.i18n.t("track-slip"),
                    RejectionKind::Conflict
                    | RejectionKind::Forbidden
                    | RejectionKind::Unavailable => page.rejection(&rejected),
                };
                (status(rejected.kind), Some(problem), None)
            }
        },
    };
    let (found, awaited) = found.map(|found| (found.view, found.papers)).unzip();
    let page = html(&TrackTemplate {
        page,
        form,
        problem,
        found,
        awaited: awaited.flatten(),
    });
    Ok((code, page).into_response())
}

/// Why no case is shown.
enum Refusal {
    /// Too many codes were tried; nothing was asked.
    TooOften(RetryAfter),
    By(Box<Rejected>),
}

/// The form again, with what was typed and when it can be sent.
fn too_often(page: Page<'_>, form: TrackForm, wait: RetryAfter) -> Response {
    let seconds = wait.0.to_string();
    let problem = page.i18n.t1("error-too-many-attempts", "seconds", seconds);
    let again = html(&TrackTemplate {
        page,
        form,
        problem: Some(problem),
        found: None,
        awaited: None,
    });
    let headers = [(header::RETRY_AFTER, HeaderValue::from(wait.0))];
    (StatusCode::TOO_MANY_REQUESTS, headers, again).into_response()
}

impl TrackTemplate<'_> {
    /// By when the case should be done, in words: as a promise, where the bureau made one; of a calendar that is not announced,
    /// that it is provisional.
    fn by_when(&self) -> Option<String> {
        let found = self.found.as_ref()?;
        let day = found.expected?.to_string();
        let remark = self.page.certainty_remark(found.certainty);
        let id = if found.promised {
            "track-promised"
        } else {
            "track-expected"
        };
        Some(format!("{}{remark}", self.page.i18n.t1(id, "day", day)))
    }
}

impl TrackForm {
    /// The number and the code of the QR code's address, if that was pasted into a field; else what was typed.
    fn without_address(self) -> Self {
        let pasted = [&self.number, &self.code];
        let pasted = pasted
            .into_iter()
            .find_map(|typed| typed.split_once("/track?"));
        let Some((_, pairs)) = pasted else {
            return self;
        };
        let (pairs, fragment) = pairs.split_once('#').unwrap_or((pairs, ""));
        let (pairs, fragment) = (FormData::parse(pairs), FormData::parse(fragment));
        let code = fragment.filled("code").or_else(|| pairs.filled("code"));
        Self {
            number: pairs.get("number").to_owned(),
            code: code.map_or_else(|| self.code_alone(), str::to_owned),
        }
    }

    /// The code as it was typed; nothing if an address was pasted there.
    fn code_alone(&self) -> String {
        let typed = Some(&self.code).filter(|code| !code.contains("/track?"));
        typed.cloned().unwrap_or_default()
    }

    /// The question, if the form is complete.
    fn query(&self, directory: &Directory) -> Option<TrackQuery> {
        let code = self.code.trim();
        if code.is_empty() {
            return None;
        }
        match directory.read_case(&self.number).ok()? {
            key @ (CaseKey::Number(_) | CaseKey::ShortCode(_)) => Some(TrackQuery {
                number: key.into(),
                code: code.to_owned(),
                texts: Vec::new(),
            }),
            // It is on no receipt.
            CaseKey::Id(_) => None,
        }
    }
}

/// Asks, unless this address has guessed too often: at this case, or at all. Sign-in has a budget of its own.
async fn guess(
    app: &App,
    from: IpAddr,
    query: &TrackQuery,
) -> Result<Result<TrackView, Refusal>, PageError> {
    let guess = match app.tracking.count(&query.number, from, Instant::now()) {
        Ok(guess) => guess,
        Err(wait) => return Ok(Err(Refusal::TooOften(wait))),
    };
    let found = find(app, query).await;
    let Ok(Err(rejected)) = &found else {
        app.tracking.release(&guess);
        return Ok(found?.map_err(Refusal::By));
    };
    if let Err(wait) = app.tracking.refused(&guess, rejected, Instant::now()) {
        return Ok(Err(Refusal::TooOften(wait)));
    }
    Ok(found?.map_err(Refusal::By))
}

/// Asks intake without an actor.
async fn find(
    app: &App,
    query: &TrackQuery,
) -> Result<Result<TrackView, Box<Rejected>>, ClientError> {
    match app.client.ask(QuestionMeta::default(), query).await {
        Ok(found) => Ok(Ok(found)),
        Err(ClientError::Rejected(rejected)) if rejected.kind != RejectionKind::Unavailable => {
            Ok(Err(rejected))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a telephone copies from the QR code is the whole address.
    #[test]
    fn a_pasted_address_is_read_as_the_number_and_the_code_in_it() {
        let form = |number: &str, code: &str| TrackForm {
            number: number.to_owned(),
            code: code.to_owned(),
        };
        let (number, code) = ("s4k2m9qxa-261123-001", "ABCD-2345");
        let address = format!("https://yc.example/track?number={number}#code={code}");
        let whole = form(number, code);
        assert_eq!(form(&address, "").without_address(), whole);
        assert_eq!(form("", &address).without_address(), whole);
        assert_eq!(form(&address, &address).without_address(), whole);
        let short = format!("https://yc.example/track?number={number}");
        assert_eq!(form(&short, code).without_address(), whole);
        let typed = form("417 971 192", code);
        assert_eq!(form("417 971 192", code).without_address(), typed);
    }
}
