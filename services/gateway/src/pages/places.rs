//! `/places`: who does what where: sites and units by division, with address, telephone, opening hours, what to bring
//! and what it costs, time limits; and who serves a matter there. It is reference data without any case, so it is
//! public. Codes of divisions are shown to staff alone, and no ids of sites and units: programs have them from the API.

mod matters;

use askama::Template;
use axum::{Router, extract::State, routing::get};
use jiff::{ToSpan, civil::Date};
use onestop_directory::{
    Availability, DayOff, Directory, Division, Hours, Item, RegularHours, Site, SiteStanding,
    Standard, Status, Unit, WhileFull,
};
use onestop_proto::division::DivisionCode;
use serde::Deserialize;

use self::matters::{CalledMatter, Matter, MatterOption};
use super::{
    problems::Problems,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        filters::FilterReader,
        page_error::PageResult,
        query_string::{Query, encode_filled},
    },
};

/// Divisions in a search result.
const FOUND: usize = 30;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/places", get(show))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PlacesParams {
    find: String,
    at: String,
    on: String,
    matter: String,
}

#[derive(Template)]
#[template(path = "places.html")]
struct PlacesTemplate<'a> {
    page: Page<'a>,
    find: String,
    on: Date,
    /// What the field of the day shows.
    typed_on: String,
    problems: Problems,
    found: Vec<&'a Division>,
    /// The matters that are meant by what was typed, where no place is.
    called: Vec<CalledMatter>,
    /// The selected division, and those above it, the widest first.
    at: Option<&'a Division>,
    above: Vec<&'a Division>,
    /// Those below it; while no place is chosen, the prefectures to choose from.
    below: Vec<&'a Division>,
    site: Option<&'a Site>,
    /// The matters to choose from, and the chosen one.
    options: Vec<MatterOption<'a>>,
    matter: Option<Matter<'a>>,
    standards: Vec<&'a Standard>,
}

impl PlacesTemplate<'_> {
    fn closed(&self, site: &Site) -> Option<String> {
        match self.page.app.directory.site_standing(site, self.on) {
            SiteStanding::Open => None,
            SiteStanding::Closed { why } => Some(self.page.i18n.words(&why).to_owned()),
        }
    }

    fn address<'s>(&'s self, site: &'s Site) -> Option<&'s str> {
        self.page.app.directory.site_address(site, self.on)
    }

    fn phone<'s>(&'s self, site: &'s Site) -> Option<&'s str> {
        self.page.app.directory.site_phone(site, self.on)
    }

    fn unit_address<'s>(&'s self, unit: &'s Unit) -> Option<&'s str> {
        self.page.app.directory.unit_address(unit, self.on)
    }

    fn unit_phone<'s>(&'s self, unit: &'s Unit) -> Option<&'s str> {
        self.page.app.directory.unit_phone(unit, self.on)
    }

    /// Who is on duty at a unit on the day.
    fn duty(&self, unit: &Unit) -> String {
        self.page
            .list(self.page.app.directory.on_duty(unit, self.on))
    }

    /// Who is on duty at the window of a site on the day.
    fn window_duty(&self, site: &Site) -> String {
        let window = self.page.app.directory.window_of(site);
        window.map_or_else(String::new, |window| self.duty(window))
    }

    fn languages(&self, site: &Site) -> String {
        let names = self.page.app.directory.languages(site).into_iter();
        self.page
            .list(names.map(|words| self.page.i18n.words(words)))
    }

    fn hours(&self, hours: &[Hours]) -> String {
        self.page.list(hours.iter().map(ToString::to_string))
    }

    /// The opening hours of a site on the day: open without known hours is said in words.
    fn opening(&self, site: &Site) -> Option<String> {
        let hours = self.page.app.directory.opening(site, self.on)?;
        Some(if hours.is_empty() {
            self.page.i18n.t("places-open")
        } else {
            self.hours(&hours)
        })
    }

    fn next_opening(&self, site: &Site) -> Option<String> {
        let next = self.page.app.directory.next_opening(site, self.on)?;
        let opening = self.page.app.directory.opening(site, next)?;
        let hours = self.hours(&opening);
        let day = self.named_day(site, next);
        let day = format!("{day} {hours}");
        let closed = self.closed_days(site, next);
        let closed = closed.map(|closed| self.page.in_brackets(closed));
        Some(format!("{}{}", day.trim_end(), closed.unwrap_or_default()))
    }

    /// A day, and that it is provisional (暂定) where the days off of its year are not announced.
    fn named_day(&self, site: &Site, day: Date) -> String {
        let certainty = self.page.app.directory.certainty_at(day, site.division);
        let mark = certainty.remark().map(|mark| self.page.i18n.text(mark));
        let mark = mark.map(|mark| self.page.in_brackets(mark));
        format!("{}{}", self.page.day(&day), mark.unwrap_or_default())
    }

    /// The days before the next opening that are a holiday, with its name.
    fn closed_days(&self, site: &Site, next: Date) -> Option<String> {
        let between = self.on.series(1.day()).skip(1);
        let between = between.take_while(|day| *day < next);
        let mut off = between.filter_map(|day| Some((day, self.holiday(site, day)?)));
        let (first, holiday) = off.next()?;
        let last = off.take_while(|(_, name)| *name == holiday).last();
        let first_named = self.named_day(site, first);
        let days = match last {
            Some((last, _)) => format!("{first_named}–{}", self.named_day(site, last)),
            None => first_named,
        };
        Some(
            self.page
                .i18n
                .t2("places-closed-days", "days", days, "holiday", holiday),
        )
    }

    /// The holiday that a day is at a site; nothing for a mere weekend.
    fn holiday(&self, site: &Site, day: Date) -> Option<&str> {
        match self.page.app.directory.day_off(day, Some(site.division))? {
            DayOff::Holiday(name) | DayOff::Local(name) => Some(name),
            DayOff::Weekend => None,
        }
    }

    /// That a site is not open on the day, with the holiday that it is.
    fn shut(&self, site: &Site) -> String {
        let holiday = self.holiday(site, self.on);
        let why = holiday.map(|holiday| self.page.in_brackets(holiday));
        let shut = self.page.i18n.t("places-shut");
        format!("{shut}{}", why.unwrap_or_default())
    }

    /// Until when a unit takes no ordinary cases, if it is full on the day, and who has them.
    fn full(&self, unit: &Unit) -> Option<String> {
        let full = self.page.app.directory.while_full(unit, self.on)?;
        let until = self.page.day(&full.until);
        let message = match full.cases {
            WhileFull::Elsewhere => "places-full",
            WhileFull::SomeStay => "places-full-stays",
        };
        Some(self.page.i18n.t1(message, "day", until))
    }

    /// The address of the page for another matter, at the place and on the day.
    fn matter_link(&self, matter: &str) -> String {
        let at = self.at.map(|division| division.code.to_string());
        let query = encode_filled(&[
            ("at", at.as_deref().unwrap_or_default()),
            ("on", &self.on.to_string()),
            ("matter", matter),
        ]);
        format!("/places?{query}")
    }

    fn weekdays(&self, regular: &RegularHours<'_>) -> String {
        let days = regular.weekdays.iter();
        self.page
            .list(days.map(|day| self.page.i18n.text(day.text())))
    }

    fn item_names(&self, items: &[&Item]) -> String {
        self.page
            .list(items.iter().map(|item| self.page.i18n.words(&item.name)))
    }

    /// The items that sites of this tier receive or work, and those that have moved in.
    fn items(&self, site: &Site) -> Vec<&Item> {
        let place = site.division;
        let directory = &self.page.app.directory;
        let offered = |item: &&Item| {
            item.is_at(place.tier()) || directory.has_moved_in(&item.id, place, self.on)
        };
        directory.items().filter(offered).collect()
    }

    /// The hours of an item on the day, or why it is not offered.
    fn offered(&self, site: &Site, item: &Item) -> String {
        match self
            .page
            .app
            .directory
            .availability(site, &item.id, self.on)
        {
            Availability::Offered { hours } if hours.is_empty() => self.page.i18n.t("places-open"),
            Availability::Offered { hours } => self.hours(&hours),
            Availability::NotThatDay { why } => self.page.i18n.words(&why).to_owned(),
        }
    }

    fn bring(&self, site: &Site, item: &Item) -> String {
        self.page.materials((item, None), site.division, self.on)
    }

    fn fees(&self, item: &Item) -> Option<&str> {
        let fees = self.page.app.directory.item(&item.id)?.fees(None)?;
        Some(self.page.i18n.words(fees))
    }

    fn is_chosen(&self, value: &str) -> bool {
        let chosen = self.matter.as_ref();
        chosen.is_some_and(|matter| matter.value == value)
    }

    /// The address of another division's page, on the same day and for the same matter.
    fn link(&self, place: &DivisionCode) -> String {
        let matter = self.matter.as_ref().map(|matter| matter.value.as_str());
        let query = encode_filled(&[
            ("at", &place.to_string()),
            ("on", &self.on.to_string()),
            ("matter", matter.unwrap_or_default()),
        ]);
        format!("/places?{query}")
    }

    fn length(&self, standard: &Standard) -> String {
        let limit = &standard.limit;
        format!("{} {}", limit.days, self.page.i18n.text(limit.kind.text()))
    }
}

/// What was sought, and the place that is shown.
#[derive(Default)]
struct Search<'a> {
    found: Vec<&'a Division>,
    called: Vec<CalledMatter>,
    code: Option<DivisionCode>,
}

impl<'a> Search<'a> {
    /// Looks for a place of a name, and where there is none for a matter: of that the place is the one that is shown. Last for
    /// both together.
    fn of(
        page: &Page<'a>,
        find: &str,
        (shown, own): (Option<DivisionCode>, Option<DivisionCode>),
        on: Date,
    ) -> Self {
        // By default the user's own division; a citizen is asked for the place.
        let directory = &page.app.directory;
        let shown = shown.or(own);
        if find.is_empty() {
            return Self {
                code: shown,
                ..Self::default()
            };
        }
        let found = directory.find_near(find, own, FOUND);
        let called = if found.is_empty() {
            matters::called(page, find, on)
        } else {
            Vec::new()
        };
        let neither = found.is_empty() && called.is_empty();
        let together = neither.then(|| matters::at_place(page, find, (own, on), FOUND));
        let (found, called) = together.flatten().unwrap_or((found, called));
        let code = match found.as_slice() {
            [one] => Some(one.code),
            [] => shown.filter(|_| !called.is_empty()),
            // The place that was shown before is not the one that is sought.
            [_, _, ..] => None,
        };
        Self {
            found,
            called,
            code,
        }
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<PlacesParams>,
) -> PageResult {
    let directory = &app.directory;
    let page = view.page(&app);
    let today = page.now.china_date();
    let mut filters = FilterReader::new(today);
    let on = filters.day("on", &params.on).unwrap_or(today);
    let find = params.find.trim().to_owned();
    let shown = filters.choice::<DivisionCode>("at", &params.at);
    let own = view.session.as_ref();
    let own = own.and_then(|session| session.division(&app));
    let Search {
        found,
        called,
        code,
    } = Search::of(&page, &find, (shown, own), on);
    // A code of before leads to the division that took its place.
    let code = code.map(|code| directory.present_division(code));
    // With one that is not listed the page asks for the place.
    let code = code.filter(|code| directory.division(*code).is_some());
    if code.is_none() && shown.is_some() && find.is_empty() {
        view.used().misread("at");
    }
    let site = code.and_then(|code| directory.site_at(code));
    let above = code.into_iter().flat_map(|code| code.chain().skip(1));
    let mut above: Vec<&Division> = above.filter_map(|code| directory.division(code)).collect();
    above.reverse();
    let below = code.or_else(|| province(directory).filter(|_| found.is_empty()));
    let below = below.map(|code| directory.children(code).collect());
    let problems = Problems::of_filters(&filters, &page);
    let read_day = || page.typed_day(&on.to_string());
    let typed_on = problems.typed_or("on", &params.on, read_day);
    let meant = match called.as_slice() {
        [one] => one.value.as_str(),
        [] | [_, _, ..] => params.matter.as_str(),
    };
    let matter = matters::chosen(&page, meant, (code, on))?;
    let standards = code.map(|code| standards(directory, code, on));
    Ok(html(&PlacesTemplate {
        at: code.and_then(|code| directory.division(code)),
        below: below.unwrap_or_default(),
        standards: standards.unwrap_or_default(),
        options: matters::options(&page, on),
        matter,
        page,
        find,
        on,
        typed_on,
        problems,
        found,
        called,
        above,
        site,
    }))
}

fn province(directory: &Directory) -> Option<DivisionCode> {
    directory.divisions().next().map(|division| division.code)
}

/// The standards of a division on a day, one for each step.
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

/// The message that says what a limit rests on.
fn status_message_id(status: Status) -> &'static str {
    match status {
        Status::Statute => "places-statute",
        Status::LocalPromise => "places-local-promise",
        Status::Unconfirmed => "places-unconfirmed",
    }
}
