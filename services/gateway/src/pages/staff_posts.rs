//! `/staff/posts`: the posts (岗位) of accounts, for the administrator who looks after their units: add, remove. A post with
//! power, or one of another unit, is asked for here and changed when a second person confirms.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect},
    routing::post,
};
use onestop_proto::{ids::StaffId, typed::account};

use super::{
    form::Form,
    shell::View,
    staff::{ListView, PostForm, render},
    staff_account::of_fields,
    staff_form::FieldMessage,
    staff_refusal::refuse,
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
        page_error::{PageError, PageResult},
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

/// What a form asks for.
///
/// # Errors
/// The fields that do not fit, all at once.
fn parsed(form: &PostForm) -> Result<PostAct, Vec<FieldMessage>> {
    let act: Option<ActKind> = form.act.parse().ok();
    let change = act.and_then(|act| {
        let added = (act == ActKind::AddPost).then_some(PostChange::Add);
        added.or((act == ActKind::RemovePost).then_some(PostChange::Remove))
    });
    let typed = account(&form.id);
    let id: Option<StaffId> = typed.parse().ok();
    let (role, unit) = (form.role.parse().ok(), form.unit.parse().ok());
    let wrong = [
        (typed.is_empty(), ("post-id", "staff-id-missing")),
        (
            !typed.is_empty() && id.is_none(),
            ("post-id", "staff-id-wrong"),
        ),
        (role.is_none(), ("post-role", "staff-role-missing")),
        (unit.is_none(), ("post-unit", "staff-unit-missing")),
        (change.is_none(), ("", "problem-choice")),
    ];
    let wrong = wrong.into_iter().filter(|(is_wrong, _)| *is_wrong);
    match (id, change, role, unit) {
        (Some(id), Some(change), Some(role), Some(unit)) => Ok(PostAct {
            id,
            change,
            post: Post { role, unit },
        }),
        _ => Err(wrong.map(|(_, message)| message).collect()),
    }
}

async fn change_post(State(app): State<App>, view: View, form: Form<PostForm>) -> PageResult {
    let Form { session, fields } = form;
    require_administrator(&session)?;
    let wanted = match parsed(&fields) {
        Ok(wanted) => wanted,
        Err(wrong) => {
            let shown = ListView {
                problems: of_fields(&wrong, &view.page(&app)),
                post: fields,
                ..ListView::default()
            };
            return render(&app, &view, &session, shown).await;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::i18n::Languages;

    #[test]
    fn every_field_of_a_post_that_does_not_fit_is_named() {
        let form = PostForm {
            id: "张丽".to_owned(),
            act: "add-post".to_owned(),
            role: "clerk".to_owned(),
            ..PostForm::default()
        };
        let fields = |form: &PostForm| match parsed(form) {
            Ok(_) => Vec::new(),
            Err(wrong) => wrong.into_iter().map(|(field, _)| field).collect(),
        };
        assert_eq!(fields(&form), ["post-id", "post-unit"]);
        let right = PostForm {
            id: "Ｚhang-li".to_owned(),
            unit: "s4k2m9qxa.window".to_owned(),
            ..form
        };
        assert_eq!(
            parsed(&right)
                .map(|post| post.id.to_string())
                .ok()
                .as_deref(),
            Some("zhang-li")
        );
    }

    #[test]
    fn every_field_that_is_missing_is_asked_for_in_words() {
        let languages = Languages::load(None).unwrap();
        let wrong = parsed(&PostForm::default()).err().unwrap();
        assert_eq!(wrong.len(), 4);
        for language in ["zh-CN", "en"] {
            let i18n = languages.translator(Some(language));
            for (_, message) in &wrong {
                assert_ne!(i18n.t(message), *message);
            }
        }
    }
}
