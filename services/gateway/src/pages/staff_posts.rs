//! `/staff/posts`: the posts (岗位) of accounts, for the administrator who looks after their units: add, remove. A post with
//! power, or one of another unit, is asked for here and changed when a second person confirms.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use onestop_proto::ids::StaffId;

use super::{
    form::Form,
    problems::Problems,
    shell::View,
    staff::{ListView, PostForm, refuse, render},
    staff_requests::{self, Problem},
    staff_rights::require_administrator,
};
use crate::{
    app::App,
    core::{
        db::{
            posts::{self, PostOf},
            staff,
            staff_history::Author,
        },
        page_error::PageError,
        post::{Post, PostChange},
    },
    identity::{
        account_act::{Act, ActKind},
        four_eyes::{ActOn, AskRefusal, Hands},
        session::Session,
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/staff/posts", post(change_post))
}

/// What a form asks for.
struct PostAct {
    id: StaffId,
    change: PostChange,
    post: Post,
}

/// What a form asks for; nothing if a field does not fit.
fn parsed(form: &PostForm) -> Option<PostAct> {
    let act: ActKind = form.act.parse().ok()?;
    let change = if act == ActKind::AddPost {
        PostChange::Add
    } else if act == ActKind::RemovePost {
        PostChange::Remove
    } else {
        return None;
    };
    let post = Post {
        role: form.role.parse().ok()?,
        unit: form.unit.parse().ok()?,
    };
    let id = form.id.trim().parse().ok()?;
    Some(PostAct { id, change, post })
}

async fn change_post(
    State(app): State<App>,
    view: View,
    form: Form<PostForm>,
) -> Result<Response, PageError> {
    let Form { session, fields } = form;
    require_administrator(&session)?;
    let Some(wanted) = parsed(&fields) else {
        let mut problems = Problems::default();
        problems.add("", view.page(&app).i18n.t("staff-incomplete"));
        let shown = ListView {
            problems,
            post: fields,
            ..ListView::default()
        };
        return render(&app, &view, &session, shown).await;
    };
    let key = wanted.id.clone();
    let subject = app.db.with(move |db| staff::find(db, &key)).await?;
    let is_known = app.directory.unit(&wanted.post.unit).is_some();
    let act = Act::on_post(wanted.change, wanted.post.clone());
    let act_on = ActOn {
        id: &wanted.id,
        subject: subject.as_ref(),
        act: &act,
    };
    let problem = match act_on.check_ask(&session.staff, &app.directory) {
        Ok(_) if !is_known => Problem::Ask(AskRefusal::NotYours),
        Ok(Hands::One) => {
            write(&app, &session, wanted).await?;
            return Ok(Redirect::to("/staff?done=post-changed").into_response());
        }
        Ok(Hands::Two) => {
            let asked =
                staff_requests::ask_for(&app, &session, &wanted.id, act, &fields.reason).await?;
            match asked {
                None => return Ok(Redirect::to("/staff?done=request-asked").into_response()),
                Some(problem) => problem,
            }
        }
        Err(refusal) => Problem::Ask(refusal),
    };
    let shown = ListView {
        post: fields,
        ..ListView::default()
    };
    refuse(&app, &view, &session, problem, shown).await
}

/// Changes a post, which one person does.
async fn write(app: &App, session: &Session, wanted: PostAct) -> Result<(), PageError> {
    let (by, now) = (session.staff.id.to_string(), app.clock.now());
    let written = app.db.with(move |db| {
        let of = PostOf {
            staff: &wanted.id,
            change: wanted.change,
            post: &wanted.post,
        };
        posts::put(db, of, Author { by: &by, at: now })
    });
    written.await?;
    app.access_changes.announce();
    Ok(())
}
