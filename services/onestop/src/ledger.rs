//! `onestop ledger …`: the progress of the journal's lists, and their rebuilding.

use std::{sync::Arc, time::Duration};

use anyhow::bail;
use onestop_chassis::{
    client::QuestionMeta, data_lock::DataLock, settings::Settings, store::Store,
};
use onestop_eventlog::EventLog;
use onestop_journal::ledger;
use onestop_proto::{
    envelope::Source,
    journal,
    ledger::{LedgerProgress, LedgerState},
    query::ProgressQuery,
};

use crate::{logs::LogPlace, output::Output, progress::Bar, remote};

/// The pause between two looks at the progress.
const POLL_INTERVAL: Duration = Duration::from_millis(300);

/// Shows the progress until the journal answers lists, for so many seconds at most.
pub(crate) async fn wait(
    within: Option<u64>,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let waited = answers_lists(settings, output);
    let Some(seconds) = within else {
        return waited.await;
    };
    match tokio::time::timeout(Duration::from_secs(seconds), waited).await {
        Ok(done) => done,
        Err(_) => bail!(said!("ledger-not-whole", seconds = seconds)),
    }
}

async fn answers_lists(settings: &Settings, output: &Output) -> anyhow::Result<()> {
    let client = remote::connect(settings).await?;
    let mut bar = Bar::new(&output.message("ledger"), output);
    loop {
        let progress = client.ask(QuestionMeta::default(), &ProgressQuery).await?;
        bar.show(progress.position, progress.head);
        match progress.state {
            LedgerState::Following => {
                output.print_value(&progress, || {
                    let state = output.text(progress.state.text());
                    format!("{state} {}", progress.position)
                });
                return Ok(());
            }
            LedgerState::Building => tokio::time::sleep(POLL_INTERVAL).await,
            LedgerState::Failing => bail!(said!("ledger-not-written")),
        }
    }
}

/// Rebuilds the lists from the log; the services must be stopped.
pub(crate) fn rebuild(settings: &Settings, output: &Output) -> anyhow::Result<()> {
    let place = LogPlace::of(&journal::service(), settings)?;
    if !place.exists() {
        let data = settings.data.display();
        bail!(said!("ledger-no-journal", data = data));
    }
    let _lock = DataLock::part(&settings.data, journal::SERVICE)?;
    let log = EventLog::open(place.options()?)?;
    let source = Source {
        service: journal::service(),
        instance: settings.instance.clone(),
    };
    let store = Store::new(log.clone(), source);
    let directory = Arc::new(remote::load_directory(settings)?);
    let mut bar = Bar::new(&output.message("ledger-rebuilding"), output);
    let folder = settings.data.join(journal::SERVICE);
    let position = ledger::rebuild(&folder, &store, &directory, &mut |done, head| {
        bar.show(done, head);
    })?;
    drop(store);
    log.close()?;
    let progress = LedgerProgress {
        position,
        head: position,
        state: LedgerState::Following,
    };
    output.print_value(&progress, || {
        let done = output.message("ledger-rebuilt");
        format!("{done} {position}")
    });
    Ok(())
}
