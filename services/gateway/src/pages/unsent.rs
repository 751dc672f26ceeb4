//! `/unsent/{id}`: a form that came under another session, or another post (岗位), of the person who typed it. It is kept, sealed
//! for them, and carried out only when they say so, in the post for which it was rendered: the page names both posts, and one
//! button goes back to the former and sends it. The address is a page of its own, so that going back submits nothing.

use askama::Template;
use axum::{
    Router,
    extract::{Path, RawForm, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::get,
};
use onestop_proto::ids::StaffId;

use super::{
    carried_form::{SESSION_TOKEN, TypedForm},
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        db::drafts::{self, DraftId},
        page_error::{PageError, PageResult},
        post::Post,
        query_string::local_path,
    },
    identity::{
        csrf, csrf_token,
        session::{self, Session},
    },
};

/// Fields whose text no person needs to see.
const TECHNICAL: [&str; 6] = ["key", "revision", "case", "back", "do", "f.handoff"];

pub(super) fn routes() -> Router<App> {
    Router::new().route("/unsent/{id}", get(show).post(send))
}

/// Who sent a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    /// A browser, which goes to the page that answers.
    Visit,
    /// A script of a page, which saves a draft or asks for a suggestion.
    Script,
}

impl Sender {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT);
        let accepted = accepted.and_then(|value| value.to_str().ok());
        if accepted.is_some_and(|types| types.contains("text/html")) {
            Self::Visit
        } else {
            Self::Script
        }
    }
}

/// Answers a form that a former session of the same person made, or one in another post: it is kept, and its page asks whether to
/// send it. Nothing if it is not theirs.
pub(super) async fn answer(
    app: &App,
    view: &View,
    session: &Session,
    sender: Sender,
    form: &[u8],
) -> Option<Response> {
    let owner = &session.staff.id;
    let typed = TypedForm::parse(view.path(), form)?;
    if !typed.is_of(&app.draft_key, owner) {
        return None;
    }
    Some(match sender {
        Sender::Script => PageError::former_session().into_response(),
        Sender::Visit => match keep(app, owner, &typed).await {
            Ok(address) => Redirect::to(&address).into_response(),
            Err(error) => PageError::from(error).into_response(),
        },
    })
}

/// Keeps a form for the person who typed it; the address of its page.
pub(super) async fn keep(app: &App, owner: &StaffId, form: &TypedForm) -> anyhow::Result<String> {
    let (id, text) = (form.id(), serde_json::to_string(form)?);
    let address = format!("/unsent/{id}");
    let (key, owner, now) = (app.draft_key.clone(), owner.clone(), app.clock.now());
    let kept = app
        .db
        .with(move |db| drafts::put(db, &key, DraftId::kept(&owner, &id), &text, now));
    kept.await?;
    Ok(address)
}

async fn find(app: &App, session: &Session, id: String) -> Result<Option<TypedForm>, PageError> {
    let (key, owner) = (app.draft_key.clone(), session.staff.id.clone());
    let found = app
        .db
        .with(move |db| drafts::find(db, &key, DraftId::kept(&owner, &id)));
    let found = found.await?;
    Ok(found.and_then(|draft| serde_json::from_str(&draft.text).ok()))
}

#[derive(Template)]
#[template(path = "unsent.html")]
struct UnsentTemplate<'a> {
    page: Page<'a>,
    /// Nothing if there is none of this address, or a colleague typed it.
    form: Option<Unsent>,
    /// What is said where there is none: a message.
    absent: &'static str,
    /// Recovery codes that are left, if one was used.
    left: Option<u32>,
}

struct Unsent {
    form: TypedForm,
    /// How it is sent.
    sending: Sending,
}

enum Sending {
    /// In the post in use, under the token of the session.
    Here,
    /// In the post for which it was made, after going back to that: under a token for it.
    After { post: Post, token: String },
    /// Its author no longer holds the post.
    Never { post: Post },
}

impl UnsentTemplate<'_> {
    /// The post in use.
    fn now(&self) -> String {
        let post = self.page.session.map(|session| session.staff.post());
        post.map_or_else(String::new, |post| self.page.post(&post))
    }
}

impl Unsent {
    fn is_sent_here(&self) -> bool {
        matches!(self.sending, Sending::Here)
    }

    /// The post to go back to, and the token to send the form under then.
    fn switch(&self) -> Option<(&Post, &str)> {
        match &self.sending {
            Sending::After { post, token } => Some((post, token.as_str())),
            Sending::Here | Sending::Never { .. } => None,
        }
    }

    fn lost_post(&self) -> Option<&Post> {
        match &self.sending {
            Sending::Never { post } => Some(post),
            Sending::Here | Sending::After { .. } => None,
        }
    }

    fn address(&self) -> String {
        format!("/unsent/{}", self.form.id())
    }

    /// What a person typed, to be copied.
    fn texts(&self) -> Vec<&str> {
        let fields = self.form.fields.iter();
        let typed = fields
            .filter(|(name, text)| !TECHNICAL.contains(&name.as_str()) && !text.trim().is_empty());
        typed.map(|(_, text)| text.as_str()).collect()
    }
}

fn sending(app: &App, session: &Session, form: &TypedForm) -> anyhow::Result<Sending> {
    let owner = &session.staff;
    let made_for = form.post(&app.draft_key, &owner.id);
    Ok(match made_for.filter(|post| *post != owner.post()) {
        None => Sending::Here,
        Some(post) if owner.holds(&post) => {
            let token = csrf_token::new_token(&app.draft_key, &owner.id, &post)?;
            Sending::After { post, token }
        }
        Some(post) => Sending::Never { post },
    })
}

async fn show(State(app): State<App>, view: View, Path(id): Path<String>) -> PageResult {
    let session = view.session()?;
    let query = view.query(&["left"]);
    let form = match find(&app, session, id).await? {
        None => None,
        Some(form) => Some(Unsent {
            sending: sending(&app, session, &form)?,
            form,
        }),
    };
    let status = match form {
        Some(_) => StatusCode::OK,
        None => StatusCode::NOT_FOUND,
    };
    let page = html(&UnsentTemplate {
        page: view.page(&app),
        form,
        absent: "unsent-gone",
        left: query.get("left").parse().ok(),
    });
    Ok((status, page).into_response())
}

/// The page for a person who signs in where a colleague has typed.
pub(super) fn of_another(mut page: Page<'_>, left: Option<u32>) -> Response {
    // Going back leads to the first page.
    "/".clone_into(&mut page.path);
    html(&UnsentTemplate {
        page,
        form: None,
        absent: "reauth-other",
        left,
    })
}

/// Sends a form on: back in the post for which it was made. The browser sends the same fields once more (307), under the token
/// that the page had for that post.
async fn send(
    State(app): State<App>,
    view: View,
    Path(id): Path<String>,
    RawForm(sent): RawForm,
) -> PageResult {
    let session = view.session()?;
    let again = Redirect::to(view.path()).into_response();
    let Some(form) = find(&app, session, id).await? else {
        return Ok(again);
    };
    if csrf::field_of(SESSION_TOKEN, &sent) != session.csrf {
        return Ok(again);
    }
    let on = Redirect::temporary(local_path(&form.target));
    let (owner, token) = (&session.staff, csrf::token_in(&sent));
    let made_for = form.post(&app.draft_key, &owner.id);
    let Some(post) = made_for.filter(|post| *post != owner.post()) else {
        return Ok(on.into_response());
    };
    if csrf_token::post_of(&token, &app.draft_key, &owner.id).as_ref() != Some(&post) {
        return Ok(again);
    }
    let cookie = session::switch_post(&app, session.clone(), post, token).await?;
    let Some(cookie) = cookie else {
        return Ok(again);
    };
    let headers = AppendHeaders([(header::SET_COOKIE, cookie)]);
    Ok((headers, on).into_response())
}
