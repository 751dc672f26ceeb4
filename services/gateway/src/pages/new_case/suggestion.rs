//! Who would get the case (建议去向): by which rule and law, and what time there is. From the directory alone:
//! how busy a unit is, referral knows; so that what is said here is a suggestion.

use onestop_directory::{NoRoute, RouteQuery};
use onestop_proto::{
    clock::Step,
    ids::{ServiceItem, Topic, UnitId},
    routing::{Presence, Route, Urgency, Verdict},
};

use super::registration::CaseSubject;
use crate::pages::shell::Page;

/// The step in which an offer is answered.
const ANSWERING: &str = "referral.accept";

/// The names of steps with which the work of an item begins.
const FIRST: [&str; 3] = ["review", "examine", "accept"];

/// A suggestion, in words.
pub(super) struct Suggestion {
    /// Who would get it; nothing where nobody could.
    pub(super) unit: Option<String>,
    pub(super) address: Option<String>,
    /// A body outside the bureau: what it is given of a person is recorded.
    pub(super) outside: bool,
    pub(super) rule: String,
    pub(super) law: String,
    pub(super) basis: String,
    pub(super) in_person: bool,
    pub(super) limits: Vec<LimitTold>,
    /// The others, and why not.
    pub(super) others: Vec<(String, String)>,
    /// Why nobody can be asked.
    pub(super) problem: Option<String>,
}

/// A time limit that will run.
pub(super) struct LimitTold {
    pub(super) step: String,
    pub(super) length: String,
    pub(super) due: String,
    pub(super) basis: String,
}

/// The suggestion for what the form says; nothing before it says enough.
pub(super) fn suggest(about: &CaseSubject, page: &Page<'_>) -> Option<Suggestion> {
    let (item, topic, place) = (about.item.as_ref()?, about.topic.as_ref()?, about.place?);
    let directory = &page.app.directory;
    let urgency = if about.urgent {
        Urgency::Urgent
    } else {
        Urgency::Ordinary
    };
    let routed = directory.route(&RouteQuery {
        item,
        topic,
        place,
        place_kind: None,
        on: page.now.china_date(),
        sent_away: &[],
        excluded: &[],
        urgency,
        load: &|_| 0,
    });
    Some(match routed {
        Ok(route) => found(&route, (item, topic), page),
        Err(nobody) => stranded(&nobody, (item, topic), page),
    })
}

fn found(route: &Route, (item, topic): (&ServiceItem, &Topic), page: &Page<'_>) -> Suggestion {
    let directory = &page.app.directory;
    let unit = directory.unit(&route.chosen);
    let law = directory.item(item).map(|item| item.jurisdiction_of(topic));
    let others = route.candidates.iter();
    let others = others
        .filter(|one| one.verdict != Verdict::Chosen)
        .map(|one| {
            let why = one
                .why
                .as_ref()
                .map(|why| format!("{}{}", page.i18n.t("colon"), page.i18n.words(why)));
            let verdict = page.i18n.text(one.verdict.text());
            (
                page.unit(&one.unit),
                format!("{verdict}{}", why.unwrap_or_default()),
            )
        });
    Suggestion {
        unit: Some(page.unit(&route.chosen)),
        address: unit.and_then(|unit| unit.address.clone()),
        outside: unit.is_some_and(onestop_directory::Unit::is_outside),
        rule: page.i18n.words(&route.rule).to_owned(),
        law: law.map_or_else(String::new, |law| page.i18n.words(&law.rule).to_owned()),
        basis: route.basis.clone(),
        in_person: law.is_some_and(|law| law.presence == Presence::InPerson),
        limits: limits(item, &route.chosen, page),
        others: others.collect(),
        problem: None,
    }
}

fn stranded(
    nobody: &NoRoute,
    (item, topic): (&ServiceItem, &Topic),
    page: &Page<'_>,
) -> Suggestion {
    let law = page
        .app
        .directory
        .item(item)
        .map(|item| item.jurisdiction_of(topic));
    let others = nobody.candidates.iter().map(|one| {
        (
            page.unit(&one.unit),
            page.i18n.text(one.verdict.text()).to_owned(),
        )
    });
    Suggestion {
        unit: None,
        address: None,
        outside: false,
        rule: String::new(),
        law: law.map_or_else(String::new, |law| page.i18n.words(&law.rule).to_owned()),
        basis: law.map_or_else(String::new, |law| law.basis.clone()),
        in_person: false,
        limits: Vec::new(),
        others: others.collect(),
        problem: Some(page.i18n.t("suggest-nobody")),
    }
}

/// The limit of the answer to the offer, and that of the first step of the work.
fn limits(item: &ServiceItem, unit: &UnitId, page: &Page<'_>) -> Vec<LimitTold> {
    let directory = &page.app.directory;
    let Some(unit) = directory.unit(unit) else {
        return Vec::new();
    };
    let beginning = format!("{item}.");
    // Where a unit begins: with a look at whether it takes the matter on.
    let begins = |step: &&Step| {
        let name = step.to_string();
        let name = name.strip_prefix(&beginning).unwrap_or_default();
        FIRST.contains(&name)
    };
    let first = directory
        .standards()
        .map(|standard| &standard.step)
        .find(begins);
    let answering: Option<Step> = ANSWERING.parse().ok();
    let steps = answering.iter().chain(first);
    steps
        .filter_map(|step| {
            let limit = directory.limit(step, unit.division, page.now.china_date())?;
            let due = directory.due(&limit, page.now);
            Some(LimitTold {
                step: page.step_name(step),
                length: format!("{} {}", limit.days, page.i18n.text(limit.kind.text())),
                due: page.day(&due.day),
                basis: limit.basis,
            })
        })
        .collect()
}
