//! A case as it is told: what each step changed, who had custody after it, which clocks ran. Pure.

use onestop_proto::{
    actor::Role,
    envelope::event_name,
    journal::{ClockState, Replay, ReplayStep},
    time::Timestamp,
};

use crate::page::Page;

/// A wait of this many seconds or more is shown as one.
const IDLE: f64 = 86_400.0;
/// The journal hears within moments; what it heard later than this was cut off, or written on paper.
const LATE: f64 = 120.0;

/// A case, told up to one of its steps.
pub(super) struct Story {
    /// The step that is looked at, from 1; 0 for a case of which nothing was known then.
    pub(super) at: u32,
    /// How many steps there are.
    pub(super) total: u32,
    /// Whether this is a moment in the past: nothing can be done then.
    pub(super) past: bool,
    /// The step that is looked at.
    pub(super) now: Option<Told>,
    /// What it changed: before → after.
    pub(super) changes: Vec<Change>,
    /// What is told, the newest first; quiet steps are left out unless all are wanted.
    pub(super) timeline: Vec<Told>,
    /// How many quiet steps are left out.
    pub(super) quiet: usize,
    /// What an auditor should know.
    pub(super) findings: Vec<(u32, String)>,
}

/// One step, in words.
pub(super) struct Told {
    pub(super) number: u32,
    pub(super) title: String,
    pub(super) facts: String,
    pub(super) when: String,
    /// When the journal heard of it, where that was much later.
    pub(super) heard: Option<String>,
    /// Who acted: role and account, or the system.
    pub(super) who: String,
    pub(super) unit: String,
    pub(super) custody: String,
    pub(super) clocks: Vec<ClockTold>,
    /// Days without anything before it, if it was long.
    pub(super) idle: Option<i64>,
    /// Where it stands in which log, and its fingerprint.
    pub(super) place: String,
    pub(super) hash: String,
    pub(super) raw: String,
    /// What the range control says of it.
    pub(super) label: String,
}

/// A clock, in words.
#[derive(Clone, PartialEq)]
pub(super) struct ClockTold {
    pub(super) step: String,
    /// A class of the style sheet: what it looks like.
    pub(super) look: &'static str,
    pub(super) words: String,
}

/// Something that a step changed.
pub(super) struct Change {
    pub(super) what: String,
    pub(super) before: String,
    pub(super) after: String,
}

impl Story {
    /// Tells a case up to a step, or all of it.
    pub(super) fn tell(
        replay: &Replay,
        step: Option<u32>,
        past: bool,
        all: bool,
        page: &Page<'_>,
    ) -> Self {
        let total = u32::try_from(replay.steps.len()).unwrap_or(u32::MAX);
        let at = step.unwrap_or(total).clamp(total.min(1), total);
        let index = (at as usize).saturating_sub(1);
        let shown = replay.steps.get(..at as usize).unwrap_or_default();
        let told: Vec<Told> = shown
            .iter()
            .enumerate()
            .map(|(index, step)| {
                told(
                    step,
                    index.checked_sub(1).map(|before| &shown[before]),
                    page,
                )
            })
            .collect();
        let quiet = shown.iter().filter(|step| is_quiet(step)).count();
        let changes = changes(
            index.checked_sub(1).map(|before| &shown[before]),
            shown.get(index),
            page,
        );
        let now = shown.last().map(|step| {
            let before = shown.len().checked_sub(2).map(|before| &shown[before]);
            self::told(step, before, page)
        });
        let mut timeline: Vec<Told> = told
            .into_iter()
            .zip(shown)
            .filter(|(_, step)| all || !is_quiet(step))
            .map(|(told, _)| told)
            .collect();
        timeline.reverse();
        let findings = replay.findings.iter().filter(|finding| finding.step <= at);
        Self {
            at,
            total,
            past: past || at < total,
            now,
            changes,
            timeline,
            quiet: if all { 0 } else { quiet },
            findings: findings
                .map(|finding| (finding.step, page.say.words(&finding.what).to_owned()))
                .collect(),
        }
    }
}

/// What is bookkeeping between services, and clocks: told where it changed something, hidden else.
pub(super) fn is_quiet(step: &ReplayStep) -> bool {
    matches!(
        event_name(&step.event_type),
        "clock-started"
            | "clock-stopped"
            | "custody-taken"
            | "holder-noted"
            | "result-noted"
            | "received"
    )
}

fn told(step: &ReplayStep, before: Option<&ReplayStep>, page: &Page<'_>) -> Told {
    let heard = step.heard_at.seconds_since(step.happened_at) > LATE;
    let waited = before.map_or(0.0, |before| {
        step.happened_at.seconds_since(before.happened_at)
    });
    let title = page.say.words(&step.title).to_owned();
    let when = page.moment(&step.happened_at);
    Told {
        number: step.number,
        facts: page.say.words(&step.facts).to_owned(),
        heard: heard.then(|| page.moment(&step.heard_at)),
        who: who(step, page),
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
        label: page.say.t2(
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

fn who(step: &ReplayStep, page: &Page<'_>) -> String {
    let role = page.say.text(step.actor.role.text());
    match step.actor.role {
        Role::System => role.to_owned(),
        Role::Clerk
        | Role::Specialist
        | Role::Supervisor
        | Role::UnitAdministrator
        | Role::Auditor => {
            format!("{role} {}", page.person(&step.actor.staff))
        }
    }
}

fn custody(step: Option<&ReplayStep>, page: &Page<'_>) -> String {
    let holder = step.and_then(|step| step.custody.as_ref());
    holder.map_or_else(|| "—".to_owned(), |unit| page.unit(unit))
}

fn clocks(step: &ReplayStep, page: &Page<'_>) -> Vec<ClockTold> {
    let name = |step: &str| {
        let known = step
            .parse()
            .ok()
            .and_then(|step| page.app.directory.step_name(&step));
        known.map_or_else(|| step.to_owned(), |words| page.say.words(words).to_owned())
    };
    let one = |(id, state): (&String, &ClockState)| match state {
        ClockState::Running { due } => {
            let over = step.happened_at >= due.at;
            ClockTold {
                step: name(id),
                look: if over { "over" } else { "calm" },
                words: if over {
                    page.say.t1("clock-over", "day", page.day(&due.day))
                } else {
                    page.say.t1("clock-until", "day", page.day(&due.day))
                },
            }
        }
        ClockState::Paused { basis } => ClockTold {
            step: name(id),
            look: "paused",
            words: page.say.t1("clock-paused", "basis", basis.as_str()),
        },
    };
    step.clocks.iter().map(one).collect()
}

fn changes(before: Option<&ReplayStep>, now: Option<&ReplayStep>, page: &Page<'_>) -> Vec<Change> {
    let Some(now) = now else { return Vec::new() };
    let mut changes = Vec::new();
    let held = before.and_then(|step| step.custody.as_ref());
    if held != now.custody.as_ref() {
        changes.push(Change {
            what: page.say.t("case-custody"),
            before: custody(before, page),
            after: custody(Some(now), page),
        });
    }
    let (ran, runs) = (
        before.map(|step| clocks(step, page)).unwrap_or_default(),
        clocks(now, page),
    );
    let ended = ran
        .iter()
        .filter(|clock| !runs.iter().any(|other| other.step == clock.step));
    let ended = ended.map(|clock| Change {
        what: clock.step.clone(),
        before: clock.words.clone(),
        after: page.say.t("clock-ended"),
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

/// Days and seconds between two moments, for whoever folds time.
pub(super) fn idle_days(before: Timestamp, after: Timestamp) -> Option<i64> {
    let waited = after.seconds_since(before);
    (waited >= IDLE).then_some((waited / IDLE) as i64)
}
