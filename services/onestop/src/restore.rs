//! `onestop restore SERVICE`: one service comes back, while the others go on.
//!
//! One that others hear is refilled (`refill`): its log, continued from what is left of it or from a backup, and beside it
//! what only a backup has. The journal has no subscriber: it comes from a backup alone, and hears the rest anew.

use std::{fs, path::Path};

use anyhow::{Context, bail};
use onestop_chassis::{
    data_lock::DataLock, node::LOG_FOLDER, process, service::Publishing, settings::Settings,
};
use onestop_proto::{actor::ServiceName, envelope::Source, query::SourcesQuery};
use serde_json::json;

use crate::{
    backup::of_service::ServiceCopy,
    cli::RefillArgs,
    logs::LogPlace,
    output::Output,
    refill::{self, Existing, REPLY_TIMEOUT},
    remote, services,
};

pub(crate) async fn run(
    args: &RefillArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    if is_heard(&args.service) {
        return refill::run(args, Existing::Continue, settings, output).await;
    }
    alone(args, settings, output).await
}

fn is_heard(service: &ServiceName) -> bool {
    let mut all = services::all().into_iter();
    all.any(|info| info.name == *service && info.publishing == Publishing::Events)
}

/// Puts what a backup holds of a service in its place.
async fn alone(args: &RefillArgs, settings: &Settings, output: &Output) -> anyhow::Result<()> {
    let service = &args.service;
    let place = LogPlace::of(service, settings)?;
    let _lock = DataLock::part(&settings.data, service.as_str())?;
    let Some(file) = &args.onto else {
        bail!(said!("restore-nobody-hears", service = service));
    };
    if refill::holds_something(&place.log)? {
        bail!(said!("restore-log-there", path = place.log.display()));
    }
    runs_nowhere(service, settings).await?;
    process::make_private_folder(&place.folder)
        .with_context(|| said!("cannot-make", path = place.folder.display()))?;
    let from = (file.as_path(), args.identity.as_deref());
    let copy = ServiceCopy::unpack(service, from, &args.no_list, settings, output)?;
    put(&copy, &place)?;
    copy.print_erasures(output);
    let restored = json!({ "service": service, "file": place.log });
    output.print_value(&restored, || {
        let (path, service) = (place.log.display().to_string(), service.to_string());
        let arguments = [("place", path.as_str()), ("service", service.as_str())];
        output.message_with("restore-alone", &arguments)
    });
    Ok(())
}

/// The files first: where the log is in its place, everything is.
fn put(copy: &ServiceCopy, place: &LogPlace) -> anyhow::Result<()> {
    copy.put_beside(&place.folder)?;
    if place.log.is_dir() {
        fs::remove_dir(&place.log)?;
    }
    fs::rename(copy.folder().join(LOG_FOLDER), &place.log)
        .with_context(|| said!("cannot-make", path = place.log.display()))?;
    synced(&place.folder)
}

fn synced(folder: &Path) -> anyhow::Result<()> {
    let synced = fs::File::open(folder).and_then(|folder| folder.sync_all());
    synced.with_context(|| said!("cannot-write", path = folder.display()))
}

/// Refuses if the service runs: two processes would write its log. Without a broker only the lock on the folder protects.
async fn runs_nowhere(service: &ServiceName, settings: &Settings) -> anyhow::Result<()> {
    let Ok(client) = remote::connect(settings).await else {
        return Ok(());
    };
    let own = Source {
        service: service.clone(),
        instance: settings.instance.clone(),
    };
    let client = client.with_timeout(REPLY_TIMEOUT);
    let query = SourcesQuery::default();
    if client.ask_instance(&own, None, &query).await.is_ok() {
        bail!(said!("service-runs", own = own));
    }
    Ok(())
}
