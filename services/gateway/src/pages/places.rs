//! `/places`: the directory by place: which site, which units, what is open today, which limits hold. It is
//! reference data without any case, so everybody may look, citizens included.

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use jiff::civil::Date;
use onestop_directory::{Directory, Division, Hours, Item, Site, SiteStanding, Standard, Status};
use onestop_proto::{division::DivisionCode, text::Text};
use serde::Deserialize;

use crate::{
    app::App,
    error::Oops,
    page::{Page, View, html},
};

/// Divisions that a search shows.
const FOUND: usize = 30;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/places", get(show))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    find: String,
    #[serde(default)]
    at: String,
    #[serde(default)]
    on: String,
}

#[derive(Template)]
#[template(path = "places.html")]
struct Shown<'a> {
    page: Page<'a>,
    find: String,
    on: Date,
    found: Vec<&'a Division>,
    /// The division that is looked at, and those above it, the widest first.
    at: Option<&'a Division>,
    above: Vec<&'a Division>,
    below: Vec<&'a Division>,
    site: Option<&'a Site>,
    offered: Vec<(&'a Item, Vec<Hours>)>,
    standards: Vec<&'a Standard>,
}

impl Shown<'_> {
    fn closed(&self, site: &Site) -> Option<String> {
        match self.page.app.directory.site_standing(site, self.on) {
            SiteStanding::Open => None,
            SiteStanding::Closed { why } => Some(self.page.say.words(&why).to_owned()),
        }
    }

    fn languages(&self, site: &Site) -> String {
        let names = self.page.app.directory.languages(site).into_iter();
        let names: Vec<&str> = names.map(|words| self.page.say.words(words)).collect();
        names.join("、")
    }

    fn hours(&self, hours: &[Hours]) -> String {
        let time = |time: &jiff::civil::Time| time.strftime("%H:%M").to_string();
        let spans = hours
            .iter()
            .map(|hours| format!("{}–{}", time(&hours.from), time(&hours.to)));
        spans.collect::<Vec<_>>().join("、")
    }

    fn length(&self, standard: &Standard) -> String {
        let limit = &standard.limit;
        format!("{} {}", limit.days, self.page.say.text(limit.kind.text()))
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Response, Oops> {
    let directory = &app.directory;
    let on = match asked.on.as_str() {
        "" => app.clock.now().china_date(),
        day => day
            .parse()
            .map_err(|error: jiff::Error| Oops::form(&error.to_string()))?,
    };
    let code = match asked.at.as_str() {
        "" => None,
        code => Some(
            code.parse::<DivisionCode>()
                .map_err(|error| Oops::form(&error.to_string()))?,
        ),
    };
    let own = view
        .session
        .as_ref()
        .and_then(|session| session.division(&app));
    let find = asked.find.trim().to_owned();
    let found = if find.is_empty() {
        Vec::new()
    } else {
        directory.find(&find, FOUND)
    };
    // With nothing asked, one's own place; for a citizen the whole province.
    let code = code.or_else(|| {
        if find.is_empty() {
            own.or_else(|| province(directory))
        } else {
            None
        }
    });
    let at = code.and_then(|code| directory.division(code));
    let site = code.and_then(|code| directory.site_at(code));
    let mut above: Vec<&Division> = code
        .into_iter()
        .flat_map(|code| code.chain().skip(1))
        .filter_map(|code| directory.division(code))
        .collect();
    above.reverse();
    Ok(html(&Shown {
        below: code
            .map(|code| directory.children(code).collect())
            .unwrap_or_default(),
        offered: site
            .map(|site| directory.offered_at(site, on))
            .unwrap_or_default(),
        standards: code
            .map(|code| standards(directory, code, on))
            .unwrap_or_default(),
        page: view.page(&app),
        find,
        on,
        found,
        at,
        above,
        site,
    }))
}

fn province(directory: &Directory) -> Option<DivisionCode> {
    directory.divisions().next().map(|division| division.code)
}

/// What holds at a place on a day: one standard for each step.
fn standards(directory: &Directory, place: DivisionCode, on: Date) -> Vec<&Standard> {
    let mut standards: Vec<&Standard> = Vec::new();
    for standard in directory.standards() {
        if standards
            .last()
            .is_some_and(|last| last.step == standard.step)
        {
            continue;
        }
        standards.extend(directory.standard(&standard.step, place, on));
    }
    standards
}

/// What stands behind a limit, in words.
fn status(status: Status) -> Text {
    match status {
        Status::Statute => Text {
            zh: "法律规定",
            en: "set by law",
        },
        Status::LocalPromise => Text {
            zh: "本地承诺",
            en: "promised locally",
        },
        Status::Unconfirmed => Text {
            zh: "待确认",
            en: "to be confirmed",
        },
    }
}
