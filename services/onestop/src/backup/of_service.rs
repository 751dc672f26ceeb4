//! What a node's backup holds of one service, unpacked beside the data folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use onestop_chassis::{node::LOG_FOLDER, settings::Settings};
use onestop_proto::{actor::ServiceName, case};

use super::{
    archive,
    erasures::{self, Known, Settled},
    restore::restore_log,
    sealed::Opened,
};
use crate::{cli::NoErasureList, output::Output, scratch::Scratch};

/// The folder of one service, with its log restored. It vanishes with this.
pub(crate) struct ServiceCopy {
    aside: Scratch,
    service: ServiceName,
    settled: Option<Settled>,
}

impl ServiceCopy {
    /// Unpacks a backup, verifies the log of a service in it, and erases in it who was erased since, as far as that is
    /// known.
    ///
    /// # Errors
    /// If the backup is not whole, or holds no such service.
    pub(crate) fn unpack(
        service: &ServiceName,
        (file, identity): (&Path, Option<&Path>),
        said: &NoErasureList,
        settings: &Settings,
        output: &Output,
    ) -> anyhow::Result<Self> {
        let contents = archive::contents(file, Opened::open(file, identity)?)?;
        contents.check_whole(file)?;
        let Some(log) = contents.logs.get(service) else {
            bail!(said!(
                "backup-without-service",
                path = file.display(),
                service = service
            ));
        };
        let aside = Scratch::create(".refilling-", &settings.data)?;
        archive::unpack(file, Opened::open(file, identity)?, aside.path())?;
        restore_log(
            service,
            log,
            &aside.path().join(service.as_str()),
            None,
            output,
        )
        .with_context(|| {
            said!(
                "log-of-service-in",
                service = service,
                path = file.display()
            )
        })?;
        let settled = if *service == case::service() {
            let known = Known::of(said, settings);
            erasures::settle(&known, &contents, aside.path(), settings)?
        } else {
            None
        };
        Ok(Self {
            aside,
            service: service.clone(),
            settled,
        })
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.aside.path().join(self.service.as_str())
    }

    /// Puts what lies beside the log, such as keys and files of cases, into the service's folder, where nothing is yet.
    ///
    /// # Errors
    /// If a file cannot be moved.
    pub(crate) fn put_beside(&self, folder: &Path) -> anyhow::Result<()> {
        for entry in fs::read_dir(self.folder())? {
            let entry = entry?;
            let place = folder.join(entry.file_name());
            if entry.file_name() != LOG_FOLDER && !place.exists() {
                fs::rename(entry.path(), &place)
                    .with_context(|| said!("cannot-make", path = place.display()))?;
            }
        }
        Ok(())
    }

    /// Says what became of those who were erased since.
    pub(crate) fn print_erasures(&self, output: &Output) {
        if let Some(settled) = &self.settled {
            settled.print(output);
        }
    }
}
