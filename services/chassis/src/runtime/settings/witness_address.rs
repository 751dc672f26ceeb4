//! The outside witness, as the setting `witness` names it.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

/// What the address of a file begins with.
const FILE: &str = "file:";
/// What the address of another node's journal begins with.
pub(super) const NODE: &str = "node:";
/// What that of a witness on the web begins with.
const WEB: &str = "https://";
/// Or, for a trial: on this machine.
const HERE: [&str; 3] = ["http://127.0.0.1", "http://[::1]", "http://localhost"];

/// A file outside the node, `file:/mnt/witness/cosigned.jsonl` or its path alone; an address that takes each cosigned
/// checkpoint, `https://witness.example/onestop`; or another node's journal, under the name by which it has enrolled this one,
/// `node:https://witness.example/witness/puer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum WitnessAddress {
    /// The path of a file.
    File(PathBuf),
    /// An address on the web.
    Web(String),
    /// The address of this node at another node's journal.
    Node(String),
}

/// Why a text names no witness.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' names no witness. Write the absolute path of a file on another machine, such as file:/mnt/witness/cosigned.jsonl, an address such as https://witness.example/onestop, or another node such as node:https://witness.example/witness/puer"
)]
pub struct InvalidWitness {
    text: String,
}

impl WitnessAddress {
    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(file),
            Self::Web(_) | Self::Node(_) => None,
        }
    }
}

/// Whether it is an address on the web, of those that are taken.
pub(super) fn is_web(address: &str) -> bool {
    let here = HERE.iter().filter_map(|begin| address.strip_prefix(begin));
    // Behind a name that goes on, such as localhost.example, or a password, is another machine.
    let mut hosts = here.map(|rest| rest.split('/').next().unwrap_or_default());
    let ends = |rest: &str| match rest.strip_prefix(':') {
        Some(port) => port.parse::<u16>().is_ok(),
        None => rest.is_empty(),
    };
    address.starts_with(WEB) || hosts.any(ends)
}

impl FromStr for WitnessAddress {
    type Err = InvalidWitness;

    fn from_str(text: &str) -> Result<Self, InvalidWitness> {
        let address = text.trim();
        if let Some(node) = address.strip_prefix(NODE) {
            let node = node.trim_end_matches('/');
            let wrong = || InvalidWitness {
                text: text.to_owned(),
            };
            let node = is_web(node).then(|| Self::Node(node.to_owned()));
            return node.ok_or_else(wrong);
        }
        if is_web(address) {
            return Ok(Self::Web(address.to_owned()));
        }
        let file = PathBuf::from(address.strip_prefix(FILE).unwrap_or(address));
        if file.is_absolute() && file.file_name().is_some() {
            Ok(Self::File(file))
        } else {
            Err(InvalidWitness {
                text: text.to_owned(),
            })
        }
    }
}

impl TryFrom<String> for WitnessAddress {
    type Error = InvalidWitness;

    fn try_from(text: String) -> Result<Self, InvalidWitness> {
        text.parse()
    }
}

impl From<WitnessAddress> for String {
    fn from(witness: WitnessAddress) -> Self {
        witness.to_string()
    }
}

impl fmt::Display for WitnessAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(f, "{FILE}{}", file.display()),
            Self::Web(address) => f.write_str(address),
            Self::Node(address) => write!(f, "{NODE}{address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_witness_is_a_file_or_an_address() {
        let file = WitnessAddress::File(PathBuf::from("/mnt/witness/cosigned.jsonl"));
        for text in [
            "file:/mnt/witness/cosigned.jsonl",
            "/mnt/witness/cosigned.jsonl",
        ] {
            assert_eq!(text.parse(), Ok(file.clone()));
        }
        assert_eq!(file.to_string(), "file:/mnt/witness/cosigned.jsonl");
        let web = "https://witness.example/onestop";
        assert_eq!(web.parse(), Ok(WitnessAddress::Web(web.to_owned())));
        let node = "node:https://witness.example/witness/puer";
        let read: WitnessAddress = format!("{node}/").parse().unwrap();
        assert_eq!(read.to_string(), node);
        for wrong in [
            "node:/mnt/witness",
            "node:http://witness.example",
            "file:cosigned",
            "cosigned",
            "file:/",
            "http://witness.example",
            "",
        ] {
            assert!(wrong.parse::<WitnessAddress>().is_err(), "{wrong}");
        }
    }
}
