//! Keys are withheld (暂不提供) while it is not known which of them had to be destroyed: no personal data is read or taken.

use super::{Keyring, KeyringError};

impl Keyring {
    /// From now on no key is given out, and none is made. Keys can be destroyed.
    pub fn withhold(&self) {
        self.0.withheld.send_replace(true);
    }

    /// Keys are given out again.
    pub fn release(&self) {
        self.0.withheld.send_replace(false);
    }

    /// Whether keys are withheld.
    pub fn is_withheld(&self) -> bool {
        *self.0.withheld.borrow()
    }

    /// Refuses while keys are withheld.
    pub(crate) fn check_released(&self) -> Result<(), KeyringError> {
        if self.is_withheld() {
            return Err(KeyringError::Withheld);
        }
        Ok(())
    }

    /// Waits until keys are given out.
    pub(crate) async fn released(&self) {
        let mut withheld = self.0.withheld.subscribe();
        // The sender is the keyring's own: it is there as long as this call.
        let _ = withheld.wait_for(|withheld| !withheld).await;
    }
}
