//! `/account`: the user's own password, sessions and API tokens. The second factor has a page of its own.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    form::{Form, NoFields},
    own_secrets::is_own_password,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        client_address::ClientAddress,
        db::{
            sessions::{self, SessionSummary},
            staff::{self, NewPassword, Staff},
            staff_history,
            tokens::{self, NewToken, PREFIX, Token},
        },
        page_error::{PageError, PageResult},
    },
    identity::{
        authentication::{hash_new, record_failure},
        password,
        scope::{Scope, Scopes},
        secret,
        session::Session,
        weak_passwords::{self, Weakness},
    },
};

/// Lifetimes of a token, in days.
const TOKEN_LIFETIMES: [i64; 3] = [30, 90, 365];
const DAY: i64 = 86_400;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/account", get(show))
        .route("/account/password", post(change_password))
        .route("/account/sessions/end", post(end_sessions))
        .route("/account/tokens", post(make_token))
        .route("/account/tokens/revoke", post(revoke_token))
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountTemplate<'a> {
    page: Page<'a>,
    session: &'a Session,
    sessions: Vec<SessionSummary>,
    tokens: Vec<Token>,
    /// A new token: shown only now.
    made: Option<String>,
    problem: Option<String>,
}

impl AccountTemplate<'_> {
    /// The scopes that a token of the post in use is offered with.
    fn scopes(&self) -> impl Iterator<Item = Scope> {
        Scope::offered(self.session.staff.role)
    }
}

async fn show(State(app): State<App>, view: View) -> PageResult {
    let session = view.session()?;
    render(&app, &view, session, None, None).await
}

async fn render(
    app: &App,
    view: &View,
    session: &Session,
    made: Option<String>,
    problem: Option<String>,
) -> PageResult {
    let staff = session.staff.id.clone();
    let token = session.token().to_owned();
    let (key, now) = (app.draft_key.clone(), app.clock.now());
    let read = app.db.with(move |db| {
        Ok((
            sessions::list(db, &staff, &token, now)?,
            tokens::list(db, &key, &staff)?,
        ))
    });
    let (sessions, tokens) = read.await?;
    let code = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = html(&AccountTemplate {
        page: view.page(app),
        session,
        sessions,
        tokens,
        made,
        problem,
    });
    Ok((code, page).into_response())
}

#[derive(Deserialize)]
struct PasswordForm {
    old: String,
    new: String,
    again: String,
}

impl PasswordForm {
    /// Why the new password is not accepted: a message id.
    fn problem(&self, staff: &Staff) -> Option<&'static str> {
        if self.new != self.again {
            return Some("password-differs");
        }
        if self.new == self.old {
            return Some("password-same");
        }
        let checked = weak_passwords::check(&self.new, &staff.id, &staff.name);
        checked.err().map(Weakness::message_id)
    }
}

async fn change_password(
    State(app): State<App>,
    view: View,
    ClientAddress(from): ClientAddress,
    form: Form<PasswordForm>,
) -> PageResult {
    let Form { session, fields } = form;
    let now = app.clock.now();
    let refused = |id: &str| {
        let page = view.page(&app);
        page.i18n.t1(id, "least", password::SHORTEST.to_string())
    };
    if let Some(id) = fields.problem(&session.staff) {
        return render(&app, &view, &session, None, Some(refused(id))).await;
    }
    let id = session.staff.id.clone();
    if !is_own_password(&app, &session, from, fields.old).await? {
        record_failure(&app, id).await?;
        let problem = refused("password-wrong");
        return render(&app, &view, &session, None, Some(problem)).await;
    }
    let hashed = hash_new(&app, fields.new).await?;
    let token = session.token().to_owned();
    let changed = session.change(&app, move |db| {
        let password = NewPassword {
            hash: &hashed,
            must_change: false,
        };
        let author = staff_history::own(&id, now);
        staff::set_password(db, &id, password, Some(&token), author)
    });
    changed.await?;
    app.access_changes.announce();
    Ok(Redirect::to("/account").into_response())
}

async fn end_sessions(State(app): State<App>, form: Form<NoFields>) -> PageResult {
    let NoFields {} = form.fields;
    let id = form.session.staff.id.clone();
    let token = form.session.token().to_owned();
    app.db
        .with(move |db| sessions::end_others(db, &id, &token))
        .await?;
    app.access_changes.announce();
    Ok(Redirect::to("/account").into_response())
}

#[derive(Deserialize)]
struct TokenForm {
    name: String,
    #[serde(default)]
    scope: Vec<String>,
    days: i64,
}

async fn make_token(State(app): State<App>, view: View, form: Form<TokenForm>) -> PageResult {
    let Form { session, fields } = form;
    let scopes = fields
        .scope
        .iter()
        .map(|scope| scope.parse::<Scope>())
        .collect::<Result<Scopes, _>>();
    let scopes = scopes.map_err(PageError::unreadable_form)?;
    let name: String = fields.name.trim().chars().take(60).collect();
    if scopes.is_empty() || name.is_empty() || !TOKEN_LIFETIMES.contains(&fields.days) {
        let problem = view.page(&app).i18n.t("token-incomplete");
        return render(&app, &view, &session, None, Some(problem)).await;
    }
    let made = format!("{PREFIX}{}", secret()?);
    let (text, id, now) = (made.clone(), session.staff.id.clone(), app.clock.now());
    let post = session.staff.post();
    let ends_at = now.plus_seconds(fields.days * DAY);
    let key = app.draft_key.clone();
    let added = session.change(&app, move |db| {
        let token = NewToken {
            text: &text,
            name: &name,
            post: &post,
            scopes: &scopes,
            ends_at,
        };
        tokens::add(db, &key, &id, token, now)
    });
    added.await?;
    render(&app, &view, &session, Some(made), None).await
}

#[derive(Deserialize)]
struct TokenIdForm {
    id: i64,
}

async fn revoke_token(State(app): State<App>, form: Form<TokenIdForm>) -> PageResult {
    let staff = form.session.staff.id.clone();
    let id = form.fields.id;
    let now = app.clock.now();
    app.db
        .with(move |db| tokens::revoke(db, &staff, id, now))
        .await?;
    app.access_changes.announce();
    Ok(Redirect::to("/account").into_response())
}
