//! A client in Rust: opens a case over the broker, and waits until referral has offered it to a unit.
//!
//! Start Onestop (`./deploy/run.sh`), then
//!
//! ```text
//! cargo run -p onestop-chassis --example client -- data
//! ```
//!
//! A client needs the contract (`onestop-proto`), a key and this crate's `Client`; another language needs
//! `proto/asyncapi.yaml` and a NATS library (`tests/clients/listen.py`).

#![allow(clippy::print_stdout, reason = "it prints what it saw")]

use std::{env, fs, path::PathBuf};

use anyhow::Context;
use futures::StreamExt;
use onestop_chassis::{
    bus::Bus,
    client::{Client, CommandMeta},
    clock::SystemClock,
    settings::Settings,
};
use onestop_proto::{
    actor::known_service,
    case::{self, Applicant, Command, Open},
    envelope::Envelope,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let data = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "data".to_owned()));
    let url = data.join("nats/url");
    let settings = Settings {
        nats: fs::read_to_string(&url).with_context(|| format!("cannot read {}", url.display()))?,
        // The key of a client that may send commands and subscribe to events.
        key: Some(data.join("nats/keys/desk.nk")),
        ..Settings::default()
    };
    let client = Client::new(Bus::connect(&settings, &known_service("desk")).await?);

    // Subjects end in the division: this is what one county's legal aid agency is offered.
    let mut offers = Box::pin(
        client
            .listen("evt.referral.offered.legal-aid.53.08.21.>")
            .await?,
    );

    // The clerk at the window of the village Xintang. Sent again with the same id, a command has the same answer and no
    // further effect.
    let clerk = "clerk/zhang-li@s6chnegt3.window";
    let meta = CommandMeta::new(SystemClock.command(), clerk.parse()?, None);
    let open = Open::new(
        "legal-aid".parse()?,
        "labour-pay".parse()?,
        "530821101201".parse()?,
        Applicant::named("岩温"),
    );
    let command = Command::from(open);
    let opened = client.command(&case::service(), meta, &command).await?;
    println!("opened {} at revision {}", opened.case, opened.revision);

    while let Some(message) = offers.next().await {
        let event: Envelope = serde_json::from_slice(&message)?;
        if event.subject == opened.case {
            println!("{} to {}", event.event_type, event.unit);
            return Ok(());
        }
    }
    anyhow::bail!("the broker ended the subscription")
}
