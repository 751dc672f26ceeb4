//! What a command that is entered late says: its approver approves these data and no others.

use serde_json::Value;
use sha2::{Digest, Sha256};

text_id! {
    /// The SHA-256, in hex, of a command's data as JSON: without spaces, the members of each object in the order of their names.
    ContentHash, "the SHA-256 of a command's data", "^[0-9a-f]{64}$", "64 digits of hex in lower case are wanted",
    |text| text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl ContentHash {
    /// The hash of a command's data.
    ///
    /// ```
    /// use onestop_proto::late_entry::ContentHash;
    ///
    /// let sent = serde_json::from_str(r#"{ "copies": 2, "applicant": { "phone": "1", "name": "岩温" } }"#).unwrap();
    /// let same = serde_json::from_str(r#"{"applicant":{"name":"岩温","phone":"1"},"copies":2}"#).unwrap();
    /// let other = serde_json::from_str(r#"{"applicant":{"name":"岩温","phone":"1"},"copies":3}"#).unwrap();
    /// assert_eq!(ContentHash::of(&sent), ContentHash::of(&same));
    /// assert_ne!(ContentHash::of(&sent), ContentHash::of(&other));
    /// ```
    #[must_use]
    pub fn of(data: &Value) -> Self {
        // An object of this crate's JSON has its members in order, and is written so.
        let hash = Sha256::digest(data.to_string());
        Self(data_encoding::HEXLOWER.encode(&hash))
    }
}
