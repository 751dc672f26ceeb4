//! Rejections: a service's typed "no". Nothing was changed; the sentence says what to do.
//!
//! Each service has its own list, as an enum in its own module here; what every service can say is
//! [`CommonRejection`]. On the wire all of them have one shape, [`Rejected`].

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    actor::Role,
    ids::{CaseRef, CommandId},
    text::{Text, Words},
};

/// What sort of "no" it is: decides the exit code of the command line and the status of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RejectionKind {
    /// What was sent is not well formed, or names what does not exist in the directory.
    Invalid,
    /// The case, matter or offer does not exist.
    NotFound,
    /// The case stands differently from what the command supposes.
    Conflict,
    /// The one who asks may not.
    Forbidden,
    /// Somebody who is needed for the answer is away. Try again with the same key.
    Unavailable,
}

/// A rejection as it travels.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[error("{}", message.en)]
pub struct Rejected {
    /// What sort of "no".
    pub kind: RejectionKind,
    /// Which "no": stable, in kebab case.
    pub code: String,
    /// What happened and what to do, in both languages.
    pub message: Words,
    /// The facts that the sentence names, by their field names.
    pub details: Value,
}

/// What every enum of rejections can tell. `Display` is the English sentence.
pub trait Explain: Serialize + std::fmt::Display {
    /// What sort of "no".
    fn kind(&self) -> RejectionKind;

    /// The Chinese sentence.
    fn zh(&self) -> String;

    /// The shape that travels.
    fn rejected(&self) -> Rejected {
        // Rejections are plain enums with a `code` tag; one that did not serialize would still be told.
        let mut details = serde_json::to_value(self).unwrap_or(Value::Null);
        let code = details
            .as_object_mut()
            .and_then(|fields| fields.remove("code"))
            .and_then(|code| code.as_str().map(str::to_owned))
            .unwrap_or_else(|| "unnamed".to_owned());
        let message = Words {
            zh: self.zh(),
            en: self.to_string(),
        };
        Rejected {
            kind: self.kind(),
            code,
            message,
            details,
        }
    }
}

/// What any service can refuse before its own rules are asked.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum CommonRejection {
    /// The text sent is not the command it should be.
    #[error("the field '{field}' is not right: {problem}. Mend it and send again")]
    Malformed {
        /// Path of the field, as in `data.place`.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The role does not do this.
    #[error("a {} does not do this ('{command}'). It is for: {}", role.text().en, names(permitted, |text| text.en, ", "))]
    NotPermitted {
        /// The command.
        command: String,
        /// In what capacity it was sent.
        role: Role,
        /// For whom it is.
        permitted: Vec<Role>,
    },
    /// There is no such case here.
    #[error("there is no case {case} here. Check the number on the receipt")]
    UnknownCase {
        /// What was asked for.
        case: CaseRef,
    },
    /// The case has moved on since the one who decides looked at it.
    #[error(
        "the case has moved on: you decided on revision {expected}, it stands at {actual}. Look again, then decide"
    )]
    StaleRevision {
        /// The revision decided on.
        expected: u64,
        /// The revision that stands.
        actual: u64,
    },
    /// The idempotency key was used for another request.
    #[error("the key {command} was used for another request. Take a new key")]
    KeyReused {
        /// The key.
        command: CommandId,
    },
    /// The case stands so that nothing is to be done.
    #[error("nothing is to be done: the case stands as the command wants it")]
    NothingToDo {},
    /// Somebody who is needed does not answer.
    #[error("{who} does not answer right now. Nothing was changed; try again with the same key")]
    Unavailable {
        /// Who is away.
        who: String,
    },
}

impl Explain for CommonRejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::Malformed { .. } => RejectionKind::Invalid,
            Self::NotPermitted { .. } => RejectionKind::Forbidden,
            Self::UnknownCase { .. } => RejectionKind::NotFound,
            Self::StaleRevision { .. } | Self::KeyReused { .. } | Self::NothingToDo {} => {
                RejectionKind::Conflict
            }
            Self::Unavailable { .. } => RejectionKind::Unavailable,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Malformed { field, problem } => {
                format!("“{field}”填写有误（{problem}）。请改正后重新提交")
            }
            Self::NotPermitted {
                command,
                role,
                permitted,
            } => {
                let (role, for_whom) = (role.text().zh, names(permitted, |text| text.zh, "、"));
                format!("{role}不办理此事（{command}）。由以下人员办理：{for_whom}")
            }
            Self::UnknownCase { case } => format!("这里没有案件 {case}。请核对回执上的编号"),
            Self::StaleRevision { expected, actual } => {
                format!(
                    "案件已有变化：您依据的是第 {expected} 版，现为第 {actual} 版。请查看后再决定"
                )
            }
            Self::KeyReused { command } => format!("请求编号 {command} 已用于另一请求。请换新编号"),
            Self::NothingToDo {} => "无需办理：案件已是所要求的状态".to_owned(),
            Self::Unavailable { who } => {
                format!("{who} 暂时没有应答。未作任何更改，请用同一编号稍后再试")
            }
        }
    }
}

fn names(roles: &[Role], in_language: fn(Text) -> &'static str, between: &str) -> String {
    let named: Vec<&str> = roles.iter().map(|role| in_language(role.text())).collect();
    named.join(between)
}

/// A text that is not the command it should be; becomes [`CommonRejection::Malformed`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Malformed {
    /// Path of the field, as in `data.place`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl From<Malformed> for CommonRejection {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed {
            field: malformed.field,
            problem: malformed.problem,
        }
    }
}

/// Reads a value as a `T`, naming the field that does not fit, under `root`.
///
/// # Errors
/// If the value is not a `T`.
pub fn parse_field<T: DeserializeOwned>(root: &str, value: Value) -> Result<T, Malformed> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let field = match (root, path.as_str()) {
            ("", _) => path,
            (_, ".") => root.to_owned(),
            _ => format!("{root}.{path}"),
        };
        Malformed {
            field,
            problem: error.into_inner().to_string(),
        }
    })
}

/// Reads a JSON text as a `T`, naming the field that does not fit.
///
/// # Errors
/// If the text is not JSON, or not a `T`.
pub fn parse_text<T: DeserializeOwned>(text: &[u8]) -> Result<T, Malformed> {
    let value = serde_json::from_slice(text).map_err(|error| Malformed {
        field: "(the whole text)".to_owned(),
        problem: error.to_string(),
    })?;
    parse_field("", value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejection_travels_with_code_sentence_and_facts() {
        let rejected = CommonRejection::StaleRevision {
            expected: 3,
            actual: 5,
        }
        .rejected();
        assert_eq!(rejected.code, "stale-revision");
        assert_eq!(rejected.kind, RejectionKind::Conflict);
        assert_eq!(
            rejected.details,
            serde_json::json!({ "expected": 3, "actual": 5 })
        );
        assert!(rejected.message.zh.contains("第 5 版"));
    }

    #[test]
    fn the_field_that_does_not_fit_is_named() {
        #[derive(Debug, Deserialize)]
        struct Wanted {
            #[expect(dead_code, reason = "only parsed")]
            place: crate::division::DivisionCode,
        }
        let wrong = parse_field::<Wanted>("data", serde_json::json!({ "place": "5" })).unwrap_err();
        assert_eq!(wrong.field, "data.place");
        assert!(wrong.problem.contains("division code"));
    }
}
