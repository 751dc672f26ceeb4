//! Reads the envelopes of a log: where the journal keeps them, and in the broker's stream.

use std::time::Duration;

use anyhow::{Context, bail};
use onestop_chassis::{
    client::{Client, QuestionMeta},
    data_lock::{DataLock, LockError},
    refill::History,
    settings::Settings,
    stored_events,
};
use onestop_eventlog::LogReader;
use onestop_proto::{
    actor::ServiceName,
    envelope::{Envelope, Source},
    feed::{EventsPage, EventsQuery, LIMIT},
    journal,
    query::SourcesQuery,
};

use super::spool::Spool;
use crate::{
    broker,
    cli::{RefillArgs, RefillSource},
    logs::LogPlace,
    output::Output,
    progress::Bar,
    provision, remote,
};

/// How long a service may take to answer.
pub(crate) const REPLY_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection to those who run, made when the first of them must be asked.
pub(super) struct Connection<'a> {
    pub(super) settings: &'a Settings,
    own: Source,
    client: Option<Client>,
}

impl<'a> Connection<'a> {
    pub(super) fn new(settings: &'a Settings, own: Source) -> Self {
        Self {
            settings,
            own,
            client: None,
        }
    }

    /// The client. Refuses if the service that is refilled answers: two processes would write its log.
    pub(super) async fn client(&mut self) -> anyhow::Result<Client> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        let client = remote::connect(self.settings).await?;
        let client = client.with_timeout(REPLY_TIMEOUT);
        let query = SourcesQuery::default();
        if client.ask_instance(&self.own, None, &query).await.is_ok() {
            bail!(said!("service-runs", own = self.own));
        }
        Ok(self.client.insert(client).clone())
    }
}

/// The log of a service in the data folder, locked against writers while this is held; `None` if there is none, or the
/// service runs.
pub(crate) fn stopped_log(
    service: &ServiceName,
    settings: &Settings,
) -> anyhow::Result<Option<(LogReader, DataLock)>> {
    let place = LogPlace::of(service, settings)?;
    if !place.exists() {
        return Ok(None);
    }
    let lock = match DataLock::reading(&settings.data, [service.as_str()]) {
        Ok(lock) => lock,
        Err(LockError::InUse { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let log = LogReader::open(place.options()?)
        .with_context(|| said!("log-not-read", service = service))?;
    Ok(Some((log, lock)))
}

/// Takes in what each of the named places has.
pub(super) async fn read(
    args: &RefillArgs,
    history: &mut History,
    spool: &mut Spool,
    connection: &mut Connection<'_>,
    output: &Output,
) -> anyhow::Result<()> {
    let own = history.own().clone();
    let mut take = |event: &Envelope, header: Option<&str>| -> anyhow::Result<()> {
        if history.take(event, spool.next()) {
            spool.put(event, header)?;
        }
        Ok(())
    };
    for from in &args.from {
        match from {
            RefillSource::Journal => {
                read_journal(connection, &mut take, output)
                    .await
                    .with_context(|| said!("refill-journal"))?;
            }
            RefillSource::Broker => {
                let settings = connection.settings;
                let own_keys = || broker::keys_folder(&settings.data);
                let keys = args.keys.clone().unwrap_or_else(own_keys);
                let bus = provision::connect_now(settings, &keys).await?;
                stored_events::read(&bus, &own, &mut take).await?;
                bus.close().await;
            }
        }
    }
    spool.flush()
}

async fn read_journal(
    connection: &mut Connection<'_>,
    take: &mut stored_events::TakeEvent<'_>,
    output: &Output,
) -> anyhow::Result<()> {
    let mut bar = Bar::new(journal::SERVICE, output);
    let Some((log, _lock)) = stopped_log(&journal::service(), connection.settings)? else {
        let client = connection.client().await?;
        return ask_journal(&client, take, &mut bar).await;
    };
    let end = log.head().count;
    for position in 0..end {
        let record = log.record(position)?;
        let event = record.as_ref().map(onestop_journal::event_of).transpose()?;
        if let Some(event) = event.flatten() {
            take(&event, None)?;
        }
        bar.show(position + 1, end);
    }
    Ok(())
}

/// Asks the journal for its events page by page.
async fn ask_journal(
    client: &Client,
    take: &mut stored_events::TakeEvent<'_>,
    bar: &mut Bar<'_>,
) -> anyhow::Result<()> {
    let mut query = EventsQuery {
        limit: LIMIT,
        ..EventsQuery::default()
    };
    let mut epoch = None;
    loop {
        let page: EventsPage = client.ask(QuestionMeta::default(), &query).await?;
        if *epoch.get_or_insert(page.epoch) != page.epoch {
            bail!(said!("refill-journal-restored"));
        }
        for heard in &page.events {
            take(&heard.event, None)?;
        }
        bar.show(page.next, page.head);
        if page.next >= page.head || page.next == query.from {
            return Ok(());
        }
        query.from = page.next;
    }
}
