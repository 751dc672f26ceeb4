//! The share of traces that is exported.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// From 0 (none) to 1 (all).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct SamplingRatio(f64);

// It is never NaN.
impl Eq for SamplingRatio {}

/// Why a number or a text is no such share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is no share of traces. Write a number from 0 to 1, such as 0.1")]
pub struct InvalidRatio {
    text: String,
}

impl SamplingRatio {
    /// Every trace.
    pub const ALL: Self = Self(1.0);

    /// Whether a trace is in the share: every service that has the same ratio decides the same, by the last four bytes
    /// of its id, which are random in ids of every origin.
    pub fn includes(self, trace: [u8; 16]) -> bool {
        const IDS: f64 = 4_294_967_296.0;
        let [.., a, b, c, d] = trace;
        f64::from(u32::from_be_bytes([a, b, c, d])) < self.0 * IDS
    }
}

impl TryFrom<f64> for SamplingRatio {
    type Error = InvalidRatio;

    fn try_from(share: f64) -> Result<Self, InvalidRatio> {
        if (0.0..=1.0).contains(&share) {
            Ok(Self(share))
        } else {
            let text = share.to_string();
            Err(InvalidRatio { text })
        }
    }
}

impl From<SamplingRatio> for f64 {
    fn from(ratio: SamplingRatio) -> Self {
        ratio.0
    }
}

impl FromStr for SamplingRatio {
    type Err = InvalidRatio;

    fn from_str(text: &str) -> Result<Self, InvalidRatio> {
        let share: f64 = text.trim().parse().map_err(|_| InvalidRatio {
            text: text.to_owned(),
        })?;
        Self::try_from(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_from_none_to_all() {
        for wrong in ["-0.1", "1.1", "NaN", "half", ""] {
            assert!(wrong.parse::<SamplingRatio>().is_err(), "{wrong}");
        }
        let (lowest, highest) = ([0; 16], [0xff; 16]);
        let none: SamplingRatio = "0".parse().unwrap();
        assert!(!none.includes(lowest));
        assert!(SamplingRatio::ALL.includes(highest));
    }

    #[test]
    fn about_so_many_traces_are_in_the_share() {
        let tenth: SamplingRatio = "0.1".parse().unwrap();
        let ids = (0..10_000_u32).map(|number| {
            let digest = sha2::Digest::finalize(sha2::Digest::chain_update(
                <sha2::Sha256 as sha2::Digest>::new(),
                number.to_be_bytes(),
            ));
            let mut id = [0; 16];
            id.copy_from_slice(&digest[..16]);
            id
        });
        let included = ids.filter(|id| tenth.includes(*id)).count();
        assert!((900..1_100).contains(&included), "{included}");
    }
}
