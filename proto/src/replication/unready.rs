//! Why a service is not ready for its work.

use serde::{Deserialize, Serialize};

/// One reason for which a service is not ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Unready {
    /// What kind of reason it is.
    pub cause: UnreadyCause,
    /// The reason, for operators.
    pub why: String,
}

/// What kind of reason keeps a service from its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnreadyCause {
    /// Its log is closed: the disk failed.
    Log,
    /// Its read models are being built.
    Building,
    /// The broker does not let it in, or does not carry its messages.
    Broker,
    /// It waits for something itself, as after a restore for what was erased since.
    Withheld,
    /// Its disk is full.
    Disk,
    /// It does not know whether it still decides for its service.
    Lease,
    /// A subscriber knows events that its log does not have.
    Contradicted,
    /// Its subscribers are being asked what they know of its log.
    Asking,
    /// It stops.
    Stopping,
    /// A reason of a later version.
    #[serde(other)]
    Other,
}
