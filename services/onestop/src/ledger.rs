//! `onestop ledger …`: how far the journal's lists have come, and making them anew.

use std::{sync::Arc, time::Duration};

use anyhow::bail;
use onestop_chassis::{keys, node::LOG_FOLDER, settings::Settings, store::Store};
use onestop_eventlog::{EventLog, Options};
use onestop_journal::ledger;
use onestop_proto::{
    envelope::Source,
    journal,
    ledger::{LedgerProgress, LedgerState},
};

use crate::{ask, output::Output, progress::Bar};

/// How often it is asked how far it is.
const ROUND: Duration = Duration::from_millis(300);

/// Shows how far it is until lists are answered.
pub(crate) async fn wait(settings: &Settings, output: &Output) -> anyhow::Result<()> {
    let client = ask::connect(settings).await?;
    let (service, none) = (journal::service(), serde_json::Value::Null);
    let mut bar = Bar::new(output.say("台账", "ledger"), output);
    loop {
        let progress: LedgerProgress = client
            .question(&service, "progress", (None, None), &none)
            .await?;
        bar.show(progress.position, progress.head);
        match progress.state {
            LedgerState::Following => {
                output.show(&progress, || {
                    let (said, position) = (progress.state.text(), progress.position);
                    format!("{} {position}", output.say(said.zh, said.en))
                });
                return Ok(());
            }
            LedgerState::Building => tokio::time::sleep(ROUND).await,
            LedgerState::Failing => bail!(
                "the ledger cannot be written. See in the journal's log why, then mend it: it is tried again"
            ),
        }
    }
}

/// Makes the file from the log, with the services stopped.
pub(crate) fn rebuild(settings: &Settings, output: &Output) -> anyhow::Result<()> {
    let folder = settings.data.join(journal::SERVICE);
    let path = folder.join(LOG_FOLDER);
    if !path.exists() {
        bail!(
            "there is no journal under {}. Mend --data",
            settings.data.display()
        );
    }
    let options = Options {
        verifying_key: keys::verifying_key(&folder)?,
        ..Options::new(&path, uuid::Uuid::nil())
    };
    let log = EventLog::open(options)?;
    let source = Source {
        service: journal::service(),
        instance: settings.instance.clone(),
    };
    let store = Store::new(log.clone(), source);
    let directory = Arc::new(ask::directory(settings)?);
    let mut bar = Bar::new(output.say("重建台账", "ledger"), output);
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
    output.show(&progress, || {
        let done = output.say("台账已重建，条数：", "the ledger is made anew, events:");
        format!("{done} {position}")
    });
    Ok(())
}
