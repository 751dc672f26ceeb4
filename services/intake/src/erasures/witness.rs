//! The running side: intake enters what it erases in the list, and erases what the list names.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use onestop_chassis::{
    node::Readiness,
    projection::Projection,
    settings::{ErasureListAddress, Settings},
    shutdown::Shutdown,
    store::Store,
};
use onestop_proto::{case::SERVICE, ids::CaseId};
use tokio::sync::watch;
use tracing::{error, info};

use super::{
    ErasureList, LaterErasures, Restored,
    settle::{applied, in_folder, read_newest, remove_files, settled},
    tail::ListTail,
};
use crate::{
    keyring::Keyring,
    read::register::{self, Register},
};

/// How long after a failure the list is tried again.
const PAUSE: Duration = Duration::from_secs(5);

/// What keeps intake and the list in step.
pub(crate) struct Witness {
    /// The list, where one is named.
    list: Option<ErasureListAddress>,
    /// Which name the keys with which it signs what it enters at another node.
    settings: Settings,
    intake: PathBuf,
    attachments: PathBuf,
    keyring: Keyring,
    store: Store,
    register: Projection<Register>,
    readiness: Readiness,
    /// Whether something is to be entered or asked that could not be.
    is_owed: AtomicBool,
    /// The cases that the list named when it was last read.
    listed: watch::Sender<Vec<CaseId>>,
    /// The end of the list, behind which the next case is entered.
    tail: Mutex<ListTail>,
}

/// What [`Witness`] shares with the service.
pub(crate) struct Shared<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) keyring: &'a Keyring,
    pub(crate) store: &'a Store,
    pub(crate) register: &'a Projection<Register>,
    pub(crate) readiness: Readiness,
    pub(crate) attachments: PathBuf,
}

impl Witness {
    /// Asks the list before any key is given out. Where the node was restored and that fails, keys are withheld until it
    /// has been asked.
    ///
    /// # Errors
    /// If it cannot be read whether the node was restored.
    pub(crate) fn start(shared: Shared<'_>) -> anyhow::Result<Arc<Self>> {
        let witness = Self {
            list: shared.settings.erasure_list.clone(),
            settings: shared.settings.clone(),
            intake: shared.settings.data.join(SERVICE),
            attachments: shared.attachments,
            keyring: shared.keyring.clone(),
            store: shared.store.clone(),
            register: shared.register.clone(),
            readiness: shared.readiness,
            is_owed: AtomicBool::new(false),
            listed: watch::Sender::default(),
            tail: Mutex::default(),
        };
        if witness.awaited()?.is_some() {
            witness.keyring.withhold();
        }
        witness.try_to_agree();
        Ok(Arc::new(witness))
    }

    /// Tries again what failed, until the shutdown.
    pub(crate) async fn keep(self: Arc<Self>, shutdown: Shutdown) -> anyhow::Result<()> {
        let mut was_built = false;
        loop {
            // What the register says was erased is entered as soon as it is whole.
            let built = async {
                if was_built {
                    std::future::pending().await
                } else {
                    self.register.built().await;
                }
            };
            let pause = tokio::time::timeout(PAUSE, built);
            if shutdown.run_until_requested(pause).await.is_none() {
                return Ok(());
            }
            was_built = self.register.is_built();
            if self.is_owed.load(Ordering::Relaxed) {
                let witness = Arc::clone(&self);
                tokio::task::spawn_blocking(move || witness.try_to_agree()).await?;
            }
        }
    }

    /// The cases that the list names, to watch.
    pub(crate) fn listed(&self) -> watch::Receiver<Vec<CaseId>> {
        self.listed.subscribe()
    }

    /// Enters an erased case. It is durable in the list, where one is named.
    ///
    /// # Errors
    /// If the list cannot be written; it is tried again.
    pub(crate) async fn enter(self: &Arc<Self>, case: CaseId) -> anyhow::Result<()> {
        if self.list.is_none() {
            return Ok(());
        }
        // A list that was not asked yet may be missing: one that begins here would say that nothing else was erased.
        if self.keyring.is_withheld() {
            return Ok(());
        }
        let witness = Arc::clone(self);
        let entered = tokio::task::spawn_blocking(move || witness.enter_all(&[case])).await?;
        if entered.is_err() {
            self.is_owed.store(true, Ordering::Relaxed);
        }
        entered
            .context("the persons are erased; it could not be entered in the list of erasures")?;
        Ok(())
    }

    fn try_to_agree(&self) {
        let is_built = self.register.is_built();
        let mut agreed = self.agree();
        if is_built && agreed.is_ok() {
            agreed = self.enter_erased();
        }
        let is_owed = agreed.is_err() || !is_built;
        let was_owed = self.is_owed.swap(is_owed, Ordering::Relaxed);
        let Err(failed) = agreed else { return };
        let failed = format!("{failed:#}");
        if self.keyring.is_withheld() {
            self.readiness.withhold(format!(
                "it was restored from a backup, and serves no personal data before it knows what was erased since: \
                 {failed}"
            ));
        }
        if !was_owed {
            error!(error = failed, "the list of erasures was not asked");
        }
    }

    /// Erases here what the list names.
    fn agree(&self) -> anyhow::Result<()> {
        let awaited = self.awaited()?;
        let Some(address) = &self.list else {
            anyhow::ensure!(
                awaited.is_none(),
                "no list is named. Name it with erasure_list; or, with intake stopped: onestop backup erasures"
            );
            return Ok(());
        };
        let list = match &awaited {
            Some(restored) => read_newest(address, &self.settings, restored.listed.as_ref())?,
            None => ErasureList::begun_at(address, &self.settings)?.unwrap_or_default(),
        };
        let (cases, mut destroyed) = (list.cases(), 0);
        for &case in &cases {
            if !self.keyring.is_erased(case)? {
                self.keyring.erase_blocking(case)?;
                destroyed += 1;
            }
            remove_files(&self.attachments, case)?;
        }
        self.listed.send_replace(cases);
        *self.tail() = list.tail();
        if let Some(restored) = awaited {
            let now = self.store.clock().now();
            settled(&self.intake, &restored, applied(address, &list, now))?;
            self.keyring.release();
            self.readiness.release();
            info!(
                destroyed,
                "what was erased since the backup was made is erased"
            );
        }
        Ok(())
    }

    fn enter_erased(&self) -> anyhow::Result<()> {
        let erased = self.register.look_up(register::erased)?;
        self.enter_all(&erased)
    }

    /// Enters the cases that are missing, where a list is named. Blocks.
    fn enter_all(&self, cases: &[CaseId]) -> anyhow::Result<()> {
        if let Some(address) = &self.list {
            let now = self.store.clock().now();
            let mut tail = self.tail();
            tail.enter_at(address, &self.settings, cases, now)?;
        }
        Ok(())
    }

    fn tail(&self) -> MutexGuard<'_, ListTail> {
        // A holder of the lock that panicked may have left another end: the list itself refuses lines that do not follow.
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What says that the node was restored, and has not asked the list yet.
    fn awaited(&self) -> anyhow::Result<Option<Restored>> {
        let restored = Restored::read(&self.intake).map_err(in_folder(&self.intake))?;
        Ok(restored.filter(|restored| restored.erasures == LaterErasures::Awaited))
    }
}
