//! `onestop switch`: hands a service, or the gateway, over to its standby.

use std::time::{Duration, Instant};

use anyhow::bail;
use onestop_chassis::{
    client::{Client, QuestionMeta},
    lease::held_term,
    settings::Settings,
    standby::request_switch,
};
use onestop_proto::{actor::ServiceName, query::SourcesQuery};
use serde_json::json;

use super::source;
use crate::{cli::SwitchArgs, output::Output, provision, remote};

/// How long a standby may take to start the service.
const SWITCH_TIMEOUT: Duration = Duration::from_secs(60);
/// The pause before the service is asked once more which term it has.
const PAUSE: Duration = Duration::from_millis(100);

pub(crate) async fn run(
    args: &SwitchArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let own = source(&args.service, settings);
    let client = remote::connect(settings).await?.without_patience();
    let operator = provision::connect_now(settings, &args.keys).await?;
    let began = Instant::now();
    let before = request_switch(&operator, client.bus().issuer(), &own).await?;
    let after = loop {
        let term = if args.service == onestop_gateway::name() {
            // It answers no question over the broker.
            held_term(&operator, &own).await.ok().flatten()
        } else {
            answered_term(&client, &args.service).await
        };
        match term {
            Some(term) if term > before => break term,
            Some(_) | None if began.elapsed() > SWITCH_TIMEOUT => {
                let (service, term) = (own.to_string(), before.to_string());
                let arguments = [("service", service.as_str()), ("term", term.as_str())];
                bail!(output.message_with("switch-late", &arguments));
            }
            Some(_) | None => tokio::time::sleep(PAUSE).await,
        }
    };
    operator.close().await;
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let switched = json!({ "service": own, "term": after, "milliseconds": millis });
    output.print_value(&switched, || {
        let (service, term, took) = (own.to_string(), after.to_string(), millis.to_string());
        let arguments = [
            ("service", service.as_str()),
            ("term", term.as_str()),
            ("took", took.as_str()),
        ];
        output.message_with("switched", &arguments)
    });
    Ok(())
}

/// The term under which a service answers that it decides.
async fn answered_term(client: &Client, service: &ServiceName) -> Option<u64> {
    let query = SourcesQuery::default();
    let asked = client.ask_service(service, QuestionMeta::default(), &query);
    let lease = asked.await.ok()?.lease?;
    lease.hindrance.is_none().then_some(lease.term)
}
