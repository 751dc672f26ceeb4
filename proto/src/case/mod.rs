//! The case (案件): what intake says and takes. Stream `case/<id>` of service `intake`.

mod applicant;
mod attachment;
mod capacity;
mod commands;
mod credit_code;
mod document_number;
mod document_shape;
mod events;
mod explain;
mod identity_number;
mod lists;
mod person_faults;
mod rejection;
mod status;
mod track;
mod window;

use serde::{Deserialize, Serialize};

use crate::{
    actor::ServiceName,
    ids::{StaffId, Topic},
};

pub use applicant::*;
pub use attachment::*;
pub use capacity::*;
pub use commands::*;
pub use document_number::read_document_number;
pub use document_shape::DocumentShape;
pub use events::*;
pub use identity_number::{IdentityNumber, check_character};
pub use lists::*;
pub use person_faults::{BODY_AGENT_MISSING, authority_fault, name_fault, phone_fault};
pub use rejection::{FieldProblem, Rejection};
pub use status::{CaseStatus, PapersAwaited, ReferredTo};
pub use track::*;
pub use window::window_of;

/// The name of the service that owns cases.
pub const SERVICE: &str = "intake";

/// [`SERVICE`] as a type.
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

/// Personal data under the case's own key: base64 of nonce and ciphertext
/// (XChaCha20-Poly1305, the case id as associated data). Erasing the key erases the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Ciphertext(pub String);

/// A thing that the citizen handed in (材料).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// What it is, such as `property-title`.
    pub kind: Topic,
    /// How many copies.
    pub copies: u32,
    /// The files made of it, which are among the case's attachments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileHash>,
}

/// What the window must see to besides the matter itself. It never says who a person is: that is encrypted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// Whom to take special care of (特殊群体).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub care: Vec<Care>,
    /// The language that is spoken; nothing for Mandarin or the local dialect of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<SpokenLanguage>,
    /// Whether an interpreter is needed (需要翻译).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interpreter: bool,
    /// Whether the citizen cannot come and needs a home visit (上门服务).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub home_visit: bool,
}

/// A need that was met or declined: how, and who said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct NeedSettlement {
    /// Which need.
    pub need: NeedKind,
    /// How it was seen to.
    pub how: NeedOutcome,
    /// Who said so.
    pub by: StaffId,
}

impl Needs {
    /// Whether there is nothing to see to.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What of it is to be met or declined. An interpreter speaks the language.
    #[must_use]
    pub fn owed(&self) -> Vec<NeedKind> {
        let speaks = self.language.is_some() && !self.interpreter;
        let kinds = [
            (NeedKind::Language, speaks),
            (NeedKind::Interpreter, self.interpreter),
            (NeedKind::HomeVisit, self.home_visit),
        ];
        let owed = kinds.into_iter().filter(|(_, is_owed)| *is_owed);
        owed.map(|(kind, _)| kind).collect()
    }
}
