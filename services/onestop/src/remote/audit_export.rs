//! `onestop audit export`: who read, erased, skipped or changed what, one JSON object a line, for a system that collects it
//! (SIEM). No line holds personal data of a citizen, or a text that a person wrote about a case.

use std::{
    fs::File,
    io::{BufWriter, Write},
};

use anyhow::{Context as _, bail};
use onestop_chassis::settings::Settings;
use onestop_gateway::accounts::{self, AccountChange, Accounts};
use onestop_proto::{
    actor::Actor,
    contract,
    envelope::Envelope,
    feed::{EventsQuery, LIMIT},
    personal::ReadingAlarmsQuery,
    raw_json::RawJson,
    text::Words,
    time::Timestamp,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::CliContext;
use crate::{
    cli::{AuditExportArgs, ExportPosition, ExportStart},
    part_file::PartFile,
    progress::Bar,
};

/// The version of the fields.
const FORMAT: &str = "onestop-audit/1";
/// The source of changes of accounts, which are in no log of a service.
const ACCOUNTS: &str = "/onestop/gateway/accounts";
/// Their type.
const ACCOUNT_CHANGED: &str = "cn.onestop.account.changed.v1";
/// Entries of the history of accounts that are read at a time.
const PAGE: u32 = 500;

/// The events that are exported.
const AUDITED: [&str; 11] = [
    "cn.onestop.access.personal-data-opened.v1",
    "cn.onestop.access.volume-exceeded.v1",
    "cn.onestop.case.erasure-requested.v1",
    "cn.onestop.case.erased.v1",
    "cn.onestop.parking.skip-requested.v1",
    "cn.onestop.parking.event-skipped.v1",
    "cn.onestop.hearing.follow-requested.v1",
    "cn.onestop.hearing.source-followed.v1",
    "cn.onestop.registry.change-proposed.v1",
    "cn.onestop.registry.change-approved.v1",
    "cn.onestop.registry.change-sent-back.v1",
];

/// The fields of an event that are exported: ids, numbers and words of a list. A text that a person wrote is none of them.
const DETAILS: [&str; 17] = [
    "kinds",
    "way",
    "file",
    "among",
    "search",
    "holder",
    "span",
    "limit",
    "basis",
    "event",
    "source",
    "epoch",
    "instead_of",
    "by",
    "until",
    "requested_by",
    "site",
];

/// One act.
#[derive(Serialize)]
struct Record<'a> {
    format: &'static str,
    /// Which log has it.
    source: String,
    /// Its position there.
    position: Option<u64>,
    /// The incarnation of that log.
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<Uuid>,
    /// Its type.
    act: &'a str,
    title: Words,
    /// When it happened, and when it was recorded.
    time: Timestamp,
    recorded: Timestamp,
    /// Who did it.
    staff: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// The case, or the account that was changed.
    subject: String,
    /// The division that the act concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    division: Option<String>,
    /// Whose key has proven who it was, with which token.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Uuid>,
    details: Value,
}

impl<'a> Record<'a> {
    fn of_event(event: &'a Envelope) -> Self {
        let act = event.event_type.as_str();
        let title = contract::title(act);
        let untitled = || Words::untranslated(act);
        Self {
            format: FORMAT,
            source: event.source.to_string(),
            position: event.position(),
            epoch: Some(event.epoch),
            act,
            title: title.map_or_else(untitled, Words::from),
            time: event.time,
            recorded: event.recordedtime,
            staff: event.actor.staff.to_string(),
            role: Some(event.actor.role.to_string()),
            unit: Some(event.actor.unit.to_string()),
            subject: event.subject.to_string(),
            division: Some(event.division.to_string()),
            issuer: event.issuer.as_ref().map(ToString::to_string),
            token: event.tokenid,
            details: details(&event.data),
        }
    }

    fn of_account(change: &AccountChange) -> Self {
        Self {
            format: FORMAT,
            source: ACCOUNTS.to_owned(),
            position: Some(change.position),
            epoch: None,
            act: ACCOUNT_CHANGED,
            title: Words {
                zh: "账号变更".to_owned(),
                en: "Account changed".to_owned(),
            },
            time: change.at,
            recorded: change.at,
            staff: change.by.clone(),
            role: None,
            unit: None,
            subject: change.staff.to_string(),
            division: None,
            issuer: None,
            token: None,
            details: json!({ "what": change.what }),
        }
    }
}

/// Those fields of an event's data that are exported.
fn details(data: &RawJson) -> Value {
    let fields: Map<String, Value> = serde_json::from_str(data.text()).unwrap_or_default();
    let known = fields
        .into_iter()
        .filter(|(name, _)| DETAILS.contains(&name.as_str()));
    Value::Object(known.collect())
}

/// What was exported.
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
            let page = context.ask(Some(actor.clone()), &query).await?;
            if *epoch.get_or_insert(page.epoch) != page.epoch {
                bail!(
                    "the journal was restored, and numbers its events anew. Say --since with a moment"
                );
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
        self.writer.flush().context("cannot write the export")?;
        Ok(self.records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_one_of_the_contract() {
        for name in AUDITED {
            assert!(contract::title(name).is_some(), "{name}");
        }
    }

    #[test]
    fn texts_that_a_person_wrote_are_left_out() {
        let data =
            r#"{ "kinds": ["identity"], "way": "find", "reason": "岩温来电询问", "among": 2 }"#;
        let data: RawJson = serde_json::from_str(data).unwrap();
        let wanted = json!({ "kinds": ["identity"], "way": "find", "among": 2 });
        assert_eq!(details(&data), wanted);
    }
}
