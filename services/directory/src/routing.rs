//! Routing: which unit works an item for a place on a day.

use jiff::civil::Date;
use onestop_proto::{
    date_words::day_words,
    division::DivisionCode,
    ids::{ServiceItem, Topic, UnitId},
    legal_aid::Organ,
    routing::{Candidate, Excluded, ExclusionReason, PlaceKind, Route, Urgency, Verdict},
    text::{Text, Words},
};

use crate::{
    Directory,
    availability::Availability,
    items::Item,
    sites::{Site, SiteStanding},
    units::Unit,
};

const NEAREST: Text = Text {
    zh: "当日办理该事项的最近承办单位（自责任地逐级向上）",
    en: "nearest unit up the tree from the responsible place that works the item that day",
};

const STATION: Text = Text {
    zh: "专门站点先办其约定范围内的事项",
    en: "a special station is asked first for what it is there for",
};

const NEAREST_FULL: Text = Text {
    zh: "各承办单位在办案件均已满，由最近的承办单位办理",
    en: "all have as many cases as they can hold: the nearest of them",
};

const NEAREST_LATER: Text = Text {
    zh: "当日均不办理该事项，由最近的承办单位在下一办理日办理",
    en: "nobody works the item that day: the nearest, on its next day",
};

/// A case to be routed.
#[derive(Clone, Copy)]
pub struct RouteQuery<'a> {
    pub item: &'a ServiceItem,
    pub topic: &'a Topic,
    pub place: DivisionCode,
    /// The kind of that place, if the window named it: the item's law must allow it to decide.
    pub place_kind: Option<PlaceKind>,
    /// The day, in China.
    pub on: Date,
    /// Units that declined or returned this case before.
    pub sent_away: &'a [UnitId],
    /// Units that are left out, and why.
    pub excluded: &'a [Excluded],
    /// Whether it can wait: an urgent case also goes to a full unit.
    pub urgency: Urgency,
    /// The organ whose letter opened the case, if one did: some special stations are there for its cases alone.
    pub organ: Option<Organ>,
    /// The number of cases that a unit holds now.
    pub load: &'a dyn Fn(&UnitId) -> u32,
}

/// No unit can get the case; it stays where it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct NoRoute {
    pub why: Unroutable,
    /// The units considered, the nearest first.
    pub candidates: Vec<Candidate>,
    pub directory: String,
}

/// Why no unit can get the case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unroutable {
    #[error("there is no item '{item}'. Known: {known}")]
    UnknownItem {
        item: ServiceItem,
        /// The items there are.
        known: String,
    },
    #[error("'{item}' has no topic '{topic}'. Known: {known}")]
    UnknownTopic {
        item: ServiceItem,
        topic: Topic,
        /// The topics there are.
        known: String,
    },
    /// The responsible place is not in the directory.
    #[error("there is no division {place}. Look it up by its name")]
    UnknownPlace { place: DivisionCode },
    /// The law does not let that kind of place decide.
    #[error(
        "'{}' does not decide who is responsible for '{about}'. {law}", given.text().en
    )]
    PlaceDoesNotDecide {
        /// The item and its topic.
        about: String,
        given: PlaceKind,
        /// The law, and the kinds of place that it names.
        law: String,
    },
    #[error("nobody works '{item}' for {place}. Add a unit to items.toml, or ask another place")]
    NoResponsibleUnit {
        item: ServiceItem,
        place: DivisionCode,
    },
    /// All candidates are closed that day, sent the case away, did not answer in time, or may not have it.
    #[error(
        "nobody is left for '{item}' in {place}: all are closed that day, sent the case away, did not answer in time, or have a conflict of interest"
    )]
    NoUnitAvailable {
        item: ServiceItem,
        place: DivisionCode,
    },
}

impl Directory {
    /// Decides which unit should get a case.
    ///
    /// Which place is responsible is for the law, and the window names it ([`Item::jurisdiction_of`]).
    /// From that place the walk goes up the tree: village, township, county, prefecture, province.
    /// Every unit on the way that works the topic is a candidate; its distance is the number of tiers
    /// above the responsible place, 0 being the place's own site.
    ///
    /// A unit that works its own place's cases alone at its tier, as the province's legal aid agency does, is a candidate where
    /// that place is the responsible one, and not for the places in it; a supervisor can designate it for those.
    ///
    /// Of the units of one division, a special station that is there for the topic, and for the organ whose letter opened the
    /// case, comes before the division's own unit; it is a candidate for nothing else, so it takes no other case over.
    ///
    /// A unit that has a conflict of interest, whose site is closed that day, or that has sent this case
    /// away cannot have it. Of the others the nearest is chosen that works the item that day and is not
    /// full; among equally near ones the one with the fewest cases, and among equally busy ones the
    /// first by id, so that a replay decides the same. Fullness does not count for an urgent case. Where
    /// all are full, or no unit works the item that day, the nearest has it nevertheless: it waits there
    /// rather than nowhere. One that is marked as full until a day has it only if there is no other.
    ///
    /// # Errors
    ///
    /// [`NoRoute`] says why no unit can be asked, with every unit that was considered.
    pub fn route(&self, query: &RouteQuery<'_>) -> Result<Route, NoRoute> {
        let no_route = |why: Unroutable, candidates: Vec<Candidate>| NoRoute {
            why,
            candidates,
            directory: self.version().to_owned(),
        };
        let item = self
            .known_item(query)
            .map_err(|why| no_route(why, Vec::new()))?;
        let mut candidates = self.candidates(item, query);
        let Some((chosen, rule)) = choose(&mut candidates, |unit| {
            self.full_until(unit, query.on).is_some()
        }) else {
            let (item, place) = (query.item.clone(), query.place);
            let why = if candidates.is_empty() {
                Unroutable::NoResponsibleUnit { item, place }
            } else {
                Unroutable::NoUnitAvailable { item, place }
            };
            return Err(no_route(why, candidates));
        };
        if self.is_station(&chosen) {
            self.give_way_to_station(&mut candidates);
        }
        let jurisdiction = item.jurisdiction_of(query.topic).clone();
        let mut rule = self.rule_with_full(rule, nearer(&candidates, &chosen), query.on);
        if query.urgency == Urgency::Ordinary {
            self.tell_of_full(&mut rule, &chosen, query.on);
        }
        if self.is_station(&chosen) {
            rule.zh.push_str(&format!("；{}", STATION.zh));
            rule.en.push_str(&format!("; {}", STATION.en));
        }
        Ok(Route {
            chosen,
            candidates,
            rule,
            basis: jurisdiction.basis.clone(),
            jurisdiction: Some(jurisdiction),
            place_kind: query.place_kind,
            directory: self.version().to_owned(),
        })
    }

    fn is_station(&self, unit: &UnitId) -> bool {
        self.unit(unit).is_some_and(|unit| unit.station.is_some())
    }

    /// The division's own unit is not busier than its special station: that is asked first.
    fn give_way_to_station(&self, candidates: &mut [Candidate]) {
        for own in candidates {
            if own.verdict == Verdict::Busier && !self.is_station(&own.unit) {
                own.verdict = Verdict::Farther;
                own.why = Some(STATION.into());
            }
        }
    }

    /// The rule, with the nearer units that were passed over because they are marked as full, and until when.
    fn rule_with_full(&self, rule: Text, nearer: &[Candidate], on: Date) -> Words {
        let mut rule = Words::from(rule);
        for passed in nearer
            .iter()
            .filter(|one| one.verdict == Verdict::AtCapacity)
        {
            let (Some(until), Some(unit)) =
                (self.full_until(&passed.unit, on), self.unit(&passed.unit))
            else {
                continue;
            };
            let (name, until) = (&unit.name, day_words(until));
            let zh = format!("；较近的{name}已标记满负荷，至{}止", until.zh);
            rule.zh.push_str(&zh);
            let en = format!(
                "; {name}, which is nearer, is marked as full until {}",
                until.en
            );
            rule.en.push_str(&en);
        }
        rule
    }

    /// The case goes to a unit that is marked as full, because no other is left that works it.
    fn tell_of_full(&self, rule: &mut Words, chosen: &UnitId, on: Date) {
        let (Some(until), Some(unit)) = (self.full_until(chosen, on), self.unit(chosen)) else {
            return;
        };
        let (name, until) = (&unit.name, day_words(until));
        let zh = format!(
            "；{name}已标记满负荷，至{}止，没有其他单位可以办理，仍由其受理",
            until.zh
        );
        rule.zh.push_str(&zh);
        let en = format!(
            "; {name} is marked as full until {}, and no other unit works it, so it stays there",
            until.en
        );
        rule.en.push_str(&en);
    }

    fn known_item(&self, query: &RouteQuery<'_>) -> Result<&Item, Unroutable> {
        let Some(item) = self.item(query.item) else {
            let known = listed(self.items().map(|item| item.id.as_str()));
            return Err(Unroutable::UnknownItem {
                item: query.item.clone(),
                known,
            });
        };
        if item.topic(query.topic).is_none() {
            let known = listed(item.topics.iter().map(|topic| topic.id.as_str()));
            let (item, topic) = (query.item.clone(), query.topic.clone());
            return Err(Unroutable::UnknownTopic { item, topic, known });
        }
        if !self.is_listed(query.place) {
            return Err(Unroutable::UnknownPlace { place: query.place });
        }
        let law = item.jurisdiction_of(query.topic);
        match query.place_kind {
            Some(given) if !law.places.contains(&given) => Err(Unroutable::PlaceDoesNotDecide {
                about: format!("{}/{}", query.item, query.topic),
                given,
                law: format!(
                    "By {}: {}",
                    law.basis,
                    listed(law.places.iter().map(|place| place.as_str()))
                ),
            }),
            Some(_) | None => Ok(item),
        }
    }

    /// Every unit that works the topic, the nearest first, each with the reason that rules it out; those that
    /// nothing rules out are [`Verdict::Farther`] until [`choose`] has chosen one of them.
    fn candidates(&self, item: &Item, query: &RouteQuery<'_>) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        let place = self.present_division(query.place);
        for (distance, code) in (0..).zip(place.chain()) {
            let Some(site) = self.site_at(code) else {
                continue;
            };
            let first = candidates.len();
            for unit in self.units_of(site) {
                if !item.reaches(query.topic, unit, distance) || !unit.serves(query.organ) {
                    continue;
                }
                let load = (query.load)(&unit.id);
                let (verdict, why) = self.verdict(site, unit, load, query);
                candidates.push(Candidate {
                    unit: unit.id.clone(),
                    division: code,
                    distance,
                    load,
                    verdict,
                    why,
                });
            }
            let order = |one: &Candidate| (!self.is_station(&one.unit), one.load);
            candidates[first..].sort_by(|one, other| {
                let (this, that) = (order(one), order(other));
                this.cmp(&that).then_with(|| one.unit.cmp(&other.unit))
            });
        }
        candidates
    }

    /// The first reason that rules a unit out, in the order of their gravity.
    fn verdict(
        &self,
        site: &Site,
        unit: &Unit,
        load: u32,
        query: &RouteQuery<'_>,
    ) -> (Verdict, Option<Words>) {
        if let Some(excluded) = query.excluded.iter().find(|one| one.unit == unit.id) {
            return match excluded.reason {
                ExclusionReason::OtherParty | ExclusionReason::Declared => {
                    let why = excluded.reason.text().into();
                    (Verdict::ConflictOfInterest, Some(why))
                }
                ExclusionReason::Lapsed => (Verdict::Lapsed, None),
            };
        }
        if !unit.is_independent_of_site()
            && let SiteStanding::Closed { why } = self.site_standing(site, query.on)
        {
            return (Verdict::ClosedThatDay, Some(why));
        }
        if query.sent_away.contains(&unit.id) {
            return (Verdict::SentAway, None);
        }
        if let (Some(until), Urgency::Ordinary) =
            (self.full_until(&unit.id, query.on), query.urgency)
        {
            let until = day_words(until);
            let zh = format!("已满，至{}止", until.zh);
            let en = format!("full until {}", until.en);
            return (Verdict::AtCapacity, Some(Words { zh, en }));
        }
        if !unit.is_independent_of_site()
            && let Availability::NotThatDay { why } =
                self.offered_that_day(site, query.item, query.on)
        {
            return (Verdict::NotOfferedThatDay, Some(why));
        }
        match (unit.capacity, query.urgency) {
            (Some(most), Urgency::Ordinary) if load >= most => {
                let zh = format!("在办 {load} 件，上限 {most} 件");
                let en = format!("holds {load} cases, and can hold {most}");
                (Verdict::AtCapacity, Some(Words { zh, en }))
            }
            (Some(_) | None, Urgency::Ordinary | Urgency::Urgent) => (Verdict::Farther, None),
        }
    }
}

/// Marks the chosen one and those as near as it, and says by which rule it was; the candidates are in
/// order of distance, load and id.
fn choose(
    candidates: &mut [Candidate],
    is_marked_full: impl Fn(&UnitId) -> bool,
) -> Option<(UnitId, Text)> {
    // One with many cases is asked before one that must wait for another day.
    let rules = [
        (Verdict::Farther, NEAREST),
        (Verdict::AtCapacity, NEAREST_FULL),
        (Verdict::NotOfferedThatDay, NEAREST_LATER),
    ];
    // A unit that is marked as full is asked only where no other is left.
    let is_marked =
        |one: &Candidate| one.verdict == Verdict::AtCapacity && is_marked_full(&one.unit);
    let all_marked = candidates
        .iter()
        .filter(|one| rules.iter().any(|(verdict, _)| one.verdict == *verdict))
        .all(is_marked);
    let stands = |one: &Candidate, verdict| one.verdict == verdict && is_marked(one) == all_marked;
    let (standing, rule) = rules
        .into_iter()
        .find(|(verdict, _)| candidates.iter().any(|one| stands(one, *verdict)))?;
    let mut able = candidates
        .iter_mut()
        .filter(|candidate| stands(candidate, standing));
    let chosen = able.next()?;
    chosen.verdict = Verdict::Chosen;
    for other in able.filter(|other| other.distance == chosen.distance) {
        if other.verdict == Verdict::Farther {
            other.verdict = Verdict::Busier;
        }
    }
    Some((chosen.unit.clone(), rule))
}

/// The candidates before the chosen one: as near as it, or nearer.
fn nearer<'a>(candidates: &'a [Candidate], chosen: &UnitId) -> &'a [Candidate] {
    let mut places = candidates.iter();
    let at = places.position(|one| one.unit == *chosen).unwrap_or(0);
    candidates.get(..at).unwrap_or_default()
}

fn listed<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    ids.collect::<Vec<_>>().join(", ")
}
