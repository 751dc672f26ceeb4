//! Where a program finds its own key and the roster: named in the settings, or beside the key for the broker.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
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
    read(&file)
}

/// An instance of a service that is enrolled.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    issuer: IssuerName,
    /// The division of whose windows' cases it speaks; of every case without one.
    pub(crate) within: Option<DivisionCode>,
}

/// The roster of a running service: read again when its file changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roster {
    read: Arc<RwLock<Reading>>,
    file: Option<PathBuf>,
}

/// The keys that the roster's file held, and what the file was then.
#[derive(Debug, Clone, Default)]
struct Reading {
    known: Arc<Known>,
    version: Option<FileVersion>,
}

/// Tells a file from the one that stood there before: the operator's program puts a new one in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileVersion {
    inode: u64,
    bytes: u64,
    modified: SystemTime,
}

impl FileVersion {
    fn of(file: &Path) -> io::Result<Self> {
        let found = fs::metadata(file)?;
        Ok(Self {
            inode: found.ino(),
            bytes: found.len(),
            modified: found.modified()?,
        })
    }
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
        let version = FileVersion::of(&file).ok();
        let known = Arc::new(read(&file)?);
        let read = Reading { known, version };
        Ok(Self {
            read: Arc::new(RwLock::new(read)),
            file: Some(file),
        })
    }

    /// Reads the file again whenever it changes.
    pub(crate) async fn keep_current(self, shutdown: Shutdown) -> anyhow::Result<()> {
        if self.file.is_none() {
            shutdown.requested().await;
            return Ok(());
        }
        let mut look = tokio::time::interval(LOOK_EVERY);
        while shutdown.run_until_requested(look.tick()).await.is_some() {
            let roster = self.clone();
            tokio::task::spawn_blocking(move || roster.read_again_if_changed()).await?;
        }
        Ok(())
    }

    /// If the file has changed since it was read, its keys count from now on.
    fn read_again_if_changed(&self) {
        let Some(file) = &self.file else {
            return;
        };
        // Looked at before reading: a change meanwhile is found by the next look.
        let version = FileVersion::of(file).ok();
        if self.reading().version == version {
            return;
        }
        let read = read(file);
        let mut current = self.read.write().unwrap_or_else(PoisonError::into_inner);
        current.version = version;
        match read {
            Ok(known) => {
                info!(file = %file.display(), "the roster of issuers has changed");
                current.known = Arc::new(known);
            }
            // What was enrolled before goes on counting.
            Err(error) => error!(%error, "the roster of issuers cannot be used"),
        }
    }

    /// The keys as the file has them now, unless they are still these. Another task may have read it meanwhile.
    fn newer(&self, than: &Arc<Known>) -> Option<Arc<Known>> {
        self.read_again_if_changed();
        let known = self.known();
        (!Arc::ptr_eq(&known, than)).then_some(known)
    }

    /// Verifies the token of a request.
    pub(crate) fn verify(
        &self,
        token: Option<&str>,
        request: (&str, &[u8]),
        now: Timestamp,
    ) -> Result<Proof, Unproven> {
        self.verify_at(token, request, Some(now))
    }

    /// A key that was enrolled a moment ago counts at once: before a key is refused, the file is looked at.
    fn verify_at(
        &self,
        token: Option<&str>,
        signed: (&str, &[u8]),
        now: Option<Timestamp>,
    ) -> Result<Proof, Unproven> {
        let known = self.known();
        match known.verify(token, signed, now) {
            Err(refused @ (Unproven::UnknownIssuer | Unproven::BadSignature)) => {
                let newer = self.newer(&known);
                newer.map_or(Err(refused), |newer| newer.verify(token, signed, now))
            }
            verified => verified,
        }
    }

    /// The instance of a service, if a key of it is enrolled that counts.
    pub(crate) fn instance(&self, source: &Source) -> Option<Instance> {
        let Source { service, instance } = source;
        let issuer: IssuerName = format!("service/{service}/{instance}").parse().ok()?;
        let enrolled = |known: &Known| Some(known.active(&issuer)?.within);
        let known = self.known();
        let within = match enrolled(&known) {
            Some(within) => within,
            None => enrolled(self.newer(&known)?.as_ref())?,
        };
        Some(Instance { issuer, within })
    }

    /// Whether an instance has signed an event: these bytes, on this subject, whenever it was.
    pub(crate) fn has_signed(
        &self,
        instance: &Instance,
        token: Option<&str>,
        event: (&str, &[u8]),
    ) -> bool {
        let verified = self.verify_at(token, event, None);
        verified.is_ok_and(|proof| proof.by().issuer == instance.issuer)
    }

    fn known(&self) -> Arc<Known> {
        self.reading().known
    }

    fn reading(&self) -> Reading {
        let read = self.read.read().unwrap_or_else(PoisonError::into_inner);
        read.clone()
    }
}

fn read(file: &Path) -> Result<Known, IdentityError> {
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
    known.ok_or_else(|| IdentityError::Foreign {
        file: file.to_owned(),
        setting,
    })
}
