//! The page of the staff again, where a form of it is refused: why, and at which field.

use onestop_proto::{actor::Role, ids::UnitId};

use super::{
    shell::{Page, View},
    staff::{ListView, render},
    staff_requests::Problem,
};
use crate::{
    app::App,
    core::page_error::PageResult,
    identity::{four_eyes::AskRefusal, session::Session},
};

/// Why the form that was sent needs a reason: it is about a new account, one that is changed, or a post.
fn reason_wanted(page: &Page<'_>, shown: &ListView) -> String {
    let form = &shown.form;
    if form.id.is_empty() {
        return page.i18n.t("post-no-reason");
    }
    let role = form.role.parse::<Role>();
    let role = role.map_or_else(
        |_| String::new(),
        |role| page.i18n.text(role.text()).to_owned(),
    );
    let unit = form.unit.parse::<UnitId>();
    let unit = unit.map_or_else(|_| String::new(), |unit| page.unit(&unit));
    let message = match shown.existing {
        Some(_) => "staff-change-no-reason",
        None => "staff-add-no-reason",
    };
    page.i18n.t2(message, "role", role, "unit", unit)
}

/// The page again, with what was wrong; a reason that lacks, at its field.
pub(super) async fn refuse(
    app: &App,
    view: &View,
    session: &Session,
    problem: Problem,
    mut shown: ListView,
) -> PageResult {
    let message = match problem {
        Problem::NoReason => reason_wanted(&view.page(app), &shown),
        Problem::Waits
        | Problem::NoRefusalReason
        | Problem::OneIsEnough
        | Problem::TakesTwo
        | Problem::Ask(_)
        | Problem::Confirm(_) => view.page(app).i18n.t(problem.message_id()),
    };
    let field = match problem {
        Problem::NoReason if shown.post.id.is_empty() => "reason",
        Problem::NoReason => "post-reason",
        Problem::Ask(AskRefusal::RoleNotThere) => "post-unit",
        Problem::Waits
        | Problem::NoRefusalReason
        | Problem::OneIsEnough
        | Problem::TakesTwo
        | Problem::Ask(_)
        | Problem::Confirm(_) => "",
    };
    shown.problems.add(field, message);
    render(app, view, session, shown).await
}
