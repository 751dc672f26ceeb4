//! Who works an item for a place on a day.

use jiff::civil::Date;
use onestop_proto::{
    division::DivisionCode,
    ids::{ServiceItem, Topic, UnitId},
    referral::{Candidate, Route, Verdict},
    text::Text,
};

use crate::{Directory, items::Item, sites::SiteStanding};

const RULE: Text = Text {
    zh: "最近的承办单位（自责任地逐级向上）",
    en: "nearest unit up the tree from the responsible place",
};

/// What has to be routed.
#[derive(Clone, Copy)]
pub struct RouteQuery<'a> {
    /// The item.
    pub item: &'a ServiceItem,
    /// What within it.
    pub topic: &'a Topic,
    /// The responsible place.
    pub place: DivisionCode,
    /// The day, in China.
    pub on: Date,
    /// Units that declined or returned this case before.
    pub sent_away: &'a [UnitId],
    /// How many cases a unit holds now.
    pub load: &'a dyn Fn(&UnitId) -> u32,
}

/// Nobody can be asked; the case stays where it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct NoRoute {
    /// Why.
    pub why: Stranded,
    /// Everybody who was considered, the nearest first; maybe nobody.
    pub candidates: Vec<Candidate>,
    /// The version of the directory.
    pub directory: String,
}

/// Why nobody can be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stranded {
    /// The item is not in the directory.
    #[error("there is no item '{item}'. Known: {known}")]
    UnknownItem {
        /// The item given.
        item: ServiceItem,
        /// The items there are.
        known: String,
    },
    /// The item has no such topic.
    #[error("'{item}' has no topic '{topic}'. Known: {known}")]
    UnknownTopic {
        /// The item.
        item: ServiceItem,
        /// The topic given.
        topic: Topic,
        /// The topics there are.
        known: String,
    },
    /// The responsible place is not in the directory.
    #[error("there is no division {place}. Look it up by its name")]
    UnknownPlace {
        /// The code given.
        place: DivisionCode,
    },
    /// No unit from the place upward works the item.
    #[error("nobody works '{item}' for {place}. Add a unit to items.toml, or ask another place")]
    NobodyWorksIt {
        /// The item.
        item: ServiceItem,
        /// The place.
        place: DivisionCode,
    },
    /// All candidates are closed that day or sent the case away.
    #[error(
        "nobody is left for '{item}' in {place}: all are closed that day or sent the case away"
    )]
    NobodyLeft {
        /// The item.
        item: ServiceItem,
        /// The place.
        place: DivisionCode,
    },
}

impl Directory {
    /// Decides who should have a case.
    ///
    /// Which place is responsible is for the law, and the window names it ([`Item::jurisdiction`]).
    /// From that place the walk goes up the tree: village, township, county, prefecture, province.
    /// Every unit on the way that works the item is a candidate; its distance is the number of tiers
    /// above the responsible place, 0 being the place's own site. Chosen is the nearest whose site
    /// is open that day and which has not sent this case away; among equally near ones the one with
    /// the fewest cases, and among equally busy ones the first by id, so that a replay decides the
    /// same.
    ///
    /// # Errors
    ///
    /// [`NoRoute`] says why nobody can be asked, with everybody who was considered.
    pub fn route(&self, query: &RouteQuery<'_>) -> Result<Route, NoRoute> {
        let no_route = |why: Stranded, candidates: Vec<Candidate>| NoRoute {
            why,
            candidates,
            directory: self.version().to_owned(),
        };
        let item = self
            .known_item(query)
            .map_err(|why| no_route(why, Vec::new()))?;
        let mut candidates = self.candidates(item, query);
        let Some(chosen) = choose(&mut candidates) else {
            let (item, place) = (query.item.clone(), query.place);
            let why = if candidates.is_empty() {
                Stranded::NobodyWorksIt { item, place }
            } else {
                Stranded::NobodyLeft { item, place }
            };
            return Err(no_route(why, candidates));
        };
        Ok(Route {
            chosen,
            candidates,
            rule: RULE.into(),
            basis: item.basis.clone(),
            directory: self.version().to_owned(),
        })
    }

    fn known_item(&self, query: &RouteQuery<'_>) -> Result<&Item, Stranded> {
        let Some(item) = self.item(query.item) else {
            let known = listed(self.items().map(|item| item.id.as_str()));
            return Err(Stranded::UnknownItem {
                item: query.item.clone(),
                known,
            });
        };
        if item.topic(query.topic).is_none() {
            let known = listed(item.topics.iter().map(|topic| topic.id.as_str()));
            let (item, topic) = (query.item.clone(), query.topic.clone());
            return Err(Stranded::UnknownTopic { item, topic, known });
        }
        if self.division(query.place).is_none() {
            return Err(Stranded::UnknownPlace { place: query.place });
        }
        Ok(item)
    }

    /// Everybody who works the item, the nearest first; who is able to is [`Verdict::Farther`] until
    /// [`choose`] has chosen.
    fn candidates(&self, item: &Item, query: &RouteQuery<'_>) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for (distance, code) in (0..).zip(query.place.chain()) {
            let Some(site) = self.site_at(code) else {
                continue;
            };
            let closed = self.site_standing(site, query.on) != SiteStanding::Open;
            let first = candidates.len();
            for unit in self.units_of(site) {
                if !item.is_worked_by(&unit.kind, code.tier()) {
                    continue;
                }
                let verdict = if closed {
                    Verdict::ClosedThatDay
                } else if query.sent_away.contains(&unit.id) {
                    Verdict::SentAway
                } else {
                    Verdict::Farther
                };
                let load = (query.load)(&unit.id);
                let unit = unit.id.clone();
                candidates.push(Candidate {
                    unit,
                    division: code,
                    distance,
                    load,
                    verdict,
                });
            }
            candidates[first..]
                .sort_by(|one, other| (one.load, &one.unit).cmp(&(other.load, &other.unit)));
        }
        candidates
    }
}

/// Marks the chosen one and those as near as it; they are in order of distance, load and id.
fn choose(candidates: &mut [Candidate]) -> Option<UnitId> {
    let mut able = candidates
        .iter_mut()
        .filter(|candidate| candidate.verdict == Verdict::Farther);
    let chosen = able.next()?;
    chosen.verdict = Verdict::Chosen;
    for other in able.filter(|other| other.distance == chosen.distance) {
        other.verdict = Verdict::Busier;
    }
    Some(chosen.unit.clone())
}

fn listed<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    ids.collect::<Vec<_>>().join(", ")
}
