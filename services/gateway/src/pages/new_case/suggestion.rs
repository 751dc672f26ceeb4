//! The suggested unit (建议去向): by which rule and law, and with which time limits. It uses the directory only;
//! referral, which also knows how busy the units are, may choose another.

use onestop_directory::{NoRoute, NotificationChannel, RouteQuery, Unit};
use onestop_proto::{
    case::DocumentKind,
    ids::{ServiceItem, Topic, UnitId},
    referral,
    rejection::Explain,
    routing::{Presence, Route, Urgency, Verdict},
    specialist,
};

use super::registration::CaseSubject;
use crate::pages::shell::Page;

/// A suggestion, in words.
#[derive(Default)]
pub(super) struct Suggestion {
    /// The unit; none if there is no route.
    pub(super) unit: Option<String>,
    /// Whether it is the window itself: then the citizen is answered there, and nothing is referred.
    pub(super) is_own: bool,
    pub(super) address: Option<String>,
    /// Whether it is a body outside the bureau: disclosures to it are recorded.
    pub(super) outside: bool,
    /// Whether it takes no custody here: the window hands the matter over.
    pub(super) is_handed_over: bool,
    pub(super) rule: String,
    pub(super) law: String,
    pub(super) basis: String,
    pub(super) in_person: bool,
    pub(super) limits: Vec<LimitText>,
    /// The other units, and why not them.
    pub(super) others: Vec<(String, String)>,
    /// Why there is no route.
    pub(super) problem: Option<String>,
}

/// A time limit, in words.
pub(super) struct LimitText {
    pub(super) step: String,
    pub(super) length: String,
    pub(super) due: String,
    pub(super) basis: String,
}

/// None until item, topic and place are filled in.
pub(super) fn suggest(about: &CaseSubject, page: &Page<'_>) -> Option<Suggestion> {
    let (item, topic, place) = (about.item.as_ref()?, about.topic.as_ref()?, about.place?);
    let directory = &page.app.directory;
    // Intake refuses by the same rule, in the same words.
    if let Err(refused) = directory.offered_item(item, place, page.now.china_date()) {
        return Some(Suggestion {
            problem: Some(page.rejection(&refused.rejected())),
            ..Suggestion::default()
        });
    }
    let urgency = if about.urgent {
        Urgency::Urgent
    } else {
        Urgency::Ordinary
    };
    let routed = directory.route(&RouteQuery {
        organ: about.organ,
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
        Ok(mut route) => {
            if let Some(language) = about.language {
                directory.prefer_speakers(&mut route, language, page.now.china_date());
            }
            let found = found(&route, item, topic, page);
            // A company comes by the person who represents it.
            let in_person = found.in_person && about.document != Some(DocumentKind::CreditCode);
            Suggestion { in_person, ..found }
        }
        Err(nobody) => unroutable(&nobody, item, topic, page),
    })
}

fn found(route: &Route, item: &ServiceItem, topic: &Topic, page: &Page<'_>) -> Suggestion {
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
        is_own: page
            .session
            .is_some_and(|session| session.staff.unit == route.chosen),
        address: unit
            .and_then(|unit| directory.unit_address(unit, page.now.china_date()))
            .map(str::to_owned),
        outside: unit.is_some_and(Unit::is_outside),
        is_handed_over: unit.is_some_and(is_handed_over),
        rule: page.i18n.words(&route.rule).to_owned(),
        law: law.map_or_else(String::new, |law| page.i18n.words(&law.rule).to_owned()),
        basis: route.basis.clone(),
        in_person: law.is_some_and(|law| law.presence == Presence::InPerson),
        limits: limits(item, &route.chosen, page),
        others: others.collect(),
        problem: None,
    }
}

fn unroutable(nobody: &NoRoute, item: &ServiceItem, topic: &Topic, page: &Page<'_>) -> Suggestion {
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
        law: law.map_or_else(String::new, |law| page.i18n.words(&law.rule).to_owned()),
        basis: law.map_or_else(String::new, |law| law.basis.clone()),
        others: others.collect(),
        problem: Some(page.i18n.t("suggest-nobody")),
        ..Suggestion::default()
    }
}

/// Whether a unit reads no worklist here, and is offered nothing.
fn is_handed_over(unit: &Unit) -> bool {
    unit.notification_channel != NotificationChannel::Here
}

/// The limit of the answer to the offer, where one is made, and that of the first step of the work.
fn limits(item: &ServiceItem, unit: &UnitId, page: &Page<'_>) -> Vec<LimitText> {
    let directory = &page.app.directory;
    let Some(unit) = directory.unit(unit) else {
        return Vec::new();
    };
    let mut specialists = specialist::ALL.iter();
    let specialist = specialists.find(|one| one.service == item.as_str());
    let work = specialist.and_then(|one| one.initial_clock.parse().ok());
    let accept = (!is_handed_over(unit)).then(referral::accept_step);
    let steps = accept.into_iter().chain(work);
    steps
        .filter_map(|step| {
            let limit = directory.limit(&step, unit.division, page.now.china_date())?;
            let due = directory.due(&limit, page.now);
            Some(LimitText {
                step: page.step_name(&step),
                length: format!("{} {}", limit.days, page.i18n.text(limit.kind.text())),
                due: page.due_day(&due),
                basis: limit.basis,
            })
        })
        .collect()
}
