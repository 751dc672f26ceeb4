//! The handoff lanes (交接图): a row for each unit that took part, the lowest tier on top; a column for each
//! step; cells are filled while the unit has custody. Long waits are folded into one column. The swimlane is drawn
//! of it, and a table, for print and for screen readers. Pure.

use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::UnitId,
    journal::{Replay, ReplayStep},
};

use super::history::{Detail, idle_days};
use crate::pages::shell::Page;

pub(super) struct Lanes {
    /// Each day spans its columns; a folded wait is a day of its own.
    pub(super) days: Vec<Day>,
    pub(super) columns: Vec<Column>,
    pub(super) lanes: Vec<Lane>,
}

pub(super) struct Day {
    pub(super) name: String,
    pub(super) columns: usize,
}

pub(super) enum Column {
    Step {
        number: u32,
        title: String,
        now: bool,
        later: bool,
    },
    Idle {
        days: i64,
    },
}

pub(super) struct Lane {
    pub(super) id: UnitId,
    /// None for a unit that the directory does not know.
    pub(super) at: Option<Tier>,
    pub(super) tier: String,
    pub(super) unit: String,
    pub(super) cells: Vec<Cell>,
}

/// A unit at one step.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    /// It had custody after the step.
    pub(super) held: bool,
    pub(super) acts: bool,
    /// It took custody in the step.
    pub(super) took: bool,
    pub(super) now: bool,
    pub(super) later: bool,
}

impl Lanes {
    /// Draws all steps; those after `at` are marked as later.
    pub(super) fn draw(replay: &Replay, at: u32, detail: Detail, page: &Page<'_>) -> Self {
        // The selected step is always shown.
        let steps: Vec<&ReplayStep> = replay
            .steps
            .iter()
            .filter(|step| detail.draws(step) || step.number == at)
            .collect();
        let mut columns = Vec::new();
        let mut days: Vec<Day> = Vec::new();
        let mut column_steps: Vec<Option<&ReplayStep>> = Vec::new();
        let mut before: Option<&ReplayStep> = None;
        for step in steps {
            let day = page.day(&step.happened_at.china_date());
            if let Some(idle) =
                before.and_then(|before| idle_days(before.happened_at, step.happened_at))
            {
                columns.push(Column::Idle { days: idle });
                column_steps.push(None);
                days.push(Day {
                    name: String::new(),
                    columns: 1,
                });
            }
            match days.last_mut() {
                Some(last) if last.name == day => last.columns += 1,
                Some(_) | None => days.push(Day {
                    name: day,
                    columns: 1,
                }),
            }
            columns.push(Column::Step {
                number: step.number,
                title: page.i18n.words(&step.title).to_owned(),
                now: step.number == at,
                later: step.number > at,
            });
            column_steps.push(Some(step));
            before = Some(step);
        }
        let lanes = units(replay, page).into_iter().map(|(unit, tier)| Lane {
            at: tier,
            tier: tier.map_or_else(String::new, |tier| page.i18n.t(message_id(tier))),
            unit: page.unit(&unit),
            cells: cells(&unit, &column_steps, at),
            id: unit,
        });
        Self {
            days,
            lanes: lanes.collect(),
            columns,
        }
    }
}

fn message_id(tier: Tier) -> &'static str {
    match tier {
        Tier::Province => "tier-province",
        Tier::Prefecture => "tier-prefecture",
        Tier::County => "tier-county",
        Tier::Township => "tier-township",
        Tier::Village => "tier-village",
    }
}

/// All units that acted or had custody: the lowest tier first, then in order of appearance.
fn units(replay: &Replay, page: &Page<'_>) -> Vec<(UnitId, Option<Tier>)> {
    let mut units: Vec<(UnitId, Option<Tier>)> = Vec::new();
    for step in &replay.steps {
        let held = step.custody.as_ref();
        for unit in std::iter::once(&step.actor.unit).chain(held) {
            if !units.iter().any(|(known, _)| known == unit) {
                let division = page.app.directory.unit(unit).map(|unit| unit.division);
                units.push((unit.clone(), division.map(DivisionCode::tier)));
            }
        }
    }
    units.sort_by_key(|(_, tier)| std::cmp::Reverse(*tier));
    units
}

fn cells(unit: &UnitId, column_steps: &[Option<&ReplayStep>], at: u32) -> Vec<Cell> {
    let mut held = false;
    let mut later = false;
    let cell = |step: &Option<&ReplayStep>| {
        let Some(step) = step else {
            return Cell {
                held,
                acts: false,
                took: false,
                now: false,
                later,
            };
        };
        let holds = step.custody.as_ref() == Some(unit);
        let took = holds && !held;
        (held, later) = (holds, step.number >= at);
        Cell {
            held,
            acts: step.actor.unit == *unit,
            took,
            now: step.number == at,
            later: step.number > at,
        }
    };
    column_steps.iter().map(cell).collect()
}
