//! Free text (自由文本): what people type about a case. In a log it is sealed to the public key of the case; intake, which
//! has the other half, opens it, until the case is erased.
//!
//! A field is free text by its type in the contract, `#[schemars(with = "FreeText")]`: the service that stores an event
//! seals what is at the [`places`] of its schema. In JSON it is a string as before, typed or sealed. What is not sealed
//! is on the list of `proto/tests/free_text.rs`, with the reason.

mod place;
mod sealed;

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};

pub use self::{
    place::{TextPart, TextPlace, places},
    sealed::{SealedText, replace_sealed, sealed_texts},
};
use crate::invalid_id::InvalidId;

/// The keyword in a schema that says that a string is free text.
pub const KEYWORD: &str = "x-free-text";

/// The type of a field that holds free text, for its schema. There are no values of it.
#[derive(Debug, Clone, Copy)]
pub enum FreeText {}

impl JsonSchema for FreeText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "FreeText".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string", KEYWORD: TextPart::Whole.as_str() })
    }
}

/// The public key to which the texts of one case are sealed: X25519, 32 bytes, as Base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextKey([u8; 32]);

impl TextKey {
    /// The key of these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Display for TextKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&data_encoding::BASE64.encode(&self.0))
    }
}

impl std::str::FromStr for TextKey {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let bytes = data_encoding::BASE64.decode(text.as_bytes()).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        let rule = "32 bytes in Base64 are wanted";
        bytes
            .map(Self)
            .ok_or_else(|| InvalidId::new(text, "a public key", rule))
    }
}

serde_as_text!(TextKey);

impl JsonSchema for TextKey {
    fn schema_name() -> Cow<'static, str> {
        "TextKey".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9+/]{43}=$" })
    }
}
