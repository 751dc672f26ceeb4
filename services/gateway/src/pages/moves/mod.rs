//! `/cases/{case}/do/{service}/{command}`: a decision on a page of its own, whose form is made of the
//! command's schema. It is sent with the revision that was seen and with a key made with the form. A "no"
//! comes back with everything that was typed.

pub(crate) mod form;
pub(crate) mod offered;

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use onestop_proto::{
    actor::ServiceName,
    contract,
    division::DivisionCode,
    ids::{CaseRef, Topic, UnitId},
    ledger::CaseHead,
    permission,
    rejection::Rejected,
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::{Value, json};

use self::{
    form::{BY_ADDRESS, Form as Shape, Kind},
    offered::Side,
};
use super::{
    case::{head, named},
    lookup::{case_of, papers, place_of, units_around},
    sign_in::own,
};
use crate::{
    app::App,
    ask::Decision,
    auth::{Form, Session},
    error::Oops,
    live,
    page::{Page, View, html},
    pairs::Pairs,
    problems::Problems,
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/cases/{case}/do/{service}/{command}", get(ask).post(send))
}

#[derive(Template)]
#[template(path = "move.html")]
struct Shown<'a> {
    page: Page<'a>,
    head: CaseHead,
    side: Side,
    command: String,
    shape: Shape,
    typed: Pairs,
    problems: Problems,
    back: String,
    /// Whether it can be done as the case stands.
    possible: bool,
}

impl Shown<'_> {
    fn title(&self) -> &str {
        match self.page.say.language() {
            onestop_proto::text::Language::Zh => &self.shape.title.0,
            onestop_proto::text::Language::En => &self.shape.title.1,
        }
    }

    fn standing(&self) -> String {
        let own = self.side.standing.as_ref();
        let own = own.map(|(zh, en)| match self.page.say.language() {
            onestop_proto::text::Language::Zh => zh.clone(),
            onestop_proto::text::Language::En => en.clone(),
        });
        own.unwrap_or_else(|| self.page.say.text(self.head.row.stage.text()).to_owned())
    }

    /// That the case was changed by somebody else meanwhile: who has it, how it stands, that nothing typed
    /// is lost.
    fn moved_on(&self) -> Problems {
        let row = &self.head.row;
        let mut problems = Problems::default();
        let say = &self.page.say;
        let (unit, moment) = (self.page.unit(&row.holder), self.page.moment(&row.last_at));
        let unit = match &row.staff {
            Some(staff) => format!("{}（{unit}）", self.page.person(staff)),
            None => unit,
        };
        let what = say.t2(
            "conflict-moved",
            "what",
            self.title().to_owned(),
            "moment",
            moment,
        );
        let now = say.t2("conflict-now", "unit", unit, "standing", self.standing());
        problems.add("", format!("{what}{now}"));
        if !self.shape.fields.is_empty() {
            problems.add("", say.t("conflict-kept"));
        }
        problems
    }

    fn papers(&self) -> Vec<(Topic, String)> {
        papers(&self.page)
    }

    fn units(&self) -> Vec<(UnitId, String)> {
        units_around(self.head.row.place, &self.page)
    }

    /// The places that a typed name fits.
    fn fitting(&self, id: &str) -> Vec<(DivisionCode, String)> {
        match place_of(self.typed.get(id), "", &self.page) {
            Ok(_) => Vec::new(),
            Err(found) => {
                let named = found.into_iter();
                named
                    .map(|place| (place, self.page.place(&place)))
                    .collect()
            }
        }
    }
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    after: String,
    #[serde(default)]
    back: String,
}

/// What an address names: a case, a service, one of its commands.
struct Named {
    case: CaseRef,
    service: ServiceName,
    command: String,
    shape: Shape,
}

fn what(session: &Session, case: &str, service: &str, command: String) -> Result<Named, Oops> {
    let case = named(case)?;
    let known = contract::services().into_iter();
    let mut known = known.filter(|known| known.as_str() == service);
    let service = known.next().ok_or_else(Oops::not_found)?;
    let shape = Shape::of(&service, &command).ok_or_else(Oops::not_found)?;
    if !permission::permits(session.staff.role, service.as_str(), &command) {
        return Err(Oops::forbidden());
    }
    Ok(Named {
        case,
        service,
        command,
        shape,
    })
}

async fn ask(
    State(app): State<App>,
    view: View,
    Path((case, service, command)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let named = what(session, &case, &service, command)?;
    let mut typed = Pairs::default();
    typed.set("key", app.clock.command().to_string());
    let problems = Problems::default();
    let shown = shown(&app, &view, session, named, (typed, problems), &asked).await?;
    Ok(html(&shown))
}

/// The page, with the case as it stands now.
async fn shown<'a>(
    app: &'a App,
    view: &'a View,
    session: &Session,
    named: Named,
    (mut typed, problems): (Pairs, Problems),
    asked: &Asked,
) -> Result<Shown<'a>, Oops> {
    let head = head(app, session, &named.case, &asked.after).await?;
    let after = live::position(&asked.after);
    let side = offered::side(app, session, (&named.service, &head.row), after).await?;
    let side = side.ok_or_else(Oops::not_found)?;
    typed.set("revision", side.revision.to_string());
    if let (true, Some(handoff)) = (named.shape.of_handoff, side.handoff) {
        typed.set(&format!("f.{BY_ADDRESS}"), handoff.to_string());
    }
    let listed = side.possible.as_ref();
    let possible = listed.is_none_or(|all| all.contains(&named.command));
    Ok(Shown {
        page: view.page(app),
        back: own_or(&asked.back, &format!("/cases/{}", head.row.number)),
        head,
        side,
        command: named.command,
        shape: named.shape,
        typed,
        problems,
        possible,
    })
}

fn own_or(back: &str, otherwise: &str) -> String {
    if back.is_empty() {
        otherwise.to_owned()
    } else {
        own(back).to_owned()
    }
}

async fn send(
    State(app): State<App>,
    view: View,
    Path((case, service, command)): Path<(String, String, String)>,
    form: Form<Pairs>,
) -> Result<Response, Oops> {
    let (session, typed) = (form.session, form.fields);
    let named = what(&session, &case, &service, command)?;
    let page = view.page(&app);
    let mut problems = Problems::default();
    let ready = looked_up(&app, &session, &named.shape, &typed, &page, &mut problems).await?;
    let mut data = form::data(&named.shape, &ready, &page, &mut problems);
    if named.shape.of_handoff {
        data[BY_ADDRESS] = json!(typed.get(&format!("f.{BY_ADDRESS}")));
    }
    let refused = if problems.is_empty() {
        match carry_out(&app, &session, &named, &typed, data).await? {
            Ok(to) => return Ok(Redirect::to(&to).into_response()),
            Err(rejected) => {
                let field = |of_command: &str| field(&named.shape, of_command);
                problems = Problems::refused(&rejected, &page, field);
                Some(rejected)
            }
        }
    } else {
        None
    };
    let back = typed.get("back").to_owned();
    let asked = Asked {
        after: String::new(),
        back,
    };
    let mut typed = typed;
    // What was refused may be sent again as another decision.
    typed.set("key", app.clock.command().to_string());
    let mut shown = shown(&app, &view, &session, named, (typed, problems), &asked).await?;
    let stale = |rejected: &Rejected| rejected.code == "stale-revision";
    if refused.as_ref().is_some_and(stale) {
        shown.problems = shown.moved_on();
    }
    let status = refused.map_or(StatusCode::UNPROCESSABLE_ENTITY, |rejected| {
        crate::error::status(rejected.kind)
    });
    Ok((status, html(&shown)).into_response())
}

/// Sends the decision: where to go when it is done, or the service's "no".
async fn carry_out(
    app: &App,
    session: &Session,
    named: &Named,
    typed: &Pairs,
    data: Value,
) -> Result<Result<String, Rejected>, Oops> {
    let key = typed.get("key").parse();
    let key = key.map_err(|error: onestop_proto::ids::InvalidId| Oops::form(&error.to_string()))?;
    let case = head(app, session, &named.case, "").await?.row;
    let decision = Decision {
        key,
        case: Some(CaseRef::Id(case.case)),
        revision: typed.get("revision").parse().ok(),
        command: &named.command,
        data,
    };
    Ok(match app.order(session, &named.service, decision).await {
        Ok(accepted) => {
            let back = own_or(typed.get("back"), &format!("/cases/{}", case.number));
            let between = if back.contains('?') { '&' } else { '?' };
            let after = live::token(&accepted.at);
            let done = format!("{}.{}", named.service, named.command);
            Ok(format!("{back}{between}done={done}&after={after}"))
        }
        Err(error) => Err(error.into_rejected()),
    })
}

/// The field of the page behind a field of the command.
fn field(shape: &Shape, of_command: &str) -> String {
    let path = of_command.trim_start_matches("data.");
    let first = path.split(['.', '[']).next().unwrap_or_default();
    let known = shape.fields.iter().find(|field| field.name == first);
    known.map(form::Field::id).unwrap_or_default()
}

/// What was typed, with places, cases and moments in place of their names.
async fn looked_up(
    app: &App,
    session: &Session,
    shape: &Shape,
    typed: &Pairs,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Result<Pairs, Oops> {
    let mut ready = typed.clone();
    for field in &shape.fields {
        let id = field.id();
        let Some(text) = typed.some(&id) else {
            continue;
        };
        match field.kind {
            Kind::Place => match place_of(text, typed.get(&format!("{id}.pick")), page) {
                Ok(place) => ready.set(&id, place.to_string()),
                Err(_) => problems.add(&id, page.say.t("new-problem-place")),
            },
            Kind::Case => match case_of(app, session, text).await? {
                Some(case) => ready.set(&id, case.to_string()),
                None => problems.add(&id, page.say.t1("problem-case", "number", text)),
            },
            Kind::Moment => match text.parse::<Timestamp>() {
                Ok(moment) => ready.set(&id, moment.to_string()),
                Err(_) => problems.add(&id, page.say.t("new-problem-occurred")),
            },
            Kind::Choice(_)
            | Kind::Choices(_)
            | Kind::Line
            | Kind::Long
            | Kind::Number
            | Kind::Day
            | Kind::Flag
            | Kind::Unit
            | Kind::Papers
            | Kind::Copies
            | Kind::Staff
            | Kind::About
            | Kind::Ground(_) => {}
        }
    }
    Ok(ready)
}
