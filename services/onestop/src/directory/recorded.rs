//! The directory with what the registry of a running node has recorded.

use anyhow::Context as _;
use onestop_chassis::client::QuestionMeta;
use onestop_directory::{Directory, RegistryChanges, Report};
use onestop_proto::{query::LogQuery, registry};

use crate::remote::CliContext;

/// Events of the registry asked for at a time.
const PAGE: u32 = 512;

/// The directory with what the registry holds now.
pub(super) async fn with_recorded(context: &CliContext<'_>) -> anyhow::Result<Directory> {
    let mut changes = RegistryChanges::default();
    loop {
        let query = LogQuery {
            from: changes.events(),
            limit: PAGE,
        };
        let service = registry::service();
        let page = context
            .client
            .ask_service(&service, QuestionMeta::default(), &query);
        let page = page.await?;
        for event in &page.events {
            let parsed = event.raw().parse_if::<registry::Event>()?;
            let report = Report {
                by: event.actor.clone(),
                on: event.time.china_date(),
            };
            changes.hear(&parsed.with_context(|| said!("registry-newer"))?, report);
        }
        if page.events.is_empty() || changes.events() >= page.head {
            return Ok(context.directory.with_changes(changes));
        }
    }
}
