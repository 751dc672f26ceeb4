//! Shutdown: asked for once, heard by everybody, and drained: work in hand is finished first.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Whether the process is to end.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    token: CancellationToken,
    signals: Signals,
}

#[derive(Debug, Clone, Copy, Default)]
enum Signals {
    /// SIGTERM and SIGINT ask for shutdown.
    Heeded,
    /// Only the program itself does.
    #[default]
    Ignored,
}

impl Shutdown {
    /// A shutdown that SIGTERM or SIGINT (Ctrl-C) asks for.
    ///
    /// # Errors
    /// If the process may not listen for signals.
    pub fn on_signal() -> io::Result<Self> {
        // Listening once here makes the process ignore the signals' own effect from now on.
        let _probe = signal(SignalKind::terminate())?;
        Ok(Self {
            token: CancellationToken::new(),
            signals: Signals::Heeded,
        })
    }

    /// A shutdown of a part, which also happens when the whole shuts down.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            token: self.token.child_token(),
            signals: self.signals,
        }
    }

    /// Asks for it.
    pub fn request(&self) {
        self.token.cancel();
    }

    /// Whether it was asked for.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Waits until it is asked for.
    pub async fn requested(&self) {
        self.token.cancelled().await;
    }

    /// Waits until it is asked for, by the program or by a signal.
    pub async fn requested_or_signalled(&self) {
        match self.signals {
            Signals::Ignored => self.requested().await,
            Signals::Heeded => {
                let (terminate, interrupt) = (
                    signal(SignalKind::terminate()),
                    signal(SignalKind::interrupt()),
                );
                tokio::select! {
                    () = self.requested() => {}
                    () = heard(terminate) => self.request(),
                    () = heard(interrupt) => self.request(),
                }
            }
        }
    }
}

async fn heard(signal: io::Result<Signal>) {
    match signal {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}
