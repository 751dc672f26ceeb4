//! An invented case at units of the directory, for the page that shows the design: its clocks, its swimlane and the table
//! of it. Pure.

use askama::Template;
use onestop_directory::{Directory, Unit};
use onestop_proto::{
    contract, division::Tier, envelope::event_name, journal::Replay, ledger::ClockRow, text::Words,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    clock_bars::{self, ClockBar},
    history::Detail,
    lanes::{self, Lanes},
    swimlane::{Shape, Swimlane},
};
use crate::pages::shell::Page;

const SAMPLE: &str = include_str!("../../../samples/design-case.json");

/// Any UUID of version 7: nothing is looked up by it.
const ID: &str = "0195553e-5f00-7000-8000-000000000000";

/// The parts of a case file that are drawn.
#[derive(Template)]
#[template(path = "case-sample.html")]
pub(in crate::pages) struct CaseSample<'p, 'a> {
    page: &'p Page<'a>,
    clocks: Vec<ClockBar>,
    lanes: Lanes,
    swimlane: Swimlane,
    /// The beginning of the addresses of other steps.
    base: &'static str,
}

impl<'p, 'a> CaseSample<'p, 'a> {
    /// The case at one of its steps, by default the last one. None: the directory has no units of three tiers.
    pub(in crate::pages) fn draw(
        step: Option<u32>,
        page: &'p Page<'a>,
    ) -> serde_json::Result<Option<Self>> {
        let Some(units) = Units::of(&page.app.directory) else {
            return Ok(None);
        };
        let sample: Sample = serde_json::from_str(SAMPLE)?;
        let replay = sample.replay(&units)?;
        let at = step.unwrap_or(replay.total).min(replay.total).max(1);
        let lanes = Lanes::draw(&replay, at, Detail::All, page);
        let until = replay
            .steps
            .last()
            .map_or(page.now, |last| last.happened_at);
        Ok(Some(Self {
            clocks: clock_bars::draw(&sample.clocks(&units)?, page),
            swimlane: Swimlane::draw(&replay, &lanes, until, page),
            lanes,
            base: "/design?",
            page,
        }))
    }
}

/// The units that take part.
struct Units<'d> {
    village: &'d Unit,
    county: &'d Unit,
    prefecture: &'d Unit,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Seat {
    Village,
    County,
    Prefecture,
}

impl<'d> Units<'d> {
    /// The first unit of each tier.
    fn of(directory: &'d Directory) -> Option<Self> {
        let first = |tier: Tier| {
            let divisions = directory.divisions();
            let mut sites = divisions
                .filter(|division| division.code.tier() == tier)
                .filter_map(|division| directory.site_at(division.code));
            sites.find_map(|site| directory.units_of(site).first())
        };
        Some(Self {
            village: first(Tier::Village)?,
            county: first(Tier::County)?,
            prefecture: first(Tier::Prefecture)?,
        })
    }

    fn at(&self, seat: Seat) -> &'d Unit {
        match seat {
            Seat::Village => self.village,
            Seat::County => self.county,
            Seat::Prefecture => self.prefecture,
        }
    }
}

/// The file of the sample.
#[derive(Deserialize)]
struct Sample {
    steps: Vec<SampleStep>,
    /// What differs between the clocks.
    clocks: Vec<serde_json::Map<String, Value>>,
}

/// What differs between the steps.
#[derive(Deserialize)]
struct SampleStep {
    at: String,
    #[serde(rename = "type")]
    event_type: String,
    role: String,
    acts: Seat,
    /// The other unit of a handoff.
    other: Option<Seat>,
    holds: Seat,
    clock: Option<SampleClock>,
}

/// The clock that runs or is paused after a step.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SampleClock {
    Offer,
    Review,
    Paused,
    Resumed,
}

impl Sample {
    /// The replay that the journal would answer with.
    fn replay(&self, units: &Units<'_>) -> serde_json::Result<Replay> {
        let steps = (1_usize..).zip(&self.steps);
        let steps: Vec<Value> = steps
            .map(|(number, step)| step.json(number, units))
            .collect();
        let replay = json!({ "case": ID, "total": steps.len(), "steps": steps, "findings": [] });
        // An envelope keeps the text of its data, so it is read from a text.
        serde_json::from_str(&replay.to_string())
    }

    fn clocks(&self, units: &Units<'_>) -> serde_json::Result<Vec<ClockRow>> {
        let same = json!({
            "unit": units.county.id.to_string(),
            "started_at": "2026-03-02T09:00:00+08:00",
            "basis": "—",
            "due": "2026-03-11",
            "due_at": "2026-03-12T00:00:00+08:00",
            "certainty": "firm",
            "supervised": false,
            "extended": 0,
        });
        let whole = self.clocks.iter().map(|own| {
            let mut row = same.clone();
            for (name, value) in own {
                row[name] = value.clone();
            }
            serde_json::from_value(row)
        });
        whole.collect()
    }
}

impl SampleStep {
    fn json(&self, number: usize, units: &Units<'_>) -> Value {
        let acts = units.at(self.acts);
        let title = contract::title(&self.event_type).map(Words::from);
        let actor = format!("{}/example@{}", self.role, acts.id);
        json!({
            "number": number,
            "happened_at": self.at,
            "heard_at": self.at,
            "at": { "source": "/onestop/journal/main", "epoch": ID, "position": number },
            "event_type": self.event_type,
            "title": title,
            "facts": { "zh": "", "en": "" },
            "actor": actor,
            "custody": units.at(self.holds).id.to_string(),
            "clocks": self.clock.map_or_else(|| json!({}), SampleClock::json),
            "event": {
                "specversion": "1.0",
                "id": ID,
                "source": "/onestop/journal/main",
                "type": self.event_type,
                "subject": ID,
                "time": self.at,
                "datacontenttype": "application/json",
                "sequence": number.to_string(),
                "epoch": ID,
                "recordedtime": self.at,
                "correlationid": ID,
                "causationid": ID,
                "command": ID,
                "commandhash": "",
                "actor": actor,
                "unit": acts.id.to_string(),
                "division": acts.division.to_string(),
                "item": "legal-aid",
                "traceparent": "00-00000000000000000000000000000001-0000000000000001-00",
                "prevhash": "",
                "hash": "",
                "data": self.data(units),
            },
        })
    }

    /// The data by which a handoff is drawn.
    fn data(&self, units: &Units<'_>) -> Value {
        let acts = units.at(self.acts);
        let other = units.at(self.other.unwrap_or(self.acts));
        let (acts_id, other_id) = (acts.id.to_string(), other.id.to_string());
        let about = |from: &Unit, to: &Unit| {
            json!({
                "handoff": ID,
                "from": from.id.to_string(),
                "to": to.id.to_string(),
                "to_division": to.division.to_string(),
                "item": "legal-aid",
                "topic": "labour-pay",
                "place": to.division.to_string(),
                "number": "s4k2m9qxa-260302-001",
                "until": self.at,
                "at": self.at,
            })
        };
        match event_name(&self.event_type) {
            "offered" => about(acts, other),
            "accepted" => about(other, acts),
            "declined" => json!({
                "handoff": ID,
                "by": acts_id,
                "holder": other_id,
                "reason": "not-in-jurisdiction",
                "at": self.at,
            }),
            "completed" => json!({
                "handoff": ID,
                "from": acts_id,
                "to": other_id,
                "outcome": "granted",
                "at": self.at,
            }),
            _ => json!({}),
        }
    }
}

impl SampleClock {
    fn json(self) -> Value {
        let running = |step: &str, day: &str| {
            let due =
                json!({ "day": day, "at": format!("{day}T23:59:59+08:00"), "certainty": "firm" });
            json!({ step: { "state": "running", "due": due } })
        };
        match self {
            Self::Offer => running("referral.accept", "2026-03-05"),
            Self::Review => running("legal-aid.review", "2026-03-11"),
            Self::Resumed => running("legal-aid.review", "2026-03-14"),
            Self::Paused => json!({ "legal-aid.review": { "state": "paused", "basis": "—" } }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::case::handoff;

    #[test]
    fn the_sample_is_a_replay_with_handoffs_that_are_drawn_and_four_clocks() {
        let directory = Directory::built_in().unwrap();
        let units = Units::of(&directory).unwrap();
        let sample: Sample = serde_json::from_str(SAMPLE).unwrap();
        let replay = sample.replay(&units).unwrap();
        let titled = replay.steps.iter().all(|step| !step.title.zh.is_empty());
        assert!(titled, "the contract has every type");
        assert_eq!(replay.steps.iter().filter_map(handoff::of).count(), 5);
        assert_eq!(sample.clocks(&units).unwrap().len(), 4);
    }
}
