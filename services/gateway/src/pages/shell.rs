//! The shell around every page: who is signed in, the language, elders' mode, and the navigation.

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, request::Parts},
    response::{Html, IntoResponse, Response},
};
use onestop_chassis::{
    fair_slots::{FairSlot, NoSlot},
    opened_texts::without_sealed,
};
use onestop_directory::{Item, ItemTopic};
use onestop_proto::{actor::Role, contract, time::Timestamp};

use crate::{
    app::App,
    core::{
        accept,
        address_use::AddressUse,
        assets,
        budgets::RetryAfter,
        command_schema, cookies, csv_file,
        db::staff::Preferences,
        form_data::FormData,
        i18n::Translator,
        outage::Outage,
        page_error::{PageError, PageResult},
        training::Installation,
    },
    identity::session::{self, Session},
    pages::{opening, waiting::Waiting},
};

/// What every template has as `page`.
pub(super) struct Page<'a> {
    pub(super) i18n: Translator<'a>,
    pub(super) app: &'a App,
    pub(super) session: Option<&'a Session>,
    /// Elders' mode (长者模式): larger letters and targets.
    pub(super) elder: bool,
    /// Path and query, to which a change of language or mode returns.
    pub(super) path: String,
    /// What the page has understood of that, where it is what the path asks for.
    used: Option<AddressUse>,
    /// That the broker is away.
    pub(super) outage: Option<Outage>,
    pub(super) now: Timestamp,
}

/// An entry of the navigation.
pub(super) struct Tab {
    pub(super) href: &'static str,
    /// The id of its message.
    pub(super) name: &'static str,
    /// What of it waits for the user, counted beside its name.
    pub(super) waiting: Option<Waiting>,
}

/// The session, preferences and path of a request; [`View::page`] makes the shell of it.
pub(super) struct View {
    pub(super) session: Option<Session>,
    preferences: Preferences,
    path: String,
    /// Nothing where the page is not what the address asks for: of an error, or the answer to a form.
    used: Option<AddressUse>,
    outage: Option<Outage>,
    /// Held until the page is answered.
    _slot: Option<FairSlot>,
}

impl FromRequestParts<App> for View {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let outage = parts.extensions.get::<Outage>().copied();
        let session = match outage {
            Some(_) => None,
            None => Session::find(app, &parts.headers).await?,
        };
        let slot = session.as_ref().map(|session| {
            let slot = app.slots.requests.take(&session.actor());
            slot.map_err(|NoSlot| PageError::too_many_attempts(RetryAfter(1)))
        });
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self {
            preferences: preferences(&parts.headers, session.as_ref(), app),
            session,
            path: path.to_owned(),
            used: (parts.method == Method::GET).then(|| used(parts, app)),
            outage,
            _slot: slot.transpose()?,
        })
    }
}

/// The parameter with the position of a log that a page must include.
const AFTER: &str = "after";

/// What the page understands of its address. A position that no answer of this gateway has given waits for nothing.
fn used(parts: &mut Parts, app: &App) -> AddressUse {
    let used = AddressUse::of(parts);
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    if pairs.any(|(name, text)| name == AFTER && app.positions.open(&text).is_none()) {
        used.misread(AFTER);
    }
    used
}

impl View {
    /// The shell of an error page: without a session where none can be found.
    pub(super) async fn of_error(headers: &HeaderMap, path: String, app: &App) -> Self {
        let session = Session::find(app, headers).await.ok().flatten();
        Self {
            preferences: preferences(headers, session.as_ref(), app),
            session,
            path,
            used: None,
            outage: None,
            _slot: None,
        }
    }

    /// The shell of a page without looking up a session.
    pub(super) fn of_nobody(headers: &HeaderMap, path: String, app: &App) -> Self {
        Self {
            preferences: preferences(headers, None, app),
            session: None,
            path,
            used: None,
            outage: None,
            _slot: None,
        }
    }

    pub(super) fn page<'a>(&'a self, app: &'a App) -> Page<'a> {
        Page {
            i18n: app
                .languages
                .translator(self.preferences.language.as_deref()),
            app,
            session: self.session.as_ref(),
            elder: self.preferences.elder,
            path: self.path.clone(),
            used: self.used.clone(),
            outage: self.outage,
            now: app.clock.now(),
        }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// What the page has understood of its address.
    pub(super) fn used(&self) -> AddressUse {
        self.used.clone().unwrap_or_default()
    }

    /// The query string, of which the page reads these parameters.
    pub(super) fn query(&self, names: &[&'static str]) -> FormData {
        self.used().know(names);
        let query = self.path.split_once('?').map_or("", |(_, query)| query);
        FormData::parse(query)
    }

    /// The session.
    ///
    /// # Errors
    /// A redirect to the sign-in page if there is none, or to the page of what must be done first.
    pub(super) fn session(&self) -> Result<&Session, PageError> {
        let Some(session) = &self.session else {
            return Err(session::redirect_to_sign_in(&self.path));
        };
        let path = self.path.split('?').next().unwrap_or_default();
        session.check_nothing_first(path)?;
        Ok(session)
    }
}

/// The cookie with the preferences of a browser: `<language>.<elder>`.
pub(super) const PREFERENCES_COOKIE: &str = "onestop-look";

fn preferences(headers: &HeaderMap, session: Option<&Session>, app: &App) -> Preferences {
    let mut preferences = preferences_cookie(headers)
        .or_else(|| session.map(|session| session.staff.preferences.clone()))
        .unwrap_or_default();
    if preferences.language.is_none() {
        preferences.language = accepted_language(headers, app);
    }
    preferences
}

fn preferences_cookie(headers: &HeaderMap) -> Option<Preferences> {
    let stored = cookies::read(headers, PREFERENCES_COOKIE)?;
    let (language, elder) = stored.split_once('.').unwrap_or((&stored, ""));
    Some(Preferences {
        language: (!language.is_empty()).then(|| language.to_owned()),
        elder: elder == "elder",
    })
}

fn accepted_language(headers: &HeaderMap, app: &App) -> Option<String> {
    let found = accept::preferred_language(headers, |tag| app.languages.matching(tag));
    found.map(str::to_owned)
}

impl Page<'_> {
    /// The entries of the navigation for this user's role; work starts at the first one.
    pub(super) fn tabs(&self) -> &'static [Tab] {
        self.session.map_or(&[], |session| {
            let role = session.staff.role;
            if role == Role::Clerk && !opening::may_open(session, &self.app.directory) {
                CLERK_ELSEWHERE
            } else {
                tabs(role)
            }
        })
    }

    /// Whether an entry leads to this page.
    pub(super) fn is_here(&self, href: &str) -> bool {
        self.path.split('?').next() == Some(href)
    }

    pub(super) fn file(&self, name: &str) -> String {
        assets::url(name)
    }

    /// Whether who reads the page may register a case.
    pub(super) fn may_open(&self) -> bool {
        let session = self.session;
        session.is_some_and(|session| opening::may_open(session, &self.app.directory))
    }

    /// Whether no case here is real.
    pub(super) fn is_training(&self) -> bool {
        self.app.installation == Installation::Training
    }

    /// Whether the user holds more than one post.
    pub(super) fn may_switch_post(&self) -> bool {
        self.session
            .is_some_and(|session| !session.staff.other_posts.is_empty())
    }

    /// The user's posts, as sent and in words, the one in use first.
    pub(super) fn posts(&self) -> Vec<(String, String)> {
        let Some(session) = self.session else {
            return Vec::new();
        };
        let others = session.staff.other_posts.iter().cloned();
        let posts = std::iter::once(session.staff.post()).chain(others);
        posts
            .map(|post| (post.to_string(), self.post(&post)))
            .collect()
    }

    /// What did not follow from the command that was just executed: the address names it as `undone`.
    pub(super) fn undone(&self) -> Option<String> {
        let (_, query) = self.path.split_once('?')?;
        let query = FormData::parse(query);
        let undone = query.filled("undone")?;
        self.i18n.try_t(&format!("undone-{undone}"))
    }

    /// The confirmation of the command that was just executed: the address names it as `done`.
    pub(super) fn notice(&self) -> Option<String> {
        let (_, query) = self.path.split_once('?')?;
        let query = FormData::parse(query);
        let done = query.filled("done")?;
        let Some((service, command)) = done.split_once('.') else {
            return self.i18n.try_t(&format!("done-{done}"));
        };
        let mut known = contract::services().into_iter();
        let service = known.find(|known| known.as_str() == service)?;
        // A command whose effect follows later has a text of its own.
        if let Some(own) = self.i18n.try_t(&format!("done-{service}-{command}")) {
            return Some(own);
        }
        let title = command_schema::title(&service, command)?;
        Some(self.i18n.t1("done", "what", self.i18n.words(&title)))
    }

    /// Whether the page is not what its address shows: the answer to a form, or an error.
    pub(super) fn answers_form(&self) -> bool {
        self.used.is_none()
    }

    /// What of the address the page did not understand.
    pub(super) fn not_understood(&self) -> Option<String> {
        let (_, query) = self.path.split_once('?')?;
        let names = self.used.as_ref()?.left_over(query);
        (!names.is_empty()).then(|| {
            self.i18n
                .t1("address-not-understood", "names", self.list(names))
        })
    }

    /// A CSV file that the browser saves. Its last row says what of the address was not understood, as the page does.
    pub(super) fn saved_csv(&self, bytes: Vec<u8>, name: &str) -> PageResult {
        let told = match self.not_understood() {
            Some(sentence) => csv_file::with_sentence(bytes, sentence),
            None => Ok(bytes),
        };
        Ok(csv_file::saved(told.map_err(anyhow::Error::from)?, name))
    }

    /// The CSRF token, which every form carries in a hidden field.
    pub(super) fn csrf(&self) -> &str {
        self.session.map_or("", |session| session.csrf.as_str())
    }

    /// The topics of an item that are taken today.
    pub(super) fn topics_of<'i>(&self, item: &'i Item) -> Vec<&'i ItemTopic> {
        item.topics_on(self.now.china_date()).collect()
    }
}

/// The navigation of a role; work starts at the first entry.
const fn tab(href: &'static str, name: &'static str) -> Tab {
    Tab {
        href,
        name,
        waiting: None,
    }
}

/// A clerk of a unit that is no window registers nothing.
const CLERK_ELSEWHERE: &[Tab] = &[
    tab("/today", "tab-today"),
    tab("/worklist", "tab-worklist"),
    tab("/cases", "tab-cases"),
    tab("/places", "tab-places"),
];

pub(super) fn tabs(role: Role) -> &'static [Tab] {
    const fn counted(href: &'static str, name: &'static str, waiting: Waiting) -> Tab {
        Tab {
            href,
            name,
            waiting: Some(waiting),
        }
    }
    const TODAY: Tab = tab("/today", "tab-today");
    const NEW: Tab = tab("/cases/new", "tab-new-case");
    const WORKLIST: Tab = tab("/worklist", "tab-worklist");
    const TO_DECIDE: Tab = counted("/worklist", "tab-to-decide", Waiting::Decisions);
    const CASES: Tab = tab("/cases", "tab-cases");
    const TIMELINESS: Tab = tab("/timeliness", "tab-timeliness");
    const PLACES: Tab = tab("/places", "tab-places");
    const STAFF: Tab = counted("/staff", "tab-staff", Waiting::Requests);
    const AUDIT: Tab = tab("/audit", "tab-audit");
    const REQUESTS: Tab = counted("/staff/requests", "tab-requests", Waiting::Requests);
    const CHANGES: Tab = counted("/places/waiting", "tab-changes", Waiting::Changes);
    match role {
        Role::Clerk => &[TODAY, NEW, WORKLIST, CASES, PLACES],
        Role::Specialist => &[WORKLIST, TODAY, CASES, PLACES],
        Role::Supervisor => &[
            TO_DECIDE, TODAY, REQUESTS, CHANGES, TIMELINESS, CASES, PLACES, AUDIT,
        ],
        // The figures of a division are its bureau's.
        Role::UnitAdministrator => &[WORKLIST, TODAY, CASES, STAFF, PLACES],
        Role::Auditor => &[CASES, TIMELINESS, AUDIT, PLACES],
        // The system has no account.
        Role::System => &[],
    }
}

/// A page. What is sealed and was not opened for its reader is not on it.
pub(super) fn html(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => Html(without_sealed(text)).into_response(),
        Err(error) => PageError::from(error).into_response(),
    }
}
