//! `onestop tail`: events as services publish them.

use anyhow::{Context, bail};
use futures::StreamExt;
use onestop_chassis::settings::Settings;
use onestop_proto::envelope::Envelope;

use super::connect;
use crate::output::Output;

/// Prints the events of a subject until the process ends.
pub(crate) async fn run(subject: &str, settings: &Settings, output: &Output) -> anyhow::Result<()> {
    let client = connect(settings).await?;
    let mut events = client
        .listen(subject)
        .await
        .with_context(|| said!("tail-no-subject"))?;
    let mut refused = Box::pin(client.bus().listening_refused());
    loop {
        let next = tokio::select! {
            next = events.next() => next,
            () = &mut refused => bail!(said!("tail-refused", subject = subject)),
        };
        let Some(payload) = next else {
            return Ok(());
        };
        match serde_json::from_slice::<Envelope>(&payload) {
            Ok(event) => output.print_value(&event, || {
                let (time, case) = (output.moment(event.time), event.subject);
                let place = format!("{}/{}", event.item, event.division.short());
                format!(
                    "{time}  {}  {place}  {case}  {}",
                    event.event_type, event.actor
                )
            }),
            Err(error) => {
                let error = error.to_string();
                let words = output.message_with("tail-no-event", &[("error", error.as_str())]);
                output.print_error(&words);
            }
        }
    }
}
