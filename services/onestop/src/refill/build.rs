//! Builds the log beside its place.

use std::{collections::HashSet, path::Path};

use anyhow::Context;
use onestop_chassis::{
    clock::SystemClock,
    refill::{Records, RefillPlan},
};
use onestop_eventlog::{Identity, LogReader, Options, Rebuild, Record, TreeHead};
use onestop_proto::{
    envelope::{Envelope, Source, event_name},
    ids::CaseId,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{base::Base, spool::Spool};
use crate::progress::Bar;

/// Records added at a time.
const PAGE: usize = 512;

/// What a log is built of.
pub(super) struct Parts<'a> {
    pub(super) identity: Identity,
    pub(super) epoch: Uuid,
    pub(super) base: &'a Base,
    pub(super) plan: &'a RefillPlan,
    pub(super) streams: fn(&Envelope) -> Vec<String>,
    pub(super) own: &'a Source,
}

pub(super) struct Built {
    pub(super) root: TreeHead,
    /// The cases whose opening is in the log, and that were not erased.
    pub(super) cases: HashSet<CaseId>,
}

/// The fields of a record's payload that name its type and its case.
#[derive(Deserialize)]
struct About<'a> {
    #[serde(rename = "type")]
    event_type: &'a str,
    case: CaseId,
}

/// Builds the log in a folder, and reads it again as its service will.
pub(super) fn build(
    into: &Path,
    parts: &Parts<'_>,
    spool: &Spool,
    bar: &mut Bar<'_>,
) -> anyhow::Result<Built> {
    let total = (parts.base.hashes.len() + parts.plan.steps.len()) as u64;
    let mut work = Work {
        rebuild: Rebuild::begin(into, parts.identity.clone(), parts.epoch)?,
        page: Vec::new(),
        cases: HashSet::new(),
    };
    let mut records = Records::new(parts.own.clone(), parts.streams);
    if let Some(log) = &parts.base.log {
        for position in 0..log.head().count {
            let record = log.record(position)?;
            let record =
                record.with_context(|| said!("refill-no-position", position = position))?;
            records.note(&record);
            work.add(record)?;
        }
    }
    for step in &parts.plan.steps {
        let kept = step.places.iter().map(|place| spool.get(*place));
        let kept = kept.collect::<anyhow::Result<Vec<_>>>()?;
        let envelopes = kept
            .iter()
            .map(|kept| (&kept.event, kept.header.as_deref()));
        work.add(records.make(step, envelopes)?)?;
        bar.show(step.link.position + 1, total);
    }
    work.flush()?;
    let root = work.rebuild.finish(&parts.base.cursors)?;
    let options = Options {
        identity: parts.identity.clone(),
        ..Options::new(into, SystemClock.uuid())
    };
    let verified = LogReader::open(options)?.verify(&mut |_, _| {});
    verified.with_context(|| said!("refill-not-verified"))?;
    Ok(Built {
        root,
        cases: work.cases,
    })
}

struct Work {
    rebuild: Rebuild,
    page: Vec<Record>,
    cases: HashSet<CaseId>,
}

impl Work {
    fn add(&mut self, record: Record) -> anyhow::Result<()> {
        if let Ok(About { event_type, case }) = serde_json::from_slice(&record.payload) {
            match event_name(event_type) {
                "opened" => {
                    self.cases.insert(case);
                }
                "erased" => {
                    self.cases.remove(&case);
                }
                _ => {}
            }
        }
        self.page.push(record);
        if self.page.len() < PAGE {
            return Ok(());
        }
        self.flush()
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.rebuild.add(std::mem::take(&mut self.page))?)
    }
}
