//! The outside witness, as the setting `witness` names it.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

/// What the address of a file begins with.
const FILE: &str = "file:";

/// A file outside the node: `file:/mnt/witness/cosigned.jsonl`, or its path alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WitnessAddress {
    file: PathBuf,
}

/// Why a text names no witness.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' names no witness. Write the absolute path of a file on another machine, such as file:/mnt/witness/cosigned.jsonl"
)]
pub struct InvalidWitness {
    text: String,
}

impl WitnessAddress {
    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }
}

impl FromStr for WitnessAddress {
    type Err = InvalidWitness;

    fn from_str(text: &str) -> Result<Self, InvalidWitness> {
        let path = text.trim();
        let file = PathBuf::from(path.strip_prefix(FILE).unwrap_or(path));
        if file.is_absolute() && file.file_name().is_some() {
            Ok(Self { file })
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
        write!(f, "{FILE}{}", self.file.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_witness_is_a_file_with_an_absolute_path() {
        let witness: WitnessAddress = "file:/mnt/witness/cosigned.jsonl".parse().unwrap();
        assert_eq!(witness.file(), Path::new("/mnt/witness/cosigned.jsonl"));
        assert_eq!(witness.to_string(), "file:/mnt/witness/cosigned.jsonl");
        let alone = "/mnt/witness/cosigned.jsonl".parse();
        assert_eq!(alone, Ok(witness));
        for wrong in ["file:cosigned", "cosigned", "file:/", "https://a/b", ""] {
            assert!(wrong.parse::<WitnessAddress>().is_err(), "{wrong}");
        }
    }
}
