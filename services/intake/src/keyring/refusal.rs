//! What a caller is told when a key cannot be used.

use onestop_chassis::Failure;
use onestop_proto::{personal::Rejection, rejection::Explain};

use super::KeyringError;

/// A case whose personal data was erased shows no more of it and takes no more; nor does any while keys are withheld.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what else goes wrong is no business of the caller"
)]
pub(crate) fn key_failure(error: KeyringError) -> Failure {
    match error {
        KeyringError::Erased { .. } => Rejection::KeyGone {}.rejected().into(),
        KeyringError::Withheld => Rejection::ErasuresAwaited {}.rejected().into(),
        error => Failure::Internal(error.into()),
    }
}
