//! `/event-requests` (待复核的事件处置申请): requests to skip a parked event and to follow another history of a log, and the form
//! with which a second supervisor decides. The service that parked the event or follows the log checks the decision; a request
//! to which no second person agrees lapses. Which history of a log is followed concerns every division, so supervisors of all
//! of them decide about it, here as in the API.

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    actor::{Role, ServiceName},
    contract,
    division::DivisionCode,
    envelope::Source,
    ids::{CaseId, CaseRef, CommandId, EventId, StaffId},
    parking::ParkedCase,
    query::{ParkedQuery, SourcesQuery},
    replication::FollowRequested,
    time::Timestamp,
};
use serde_json::json;
use tracing::debug;
use uuid::Uuid;

use super::{
    afterwards::{self, Undone, noted},
    form::Form,
    problems::Problems,
    service_client::FormCommand,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        db::request_answers::{self, DecidedRequest, Decision, RequestAnswer, RequestKind},
        form_data::FormData,
        page_error::{PageError, PageResult, refusal, status_of},
    },
    identity::session::Session,
};

/// The address of the page.
const PAGE: &str = "/event-requests";
/// The commands of the second person.
const SKIP: &str = "skip-parked";
const FOLLOW: &str = "follow-source";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PAGE, get(show))
        .route("/event-requests/confirm", post(confirm))
        .route("/event-requests/refuse", post(refuse))
}

/// What is asked for.
enum Subject {
    Skip {
        case: CaseId,
        event: EventId,
        event_type: String,
    },
    Follow {
        source: Source,
        epoch: Uuid,
    },
}

/// A request that waits at a service.
struct EventRequest {
    service: ServiceName,
    subject: Subject,
    by: StaffId,
    until: Timestamp,
    why: String,
}

impl EventRequest {
    fn case(&self) -> Option<CaseId> {
        match &self.subject {
            Subject::Skip { case, .. } => Some(*case),
            Subject::Follow { .. } => None,
        }
    }

    /// Whether a form is about this request.
    fn is_named_by(&self, typed: &FormData) -> bool {
        let hidden = self.hidden();
        hidden.iter().all(|(name, value)| typed.get(name) == value)
    }

    /// What the form sends of a request.
    fn hidden(&self) -> Vec<(&'static str, String)> {
        match &self.subject {
            Subject::Skip { case, event, .. } => vec![
                ("act", SKIP.to_owned()),
                ("case", case.to_string()),
                ("event", event.to_string()),
            ],
            Subject::Follow { source, epoch } => vec![
                ("act", FOLLOW.to_owned()),
                ("source", source.to_string()),
                ("epoch", epoch.to_string()),
            ],
        }
    }

    /// The division whose supervisors decide, and the request to skip the first event of a case.
    fn skip_of(service: &ServiceName, parked: ParkedCase) -> Option<(DivisionCode, Self)> {
        let requested = parked.skip_requested?;
        let first = parked.waiting.into_iter().next()?;
        let request = Self {
            service: service.clone(),
            subject: Subject::Skip {
                case: parked.case,
                event: first.event,
                event_type: first.event_type,
            },
            by: requested.by,
            until: requested.until,
            why: requested.why,
        };
        Some((first.division, request))
    }

    /// The request to follow another history.
    fn follow_of(service: &ServiceName, requested: FollowRequested) -> Self {
        Self {
            service: service.clone(),
            subject: Subject::Follow {
                source: requested.source,
                epoch: requested.epoch,
            },
            by: requested.by,
            until: requested.until,
            why: requested.why,
        }
    }
}

#[derive(Template)]
#[template(path = "event-requests.html")]
struct EventRequestsTemplate<'a> {
    page: Page<'a>,
    session: &'a Session,
    requests: Vec<EventRequest>,
    /// Services that did not answer.
    silent: Vec<ServiceName>,
    problems: Problems,
}

impl EventRequestsTemplate<'_> {
    /// The key of a form: one for each request, so that a form that is sent twice decides once.
    fn key(&self) -> String {
        self.page.app.clock.command().to_string()
    }

    /// What is asked for, in words.
    fn subject(&self, request: &EventRequest) -> String {
        let i18n = &self.page.i18n;
        match &request.subject {
            Subject::Skip { event_type, .. } => {
                let title = contract::title(event_type);
                let title = title.map_or(event_type.as_str(), |title| i18n.text(title));
                i18n.t1("event-request-skip", "what", title)
            }
            Subject::Follow { source, .. } => {
                i18n.t1("event-request-follow", "what", source.to_string())
            }
        }
    }

    fn is_own(&self, request: &EventRequest) -> bool {
        request.by == self.session.staff.id
    }

    /// The services that did not answer.
    fn silent_names(&self) -> String {
        self.page.list(self.silent.iter().map(ServiceName::as_str))
    }
}

/// Refuses users who decide about no event.
fn require_supervisor(session: &Session) -> Result<(), PageError> {
    match session.staff.role {
        Role::Supervisor => Ok(()),
        Role::Clerk | Role::Specialist | Role::UnitAdministrator | Role::Auditor | Role::System => {
            Err(PageError::forbidden())
        }
    }
}

/// The requests at one service that the user may see.
async fn of_service(
    app: &App,
    session: &Session,
    service: &ServiceName,
) -> Result<Vec<EventRequest>, ClientError> {
    let of_all = SourcesQuery::default();
    let parked = app.ask_service(session, service, None, &ParkedQuery);
    let sources = app.ask_service(session, service, None, &of_all);
    let (parked, sources) = futures::future::try_join(parked, sources).await?;
    let actor = session.actor();
    let to_skip = parked.cases.into_iter();
    let to_skip = to_skip.filter_map(|case| EventRequest::skip_of(service, case));
    let to_skip = to_skip.filter(|(division, _)| app.directory.oversees(&actor, *division));
    let mut visible: Vec<EventRequest> = to_skip.map(|(_, request)| request).collect();
    if oversees_all(app, session) {
        let to_follow = sources.follow_requests.into_iter();
        visible.extend(to_follow.map(|requested| EventRequest::follow_of(service, requested)));
    }
    Ok(visible)
}

/// Whether the user's division contains every site.
fn oversees_all(app: &App, session: &Session) -> bool {
    app.directory.oversees_all(&session.actor())
}

async fn render<'a>(
    app: &'a App,
    view: &'a View,
    session: &'a Session,
) -> Result<EventRequestsTemplate<'a>, PageError> {
    require_supervisor(session)?;
    let services = contract::services();
    let asked = services
        .iter()
        .map(|service| of_service(app, session, service));
    let answers = futures::future::join_all(asked).await;
    let (mut requests, mut silent) = (Vec::new(), Vec::new());
    for (service, answer) in services.iter().zip(answers) {
        match answer {
            Ok(found) => requests.extend(found),
            Err(error) => {
                debug!(%error, %service, "does not say which requests wait");
                silent.push(service.clone());
            }
        }
    }
    requests.sort_by_key(|request| request.until);
    let mut page = view.page(app);
    if !page.is_here(PAGE) {
        // A change of language leads back here, from the answer to a form too.
        PAGE.clone_into(&mut page.path);
    }
    Ok(EventRequestsTemplate {
        page,
        session,
        requests,
        silent,
        problems: Problems::default(),
    })
}

async fn show(State(app): State<App>, view: View) -> PageResult {
    let session = view.session()?;
    Ok(html(&render(&app, &view, session).await?))
}

/// What a supervisor says to a request.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Confirm,
    /// Refuses a colleague's request, or takes the own one back.
    Refuse,
}

impl Answer {
    /// The answer that the person who asked reads.
    fn decision(self, why: &str) -> Decision {
        match self {
            Self::Confirm => Decision::Approved,
            Self::Refuse => Decision::Refused(why.to_owned()),
        }
    }

    /// The command that says so about a request whose second person sends `act`.
    const fn command(self, act: &Act) -> &'static str {
        match (self, act) {
            (Self::Confirm, Act::Skip) => SKIP,
            (Self::Confirm, Act::Follow) => FOLLOW,
            (Self::Refuse, Act::Skip) => "refuse-skip",
            (Self::Refuse, Act::Follow) => "refuse-follow",
        }
    }
}

/// Tells the supervisor who asked what another one decided: the journal publishes no events that would.
async fn tell(
    app: &App,
    session: &Session,
    request: EventRequest,
    command: CommandId,
    decision: Decision,
) -> anyhow::Result<()> {
    let link = match request.case() {
        Some(case) => format!("/cases/{case}"),
        None => PAGE.to_owned(),
    };
    let (kind, subject) = match request.subject {
        Subject::Skip { event_type, .. } => (RequestKind::Skip, event_type),
        Subject::Follow { source, .. } => (RequestKind::Follow, source.to_string()),
    };
    let decided = DecidedRequest {
        command,
        asked_by: request.by,
        answer: RequestAnswer {
            kind,
            subject,
            link,
            decision,
            by: session.staff.id.clone(),
            at: app.clock.now(),
        },
    };
    let decided = decided.sealed(&app.draft_key);
    let told = app
        .db
        .with(move |db| request_answers::tell_of(db, &decided));
    told.await
}

/// What was asked for, as the form says it.
enum Act {
    Skip,
    Follow,
}

async fn confirm(State(app): State<App>, view: View, form: Form<FormData>) -> PageResult {
    answer(&app, &view, form, Answer::Confirm).await
}

async fn refuse(State(app): State<App>, view: View, form: Form<FormData>) -> PageResult {
    answer(&app, &view, form, Answer::Refuse).await
}

async fn answer(app: &App, view: &View, form: Form<FormData>, answer: Answer) -> PageResult {
    let (session, typed) = (form.session, form.fields);
    require_supervisor(&session)?;
    let service: ServiceName = typed
        .get("service")
        .parse()
        .map_err(|_| PageError::not_found())?;
    let key = typed.key()?;
    let why = typed.get("why");
    let (name, case, data) = match typed.get("act") {
        SKIP => {
            let case: CaseId = typed
                .get("case")
                .parse()
                .map_err(|_| PageError::not_found())?;
            let data = json!({ "event": typed.get("event"), "why": why });
            (answer.command(&Act::Skip), Some(CaseRef::Id(case)), data)
        }
        FOLLOW => {
            let division = session.division(app).ok_or_else(PageError::not_found)?;
            let (source, epoch) = (typed.get("source"), typed.get("epoch"));
            let data =
                json!({ "source": source, "epoch": epoch, "why": why, "division": division });
            (answer.command(&Act::Follow), None, data)
        }
        _ => return Err(PageError::not_found()),
    };
    let waiting = of_service(app, &session, &service).await;
    let mut waiting = waiting.unwrap_or_default().into_iter();
    let decided = waiting.find(|one| one.is_named_by(&typed));
    let command = FormCommand {
        key,
        case,
        expected_revision: None,
        name,
        data,
    };
    let Err(error) = app.command(&session, &service, command).await else {
        let told = match decided {
            Some(request) => tell(app, &session, request, key, answer.decision(why)).await,
            None => Ok(()),
        };
        let done = "/event-requests?done=event-request";
        let done = afterwards::address(done, noted(told, Undone::Told));
        return Ok(Redirect::to(&done).into_response());
    };
    let rejected = refusal(error)?;
    let mut page = render(app, view, &session).await?;
    page.problems = Problems::rejected(&rejected, &page.page, |_| String::new());
    Ok((status_of(&rejected), html(&page)).into_response())
}
