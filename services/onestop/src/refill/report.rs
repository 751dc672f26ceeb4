//! Says what was built, what is missing, and what to do next.

use std::path::PathBuf;

use onestop_chassis::{keys, settings::Settings};
use onestop_intake::keyring;
use onestop_proto::{actor::ServiceName, case, envelope::Source};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::build::{Built, Parts};
use crate::{logs::LogPlace, output::Output};

/// A log that was built again.
#[derive(Serialize)]
pub(super) struct Refilled {
    pub(super) service: ServiceName,
    pub(super) instance: ServiceName,
    pub(super) file: PathBuf,
    pub(super) events: u64,
    /// So many of them come from what others heard.
    pub(super) added: u64,
    pub(super) root: String,
    pub(super) epoch: Uuid,
    /// What was given up: the first position, and the last of which is known.
    pub(super) lost: Option<(u64, u64)>,
    /// Where the log of before is.
    pub(super) former: Option<PathBuf>,
    pub(super) persons: Option<Persons>,
    pub(super) not_asked: Vec<Source>,
    #[serde(skip)]
    pub(super) signing_key_kept: bool,
}

/// The cases of intake's log with personal data, and those of them whose key is missing.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Persons {
    cases: u64,
    keys_missing: u64,
}

/// What was put in place.
pub(super) struct Put {
    pub(super) built: Built,
    /// Where the log of before is.
    pub(super) former: Option<PathBuf>,
}

/// Counts the keys of persons that intake's folder lacks: they are in no event.
fn count_persons(built: &Built, settings: &Settings) -> anyhow::Result<Persons> {
    let folder = keyring::folder_of(settings);
    let cases = built.cases.iter().copied();
    Ok(Persons {
        cases: built.cases.len() as u64,
        keys_missing: keyring::count_missing(&folder, cases)?,
    })
}

/// Says that nothing was missing.
pub(super) fn print_complete(place: &LogPlace, events: usize, output: &Output) {
    let complete = json!({ "file": place.log, "events": events, "added": 0 });
    output.print_value(&complete, || {
        let (path, events) = (place.log.display().to_string(), events.to_string());
        let arguments = [("place", path.as_str()), ("events", events.as_str())];
        output.message_with("refill-complete", &arguments)
    });
}

impl Refilled {
    pub(super) fn new(
        place: &LogPlace,
        parts: &Parts<'_>,
        put: Put,
        settings: &Settings,
        not_asked: Vec<Source>,
    ) -> anyhow::Result<Self> {
        let Put { built, former } = put;
        let service = &parts.own.service;
        let persons = if *service == case::service() {
            Some(count_persons(&built, settings)?)
        } else {
            None
        };
        Ok(Self {
            service: service.clone(),
            instance: parts.own.instance.clone(),
            file: place.log.clone(),
            events: built.root.size,
            added: parts.plan.steps.len() as u64,
            root: built.root.root.to_string(),
            epoch: parts.epoch,
            lost: parts.plan.lost.map(|lost| (lost.first, lost.end)),
            former,
            persons,
            not_asked,
            signing_key_kept: place.folder.join(keys::SECRET_FILE).exists(),
        })
    }

    pub(super) fn print(&self, output: &Output) {
        output.print_value(self, || self.lines(output).join("\n"));
    }

    fn lines(&self, output: &Output) -> Vec<String> {
        let mut lines = vec![self.done(output)];
        if let Some((first, end)) = self.lost {
            let (first, end) = (first.to_string(), end.to_string());
            let arguments = [("first", first.as_str()), ("end", end.as_str())];
            lines.push(output.message_with("refill-lost", &arguments));
        }
        if let Some(former) = &self.former {
            let moved = output.message("log-repair-moved");
            lines.push(format!("{moved} {}", former.display()));
        }
        if let Some(persons) = self.persons.filter(|persons| persons.keys_missing > 0) {
            let (missing, cases) = (persons.keys_missing.to_string(), persons.cases.to_string());
            let arguments = [("missing", missing.as_str()), ("cases", cases.as_str())];
            lines.push(output.message_with("refill-keys", &arguments));
        }
        for by in &self.not_asked {
            let by = by.to_string();
            lines.push(output.message_with("refill-not-asked", &[("by", by.as_str())]));
        }
        if !self.signing_key_kept {
            lines.push(output.message("refill-signing-key"));
        }
        let service = [("service", self.service.as_str())];
        lines.push(output.message_with("refill-start", &service));
        if self.lost.is_some() {
            let source = format!("/onestop/{}/{}", self.service, self.instance);
            let source = [("source", source.as_str())];
            lines.push(output.message_with("refill-follow", &source));
        }
        lines
    }

    fn done(&self, output: &Output) -> String {
        let (place, epoch) = (self.file.display().to_string(), self.epoch.to_string());
        let (events, added) = (self.events.to_string(), self.added.to_string());
        let arguments = [
            ("place", place.as_str()),
            ("events", events.as_str()),
            ("added", added.as_str()),
            ("epoch", epoch.as_str()),
        ];
        output.message_with("refill-done", &arguments)
    }
}
