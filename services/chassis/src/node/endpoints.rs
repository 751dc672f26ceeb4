//! The endpoints of a NATS micro service: `cmd.<service>.<command>` and `qry.<service>.<question>`, for the
//! service and for this instance. The client library answers `$SRV.PING`, `INFO` and `STATS`.

use std::sync::Arc;

use anyhow::anyhow;
use async_nats::service::{
    Request as Incoming, Service as MicroService, ServiceExt, endpoint::Endpoint,
};
use futures::{
    StreamExt,
    stream::{BoxStream, select_all},
};
use onestop_proto::{command::CommandType, parking, query::CommonQuestion, replication, subject};
use tokio::{sync::Semaphore, task::JoinSet};
use tracing::debug;

use super::{dispatcher::Dispatcher, issuer_places::CONCURRENT, request_metrics::RequestKind};
use crate::{bus::Bus, service::Service, shutdown::Shutdown};

type Requests = BoxStream<'static, (RequestKind, &'static str, Incoming)>;

/// Serves until the shutdown is requested, then completes the requests in progress.
pub(super) async fn serve<S: Service>(
    bus: Bus,
    dispatcher: Arc<Dispatcher<S>>,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    // Registering waits for the broker and the lease: two processes of one service would answer in turns. A shutdown
    // does not wait.
    let begins = async {
        bus.connected().await;
        dispatcher.store.gate().lease().sure().await;
    };
    if shutdown.run_until_requested(begins).await.is_none() {
        return Ok(());
    }
    let name = S::name();
    let micro = bus
        .client()
        .service_builder()
        .description("a service of Onestop (一窗)")
        .queue_group(name.to_string())
        .start(format!("onestop-{name}"), env!("CARGO_PKG_VERSION"))
        .await
        .map_err(|error| anyhow!(error).context("cannot register with NATS as a service"))?;
    let mut requests = select_all(register(&micro, &dispatcher).await?);
    let permits = Arc::new(Semaphore::new(CONCURRENT));
    let mut in_progress = JoinSet::new();
    while let Some(next) = shutdown.run_until_requested(requests.next()).await {
        let Some((kind, name, request)) = next else {
            return Err(anyhow!(
                "the endpoints ended: the connection to NATS was closed"
            ));
        };
        while in_progress.try_join_next().is_some() {}
        let permit = Arc::clone(&permits).acquire_owned().await?;
        let dispatcher = Arc::clone(&dispatcher);
        in_progress.spawn(async move {
            dispatcher.dispatch(kind, name, request).await;
            drop(permit);
        });
    }
    while in_progress.join_next().await.is_some() {}
    // Buffered replies are sent before the connection closes.
    bus.client().flush().await.ok();
    Ok(())
}

async fn register<S: Service>(
    micro: &MicroService,
    dispatcher: &Dispatcher<S>,
) -> anyhow::Result<Vec<Requests>> {
    let (name, own) = (S::name(), dispatcher.store.source());
    let mut endpoints = Vec::new();
    let commands = S::commands()
        .iter()
        .chain(parking::Command::NAMES)
        .chain(replication::Command::NAMES);
    for command in commands {
        for subject in [
            subject::command(&name, command),
            subject::command_at(own, command),
        ] {
            let endpoint = add(micro, "cmd", &subject).await?;
            let requests = endpoint.map(move |it| (RequestKind::Command, *command, it));
            endpoints.push(requests.boxed());
        }
    }
    for question in S::questions().iter().chain(CommonQuestion::NAMES) {
        for subject in [
            subject::query(&name, question),
            subject::query_at(own, question),
        ] {
            let endpoint = add(micro, "qry", &subject).await?;
            let requests = endpoint.map(move |it| (RequestKind::Question, *question, it));
            endpoints.push(requests.boxed());
        }
    }
    Ok(endpoints)
}

async fn add(micro: &MicroService, prefix: &str, subject: &str) -> anyhow::Result<Endpoint> {
    let name = subject.replace('.', "-");
    debug!(prefix, subject, "endpoint");
    micro
        .endpoint_builder()
        .name(name)
        .add(subject)
        .await
        .map_err(|error| anyhow!(error).context(format!("cannot serve {subject}")))
}
