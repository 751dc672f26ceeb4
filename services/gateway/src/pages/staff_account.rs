//! The form of `/staff` that adds an account or changes its name, role and unit. An account that exists is changed only where
//! the administrator says so: adding under its name is refused, and the change is offered.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect},
    routing::get,
};
use onestop_proto::ids::StaffId;

use super::{
    form::Form,
    problems::Problems,
    shell::{Page, View},
    staff::{ListView, render},
    staff_file,
    staff_form::{AccountForm, FieldMessage},
    staff_refusal::refuse,
    staff_requests,
    staff_rights::require_administrator,
};
use crate::{
    app::App,
    core::{
        db::{
            staff::{self, Staff, Writing},
            staff_history::Author,
        },
        page_error::{PageError, PageResult},
    },
    identity::{
        account_act::{Act, NewAccount},
        authentication::hash_new,
        four_eyes::{ActOn, AskRefusal, Hands},
        password,
        session::Session,
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/staff", get(show).post(put))
        .route("/staff.csv", get(staff_file::download))
}

async fn show(State(app): State<App>, view: View) -> PageResult {
    let session = view.session()?;
    require_administrator(session)?;
    let query = view.query(&["edit"]);
    let shown = to_change(&app, session, query.get("edit")).await?;
    render(&app, &view, session, shown).await
}

/// The page with the form of an account that the administrator may change; the plain one for every other address.
async fn to_change(app: &App, session: &Session, id: &str) -> Result<ListView, PageError> {
    let Ok(id) = id.parse::<StaffId>() else {
        return Ok(ListView::default());
    };
    let found = app.db.with(move |db| staff::find(db, &id)).await?;
    let found = found.filter(|one| is_theirs(app, session, one));
    Ok(found.map_or_else(ListView::default, |one| ListView {
        form: AccountForm::of(&one),
        existing: Some(one),
        ..ListView::default()
    }))
}

/// Whether the administrator may change an account: here, the name.
fn is_theirs(app: &App, session: &Session, one: &Staff) -> bool {
    let same = Act::Put(NewAccount {
        name: one.name.clone(),
        role: one.role,
        unit: one.unit.clone(),
    });
    let wanted = ActOn {
        id: &one.id,
        subject: Some(one),
        act: &same,
    };
    wanted.check_ask(&session.staff, &app.directory).is_ok()
}

async fn put(State(app): State<App>, view: View, form: Form<AccountForm>) -> PageResult {
    let Form { session, fields } = form;
    require_administrator(&session)?;
    let page = view.page(&app);
    let again = |problems, existing| typed_view(&fields, problems, existing);
    let (id, new) = match fields.parsed() {
        Ok(parsed) => parsed,
        Err(wrong) => {
            let changed = to_change(&app, &session, fields.changed()).await?;
            let shown = again(of_fields(&wrong, &page), changed.existing);
            return render(&app, &view, &session, shown).await;
        }
    };
    let key = id.clone();
    let before = app.db.with(move |db| staff::find(db, &key)).await?;
    let is_known = app.directory.unit(&new.unit).is_some();
    let act = Act::Put(new.clone());
    let wanted = ActOn {
        id: &id,
        subject: before.as_ref(),
        act: &act,
    };
    let hands = match wanted.check_ask(&session.staff, &app.directory) {
        Ok(hands) if is_known => hands,
        Err(AskRefusal::RoleNotThere) => {
            let problem = problem_at("unit", page.i18n.t("staff-role-not-there"));
            return render(&app, &view, &session, again(problem, before)).await;
        }
        Ok(_) | Err(_) => {
            let problem = problem_at("", page.i18n.t("staff-not-yours"));
            return render(&app, &view, &session, again(problem, None)).await;
        }
    };
    // Nothing to change means that it is added.
    let writing = before
        .as_ref()
        .map_or(Writing::Add, |_| fields.writing(&id));
    if let (Writing::Add, Some(one)) = (writing, &before) {
        let problem = problem_at("id", exists(&page, one));
        return render(&app, &view, &session, again(problem, before.clone())).await;
    }
    if hands == Hands::Two {
        let asked = staff_requests::ask_for(&app, &session, &id, act, &fields.reason).await?;
        let Some(problem) = asked else {
            return Ok(Redirect::to("/staff?done=request-asked").into_response());
        };
        let shown = again(Problems::default(), before);
        return refuse(&app, &view, &session, problem, shown).await;
    }
    let account = ToWrite {
        id,
        new,
        before,
        writing,
    };
    write_and_show(&app, &view, &session, account, fields).await
}

fn typed_view(form: &AccountForm, problems: Problems, existing: Option<Staff>) -> ListView {
    ListView {
        problems,
        form: form.clone(),
        existing,
        ..ListView::default()
    }
}

/// An account that one person adds or changes.
struct ToWrite {
    id: StaffId,
    new: NewAccount,
    /// As it is now.
    before: Option<Staff>,
    writing: Writing,
}

/// Adds or changes an account, and shows what came of it.
async fn write_and_show(
    app: &App,
    view: &View,
    session: &Session,
    account: ToWrite,
    form: AccountForm,
) -> PageResult {
    let id = account.id.clone();
    let shown = match write(app, session, account).await? {
        Written::Changed => {
            return Ok(Redirect::to("/staff?done=account-changed").into_response());
        }
        Written::Added { one_time } => ListView {
            made: Some((id, one_time)),
            ..ListView::default()
        },
        // A colleague added it meanwhile.
        Written::Exists(one) => ListView {
            problems: problem_at("id", exists(&view.page(app), &one)),
            form,
            existing: Some(*one),
            ..ListView::default()
        },
    };
    render(app, view, session, shown).await
}

pub(super) fn of_fields(wrong: &[FieldMessage], page: &Page<'_>) -> Problems {
    let mut problems = Problems::default();
    for (field, message) in wrong {
        problems.add(field, page.i18n.t(message));
    }
    problems
}

fn problem_at(field: &str, message: String) -> Problems {
    let mut problems = Problems::default();
    problems.add(field, message);
    problems
}

/// Says whose account has the name already.
fn exists(page: &Page<'_>, one: &Staff) -> String {
    let post = page.post(&one.post());
    let who = format!("{}{}", one.name, page.in_brackets(post));
    page.i18n
        .t2("staff-exists", "id", one.id.to_string(), "who", who)
}

/// What became of an account that was to be written.
enum Written {
    Added { one_time: String },
    Changed,
    Exists(Box<Staff>),
}

/// Adds or changes an account, which one person does.
async fn write(app: &App, session: &Session, account: ToWrite) -> Result<Written, PageError> {
    let ToWrite {
        id,
        new,
        before,
        writing,
    } = account;
    let one_time = before.is_none().then(password::one_time).transpose()?;
    let hash = match one_time.clone() {
        Some(text) => Some(hash_new(app, text).await?),
        None => None,
    };
    let staff = Staff {
        disabled_at: before.as_ref().and_then(|before| before.disabled_at),
        must_change: before.is_none_or(|before| before.must_change),
        ..Staff::new(id, new.name, new.role, new.unit)
    };
    let (by, now) = (session.staff.id.to_string(), app.clock.now());
    let found = app.db.with(move |db| {
        let author = Author { by: &by, at: now };
        staff::put_unless_exists(db, &staff, hash.as_deref(), writing, author)
    });
    if let Some(one) = found.await? {
        return Ok(Written::Exists(Box::new(one)));
    }
    app.access_changes.announce();
    Ok(one_time.map_or(Written::Changed, |one_time| Written::Added { one_time }))
}
