//! `onestop standby`: follows a service's log, or the gateway's database, on another machine, and becomes the service when
//! that machine is gone.

pub(crate) mod progress;
pub(crate) mod switch;
pub(crate) mod words;

use std::{fs, path::PathBuf};

use anyhow::{Context, bail};
use onestop_chassis::{
    bus::Bus,
    data_lock::DataLock,
    keys,
    node::LOG_FOLDER,
    process,
    settings::Settings,
    shutdown::Shutdown,
    standby::{
        CopyPlace, DatabasePlace, FollowProgress, Incomplete, SidecarCopy, StandbyEnd, follow,
        follow_database, serve_progress,
    },
    telemetry,
};
use onestop_proto::{actor::ServiceName, envelope::Source};
use serde_json::json;
use tokio::sync::watch;
use tracing::{info, warn};

use self::progress::{FILE, keep, note_refusal};
pub(crate) use self::words::refusal;
use crate::{
    cli::StandbyArgs,
    output::Output,
    services::{self, ServiceInfo},
};

pub(crate) async fn run(
    args: &StandbyArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let follows = Follows::find(&args.service, output)?;
    let _lock = DataLock::part(&settings.data, args.service.as_str())?;
    let place = follows.place(args, settings, output)?;
    telemetry::start(settings)?;
    let shutdown = Shutdown::on_signal()?;
    let own = source(&args.service, settings);
    let said = (own.to_string(), place.described());
    output.print_value(&json!({ "service": said.0, "place": said.1 }), || {
        let arguments = [("service", said.0.as_str()), ("place", said.1.as_str())];
        output.message_with("standby-follows", &arguments)
    });
    let ended = {
        let bus = Bus::connect(settings, &args.service).await?;
        let file = settings.data.join(args.service.as_str()).join(FILE);
        let ended = Box::pin(place.follow(&bus, settings, file, output, &shutdown)).await;
        bus.close().await;
        ended?
    };
    follows.run(ended, settings.clone(), shutdown).await
}

/// What a standby follows.
enum Follows {
    Service(ServiceInfo),
    Gateway,
}

impl Follows {
    fn find(name: &ServiceName, output: &Output) -> anyhow::Result<Self> {
        if *name == onestop_gateway::name() {
            return Ok(Self::Gateway);
        }
        let mut all = services::all().into_iter();
        let found = all.find(|service| service.name == *name);
        let missing = || output.message_with("standby-no-service", &[("name", name.as_str())]);
        found.map(Self::Service).with_context(missing)
    }

    fn place(
        &self,
        args: &StandbyArgs,
        settings: &Settings,
        output: &Output,
    ) -> anyhow::Result<Place> {
        match self {
            Self::Service(service) => {
                let log = place(args, settings, output)?;
                let sidecar = (service.open_sidecar_copy)(settings)?;
                Ok(Place::Log {
                    log: Box::new(log),
                    sidecar,
                })
            }
            Self::Gateway => database_place(args, settings, output).map(Place::Database),
        }
    }

    /// Becomes what it followed, if it is to.
    async fn run(
        self,
        ended: StandbyEnd,
        settings: Settings,
        shutdown: Shutdown,
    ) -> anyhow::Result<()> {
        match (ended, self) {
            (StandbyEnd::Stopped, _) => Ok(()),
            (StandbyEnd::Taken(taken), Self::Service(service)) => {
                (service.run_taken)(settings, shutdown, taken).await
            }
            (StandbyEnd::Taken(taken), Self::Gateway) => {
                onestop_gateway::run_taken(settings, shutdown, taken).await
            }
            (StandbyEnd::Promoted, Self::Service(service)) => {
                info!(service = %service.name, "this log took over before: the service starts on it");
                (service.run)(settings, shutdown).await
            }
            (StandbyEnd::Promoted, Self::Gateway) => {
                info!("this database took over before: the gateway starts on it");
                onestop_gateway::run(settings, shutdown).await
            }
        }
    }
}

/// Where the copy is.
enum Place {
    Log {
        log: Box<CopyPlace>,
        sidecar: Option<Box<dyn SidecarCopy>>,
    },
    Database(DatabasePlace),
}

impl Place {
    fn own(&self) -> Source {
        match self {
            Self::Log { log, .. } => log.own.clone(),
            Self::Database(place) => place.own.clone(),
        }
    }

    /// Where the copy lies.
    fn described(&self) -> String {
        match self {
            Self::Log { log, .. } => log.log.display().to_string(),
            Self::Database(place) => place.file.display().to_string(),
        }
    }

    /// Follows, and says meanwhile over HTTP and in a file what it does.
    async fn follow(
        self,
        bus: &Bus,
        settings: &Settings,
        file: PathBuf,
        output: &Output,
        shutdown: &Shutdown,
    ) -> anyhow::Result<StandbyEnd> {
        let (progress, said) = watch::channel(FollowProgress::default());
        let own = self.own();
        let whose = own.clone();
        let words = output.for_task();
        let words = move |said: &FollowProgress| words::progress_and_advice(said, &words);
        let page = serve_progress(settings.http, said.clone(), words);
        let beside = async {
            let page = async {
                if let Err(error) = page.await {
                    let error = format!("{error:#}");
                    warn!(error, "what the standby does is not said over HTTP");
                }
            };
            tokio::join!(page, keep(file.clone(), own, said));
            std::future::pending::<StandbyEnd>().await
        };
        let followed = async {
            match self {
                Self::Log { log, sidecar } => follow(bus, *log, sidecar, &progress, shutdown).await,
                Self::Database(place) => follow_database(bus, place, &progress, shutdown).await,
            }
        };
        let ended = tokio::select! {
            ended = Box::pin(followed) => ended,
            ended = beside => Ok(ended),
        };
        match ended.as_ref().map_err(|error| error.downcast_ref()) {
            Err(Some(refused)) => note_refusal(&file, whose, refusal(refused, output)),
            // Nothing follows here any more.
            Ok(_) => drop(fs::remove_file(&file)),
            // The file stays: by it 'onestop doctor' sees that the standby does not run.
            Err(None) => {}
        }
        ended
    }
}

/// Where the copy of the gateway's database is, and the key with which secrets in it are sealed: it is never sent.
fn database_place(
    args: &StandbyArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<DatabasePlace> {
    let key = onestop_gateway::key_file(&settings.data);
    if !key.exists() {
        let file = key.display().to_string();
        let service = source(&args.service, settings).to_string();
        let arguments = [("file", file.as_str()), ("service", service.as_str())];
        bail!(output.message_with("standby-no-sealing-key", &arguments));
    }
    onestop_gateway::place(settings, incomplete(args))
}

fn incomplete(args: &StandbyArgs) -> Incomplete {
    if args.incomplete {
        Incomplete::TakeOver
    } else {
        Incomplete::Wait
    }
}

/// Where the copy is, and with which key the log is signed: the standby signs it when it becomes the service.
fn place(args: &StandbyArgs, settings: &Settings, output: &Output) -> anyhow::Result<CopyPlace> {
    let own = source(&args.service, settings);
    let folder = settings.data.join(args.service.as_str());
    process::make_private_folder(&folder)
        .with_context(|| said!("cannot-make", path = folder.display()))?;
    if !folder.join(keys::SECRET_FILE).exists() {
        let file = folder.join(keys::SECRET_FILE).display().to_string();
        let service = own.to_string();
        let arguments = [
            ("file", file.as_str()),
            ("public", keys::PUBLIC_FILE),
            ("service", service.as_str()),
        ];
        bail!(output.message_with("standby-no-key", &arguments));
    }
    let key = keys::provide(&folder, &own)?;
    let log = folder.join(LOG_FOLDER);
    process::make_private_folder(&log)
        .with_context(|| said!("cannot-make", path = log.display()))?;
    Ok(CopyPlace {
        own,
        log,
        key,
        incomplete: incomplete(args),
    })
}

fn source(service: &ServiceName, settings: &Settings) -> Source {
    Source {
        service: service.clone(),
        instance: settings.instance.clone(),
    }
}
