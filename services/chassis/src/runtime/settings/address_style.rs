//! How the addresses of an object store are built.

use serde::{Deserialize, Serialize};

/// Where the bucket is named in an address of an object store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum AddressStyle {
    /// In the host: `https://bucket.host/name`.
    #[default]
    VirtualHost,
    /// In the path: `https://host/bucket/name`.
    Path,
}
