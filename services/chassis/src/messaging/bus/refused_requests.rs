//! What the broker does not let a key do for a request: ask on a subject, or hear the answer. It says so beside the request,
//! which would otherwise wait for an answer in vain.

use tokio::sync::{broadcast, watch};

/// Refusals that a request may not have looked at yet; what is lost costs it a timeout.
const KEPT: usize = 64;

/// What is refused to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedAct {
    /// To publish on its subject: no service has received it.
    Asking,
    /// To listen for answers: the service may have received it.
    Listening,
}

/// Everything that is refused on one connection.
#[derive(Debug, Clone)]
pub(crate) struct RefusedRequests {
    /// What the broker said of the inbox, which is subscribed to once.
    inbox: watch::Sender<Option<String>>,
    /// What it says of publications, one after the other.
    publications: broadcast::Sender<String>,
}

impl Default for RefusedRequests {
    fn default() -> Self {
        Self {
            inbox: watch::Sender::default(),
            publications: broadcast::Sender::new(KEPT),
        }
    }
}

impl RefusedRequests {
    /// Takes what the broker says of a permission.
    pub(super) fn note(&self, said: &str) {
        let said = said.to_ascii_lowercase();
        if said.contains("for subscription to \"_inbox.") {
            self.inbox.send_replace(Some(said));
        } else {
            // No request may be waiting now.
            let _ = self.publications.send(said);
        }
    }

    /// On a new connection the inbox is subscribed to again.
    pub(super) fn forget(&self) {
        self.inbox.send_replace(None);
    }

    /// Looks at what is refused from now on.
    pub(crate) fn watch(&self) -> RefusalWatch {
        RefusalWatch {
            inbox: self.inbox.subscribe(),
            publications: self.publications.subscribe(),
        }
    }
}

/// Looks at what is refused while a request waits.
pub(crate) struct RefusalWatch {
    inbox: watch::Receiver<Option<String>>,
    publications: broadcast::Receiver<String>,
}

impl RefusalWatch {
    /// Waits until the broker refuses a request on this subject; for ever, if it does not.
    pub(crate) async fn refused(self, subject: &str) -> RefusedAct {
        let Self {
            mut inbox,
            mut publications,
        } = self;
        let publication = format!("for publish to \"{}\"", subject.to_ascii_lowercase());
        let asking = async {
            loop {
                match publications.recv().await {
                    Ok(said) if said.contains(&publication) => return,
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => std::future::pending::<()>().await,
                }
            }
        };
        let hearing = async {
            if inbox.wait_for(Option::is_some).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = asking => RefusedAct::Asking,
            () = hearing => RefusedAct::Listening,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_request_learns_of_its_own_subject_and_of_the_inbox() {
        let refused = RefusedRequests::default();
        let looks = [refused.watch(), refused.watch(), refused.watch()];
        refused.note("Permissions Violation for Publish to \"qry.journal.log\"");
        let [first, second, third] = looks;
        assert_eq!(first.refused("qry.journal.log").await, RefusedAct::Asking);
        let other = second.refused("qry.journal.logs").now_or_never();
        assert_eq!(other, None);
        let later = refused.watch().refused("qry.journal.log").now_or_never();
        assert_eq!(later, None, "it was said of an earlier request");
        refused.note("Permissions Violation for Subscription to \"_INBOX.desk-main.x.*\"");
        assert_eq!(
            third.refused("qry.intake.case").await,
            RefusedAct::Listening
        );
        refused.forget();
        assert_eq!(
            refused.watch().refused("qry.intake.case").now_or_never(),
            None
        );
    }
}
