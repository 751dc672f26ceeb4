//! `onestop log refill`: builds the lost log of a service again from the envelopes that others have of its events.
//!
//! Nothing is put in place before everything is checked: the log is built beside the place where it is to be (`build`),
//! of what is left of it (`base`) and of the envelopes (`sources`), which are kept in a file meanwhile (`spool`); it must
//! hold what every subscriber has heard (`subscribers`).

mod base;
mod build;
mod put;
mod report;
mod sources;
mod spool;
mod subscribers;

use anyhow::{Context, bail};
use onestop_chassis::{
    clock::SystemClock,
    data_lock::DataLock,
    process,
    refill::{History, Received, RefillPlan, Said, plan},
    service::Publishing,
    settings::Settings,
};
use onestop_eventlog::{Identity, epoch_after};
use onestop_proto::envelope::Source;

use crate::{
    cli::RefillArgs,
    logs::LogPlace,
    output::Output,
    progress::Bar,
    services::{self, ServiceInfo},
};
use base::Base;
pub(crate) use base::holds_something;
use build::Parts;
use report::{Put, Refilled};
use sources::Connection;
pub(crate) use sources::{REPLY_TIMEOUT, stopped_log};
use spool::Spool;

/// What a backup does where there is a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    Refuse,
    /// The log is continued if it can be read, and set aside if it cannot. The backup has what is missing beside it.
    Continue,
}

/// Where the log is built, in its service's folder.
const ASIDE: &str = "log.refilling";

pub(crate) async fn run(
    args: &RefillArgs,
    existing: Existing,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let place = LogPlace::of(&args.service, settings)?;
    let info = published(args)?;
    let _lock = DataLock::part(&settings.data, args.service.as_str())?;
    process::make_private_folder(&place.folder)
        .with_context(|| said!("cannot-make", path = place.folder.display()))?;
    let own = Source {
        service: args.service.clone(),
        instance: settings.instance.clone(),
    };
    let identity = Identity {
        service: own.service.to_string(),
        instance: own.instance.to_string(),
        ..Identity::default()
    };
    let base = Base::open((args, existing), &place, &identity, settings, output)?;
    let mut connection = Connection::new(settings, own.clone());
    let mut history = History::new(own);
    let mut spool = Spool::new_in(&place.folder)?;
    sources::read(args, &mut history, &mut spool, &mut connection, output).await?;
    let said = subscribers::ask(args, &history, &mut connection).await?;
    let plan = plan(&history, &base.hashes, &said.heard, &accepted(args))?;
    if plan.steps.is_empty() && base.is_in_place {
        base.put_beside(&place.folder)?;
        base.print_erasures(output);
        report::print_complete(&place, base.hashes.len(), output);
        return Ok(());
    }
    let parts = Parts {
        identity,
        epoch: new_epoch(&plan, &base, &said.heard),
        base: &base,
        plan: &plan,
        streams: info.streams,
        own: history.own(),
    };
    let built = build_and_put(&place, &parts, &spool, output)?;
    base.print_erasures(output);
    Refilled::new(&place, &parts, built, settings, said.not_asked)?.print(output);
    Ok(())
}

/// Builds the log beside its place, and puts it there with what a backup holds beside it.
fn build_and_put(
    place: &LogPlace,
    parts: &Parts<'_>,
    spool: &Spool,
    output: &Output,
) -> anyhow::Result<Put> {
    let aside = place.folder.join(ASIDE);
    let mut bar = Bar::new(parts.own.service.as_str(), output);
    let built = build::build(&aside, parts, spool, &mut bar)?;
    // The files first: where the log is in its place, everything is.
    parts.base.put_beside(&place.folder)?;
    let former = put::put(&aside, &place.log)?;
    Ok(Put { built, former })
}

/// The service, if others hear its log.
fn published(args: &RefillArgs) -> anyhow::Result<ServiceInfo> {
    let mut all = services::all().into_iter();
    let info = all.find(|info| info.name == args.service);
    match info {
        Some(info) if info.publishing == Publishing::Events => Ok(info),
        Some(_) | None => bail!(said!("refill-nobody-hears", service = args.service)),
    }
}

fn accepted(args: &RefillArgs) -> Said {
    let despite = args.despite.iter().map(|by| by.0.clone());
    Said {
        lose_from: args.lose_from,
        despite: despite.collect(),
    }
}

/// Later than every incarnation that the log or a subscriber knows, whatever the clock says.
fn new_epoch(plan: &RefillPlan, base: &Base, heard: &[Received]) -> uuid::Uuid {
    let heard = heard.iter().map(|heard| heard.newest);
    let known = heard.chain(plan.newest).chain(base.epoch).max();
    let now = SystemClock.uuid();
    known.map_or(now, |known| epoch_after(known, now))
}
