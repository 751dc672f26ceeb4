//! `onestop audit export`: who read, erased, skipped or changed what, one JSON object a line, for a system that collects it
//! (SIEM). No line holds personal data of a citizen, or a text that a person wrote about a case.

mod record;

use std::{
    fs::File,
    io::{BufWriter, Write},
};

use anyhow::{Context as _, bail};
use onestop_chassis::settings::Settings;
use onestop_gateway::accounts::{self, Accounts};
use onestop_proto::{
    actor::Actor,
    feed::{EventsQuery, LIMIT},
    personal::ReadingAlarmsQuery,
};
use serde::Serialize;
use uuid::Uuid;

use self::record::Record;
use super::CliContext;
use crate::{
    cli::{AuditExportArgs, ExportPosition, ExportStart},
    part_file::PartFile,
    progress::Bar,
};

/// Entries of the history of accounts that are read at a time.
const PAGE: u32 = 500;

/// The events that are exported.
const AUDITED: [&str; 14] = [
    "cn.onestop.access.personal-data-opened.v1",
    "cn.onestop.access.volume-exceeded.v1",
    "cn.onestop.case.erasure-requested.v1",
    "cn.onestop.case.erasure-refused.v1",
    "cn.onestop.case.erased.v1",
    "cn.onestop.parking.skip-requested.v1",
    "cn.onestop.parking.skip-refused.v1",
    "cn.onestop.parking.event-skipped.v1",
    "cn.onestop.hearing.follow-requested.v1",
    "cn.onestop.hearing.follow-refused.v1",
    "cn.onestop.hearing.source-followed.v1",
    "cn.onestop.registry.change-proposed.v1",
    "cn.onestop.registry.change-approved.v1",
    "cn.onestop.registry.change-sent-back.v1",
];

#[derive(Serialize)]
struct Exported {
    records: u64,
    /// Where the next export begins.
    next: String,
}

pub(super) async fn run(
    args: &AuditExportArgs,
    settings: &Settings,
    context: &CliContext<'_>,
) -> anyhow::Result<()> {
    let actor = context.actor()?;
    // The journal refuses those who may not audit.
    context
        .ask(Some(actor.clone()), &ReadingAlarmsQuery)
        .await?;
    let file = PartFile::create(&args.out)?;
    let mut export = Export {
        since: args.since,
        writer: BufWriter::new(file.file()),
        records: 0,
    };
    let (epoch, journal) = export.add_events(&actor, context).await?;
    let accounts = export.add_account_changes(settings)?;
    let records = export.end()?;
    file.finish()?;
    let next = ExportPosition {
        epoch,
        journal,
        accounts,
    };
    let exported = Exported {
        records,
        next: next.to_string(),
    };
    context.output.print_value(&exported, || {
        let records = exported.records.to_string();
        let arguments = [
            ("records", records.as_str()),
            ("next", exported.next.as_str()),
        ];
        context.output.message_with("audit-exported", &arguments)
    });
    Ok(())
}

/// The file that is being written.
struct Export<'a> {
    since: Option<ExportStart>,
    writer: BufWriter<&'a File>,
    records: u64,
}

impl Export<'_> {
    /// Writes an act, unless it was recorded before the moment from which acts are wanted.
    fn add(&mut self, record: &Record<'_>) -> anyhow::Result<()> {
        if let Some(ExportStart::Time(since)) = self.since
            && record.recorded < since
        {
            return Ok(());
        }
        serde_json::to_writer(&mut self.writer, record)?;
        self.writer.write_all(b"\n")?;
        self.records += 1;
        Ok(())
    }

    fn start(&self) -> Option<ExportPosition> {
        match self.since {
            Some(ExportStart::Position(position)) => Some(position),
            Some(ExportStart::Time(_)) | None => None,
        }
    }

    /// Writes what the journal has. Returns the incarnation of its log, and the next position.
    async fn add_events(
        &mut self,
        actor: &Actor,
        context: &CliContext<'_>,
    ) -> anyhow::Result<(Uuid, u64)> {
        let start = self.start();
        let mut query = EventsQuery {
            from: start.map_or(0, |start| start.journal),
            limit: LIMIT,
            types: AUDITED.map(str::to_owned).to_vec(),
            ..EventsQuery::default()
        };
        let mut epoch = start.map(|start| start.epoch);
        let mut bar = Bar::new("journal", context.output);
        loop {
            // As they are stored, so that their hashes can be computed.
            let page = context.client.ask(actor.clone().into(), &query).await?;
            if *epoch.get_or_insert(page.epoch) != page.epoch {
                bail!(said!("audit-journal-restored"));
            }
            for found in &page.events {
                self.add(&Record::of_event(&found.event))?;
            }
            bar.show(page.next, page.head);
            if page.next >= page.head || page.next == query.from {
                return Ok((page.epoch, page.next));
            }
            query.from = page.next;
        }
    }

    /// Writes the changes of accounts, where the gateway's data is on this machine. Returns the last one.
    fn add_account_changes(&mut self, settings: &Settings) -> anyhow::Result<u64> {
        let mut last = self.start().map_or(0, |start| start.accounts);
        if !settings.data.join(accounts::file()).exists() {
            return Ok(last);
        }
        let accounts = Accounts::open(&settings.data)?;
        loop {
            let changes = accounts.history_after(last, PAGE)?;
            let Some(latest) = changes.last() else {
                return Ok(last);
            };
            last = latest.position;
            for change in &changes {
                self.add(&Record::of_account(change))?;
            }
        }
    }

    /// Writes what is buffered. Returns how many records there are.
    fn end(mut self) -> anyhow::Result<u64> {
        self.writer
            .flush()
            .with_context(|| said!("audit-not-written"))?;
        Ok(self.records)
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::contract;

    use super::*;

    #[test]
    fn every_type_is_one_of_the_contract() {
        for name in AUDITED {
            assert!(contract::title(name).is_some(), "{name}");
        }
    }
}
