//! Graceful shutdown: requested once, watched by every task, which finishes the work it has begun.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A request to stop, shared by every task of a process.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    token: CancellationToken,
    signals: Signals,
}

#[derive(Debug, Clone, Copy, Default)]
enum Signals {
    /// SIGTERM and SIGINT request a shutdown.
    Handled,
    /// Only the program itself does.
    #[default]
    Ignored,
}

impl Shutdown {
    /// A shutdown that SIGTERM and SIGINT (Ctrl-C) request.
    ///
    /// # Errors
    /// If the process may not handle signals.
    pub fn on_signal() -> io::Result<Self> {
        // The first registration disables the signals' default action for the rest of the process.
        let _probe = signal(SignalKind::terminate())?;
        Ok(Self {
            token: CancellationToken::new(),
            signals: Signals::Handled,
        })
    }

    /// A shutdown of one part, which also happens when the whole process shuts down.
    pub fn child(&self) -> Self {
        Self {
            token: self.token.child_token(),
            signals: self.signals,
        }
    }

    /// Requests the shutdown.
    pub fn request(&self) {
        self.token.cancel();
    }

    /// Whether the shutdown was requested.
    pub fn is_requested(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Waits until the shutdown is requested.
    pub async fn requested(&self) {
        self.token.cancelled().await;
    }

    /// Drives `work` until it ends or the shutdown is requested. `None` means that it was dropped unfinished.
    pub async fn run_until_requested<F: Future>(&self, work: F) -> Option<F::Output> {
        self.token.run_until_cancelled(work).await
    }

    /// Waits until the program or a signal requests the shutdown.
    pub async fn requested_or_signalled(&self) {
        match self.signals {
            Signals::Ignored => self.requested().await,
            Signals::Handled => {
                let terminate = signal(SignalKind::terminate());
                let interrupt = signal(SignalKind::interrupt());
                tokio::select! {
                    () = self.requested() => {}
                    () = received(terminate) => self.request(),
                    () = received(interrupt) => self.request(),
                }
            }
        }
    }
}

async fn received(signal: io::Result<Signal>) {
    match signal {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}
