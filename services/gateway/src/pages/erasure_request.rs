//! `/cases/{case}/erasure` (申请删除个人信息): a supervisor or the unit's administrator asks for the erasure of the persons of a
//! case that is over. Intake decides, and a second person confirms on `/erasures`.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect},
    routing::get,
};
use onestop_proto::{case, ids::CaseRef, ledger::CaseHead, permission, personal::ErasureBasis};
use serde_json::json;

use super::{
    case_head,
    form::Form,
    problems::Problems,
    service_client::FormCommand,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        form_data::FormData,
        page_error::{PageError, PageResult, refusal, status_of},
    },
    identity::session::Session,
};

/// The command of who asks.
const REQUEST: &str = "request-erasure";

pub(super) fn routes() -> Router<App> {
    Router::new().route("/cases/{case}/erasure", get(show).post(ask))
}

#[derive(Template)]
#[template(path = "erasure-request.html")]
struct ErasureRequestTemplate<'a> {
    page: Page<'a>,
    head: CaseHead,
    typed: FormData,
    problems: Problems,
}

impl ErasureRequestTemplate<'_> {
    /// The bases in law: the value and the name of each.
    fn bases(&self) -> Vec<(&'static str, &str)> {
        let all = ErasureBasis::ALL.iter();
        all.map(|basis| (basis.as_str(), self.page.i18n.text(basis.text())))
            .collect()
    }

    fn hours(&self) -> String {
        self.page.app.second_person_hours.to_string()
    }
}

fn may_ask(session: &Session) -> bool {
    permission::permits(session.staff.role, case::SERVICE, REQUEST)
}

async fn show(State(app): State<App>, view: View, Path(case): Path<String>) -> PageResult {
    let session = view.session()?;
    let case = case_head::parse_case(&case)?;
    let mut typed = FormData::default();
    typed.set("key", app.clock.command().to_string());
    let page = render(&app, &view, session, &case, typed).await?;
    Ok(html(&page))
}

async fn render<'a>(
    app: &'a App,
    view: &'a View,
    session: &Session,
    case: &CaseRef,
    typed: FormData,
) -> Result<ErasureRequestTemplate<'a>, PageError> {
    if !may_ask(session) {
        return Err(PageError::forbidden());
    }
    Ok(ErasureRequestTemplate {
        head: case_head::fetch(app, session, case, "").await?,
        page: view.page(app),
        typed,
        problems: Problems::default(),
    })
}

async fn ask(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    form: Form<FormData>,
) -> PageResult {
    let (session, mut typed) = (form.session, form.fields);
    let case = case_head::parse_case(&case)?;
    if !may_ask(&session) {
        return Err(PageError::forbidden());
    }
    let key = typed.key()?;
    let command = FormCommand {
        key,
        case: Some(case.clone()),
        expected_revision: None,
        name: REQUEST,
        data: json!({ "basis": typed.get("basis"), "note": typed.filled("note") }),
    };
    let rejected = match app.command(&session, &case::service(), command).await {
        Ok(accepted) => {
            let after = app.positions.seal(&accepted.at);
            let done = format!("done={}.{REQUEST}&after={after}", case::SERVICE);
            return Ok(Redirect::to(&format!("/cases/{case}?{done}")).into_response());
        }
        Err(error) => refusal(error)?,
    };
    typed.set("key", app.clock.command().to_string());
    let mut page = render(&app, &view, &session, &case, typed).await?;
    page.problems = Problems::rejected(&rejected, &page.page, |path| {
        path.trim_start_matches("data.").to_owned()
    });
    Ok((status_of(&rejected), html(&page)).into_response())
}
