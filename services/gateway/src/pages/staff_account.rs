//! The form of `/staff` that adds an account or changes its name, role and unit. An account that exists is changed only where
//! the administrator says so: adding under its name is refused, and the change is offered.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use onestop_proto::ids::StaffId;
use serde::Deserialize;

use super::{
    form::Form,
    shell::{Page, View},
    staff::{Shown, render},
    staff_requests,
    staff_rights::require_administrator,
};
use crate::{
    app::App,
    core::{
        db::{
            staff::{self, Preferences, Staff, Writing},
            staff_history::Author,
        },
        page_error::PageError,
    },
    identity::{
        account_act::{Act, NewAccount},
        authentication::hash_new,
        four_eyes::{ActOn, Hands},
        password,
        session::Session,
    },
};

/// What stands in the form.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct AccountForm {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) unit: String,
    /// Why, for the second person.
    #[serde(default)]
    pub(super) reason: String,
    /// The account that is to be changed; empty or another one: the account is to be added.
    #[serde(default)]
    change: String,
}

impl AccountForm {
    /// The account, and what it is to be; nothing if a field does not fit.
    fn parsed(&self) -> Option<(StaffId, NewAccount)> {
        let name: String = self.name.trim().chars().take(60).collect();
        let new = NewAccount {
            name,
            role: self.role.parse().ok()?,
            unit: self.unit.parse().ok()?,
        };
        let id = self.id.trim().parse().ok()?;
        (!new.name.is_empty()).then_some((id, new))
    }

    /// Whether this account is to be added or changed.
    fn writing(&self, id: &StaffId) -> Writing {
        if self.change.trim() == id.as_str() {
            Writing::Change
        } else {
            Writing::Add
        }
    }

    /// The form of an account as it is.
    fn of(one: &Staff) -> Self {
        Self {
            id: one.id.to_string(),
            name: one.name.clone(),
            role: one.role.to_string(),
            unit: one.unit.to_string(),
            reason: String::new(),
            change: one.id.to_string(),
        }
    }
}

/// The page with the form of an account that the administrator may change; the plain one for every other address.
pub(super) async fn to_change(app: &App, session: &Session, id: &str) -> Result<Shown, PageError> {
    let Ok(id) = id.parse::<StaffId>() else {
        return Ok(Shown::default());
    };
    let found = app.db.with(move |db| staff::find(db, &id)).await?;
    let found = found.filter(|one| is_theirs(app, session, one));
    Ok(found.map_or_else(Shown::default, |one| Shown {
        form: AccountForm::of(&one),
        existing: Some(one),
        ..Shown::default()
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

pub(super) async fn put(
    State(app): State<App>,
    view: View,
    form: Form<AccountForm>,
) -> Result<Response, PageError> {
    let Form { session, fields } = form;
    require_administrator(&session)?;
    let page = view.page(&app);
    let again = |problem, existing| Shown {
        problem: Some(problem),
        form: fields.clone(),
        existing,
        made: None,
    };
    let Some((id, new)) = fields.parsed() else {
        let shown = again(page.i18n.t("staff-incomplete"), None);
        return render(&app, &view, &session, shown).await;
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
        Ok(_) | Err(_) => {
            let shown = again(page.i18n.t("staff-not-yours"), None);
            return render(&app, &view, &session, shown).await;
        }
    };
    let writing = fields.writing(&id);
    if let (Writing::Add, Some(one)) = (writing, &before) {
        let shown = again(exists(&page, one), before.clone());
        return render(&app, &view, &session, shown).await;
    }
    if hands == Hands::Two {
        let asked = staff_requests::ask_for(&app, &session, &id, act, &fields.reason).await?;
        let Some(problem) = asked else {
            return Ok(Redirect::to("/staff?done=request-asked").into_response());
        };
        let shown = again(page.i18n.t(problem.message_id()), before);
        return render(&app, &view, &session, shown).await;
    }
    let made = match write(&app, &session, &id, new, before, writing).await? {
        Written::Added { one_time } => Some((id, one_time)),
        Written::Changed => {
            return Ok(Redirect::to("/staff?done=account-changed").into_response());
        }
        // A colleague added it meanwhile.
        Written::Exists(one) => {
            let shown = again(exists(&page, &one), Some(*one));
            return render(&app, &view, &session, shown).await;
        }
    };
    let shown = Shown {
        made,
        ..Shown::default()
    };
    render(&app, &view, &session, shown).await
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
async fn write(
    app: &App,
    session: &Session,
    id: &StaffId,
    new: NewAccount,
    before: Option<Staff>,
    writing: Writing,
) -> Result<Written, PageError> {
    let one_time = before.is_none().then(password::one_time).transpose()?;
    let hash = match one_time.clone() {
        Some(text) => Some(hash_new(app, text).await?),
        None => None,
    };
    let staff = Staff {
        id: id.clone(),
        name: new.name,
        role: new.role,
        unit: new.unit,
        other_posts: Vec::new(),
        disabled_at: before.as_ref().and_then(|before| before.disabled_at),
        preferences: Preferences::default(),
        must_change: before.is_none_or(|before| before.must_change),
        second_factor: false,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_changed_only_under_its_own_name() {
        let id: StaffId = "cai-yu".parse().unwrap();
        let form = |change: &str| AccountForm {
            id: " cai-yu ".to_owned(),
            change: change.to_owned(),
            ..AccountForm::default()
        };
        assert_eq!(form("").writing(&id), Writing::Add);
        // The name was typed anew after the change of another account was offered.
        assert_eq!(form("zhang-li").writing(&id), Writing::Add);
        assert_eq!(form("cai-yu").writing(&id), Writing::Change);
    }
}
