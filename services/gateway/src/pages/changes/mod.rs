//! `/places/changes` (变更登记): what a bureau changes of a site and its units, one form for each kind of change; and
//! `/places/waiting`, the changes that wait for the user's bureau. The registry decides: what the user may not decide alone
//! waits for the bureau that may.

mod fields;
mod history;
mod hours_field;
mod keeper;
mod present;
mod proposed;
mod submission;
mod suspension;
mod waiting;

pub(super) use self::submission::{send, updated_app};

use askama::Template;
use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use jiff::civil::Date;
use onestop_directory::{Checkpoint, Item, ItemTopic, Site, Unit, Waiting};
use onestop_proto::{
    actor::Role,
    clock::{DayKind, Step},
    division::DivisionCode,
    ids::Topic,
    legal_aid::{MeansBase, Residence},
    permission,
    registry::{self, Finding, SiteState, Weekday},
};
use serde::Deserialize;

use self::{
    fields::{Change, Field},
    suspension::{CONFIRMED, Suspension},
};
use super::{
    problems::Problems,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        form_data::FormData,
        page_error::{PageError, PageResult},
        query_string::Query,
        query_string::parse_filled,
    },
    identity::session::Session,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/places/changes", get(show).post(submission::submit))
        .route("/places/waiting", get(waiting::show))
        .route("/places/waiting/decide", post(waiting::decide))
}

#[derive(Default, Deserialize)]
struct ChangesParams {
    #[serde(default)]
    at: String,
    #[serde(default, rename = "do")]
    change: String,
}

#[derive(Template)]
#[template(path = "changes.html")]
struct ChangesTemplate<'a> {
    page: Page<'a>,
    site: &'a Site,
    today: Date,
    changes: Vec<Change>,
    /// The kind of change whose form is shown.
    chosen: Option<Change>,
    waiting: Vec<Waiting<'a>>,
    typed: FormData,
    problems: Problems,
    /// What the user confirms before a site is closed.
    suspension: Option<Suspension>,
}

impl ChangesTemplate<'_> {
    fn name(&self, change: &Change) -> String {
        self.page.change_name(*change)
    }

    fn units(&self) -> &[Unit] {
        self.page.app.directory.units_of(self.site)
    }

    /// The units that the user keeps.
    fn kept_units(&self) -> Vec<&Unit> {
        let directory = &self.page.app.directory;
        let actor = self.page.session.map(Session::actor);
        actor.map_or_else(Vec::new, |actor| {
            keeper::kept(directory.units_of(self.site), &actor, directory)
        })
    }

    fn items(&self) -> Vec<&Item> {
        let (directory, place) = (&self.page.app.directory, self.site.division);
        let received = |item: &&Item| {
            item.is_at(place.tier()) || directory.has_moved_in(&item.id, place, self.today)
        };
        directory.items().filter(received).collect()
    }

    /// All items there are, with their topics that have not ended: a change may begin with one that is to come. The value and the
    /// name of each.
    fn matters(&self) -> Vec<(String, String)> {
        let mut matters = Vec::new();
        for item in self.page.app.directory.items() {
            let name = self.page.i18n.words(&item.name).to_owned();
            matters.push((item.id.to_string(), name));
            let goes_on = |topic: &&ItemTopic| topic.valid_to.is_none_or(|last| self.today <= last);
            for topic in item.topics.iter().filter(goes_on) {
                let value = format!("{}.{}", item.id, topic.id);
                matters.push((value, self.page.about(&item.id, &topic.id)));
            }
        }
        matters
    }

    fn all_items(&self) -> Vec<&Item> {
        self.page.app.directory.items().collect()
    }

    /// The papers of the directory: the id and the name of each.
    fn papers(&self) -> Vec<(&Topic, &str)> {
        let materials = self.page.app.directory.materials();
        let named = materials.map(|(id, name)| (id, self.page.i18n.words(name)));
        named.collect()
    }

    fn checkpoints(&self) -> Vec<&Checkpoint> {
        let points = self.page.app.directory.checkpoints(self.site, self.today);
        points.into_iter().map(|(point, _)| point).collect()
    }

    /// The steps whose limits a place can set.
    fn steps(&self) -> Vec<&Step> {
        let directory = &self.page.app.directory;
        let (place, on) = (self.site.division, self.today);
        let limited = |step: &&Step| {
            directory.standard(step, place, on).is_some()
                && !directory.gives_party_time(step, place, on)
        };
        directory.steps().filter(limited).collect()
    }

    fn is_chosen(&self, change: &Change) -> bool {
        self.chosen == Some(*change)
    }

    fn label(&self, field: &Field) -> String {
        self.page.field_label(field.name())
    }

    fn link(&self, change: &Change) -> String {
        format!(
            "/places/changes?at={}&do={}",
            self.site.division,
            change.command()
        )
    }
}

impl Page<'_> {
    /// What a kind of change is called.
    fn change_name(&self, change: Change) -> String {
        let title = change.title();
        title.map_or_else(String::new, |title| self.i18n.words(&title).to_owned())
    }

    /// Whether the user may change, or propose to change, what is recorded of sites at all.
    pub(super) fn may_record(&self) -> bool {
        self.session
            .is_some_and(|session| may_record(session.staff.role))
    }

    /// Whether changes may wait for the user's bureau.
    pub(super) fn may_decide_changes(&self) -> bool {
        let decides = |session: &Session| {
            permission::permits(session.staff.role, registry::SERVICE, "approve-change")
        };
        self.session.is_some_and(decides)
    }
}

fn may_record(role: Role) -> bool {
    permission::permits(role, registry::SERVICE, "confirm-entry")
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<ChangesParams>,
) -> PageResult {
    let session = view.session()?;
    let chosen = Change::of(&params.change);
    if chosen.is_none() {
        view.used().misread("do");
    }
    let page = render(&app, &view, session, &params.at, chosen)?;
    Ok(html(&page))
}

/// The page of a site, with a fresh idempotency key.
fn render<'a>(
    app: &'a App,
    view: &'a View,
    session: &Session,
    at: &str,
    chosen: Option<Change>,
) -> Result<ChangesTemplate<'a>, PageError> {
    if !may_record(session.staff.role) {
        return Err(PageError::forbidden());
    }
    let at = parse_filled::<DivisionCode>("at", at)?.or_else(|| session.division(app));
    let present = at.map(|at| app.directory.present_division(at));
    let site = present.and_then(|at| app.directory.site_at(at));
    let site = site.ok_or_else(PageError::not_found)?;
    let kept = keeper::kept(
        app.directory.units_of(site),
        &session.actor(),
        &app.directory,
    );
    let mut typed = FormData::default();
    typed.set("key", app.clock.command().to_string());
    let mut page = view.page(app);
    if !page.path.contains('?') {
        page.path = format!("/places/changes?at={}", site.division);
    }
    Ok(ChangesTemplate {
        page,
        site,
        today: app.clock.now().china_date(),
        changes: keeper::offered(&kept, site.division.tier()),
        chosen,
        waiting: app.directory.waiting_at(&site.id),
        typed,
        problems: Problems::default(),
        suspension: None,
    })
}
