//! The shell around every page: who is signed in, which language, elders' mode, where one is.

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use onestop_proto::{
    actor::Role,
    division::DivisionCode,
    ids::{StaffId, UnitId},
    time::Timestamp,
};

use crate::{
    app::App,
    auth::{Session, session},
    db::sessions::Look,
    error::Oops,
    say::Say,
    statics,
};

/// What every template has as `page`.
pub(crate) struct Page<'a> {
    pub(crate) say: Say<'a>,
    pub(crate) app: &'a App,
    pub(crate) session: Option<&'a Session>,
    /// Elders' mode (长者模式).
    pub(crate) elder: bool,
    /// Path and query: where a change of language or mode comes back to.
    pub(crate) path: String,
    pub(crate) now: Timestamp,
}

/// A page to go to, as the head of every page lists them.
pub(crate) struct Tab {
    pub(crate) href: &'static str,
    /// The id of its message.
    pub(crate) name: &'static str,
}

/// What a request says of how its page should look; with [`View::page`] it becomes the shell.
pub(crate) struct View {
    pub(crate) session: Option<Session>,
    look: Look,
    path: String,
}

impl FromRequestParts<App> for View {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let session =
            <Session as axum::extract::OptionalFromRequestParts<App>>::from_request_parts(
                parts, app,
            )
            .await?;
        let look = look(&parts.headers, session.as_ref(), app);
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self {
            session,
            look,
            path: path.to_owned(),
        })
    }
}

impl View {
    /// The shell.
    pub(crate) fn page<'a>(&'a self, app: &'a App) -> Page<'a> {
        Page {
            say: app.languages.say(self.look.language.as_deref()),
            app,
            session: self.session.as_ref(),
            elder: self.look.elder,
            path: self.path.clone(),
            now: app.clock.now(),
        }
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// The way to the page to sign in, if nobody is; the way to the account of one whose password was set by
    /// somebody else, until it is changed.
    pub(crate) fn session(&self) -> Result<&Session, Response> {
        let path = self.path.split('?').next().unwrap_or_default();
        match &self.session {
            Some(session) if session.staff.must_change && !session::without_change(path) => {
                Err(Redirect::to("/account").into_response())
            }
            Some(session) => Ok(session),
            None => {
                let to = format!("/sign-in?{}", query(&[("next", &self.path)]));
                Err(Redirect::to(&to).into_response())
            }
        }
    }
}

/// The cookie in which a browser without a session keeps language and mode: `<tag>.<elder>`.
pub(crate) const LOOK: &str = "onestop-look";

fn look(headers: &HeaderMap, session: Option<&Session>, app: &App) -> Look {
    let kept = cookie(headers, LOOK).map(|kept| {
        let (language, elder) = kept.split_once('.').unwrap_or((&kept, ""));
        Look {
            language: (!language.is_empty()).then(|| language.to_owned()),
            elder: elder == "elder",
        }
    });
    let mut look = kept
        .or_else(|| session.map(|session| session.staff.look.clone()))
        .unwrap_or_default();
    if look.language.is_none() {
        look.language = preferred(headers, app);
    }
    look
}

/// A cookie of a request.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).into_iter();
    let mut pairs = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    pairs.find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then(|| value.to_owned())
    })
}

/// The first language of the browser's list that there is.
fn preferred(headers: &HeaderMap, app: &App) -> Option<String> {
    let wanted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let tags = wanted
        .split(',')
        .map(|one| one.split(';').next().unwrap_or_default().trim());
    tags.filter_map(|wanted| {
        let short = wanted.split('-').next().unwrap_or_default();
        app.languages
            .tags()
            .find(|tag| !short.is_empty() && tag.split('-').next() == Some(short))
    })
    .next()
    .map(str::to_owned)
}

impl Page<'_> {
    /// The pages that this person has, the first being where one begins.
    pub(crate) fn tabs(&self) -> &'static [Tab] {
        self.session.map_or(&[], |session| tabs(session.staff.role))
    }

    /// Whether a tab is the page that is shown.
    pub(crate) fn is_here(&self, href: &str) -> bool {
        self.path.split('?').next() == Some(href)
    }

    /// A file of ours, by an address that changes with its contents.
    pub(crate) fn file(&self, name: &str) -> String {
        statics::address(name)
    }

    /// A unit by its name.
    pub(crate) fn unit(&self, unit: &UnitId) -> String {
        let known = self.app.directory.unit(unit);
        known.map_or_else(|| unit.to_string(), |unit| unit.name.clone())
    }

    /// Somebody of the staff by their own name, or by that of the account if it is none of this gateway's.
    pub(crate) fn person(&self, staff: &StaffId) -> String {
        let known = self.app.names.of(staff);
        known.unwrap_or_else(|| staff.to_string())
    }

    /// A division by its name and those above it.
    pub(crate) fn place(&self, place: &DivisionCode) -> String {
        self.app.directory.full_name(*place)
    }

    /// What was just done, as the address of the page says it after a form was sent.
    pub(crate) fn notice(&self) -> Option<String> {
        let (_, query) = self.path.split_once('?')?;
        let typed = crate::pairs::Pairs::read(query);
        let done = typed.some("done")?;
        let Some((service, command)) = done.split_once('.') else {
            return self.say.maybe(&format!("done-{done}"));
        };
        let known = onestop_proto::contract::services().into_iter();
        let service = known.into_iter().find(|known| known.as_str() == service)?;
        let (zh, en) = crate::pages::moves::form::title(&service, command)?;
        let what = match self.say.language() {
            onestop_proto::text::Language::Zh => zh,
            onestop_proto::text::Language::En => en,
        };
        Some(self.say.t1("done", "what", what))
    }

    /// The hidden field that every form carries.
    pub(crate) fn csrf(&self) -> &str {
        self.session.map_or("", |session| session.csrf.as_str())
    }

    /// A moment as people read it: 2026年3月4日 15:20.
    pub(crate) fn moment(&self, moment: &Timestamp) -> String {
        let text = moment.china_text();
        let (day, time) = text.split_once(' ').unwrap_or((&text, ""));
        format!("{} {}", self.day_text(day), time.get(..5).unwrap_or(time))
    }

    /// A day as people read it: 2026年3月4日.
    pub(crate) fn day(&self, day: &jiff::civil::Date) -> String {
        self.day_text(&day.to_string())
    }

    fn day_text(&self, day: &str) -> String {
        let parts: Vec<&str> = day
            .split('-')
            .map(|part| part.trim_start_matches('0'))
            .collect();
        match (parts.as_slice(), self.say.language()) {
            ([year, month, day], onestop_proto::text::Language::Zh) => {
                format!("{year}年{month}月{day}日")
            }
            _ => day.to_owned(),
        }
    }
}

/// The pages of a role, where it begins first.
pub(crate) fn tabs(role: Role) -> &'static [Tab] {
    const TODAY: Tab = Tab {
        href: "/today",
        name: "tab-today",
    };
    const NEW: Tab = Tab {
        href: "/cases/new",
        name: "tab-new-case",
    };
    const WORKLIST: Tab = Tab {
        href: "/worklist",
        name: "tab-worklist",
    };
    const CASES: Tab = Tab {
        href: "/cases",
        name: "tab-cases",
    };
    const TIMELINESS: Tab = Tab {
        href: "/timeliness",
        name: "tab-timeliness",
    };
    const PLACES: Tab = Tab {
        href: "/places",
        name: "tab-places",
    };
    const STAFF: Tab = Tab {
        href: "/staff",
        name: "tab-staff",
    };
    match role {
        Role::Clerk => &[TODAY, NEW, WORKLIST, PLACES],
        Role::Specialist => &[WORKLIST, TODAY, PLACES],
        Role::Supervisor => &[TIMELINESS, CASES, PLACES],
        Role::UnitAdministrator => &[WORKLIST, TIMELINESS, STAFF, PLACES],
        Role::Auditor => &[CASES, TIMELINESS, PLACES],
        // Nobody signs in as the system.
        Role::System => &[],
    }
}

/// A query string of these pairs.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// A template as an answer.
pub(crate) fn html(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => Oops::from(error).into_response(),
    }
}
