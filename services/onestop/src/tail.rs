//! `onestop tail`: events as they happen.

use anyhow::Context;
use futures::StreamExt;
use onestop_chassis::settings::Settings;
use onestop_proto::envelope::Envelope;

use crate::{ask, output::Output};

/// Shows what travels on a subject, until interrupted.
pub(crate) async fn tail(
    subject: &str,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let client = ask::connect(settings).await?;
    let mut events = client
        .listen(subject)
        .await
        .context("cannot listen on that subject")?;
    while let Some(payload) = events.next().await {
        match serde_json::from_slice::<Envelope>(&payload) {
            Ok(event) => output.show(&event, || {
                let (time, case) = (event.time.china_text(), event.subject);
                let place = format!("{}/{}", event.item, event.division.short());
                format!(
                    "{time}  {}  {place}  {case}  {}",
                    event.event_type, event.actor
                )
            }),
            Err(error) => output.error(&format!("not an event: {error}")),
        }
    }
    Ok(())
}
