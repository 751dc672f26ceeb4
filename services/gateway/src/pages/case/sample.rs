//! An invented case at units of the directory, for the page that shows the design: its clocks, its swimlane and the table
//! of it. Pure.

use askama::Template;
use onestop_directory::{Directory, Unit};
use onestop_proto::{
    contract, division::Tier, envelope::event_name, journal::Replay, ledger::ClockRow, text::Words,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

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
        let sample: SampleCase = serde_json::from_str(SAMPLE)?;
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

#[derive(Deserialize)]
struct SampleCase {
    about: SampleMatter,
    steps: Vec<SampleStep>,
    /// What differs between the clocks.
    clocks: Vec<Map<String, Value>>,
}

/// What the case is about.
#[derive(Deserialize)]
struct SampleMatter {
    item: String,
    topic: String,
    number: String,
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
    /// The clocks that run or are paused afterwards.
    #[serde(default)]
    clocks: Map<String, Value>,
}

impl SampleCase {
    /// The replay that the journal would answer with.
    fn replay(&self, units: &Units<'_>) -> serde_json::Result<Replay> {
        let steps = (1_usize..).zip(&self.steps);
        let steps: Vec<Value> = steps
            .map(|(number, step)| step.json(number, units, &self.about))
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
    fn json(&self, number: usize, units: &Units<'_>, about: &SampleMatter) -> Value {
        let title = contract::title(&self.event_type).map(Words::from);
        json!({
            "number": number,
            "happened_at": self.at,
            "heard_at": self.at,
            "at": { "source": "/onestop/journal/main", "epoch": ID, "position": number },
            "event_type": self.event_type,
            "title": title,
            "facts": { "zh": "", "en": "" },
            "actor": self.actor(units),
            "custody": units.at(self.holds).id.to_string(),
            "clocks": self.clocks,
            "event": self.event(number, units, about),
        })
    }

    fn event(&self, number: usize, units: &Units<'_>, about: &SampleMatter) -> Value {
        let acts = units.at(self.acts);
        json!({
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
            "actor": self.actor(units),
            "unit": acts.id.to_string(),
            "division": acts.division.to_string(),
            "item": about.item,
            "traceparent": "00-00000000000000000000000000000001-0000000000000001-00",
            "prevhash": "",
            "hash": "",
            "data": self.data(units, about),
        })
    }

    fn actor(&self, units: &Units<'_>) -> String {
        format!("{}/example@{}", self.role, units.at(self.acts).id)
    }

    /// The data by which a handoff is drawn.
    fn data(&self, units: &Units<'_>, about: &SampleMatter) -> Value {
        let acts = units.at(self.acts);
        let other = units.at(self.other.unwrap_or(self.acts));
        let (acts_id, other_id) = (acts.id.to_string(), other.id.to_string());
        let handoff = |from: &Unit, to: &Unit| {
            json!({
                "handoff": ID,
                "from": from.id.to_string(),
                "to": to.id.to_string(),
                "to_division": to.division.to_string(),
                "item": about.item,
                "topic": about.topic,
                "place": to.division.to_string(),
                "number": about.number,
                "until": self.at,
                "at": self.at,
            })
        };
        match event_name(&self.event_type) {
            "offered" => handoff(acts, other),
            "accepted" => handoff(other, acts),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::case::handoff;

    #[test]
    fn the_sample_is_a_replay_with_handoffs_that_are_drawn_and_four_clocks() {
        let directory = Directory::built_in().unwrap();
        let units = Units::of(&directory).unwrap();
        let sample: SampleCase = serde_json::from_str(SAMPLE).unwrap();
        let replay = sample.replay(&units).unwrap();
        let titled = replay.steps.iter().all(|step| !step.title.zh.is_empty());
        assert!(titled, "the contract has every type");
        assert_eq!(replay.steps.iter().filter_map(handoff::of).count(), 5);
        assert_eq!(sample.clocks(&units).unwrap().len(), 4);
    }

    #[test]
    fn a_reading_is_a_line_of_the_time_line_and_no_column_of_the_journey() {
        let directory = Directory::built_in().unwrap();
        let units = Units::of(&directory).unwrap();
        let sample: SampleCase = serde_json::from_str(SAMPLE).unwrap();
        let mut steps = sample.replay(&units).unwrap().steps;
        let step = steps.first_mut().unwrap();
        assert!(Detail::Main.draws(step));
        step.event_type = "cn.onestop.access.personal-data-opened.v1".to_owned();
        assert!(Detail::Main.shows(step) && !Detail::Main.draws(step));
        assert!(Detail::All.draws(step));
    }
}
