//! The history of a case: what each step changed, who had custody after it, which clocks ran. Pure.

use onestop_proto::{
    journal::{ClockState, Replay, ReplayStep},
    time::Timestamp,
};

use super::{
    needs_then::NeedsThen,
    step_text::{ClockText, StepText},
    timeline::{self, Entry},
    walk::{PartBounds, Walk, is_end},
};
use crate::pages::shell::Page;

/// A wait of this many seconds or more is shown as one.
const IDLE: f64 = 86_400.0;
/// Seconds after which an event counts as late: its site was offline, or it was entered from paper.
const LATE: f64 = 120.0;

/// A case up to one of its steps.
pub(super) struct CaseHistory {
    /// The step that the page tells, from 1: the selected one, or the newest that changed the case; 0 if there are none.
    pub(super) at: u32,
    /// Where the reader goes on from it.
    pub(super) walk: Walk,
    /// The number of the newest entry.
    pub(super) total: u32,
    /// The first and the last of the steps on this page, if the case has more than fit.
    pub(super) part: Option<(u32, u32)>,
    /// Whether it is a past moment, in which nothing can be done.
    pub(super) past: bool,
    /// The step that the page tells.
    pub(super) now: Option<StepText>,
    /// What is to be seen to after the newest step.
    pub(super) needs: NeedsThen,
    /// What the told step changed, with what services recorded because of it.
    pub(super) changes: Vec<Change>,
    /// The newest first.
    pub(super) timeline: Vec<Entry>,
    /// The number of bookkeeping steps that are hidden.
    pub(super) quiet: usize,
    /// The journal's findings, with the step of each.
    pub(super) findings: Vec<(u32, String)>,
}

pub(super) struct Change {
    pub(super) what: String,
    pub(super) before: String,
    pub(super) after: String,
}

impl CaseHistory {
    pub(super) fn build(replay: &Replay, selection: &Selection, page: &Page<'_>) -> Self {
        let (first, last) = (replay.steps.first(), replay.steps.last());
        let first = first.map_or(0, |step| step.number);
        let last = last.map_or(0, |step| step.number);
        // A journal of an earlier version does not say how many there are.
        let total = replay.total.max(last);
        let extent = PartBounds { first, last, total };
        let all = replay.steps.iter();
        let all = all.filter(|step| selection.detail.draws(step));
        let all: Vec<u32> = all.map(|step| step.number).collect();
        let selected = selection.step.filter(|step| !is_end(*step, &all, extent));
        let end = selected.unwrap_or(total).clamp(first, last);
        let upto = replay.steps.partition_point(|step| step.number <= end);
        let steps = replay.steps.get(..upto).unwrap_or_default();
        let drawn: Vec<bool> = steps
            .iter()
            .map(|step| selection.detail.draws(step))
            .collect();
        let newest = steps.last();
        let told = told_index(&drawn, selected).zip(newest);
        let at = told.map_or(end, |(told, _)| steps[told].number);
        let before = |index: usize| index.checked_sub(1).map(|before| &steps[before]);
        let text = |index: usize| step_text(&steps[index], before(index), page);
        let visible = (0..steps.len()).rev();
        let visible: Vec<usize> = visible
            .filter(|index| selection.detail.shows(&steps[*index]))
            .collect();
        let quiet = steps.len() - visible.len();
        let lines = visible.into_iter().map(|index| {
            let folds = selection.detail == Detail::Main && timeline::is_reading(&steps[index]);
            (text(index), folds)
        });
        let timeline = timeline::fold(lines, at);
        let is_part = first > 1 || last < total;
        let part = is_part.then_some((first, last));
        let findings = replay.findings.iter().filter(|finding| finding.step <= end);
        Self {
            at,
            total,
            part,
            walk: Walk::around(at, &all, extent),
            past: selection.past || end < total,
            needs: NeedsThen::after(steps),
            now: told.map(|(told, newest)| StepText {
                custody: custody(Some(newest), page),
                clocks: clocks(newest, page),
                ..text(told)
            }),
            changes: told.map_or_else(Vec::new, |(told, newest)| {
                changes(before(told), newest, page)
            }),
            quiet,
            timeline,
            findings: findings
                .map(|finding| (finding.step, page.i18n.words(&finding.what).to_owned()))
                .collect(),
        }
    }
}

/// The place of the step that the page tells, where each step says whether the journey has it. Without a selection readings and
/// what services note for each other are left out: they change nothing for the reader.
fn told_index(drawn: &[bool], selected: Option<u32>) -> Option<usize> {
    let last = drawn.len().checked_sub(1)?;
    let changed = drawn.iter().rposition(|drawn| *drawn);
    Some(match selected {
        Some(_) => last,
        None => changed.unwrap_or(last),
    })
}

/// What of a case's history is shown.
pub(super) struct Selection {
    /// Up to this step; by default the last one.
    pub(super) step: Option<u32>,
    /// Whether the replay ends at a past moment.
    pub(super) past: bool,
    pub(super) detail: Detail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Without bookkeeping between services.
    Main,
    All,
}

impl Detail {
    pub(super) fn shows(self, step: &ReplayStep) -> bool {
        self == Self::All || !step.is_bookkeeping()
    }

    /// Whether the drawing of the journey has a step: a reading changes nothing of it.
    pub(super) fn draws(self, step: &ReplayStep) -> bool {
        self.shows(step) && (self == Self::All || !timeline::is_reading(step))
    }
}

fn step_text(step: &ReplayStep, before: Option<&ReplayStep>, page: &Page<'_>) -> StepText {
    // What was entered from paper says itself when it was entered.
    let late = step.heard_at.seconds_since(step.event.recordedtime) > LATE;
    let waited = before.map_or(0.0, |before| {
        step.happened_at.seconds_since(before.happened_at)
    });
    let title = page.i18n.words(&step.title).to_owned();
    let when = page.moment(&step.happened_at);
    StepText {
        number: step.number,
        facts: page.with_staff_names(page.i18n.words(&step.facts)),
        received: late.then(|| page.moment(&step.heard_at)),
        late: step
            .late_entry()
            .map(|late| page.i18n.words(&late).to_owned()),
        who: page.actor(&step.actor),
        unit: page.unit(&step.actor.unit),
        custody: custody(Some(step), page),
        clocks: clocks(step, page),
        idle: (waited >= IDLE).then_some((waited / IDLE) as i64),
        place: format!(
            "{}/{} · {}",
            step.at.source.service, step.at.source.instance, step.at.position
        ),
        hash: step.event.hash.clone(),
        // Envelopes serialize.
        raw: serde_json::to_string_pretty(&step.event).unwrap_or_default(),
        label: page.i18n.t2(
            "case-step-label",
            "number",
            step.number.to_string(),
            "what",
            format!("{title} {when}"),
        ),
        title,
        when,
    }
}

fn custody(step: Option<&ReplayStep>, page: &Page<'_>) -> String {
    let holder = step.and_then(|step| step.custody.as_ref());
    holder.map_or_else(|| "—".to_owned(), |unit| page.unit(unit))
}

/// What a clock measures.
pub(super) fn clock_name(step: &str, page: &Page<'_>) -> String {
    let known = step
        .parse()
        .ok()
        .and_then(|step| page.app.directory.step_name(&step));
    known.map_or_else(
        || step.to_owned(),
        |words| page.i18n.words(words).to_owned(),
    )
}

fn clocks(step: &ReplayStep, page: &Page<'_>) -> Vec<ClockText> {
    let name = |step: &str| clock_name(step, page);
    let one = |(id, state): (&String, &ClockState)| match state {
        ClockState::Running { due } => {
            let over = step.happened_at >= due.at;
            let day = page.due_day(due);
            ClockText {
                step: name(id),
                class: if over { "over" } else { "calm" },
                words: if over {
                    page.i18n.t1("clock-over", "day", day)
                } else {
                    page.i18n.t1("clock-until", "day", day)
                },
            }
        }
        ClockState::Paused { basis } => ClockText {
            step: name(id),
            class: "paused",
            words: page.i18n.t1("clock-paused", "basis", basis.as_str()),
        },
    };
    step.clocks.iter().map(one).collect()
}

fn changes(before: Option<&ReplayStep>, now: &ReplayStep, page: &Page<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    let old_custody = before.and_then(|step| step.custody.as_ref());
    if old_custody != now.custody.as_ref() {
        changes.push(Change {
            what: page.i18n.t("case-custody"),
            before: custody(before, page),
            after: custody(Some(now), page),
        });
    }
    let ran = before.map(|step| clocks(step, page)).unwrap_or_default();
    let runs = clocks(now, page);
    let ended = ran
        .iter()
        .filter(|clock| !runs.iter().any(|other| other.step == clock.step));
    let ended = ended.map(|clock| Change {
        what: clock.step.clone(),
        before: clock.words.clone(),
        after: page.i18n.t("clock-ended"),
    });
    let other = runs
        .iter()
        .filter(|clock| !ran.contains(clock))
        .map(|clock| {
            let was = ran.iter().find(|other| other.step == clock.step);
            Change {
                what: clock.step.clone(),
                before: was.map_or_else(|| "—".to_owned(), |was| was.words.clone()),
                after: clock.words.clone(),
            }
        });
    changes.extend(ended.chain(other));
    changes
}

/// The days between two moments, if the wait is long enough to be folded.
pub(super) fn idle_days(before: Timestamp, after: Timestamp) -> Option<i64> {
    let waited = after.seconds_since(before);
    (waited >= IDLE).then_some((waited / IDLE) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader of a case sees what happened in it, and not that they have opened it.
    #[test]
    fn without_a_selection_the_newest_step_that_changed_the_case_is_told() {
        let told = |step, drawn: &[bool]| told_index(drawn, step);
        let [act, reading] = [true, false];
        assert_eq!(told(None, &[act, act, reading, reading]), Some(1));
        assert_eq!(told(None, &[act, act]), Some(1));
        assert_eq!(told(None, &[reading]), Some(0));
        assert_eq!(told(Some(4), &[act, act, reading, reading]), Some(3));
        assert_eq!(told(None, &[]), None);
    }
}
