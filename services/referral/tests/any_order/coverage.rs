//! What a run has covered: commands by stage, stages, rejections, faults.

use std::collections::BTreeMap;

use onestop_proto::{
    command::CommandType,
    referral::{Command, CustodyStage},
    time::Timestamp,
};
use onestop_referral::domain::{Custody, possible};

use crate::inputs::{Input, TRIGGERS};

#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// What was carried out, and where the case stood.
    moves: BTreeMap<(Option<CustodyStage>, &'static str), u32>,
    stages: BTreeMap<CustodyStage, u32>,
    refused: BTreeMap<String, u32>,
    pub(crate) repeated: u32,
    pub(crate) reused: u32,
    pub(crate) stale: u32,
    pub(crate) races: u32,
    pub(crate) crashes: u32,
    pub(crate) whole: u32,
    pub(crate) undone: u32,
    pub(crate) corrected: u32,
}

impl Coverage {
    /// Something was carried out.
    pub(crate) fn done(&mut self, at: Option<CustodyStage>, input: &Input, then: CustodyStage) {
        *self.moves.entry((at, input.name())).or_default() += 1;
        *self.stages.entry(then).or_default() += 1;
    }

    pub(crate) fn refused(&mut self, code: String) {
        *self.refused.entry(code).or_default() += 1;
    }

    /// Less for a command that was never carried out or makes such a one possible, for one that was seldom carried out
    /// at this stage, and for one that leads to a stage that few cases reached.
    pub(crate) fn frequency(
        &self,
        at: CustodyStage,
        name: &str,
        (then, now): (&Custody, Timestamp),
    ) -> (bool, bool, u32) {
        let here = self.moves.get(&(Some(at), name)).copied().unwrap_or(0);
        let there = self.stages.get(&then.stage()).copied().unwrap_or(0);
        let covered = |name: &str| self.was_done(name);
        let then = possible(then, now).into_iter().all(covered);
        (covered(name), then, here + there)
    }

    fn was_done(&self, name: &str) -> bool {
        self.moves.keys().any(|(_, done)| *done == name)
    }

    /// What never happened: a run in which nothing happens would find nothing.
    pub(crate) fn never(&self) -> Vec<&'static str> {
        let names = Command::NAMES.iter().chain(&TRIGGERS).copied();
        let names = names.filter(|name| !self.was_done(name));
        let stages = CustodyStage::ALL.iter();
        let stages = stages.filter(|stage| !self.stages.contains_key(stage));
        let faults = [
            ("a refusal", self.refused.values().sum()),
            ("a repetition", self.repeated),
            ("a key used for something else", self.reused),
            ("a stale revision", self.stale),
            ("a race", self.races),
            ("a crash", self.crashes),
            ("a command that survived its crash", self.whole),
            ("a command that its crash undid", self.undone),
            ("a last day that a new calendar moves", self.corrected),
        ];
        let faults = faults.into_iter().filter(|(_, times)| *times == 0);
        names
            .chain(stages.map(|stage| stage.as_str()))
            .chain(faults.map(|(what, _)| what))
            .collect()
    }
}
