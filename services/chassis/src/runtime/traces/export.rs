//! Sends spans to the collector, in batches, as OTLP over HTTP with JSON. A collector that is slow or gone costs spans and
//! nothing else: the queue is bounded, a batch is tried once, and the end of the process waits a second at most.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use onestop_proto::actor::ServiceName;
use opentelemetry::KeyValue;
use opentelemetry_otlp::{Protocol, RetryPolicy, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{SpanData, SpanExporter as _},
};
use tokio::{sync::mpsc::Receiver, task::JoinSet};
use tracing::warn;

use super::counters::{DropReason, SpanCounters};
use crate::{settings::Settings, shutdown::Shutdown, timing::ticker_after};

/// Spans that wait, at most.
pub(super) const QUEUE: usize = 4_096;
/// Spans sent together, at most.
const BATCH: usize = 512;
/// How long a span waits for others.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long the collector may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long the end of the process waits for what is left.
const FLUSH: Duration = Duration::from_secs(1);
/// How often a failure is logged, at most.
const WARN_INTERVAL: Duration = Duration::from_mins(1);

/// The task that exports spans.
#[derive(Debug, Default)]
pub struct ExportTask {
    tasks: JoinSet<()>,
    stop: Shutdown,
}

impl ExportTask {
    pub(super) fn start(
        exporter: SpanExporter,
        queue: Receiver<SpanData>,
        counters: SpanCounters,
    ) -> Self {
        let (mut tasks, stop) = (JoinSet::new(), Shutdown::default());
        let exported = Export {
            exporter,
            counters,
            warned: None,
            lost: 0,
        };
        tasks.spawn(exported.run(queue, stop.clone()));
        Self { tasks, stop }
    }

    /// Sends what is left, and ends. To be called once nothing begins spans any more.
    pub async fn finish(mut self) {
        self.stop.request();
        let ended = tokio::time::timeout(FLUSH, async {
            while self.tasks.join_next().await.is_some() {}
        });
        if ended.await.is_err() {
            warn!("the collector of traces did not take what was left in time");
            self.tasks.shutdown().await;
        }
    }
}

/// The exporter that the settings describe, if they name a collector.
pub(super) fn exporter(
    settings: &Settings,
    service: &ServiceName,
) -> anyhow::Result<Option<SpanExporter>> {
    let Some(endpoint) = &settings.otlp_endpoint else {
        return Ok(None);
    };
    let described = || {
        format!(
            "'{endpoint}' is not the address of a collector of traces: http://HOST:PORT or https://HOST:PORT is wanted (setting 'otlp_endpoint')"
        )
    };
    let parsed = reqwest::Url::parse(endpoint).with_context(described)?;
    anyhow::ensure!(matches!(parsed.scheme(), "http" | "https"), described());
    // Fails if the provider was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(TIMEOUT).build()?;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_protocol(Protocol::HttpJson)
        .with_timeout(TIMEOUT)
        .with_retry_policy(RetryPolicy::disabled());
    let mut exporter = exporter.build().with_context(described)?;
    exporter.set_resource(&resource(settings, service));
    Ok(Some(exporter))
}

fn resource(settings: &Settings, service: &ServiceName) -> Resource {
    let attributes = [
        KeyValue::new("service.name", format!("onestop-{service}")),
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("service.instance.id", settings.instance.to_string()),
    ];
    Resource::builder_empty()
        .with_attributes(attributes)
        .build()
}

struct Export {
    exporter: SpanExporter,
    counters: SpanCounters,
    /// When a failure was logged last, and the spans lost since.
    warned: Option<Instant>,
    lost: u64,
}

impl Export {
    async fn run(mut self, mut queue: Receiver<SpanData>, stop: Shutdown) {
        let mut ticks = ticker_after(INTERVAL);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let room = BATCH - batch.len();
            tokio::select! {
                biased;
                () = stop.requested() => break,
                _ = ticks.tick(), if !batch.is_empty() => self.send(&mut batch).await,
                received = queue.recv_many(&mut batch, room) => {
                    if received == 0 {
                        break;
                    }
                }
            }
            if batch.len() == BATCH {
                self.send(&mut batch).await;
            }
        }
        loop {
            while batch.len() < BATCH
                && let Ok(span) = queue.try_recv()
            {
                batch.push(span);
            }
            if batch.is_empty() {
                return;
            }
            self.send(&mut batch).await;
        }
    }

    async fn send(&mut self, batch: &mut Vec<SpanData>) {
        let batch = std::mem::replace(batch, Vec::with_capacity(BATCH));
        let count = batch.len() as u64;
        let sent = tokio::time::timeout(TIMEOUT, self.exporter.export(batch)).await;
        let problem = match sent {
            Ok(Ok(())) => return self.counters.count_exported(count),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it did not answer in time".to_owned(),
        };
        self.counters.count_dropped(DropReason::Undelivered, count);
        self.lost += count;
        if self.warned.is_none_or(|at| at.elapsed() >= WARN_INTERVAL) {
            let lost = std::mem::take(&mut self.lost);
            warn!(
                lost,
                problem,
                "the collector of traces does not take spans (setting 'otlp_endpoint'); they are lost, and nothing else is"
            );
            self.warned = Some(Instant::now());
        }
    }
}
