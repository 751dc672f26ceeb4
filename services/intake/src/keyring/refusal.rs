//! What a caller receives when a key cannot be used.

use onestop_chassis::Failure;
use onestop_proto::{personal::Rejection, rejection::Explain};

use super::KeyringError;

/// A case whose personal data was erased shows no more of it and takes no more; nor does any while keys are withheld.
pub(crate) fn key_failure(error: KeyringError) -> Failure {
    if let KeyringError::Erased { .. } = error {
        return Rejection::KeyGone {}.rejected().into();
    }
    if let KeyringError::Withheld = error {
        return Rejection::ErasuresAwaited {}.rejected().into();
    }
    Failure::Internal(error.into())
}
