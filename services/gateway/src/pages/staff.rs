//! `/staff`: the accounts of a unit, for its administrator: add, change, disable. Where one hand alone would be dangerous,
//! it is asked for here or on `/staff/requests`, and done when a second person confirms.

use askama::Template;
use axum::{http::StatusCode, response::IntoResponse};
use onestop_proto::{
    actor::Role,
    ids::{StaffId, UnitId},
};
use serde::Deserialize;

use super::{
    problems::Problems,
    shell::{Page, View, html},
    staff_form::AccountForm,
    staff_list::{HEADS, StaffFilter, StaffPart},
    staff_requests::{self, Problem},
    staff_units::{offered_units, with_chosen},
    table_sort::ColumnHead,
};
use crate::{
    app::App,
    core::{
        db::{
            staff::{self, Staff},
            staff_history::{self, HistoryEntry},
        },
        form_data::FormData,
        page_error::{PageError, PageResult},
    },
    identity::{
        account_act::{Act, ActKind},
        four_eyes::{ASSIGNABLE, ActOn, Hands, has_power, looks_after},
        session::Session,
    },
};

/// The address of the page.
const PAGE: &str = "/staff";
/// Entries of the history shown.
const HISTORY: u32 = 50;

/// The roles that the list is filtered by: an auditor's account, which the operator of the machine adds, is listed too.
const LISTED: [Role; 5] = [
    Role::Clerk,
    Role::Specialist,
    Role::UnitAdministrator,
    Role::Supervisor,
    Role::Auditor,
];

#[derive(Template)]
#[template(path = "staff.html")]
struct StaffTemplate<'a> {
    page: Page<'a>,
    filter: StaffFilter,
    part: StaffPart,
    units: Vec<(UnitId, String)>,
    /// Of the accounts that were found.
    history: Vec<HistoryEntry>,
    /// Requests that wait for a second person.
    waiting: usize,
    shown: ListView,
}

/// What the page shows besides the accounts.
#[derive(Default)]
pub(super) struct ListView {
    /// An account and its one-time password, shown only now.
    pub(super) made: Option<(StaffId, String)>,
    pub(super) problems: Problems,
    pub(super) form: AccountForm,
    /// The account that the form changes, or that has the name of the one to be added.
    pub(super) existing: Option<Staff>,
    pub(super) post: PostForm,
}

/// The fields of the form of a post, as they were typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct PostForm {
    pub(super) id: String,
    pub(super) act: String,
    pub(super) role: String,
    pub(super) unit: String,
    /// Why, for the second person.
    #[serde(default)]
    pub(super) reason: String,
}

impl StaffTemplate<'_> {
    fn heads(&self) -> Vec<ColumnHead> {
        self.filter.sort.heads(&self.page, &HEADS)
    }

    /// Which accounts are listed, of how many.
    fn listed(&self) -> String {
        let (first, shown) = (self.part.first, self.part.people.len());
        let from_to = match shown {
            0 => "0".to_owned(),
            _ => format!("{first}–{}", first + shown - 1),
        };
        let total = self.part.total.to_string();
        self.page
            .i18n
            .t2("staff-listed", "rows", from_to, "total", total)
    }

    fn has_role(&self, role: &str) -> bool {
        self.filter
            .role
            .is_some_and(|wanted| wanted.as_str() == role)
    }

    /// Whether what the form asks for takes a second person, and so a reason.
    fn takes_reason(&self) -> bool {
        let asker = self.page.session.map(|session| &session.staff);
        let wanted = self.shown.form.parsed().ok();
        wanted.zip(asker).is_some_and(|((id, new), asker)| {
            let act = Act::Put(new);
            let subject = self.shown.existing.as_ref();
            let wanted = ActOn {
                id: &id,
                subject: subject.filter(|one| one.id == id),
                act: &act,
            };
            wanted.hands(asker) == Hands::Two
        })
    }

    /// Whether a new account with this role takes a second person.
    fn gives_power(&self, role: &Role) -> bool {
        self.page.session.is_some() && has_power(*role)
    }

    /// Whether a new account of this unit takes a second person.
    fn is_elsewhere(&self, unit: &UnitId) -> bool {
        self.page
            .session
            .is_some_and(|session| session.staff.unit != *unit)
    }

    /// Whether an act on this account takes a second person.
    fn takes_two(&self, one: &Staff, kind: ActKind) -> bool {
        let asker = self.page.session.map(|session| &session.staff);
        let hands = Act::plain(kind).zip(asker).map(|(act, asker)| {
            let wanted = ActOn {
                id: &one.id,
                subject: Some(one),
                act: &act,
            };
            wanted.hands(asker)
        });
        hands != Some(Hands::One)
    }

    /// Whether the user may set the password of this account, which opens all its posts.
    fn is_changeable(&self, one: &Staff) -> bool {
        let wanted = ActOn {
            id: &one.id,
            subject: Some(one),
            act: &Act::ResetPassword,
        };
        self.page.session.is_some_and(|session| {
            let asked = wanted.check_ask(&session.staff, &self.page.app.directory);
            asked.is_ok()
        })
    }

    /// The posts of an account, the main one first.
    fn posts(&self, one: &Staff) -> Vec<String> {
        let others = one.other_posts.iter().cloned();
        let posts = std::iter::once(one.post()).chain(others);
        posts.map(|post| self.page.post(&post)).collect()
    }
}

/// The accounts that the user looks after and that fit a filter, in order.
pub(super) async fn found(
    app: &App,
    session: &Session,
    filter: &StaffFilter,
) -> Result<Vec<Staff>, PageError> {
    let mut people = app.db.with(|db| staff::all(db)).await?;
    people.retain(|one| {
        one.units()
            .any(|unit| looks_after(&session.staff, unit, &app.directory))
    });
    Ok(filter.apply(people, &app.directory))
}

pub(super) async fn render(
    app: &App,
    view: &View,
    session: &Session,
    shown: ListView,
) -> PageResult {
    let mut page = view.page(app);
    // A change of language leads back here, from the answer to a form too.
    if !page.is_here(PAGE) {
        PAGE.clone_into(&mut page.path);
    }
    view.used().know(&StaffFilter::NAMES);
    let query = page.path.split_once('?').map_or("", |(_, query)| query);
    let filter = StaffFilter::parse(&FormData::parse(query), &view.used());
    let people = found(app, session, &filter).await?;
    let accounts: Vec<String> = people.iter().map(|one| one.id.to_string()).collect();
    let history = app
        .db
        .with(move |db| staff_history::of_accounts(db, &accounts, HISTORY));
    let history = history.await?.into_iter();
    let history = history.map(|entry| entry.opened(&app.draft_key)).collect();
    let own = session.division(app).ok_or_else(PageError::not_found)?;
    let listed = offered_units(&session.staff, own, &app.directory);
    let units = with_chosen(listed, [&shown.form.unit, &shown.post.unit], &page);
    let waiting = staff_requests::waiting(app, session).await?.len();
    let code = if shown.problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = html(&StaffTemplate {
        page,
        part: filter.part_of(people),
        filter,
        units,
        history,
        waiting,
        shown,
    });
    Ok((code, page).into_response())
}

/// The page again, with what was wrong; a reason that lacks, at its field.
pub(super) async fn refuse(
    app: &App,
    view: &View,
    session: &Session,
    problem: Problem,
    mut shown: ListView,
) -> PageResult {
    let message = view.page(app).i18n.t(problem.message_id());
    let field = match problem {
        Problem::NoReason if shown.post.id.is_empty() => "reason",
        Problem::NoReason => "post-reason",
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
