//! Where a program finds its own key and the roster: named in the settings, or beside the key for the broker.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use onestop_proto::{
    division::DivisionCode,
    envelope::Source,
    issuer::{IssuerName, Unproven},
    time::Timestamp,
};
use tracing::{error, info, warn};

use super::{
    issuer::Issuer,
    roster::{Issuers, Known, Proof},
};
use crate::{bounded_file, settings::Settings, shutdown::Shutdown};

/// The file of the roster, beside the keys.
pub const ROSTER_FILE: &str = "issuers.json";

/// How often the roster is looked at: a revoked key counts that much longer.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Why a program cannot prove or check who acts.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// A file cannot be read.
    #[error("cannot read {} (setting '{setting}'). 'onestop keys init' makes what is missing, and keeps what is there", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// The setting that can name another.
        setting: &'static str,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// No roster is named.
    #[error(
        "no roster of issuers is named. Name it with 'issuers', or the key beside it with 'key'"
    )]
    NoRoster,
    /// A file holds something else.
    #[error("{} (setting '{setting}') is not what 'onestop keys init' writes", file.display())]
    Foreign {
        /// The file.
        file: PathBuf,
        /// The setting that can name another.
        setting: &'static str,
    },
}

/// The file of an issuer's secret key, beside a key for the broker: `intake.issuer` beside `intake.nk`.
pub fn issuer_file(key: &Path) -> PathBuf {
    key.with_extension("issuer")
}

impl Issuer {
    /// The issuer of a program: from the file that the settings name, or from the one beside its key for the broker.
    /// A program without either signs nothing.
    pub fn of(settings: &Settings) -> Result<Option<Self>, IdentityError> {
        let setting = "issuer_key";
        let named = settings.issuer_key.clone();
        let beside = || {
            let file = issuer_file(settings.key.as_deref()?);
            file.is_file().then_some(file)
        };
        let Some(file) = named.or_else(beside) else {
            return Ok(None);
        };
        match bounded_file::read_text(&file, bounded_file::SMALL) {
            Ok(text) => match Self::parse(&text) {
                Some(issuer) => Ok(Some(issuer)),
                None => Err(IdentityError::Foreign { file, setting }),
            },
            Err(source) => Err(IdentityError::Read {
                file,
                setting,
                source,
            }),
        }
    }
}

/// The file of the roster that the settings name, or that is beside the key for the broker.
fn roster_file(settings: &Settings) -> Option<PathBuf> {
    let beside = || Some(settings.key.as_ref()?.with_file_name(ROSTER_FILE));
    settings.issuers.clone().or_else(beside)
}

/// The keys of the roster that the settings name, as it is now.
pub(super) fn known_keys(settings: &Settings) -> Result<Known, IdentityError> {
    let file = roster_file(settings).ok_or(IdentityError::NoRoster)?;
    Ok(read(&file)?.1)
}

/// An instance of a service that is enrolled.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    issuer: IssuerName,
    /// The division of whose windows' cases it speaks; of every case without one.
    pub(crate) within: Option<DivisionCode>,
}

/// The roster of a running service: read again when its file changes, and at once where a key is not on it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roster {
    known: Arc<RwLock<Arc<Known>>>,
    file: Option<PathBuf>,
    /// When the file had been written that was last read for a key that is not on the roster, and its length.
    written: Arc<Mutex<Option<(SystemTime, u64)>>>,
}

impl Roster {
    /// The roster that the settings name, or the one beside the key for the broker. A service that has neither takes no
    /// request.
    pub(crate) fn open(settings: &Settings) -> Result<Self, IdentityError> {
        let Some(file) = roster_file(settings) else {
            warn!(
                "no issuers are enrolled here, so no caller can prove who acts: every request will be refused. Set 'issuers' \
                 or 'key'; 'onestop keys init' makes both"
            );
            return Ok(Self::default());
        };
        let known = read(&file)?.1;
        Ok(Self {
            known: Arc::new(RwLock::new(Arc::new(known))),
            file: Some(file),
            written: Arc::default(),
        })
    }

    /// Reads the file again whenever it changes.
    pub(crate) async fn keep_current(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let Some(file) = &self.file else {
            shutdown.requested().await;
            return Ok(());
        };
        let mut last = None;
        let mut look = tokio::time::interval(LOOK_EVERY);
        while shutdown.run_until_requested(look.tick()).await.is_some() {
            let path = file.clone();
            let read = tokio::task::spawn_blocking(move || read(&path)).await?;
            match read {
                Ok((text, known)) if last.as_ref() != Some(&text) => {
                    if last.replace(text).is_some() {
                        info!(file = %file.display(), "the roster of issuers has changed");
                    }
                    self.set(known);
                }
                Ok(_) => {}
                // What was enrolled before goes on counting.
                Err(error) => error!(%error, "the roster of issuers cannot be used"),
            }
        }
        Ok(())
    }

    /// Verifies the token of a request.
    pub(crate) fn verify(
        &self,
        token: Option<&str>,
        request: (&str, &[u8]),
        now: Timestamp,
    ) -> Result<Proof, Unproven> {
        let verified = self.known().verify(token, request, Some(now));
        let Err(Unproven::UnknownIssuer | Unproven::BadSignature) = verified else {
            return verified;
        };
        self.refresh();
        self.known().verify(token, request, Some(now))
    }

    /// The instance of a service, if a key of it is enrolled that counts.
    pub(crate) fn instance(&self, source: &Source) -> Option<Instance> {
        let Source { service, instance } = source;
        let issuer: IssuerName = format!("service/{service}/{instance}").parse().ok()?;
        if self.known().active(&issuer).is_none() {
            self.refresh();
        }
        let within = self.known().active(&issuer)?.within;
        Some(Instance { issuer, within })
    }

    /// Whether an instance has signed an event: these bytes, on this subject, whenever it was.
    pub(crate) fn has_signed(
        &self,
        instance: &Instance,
        token: Option<&str>,
        event: (&str, &[u8]),
    ) -> bool {
        let verified = self.known().verify(token, event, None);
        verified.is_ok_and(|proof| proof.by().issuer == instance.issuer)
    }

    /// Reads the file if it was written since the last time: a key that was enrolled a moment ago counts. What is wrong with the
    /// file is logged by who looks at it again and again.
    fn refresh(&self) {
        let Some(file) = &self.file else { return };
        let found = fs::metadata(file).ok();
        let written = found.and_then(|found| Some((found.modified().ok()?, found.len())));
        let mut last = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if *last == written {
            return;
        }
        *last = written;
        if let Ok((_, known)) = read(file) {
            self.set(known);
        }
    }

    fn set(&self, known: Known) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }

    fn known(&self) -> Arc<Known> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known)
    }
}

fn read(file: &Path) -> Result<(String, Known), IdentityError> {
    let setting = "issuers";
    let text = bounded_file::read_text(file, bounded_file::LIST).map_err(|source| {
        IdentityError::Read {
            file: file.to_owned(),
            setting,
            source,
        }
    })?;
    let issuers: Option<Issuers> = serde_json::from_str(&text).ok();
    let known = issuers.and_then(Known::of);
    match known {
        Some(known) => Ok((text, known)),
        None => Err(IdentityError::Foreign {
            file: file.to_owned(),
            setting,
        }),
    }
}
