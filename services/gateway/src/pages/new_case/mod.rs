//! `/cases/new`: a new registration (新登记) on one page. The key that makes it happen once is made with the
//! form: sent twice, replayed or gone back to, it is the same registration.

mod answers;
mod drafts;
mod similar;
mod suggest;

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use onestop_chassis::client::ClientError;
use onestop_directory::Item;
use onestop_proto::{
    case,
    ids::{CaseId, CommandId},
    permission,
    rejection::Rejected,
};
use serde::Deserialize;
use serde_json::{Value, json};

use self::{
    answers::{Registration, SUMMARY},
    similar::Near,
    suggest::Suggestion,
};
use super::{
    lookup::{PLACES, case_of},
    moves::form::{Choice, choices, schema},
};
use crate::{
    app::App,
    ask::Decision,
    auth::{Form, Session},
    db::drafts::{self as kept, Kind},
    error::Oops,
    live,
    page::{Page, View, html},
    pairs::Pairs,
    problems::Problems,
};

/// The command that this page sends.
const COMMAND: &str = "open";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/cases/new", get(show).post(send))
        .route("/cases/new/suggest", post(suggestion))
        .route("/find/places", get(places))
        .merge(drafts::routes())
}

/// The lists that the contract has for this command.
struct Lists {
    channels: Vec<Choice>,
    documents: Vec<Choice>,
    languages: Vec<Choice>,
    care: Vec<Choice>,
    agents: Vec<Choice>,
}

impl Lists {
    fn of_the_contract() -> Self {
        let known = schema(&case::service(), COMMAND).map(|(schema, _)| schema);
        let schema = known.unwrap_or(Value::Null);
        Self {
            channels: choices(&schema, "Channel"),
            documents: choices(&schema, "DocumentKind"),
            languages: choices(&schema, "SpokenLanguage"),
            care: choices(&schema, "Care"),
            agents: choices(&schema, "AgentKind"),
        }
    }
}

#[derive(Template)]
#[template(path = "new-case.html")]
struct NewCase<'a> {
    page: Page<'a>,
    typed: Pairs,
    problems: Problems,
    /// The case that was opened with this form before.
    sent: Option<CaseId>,
    suggestion: Option<Suggestion>,
    near: Vec<Near>,
    lists: Lists,
    saved: Option<String>,
}

/// The panel beside the form, by itself.
#[derive(Template)]
#[template(path = "suggestion.html")]
struct Panel<'a> {
    page: Page<'a>,
    suggestion: Option<Suggestion>,
    near: Vec<Near>,
}

#[derive(Template)]
#[template(path = "place-options.html")]
struct PlaceOptions {
    places: Vec<(String, String)>,
}

impl<'a> NewCase<'a> {
    fn new(page: Page<'a>, typed: Pairs) -> Self {
        let suggestion = suggest::suggest(&answers::about(&typed, &page), &page);
        Self {
            suggestion,
            near: Vec::new(),
            typed,
            page,
            problems: Problems::default(),
            sent: None,
            lists: Lists::of_the_contract(),
            saved: None,
        }
    }

    /// The items that a window of this tier receives.
    fn items(&self) -> Vec<&Item> {
        let directory = &self.page.app.directory;
        let place = self
            .page
            .session
            .and_then(|session| session.division(self.page.app));
        let received = |item: &&Item| place.is_none_or(|place| directory.offers(&item.id, place));
        directory.items().filter(received).collect()
    }

    /// The places that the typed name fits, to pick one.
    fn fitting(&self) -> Vec<(String, String)> {
        let Err(found) = answers::place(&self.typed, &self.page) else {
            return Vec::new();
        };
        found
            .iter()
            .map(|place| (place.to_string(), self.page.place(place)))
            .collect()
    }

    /// Whether there is something to see among what is seldom asked.
    fn more(&self) -> bool {
        const SELDOM: [&str; 9] = [
            "occurred_at",
            "address",
            "others",
            "opposed_to",
            "related",
            "agent_name",
            "agent_phone",
            "agent_authority",
            "channel",
        ];
        let typed = |name: &str| match name {
            "channel" => !self.typed.has("channel", "window"),
            name => self.typed.some(name).is_some(),
        };
        SELDOM
            .iter()
            .any(|name| typed(name) || self.problems.at(name).is_some())
    }

    fn is_item(&self, item: &Item) -> bool {
        self.typed.has("item", item.id.as_str())
    }

    fn is_topic(&self, item: &Item, topic: &onestop_directory::ItemTopic) -> bool {
        self.typed.get("topic") == format!("{}/{}", item.id, topic.id)
    }
}

/// Whoever may not open cases is told so before they type.
fn may_open(view: &View) -> Result<&Session, Response> {
    let session = view.session()?;
    if permission::permits(session.staff.role, case::SERVICE, COMMAND) {
        Ok(session)
    } else {
        Err(Oops::forbidden().into_response())
    }
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    draft: String,
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Response, Oops> {
    let session = match may_open(&view) {
        Ok(session) => session,
        Err(instead) => return Ok(instead),
    };
    let draft = drafts::find(&app, session, &asked.draft).await?;
    let page = view.page(&app);
    let saved = draft.as_ref().map(|draft| page.moment(&draft.saved_at));
    let typed = draft.map_or_else(|| blank(&app, session), |draft| Pairs::read(&draft.text));
    Ok(html(&NewCase {
        saved,
        ..NewCase::new(page, typed)
    }))
}

/// A form that nobody typed into: its key, and the place where the window is.
fn blank(app: &App, session: &Session) -> Pairs {
    let mut typed = Pairs::default();
    typed.set("key", app.clock.command().to_string());
    typed.set("channel", "window");
    typed.set("request", "refer");
    if let Some(place) = session.division(app) {
        let name = app.directory.full_name(place);
        typed.set("place", format!("{place} {name}"));
    }
    typed
}

async fn send(State(app): State<App>, view: View, form: Form<Pairs>) -> Result<Response, Oops> {
    if let Err(instead) = may_open(&view) {
        return Ok(instead);
    }
    let typed = form.fields;
    match typed.get("do") {
        "suggest" => {
            let page = view.page(&app);
            let near = similar::look(&app, &form.session, &typed, &page).await;
            Ok(html(&NewCase {
                near,
                ..NewCase::new(page, typed)
            }))
        }
        "save" => {
            let key = drafts::save(&app, &form.session, &typed).await?;
            Ok(Redirect::to(&format!("/cases/new?draft={key}")).into_response())
        }
        _ => submit(&app, &view, &form.session, typed).await,
    }
}

async fn submit(app: &App, view: &View, session: &Session, typed: Pairs) -> Result<Response, Oops> {
    let page = view.page(app);
    let mut problems = Problems::default();
    let others = others(app, session, &typed, &page, &mut problems).await?;
    let registration = answers::read(&typed, &page, &mut problems);
    let Some(registration) = registration.filter(|_| problems.is_empty()) else {
        return Ok(again(page, typed, problems, None));
    };
    let key = registration.key;
    match open(app, session, registration, others).await {
        Ok(accepted) => {
            let number = accepted.number.as_ref().map(ToString::to_string);
            let named = number.unwrap_or_else(|| accepted.case.to_string());
            receipt_of(app, session, &named, &accepted).await?;
            let forget = (Kind::Case, session.staff.id.clone(), key.to_string());
            app.db
                .with(move |db| kept::drop(db, (forget.0, &forget.1, &forget.2)))
                .await?;
            let after = live::token(&accepted.at);
            let to = format!("/cases/{named}/receipt?after={after}");
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let rejected = error.into_rejected();
            let (problems, sent) = refused(&rejected, &page, key);
            Ok(again(page, typed, problems, sent))
        }
    }
}

/// What the service refused; and the case, if the form had opened one before.
fn refused(rejected: &Rejected, page: &Page<'_>, key: CommandId) -> (Problems, Option<CaseId>) {
    if rejected.code == "key-reused" {
        let mut problems = Problems::default();
        problems.add("", page.say.t("new-problem-sent"));
        return (problems, Some(key.case()));
    }
    (Problems::refused(rejected, page, answers::field), None)
}

fn again(page: Page<'_>, typed: Pairs, problems: Problems, sent: Option<CaseId>) -> Response {
    let shown = html(&NewCase {
        problems,
        sent,
        ..NewCase::new(page, typed)
    });
    (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()
}

async fn open(
    app: &App,
    session: &Session,
    registration: Registration,
    others: Others,
) -> Result<onestop_proto::command::AcceptedCommand, ClientError> {
    let mut data = registration.data;
    if let Some(opposed) = others.opposed {
        data.insert("opposed_to".to_owned(), json!(opposed));
    }
    if !others.related.is_empty() {
        data.insert("related".to_owned(), json!(others.related));
    }
    let decision = Decision {
        key: registration.key,
        case: None,
        revision: None,
        command: COMMAND,
        data: Value::Object(data),
    };
    let service = case::service();
    app.order_later(session, &service, decision, registration.occurred_at)
        .await
}

/// The cases that this one has to do with.
#[derive(Default)]
struct Others {
    opposed: Option<CaseId>,
    related: Vec<CaseId>,
}

async fn others(
    app: &App,
    session: &Session,
    typed: &Pairs,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Result<Others, Oops> {
    let mut others = Others::default();
    if let Some(number) = typed.some("opposed_to") {
        others.opposed = case_of(app, session, number).await?;
        if others.opposed.is_none() {
            problems.add("opposed_to", page.say.t1("problem-case", "number", number));
        }
    }
    for number in typed.get("related").split([' ', ',', '，', '、']) {
        if number.is_empty() {
            continue;
        }
        match case_of(app, session, number).await? {
            Some(case) => others.related.push(case),
            None => problems.add("related", page.say.t1("problem-case", "number", number)),
        }
    }
    Ok(others)
}

/// Keeps the query code for the receipt, which may be printed later: the service tells it once.
async fn receipt_of(
    app: &App,
    session: &Session,
    number: &str,
    accepted: &onestop_proto::command::AcceptedCommand,
) -> Result<(), Oops> {
    let said = serde_json::to_value(accepted).map_err(anyhow::Error::from)?;
    let Some(code) = said["query_code"].as_str() else {
        return Ok(());
    };
    let (seal, now) = (app.seal.clone(), app.clock.now());
    let (staff, number, code) = (session.staff.id.clone(), number.to_owned(), code.to_owned());
    app.db
        .with(move |db| kept::put(db, &seal, (Kind::Receipt, &staff, &number), &code, now))
        .await?;
    Ok(())
}

async fn suggestion(State(app): State<App>, view: View, form: Form<Pairs>) -> Response {
    let page = view.page(&app);
    let suggestion = suggest::suggest(&answers::about(&form.fields, &page), &page);
    let near = similar::look(&app, &form.session, &form.fields, &page).await;
    html(&Panel {
        page,
        suggestion,
        near,
    })
}

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    q: String,
}

/// The places that fit what is typed, for a list of suggestions.
async fn places(State(app): State<App>, _session: Session, Query(typed): Query<Typed>) -> Response {
    let text = typed.q.trim();
    let found = if text.chars().count() < 2 {
        Vec::new()
    } else {
        app.directory.find(text, PLACES)
    };
    let named = found.iter().map(|division| {
        let code = division.code.to_string();
        (code, app.directory.full_name(division.code))
    });
    html(&PlaceOptions {
        places: named.collect(),
    })
}
