//! `/cases/new`: a new registration (新登记) on one page. The idempotency key is made with the form, so that a form
//! submitted twice is one registration.

mod applicant;
mod drafts;
mod notice;
mod readiness;
mod registration;
mod similar;
mod submission;
mod suggestion;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use onestop_directory::{Item, ItemTopic, OutsideBody};
use onestop_proto::{
    case,
    ids::{CaseId, StaffId, Topic},
    late_entry::{LateReason, ONE_PERSON_OFFICE},
};
use serde::Deserialize;
use serde_json::Value;

use self::{registration::SUMMARY, similar::SimilarCase, suggestion::Suggestion};
use super::{
    agent_fields::AgentChoices,
    form::Form,
    lookup::papers,
    opening,
    person_rows::{self, PersonRow},
    problems::Problems,
    respondent_rows::{self, RespondentRow},
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        command_schema::{Choice, choices, schema},
        db::staff::Staff,
        form_data::FormData,
        page_error::{PageError, PageResult},
        query_string::Query,
    },
    identity::{late_approval, session::Session},
};

const COMMAND: &str = "open";
/// What becomes of the case where the clerk has not chosen: what is suggested, which is an answer where the window itself is.
const AS_SUGGESTED: &str = "suggested";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/cases/new", get(show).post(submit))
        .route("/cases/new/suggest", post(suggestion))
        .merge(drafts::routes())
}

/// The enumerations of the command's schema.
struct Lists {
    channels: Vec<Choice>,
    documents: Vec<Choice>,
    languages: Vec<Choice>,
    care: Vec<Choice>,
    agents: AgentChoices,
    organs: Vec<Choice>,
    gravities: Vec<Choice>,
}

impl Lists {
    fn from_schema() -> Self {
        let known = schema(&case::service(), COMMAND).map(|(schema, _)| schema);
        let schema = known.unwrap_or(Value::Null);
        Self {
            channels: choices(&schema, "Channel"),
            documents: choices(&schema, "DocumentKind"),
            languages: choices(&schema, "SpokenLanguage"),
            care: choices(&schema, "Care"),
            agents: AgentChoices::of(&schema),
            organs: choices(&schema, "Organ"),
            gravities: choices(&schema, "Gravity"),
        }
    }
}

#[derive(Template)]
#[template(path = "new-case.html")]
struct NewCaseTemplate<'a> {
    page: Page<'a>,
    typed: FormData,
    problems: Problems,
    /// The case that this form has already opened.
    opened: Option<CaseId>,
    suggestion: Option<Suggestion>,
    similar: Vec<SimilarCase>,
    lists: Lists,
    saved: Option<String>,
    /// Why nothing can be registered now.
    hindrance: Option<String>,
}

/// The panel beside the form, which the script replaces.
#[derive(Template)]
#[template(path = "suggestion.html")]
struct SuggestionTemplate<'a> {
    page: Page<'a>,
    suggestion: Option<Suggestion>,
    similar: Vec<SimilarCase>,
}

impl<'a> NewCaseTemplate<'a> {
    fn new(page: Page<'a>, typed: FormData) -> Self {
        let suggestion = suggestion::suggest(&registration::subject(&typed, &page), &page);
        Self {
            suggestion,
            similar: Vec::new(),
            typed,
            page,
            problems: Problems::default(),
            opened: None,
            lists: Lists::from_schema(),
            saved: None,
            hindrance: None,
        }
    }

    /// The items that windows of this division receive.
    fn items(&self) -> Vec<&Item> {
        let directory = &self.page.app.directory;
        let place = self
            .page
            .session
            .and_then(|session| session.division(self.page.app));
        let today = self.page.now.china_date();
        let received =
            |item: &&Item| place.is_none_or(|place| directory.receives(&item.id, place, today));
        directory.items().filter(received).collect()
    }

    /// The topics of an item that are taken on the day of the case.
    fn topics<'i>(&self, item: &'i Item) -> Vec<&'i ItemTopic> {
        let day = registration::day_of(&self.typed, &self.page);
        item.topics_on(day).collect()
    }

    /// The divisions that match the typed name.
    fn matching_places(&self) -> Vec<(String, String)> {
        let Err(found) = registration::place(&self.typed, &self.page) else {
            return Vec::new();
        };
        found
            .iter()
            .map(|place| (place.to_string(), self.page.place(place)))
            .collect()
    }

    /// The organs of other provinces, whose letters open a case here.
    fn outside_organs(&self) -> Vec<&OutsideBody> {
        let today = self.page.now.china_date();
        self.page.app.directory.outside_organs(today).collect()
    }

    /// Who may have approved a late entry: colleagues, and supervisors above.
    fn approvers(&self) -> Vec<(StaffId, String)> {
        let Some(session) = self.page.session else {
            return Vec::new();
        };
        let (app, doer) = (self.page.app, session.actor());
        let among = |staff: &Staff| late_approval::may_approve(staff, &doer, &app.directory);
        app.staff_names.choices(among)
    }

    /// Whether no colleague can approve, because the unit has one person.
    fn is_one_person_office(&self) -> bool {
        let session = self.page.session;
        session.is_some_and(|session| {
            let unit = &session.staff.unit;
            self.page.app.directory.is_one_person_office(unit)
        })
    }

    /// What a photo may show.
    fn papers(&self) -> Vec<(Topic, String)> {
        papers(&self.page)
    }

    /// The rows of those who ask together.
    fn rows(&self) -> Vec<PersonRow> {
        person_rows::rows(&self.typed)
    }

    /// The rows of the other parties.
    fn respondent_rows(&self) -> Vec<RespondentRow> {
        respondent_rows::rows(&self.typed)
    }

    /// Whether the rarely used fields are shown.
    fn shows_more(&self) -> bool {
        const RARE: [&str; 16] = [
            "occurred_at",
            "late_reason",
            "late_approver",
            "address",
            "opposed_to",
            "related",
            "agent_name",
            "agent_phone",
            "agent_authority",
            "agent_guardian",
            "capacity",
            "channel",
            "notice_organ",
            "notice_letter",
            "notice_received_on",
            "notice_body",
        ];
        let typed = |name: &str| match name {
            "channel" => !self.typed.has("channel", "window"),
            name => self.typed.filled(name).is_some(),
        };
        matches!(self.typed.get("do"), "row" | respondent_rows::ADD)
            || !respondent_rows::filled(&self.typed).is_empty()
            || !person_rows::filled(&self.typed).is_empty()
            || RARE
                .iter()
                .any(|name| typed(name) || self.problems.at(name).is_some())
    }

    fn is_item(&self, item: &Item) -> bool {
        self.typed.has("item", item.id.as_str())
    }

    fn is_topic(&self, item: &Item, topic: &ItemTopic) -> bool {
        self.typed.get("topic") == format!("{}/{}", item.id, topic.id)
    }
}

/// Refuses users who may not register cases.
fn authorize<'a>(view: &'a View, app: &App) -> Result<&'a Session, PageError> {
    let session = view.session()?;
    if opening::may_open(session, &app.directory) {
        Ok(session)
    } else {
        Err(PageError::forbidden())
    }
}

#[derive(Deserialize)]
struct NewCaseParams {
    #[serde(default)]
    draft: String,
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<NewCaseParams>,
) -> PageResult {
    let session = authorize(&view, &app)?;
    let draft = drafts::find(&app, session, &params.draft).await?;
    let page = view.page(&app);
    let saved = draft.as_ref().map(|draft| page.moment(&draft.saved_at));
    let mut typed = draft.map_or_else(
        || blank(&app, session),
        |draft| FormData::parse(&draft.text),
    );
    person_rows::take_over(&mut typed);
    respondent_rows::take_over(&mut typed);
    let similar = similar::find(&app, session, &typed, &page).await;
    let hindrance = readiness::hindrance(&app, &page).await;
    Ok(html(&NewCaseTemplate {
        hindrance,
        saved,
        similar,
        ..NewCaseTemplate::new(page, typed)
    }))
}

/// An empty form: its key, and the division of the window.
fn blank(app: &App, session: &Session) -> FormData {
    let mut typed = FormData::default();
    typed.set("key", app.clock.command().to_string());
    typed.set("channel", "window");
    typed.set("request", AS_SUGGESTED);
    if let Some(place) = session.division(app) {
        let name = app.directory.full_name(place);
        typed.set("place", format!("{place} {name}"));
    }
    typed
}

async fn submit(State(app): State<App>, view: View, form: Form<FormData>) -> PageResult {
    authorize(&view, &app)?;
    let mut typed = form.fields;
    person_rows::take_over(&mut typed);
    respondent_rows::take_over(&mut typed);
    match typed.get("do") {
        "row" | "suggest" | respondent_rows::ADD => {
            let page = view.page(&app);
            let similar = similar::find(&app, &form.session, &typed, &page).await;
            Ok(html(&NewCaseTemplate {
                similar,
                ..NewCaseTemplate::new(page, typed)
            }))
        }
        "save" => {
            let key = drafts::save(&app, &form.session, &typed).await?;
            Ok(Redirect::to(&format!("/cases/new?draft={key}")).into_response())
        }
        _ => submission::register(&app, &view, &form.session, typed).await,
    }
}

/// Shows a form that was refused, with the cases that are similar to it.
async fn show_again(
    (app, session): (&App, &Session),
    page: Page<'_>,
    typed: FormData,
    problems: Problems,
    sent: Option<CaseId>,
) -> Response {
    let similar = similar::find(app, session, &typed, &page).await;
    let page = html(&NewCaseTemplate {
        problems,
        similar,
        opened: sent,
        ..NewCaseTemplate::new(page, typed)
    });
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

async fn suggestion(State(app): State<App>, view: View, form: Form<FormData>) -> Response {
    let page = view.page(&app);
    let suggestion = suggestion::suggest(&registration::subject(&form.fields, &page), &page);
    let similar = similar::find(&app, &form.session, &form.fields, &page).await;
    html(&SuggestionTemplate {
        page,
        suggestion,
        similar,
    })
}
