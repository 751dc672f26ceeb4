//! Rejections: a service's typed "no". Nothing was changed, unless it says that this is not known; the sentence says
//! what to do.
//!
//! Each service has its own list, as an enum in its own module here; what every service can say is
//! [`CommonRejection`]. On the wire all of them have one shape, [`Rejected`].

use std::{collections::BTreeMap, iter};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    actor::Role,
    field_names::{field_words, parameter_words},
    ids::{CaseRef, CommandId},
    issuer::Unproven,
    rejection_texts,
    text::{Language, Text, Words},
};

pub use crate::malformed::{Malformed, Misfit, parse_described, parse_field, parse_text};

/// What sort of "no" it is: decides the exit code of the command line and the status of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RejectionKind {
    /// What was sent is not well formed, or names what does not exist in the directory.
    Invalid,
    /// The case, matter or offer does not exist.
    NotFound,
    /// The case is in another state than the command supposes.
    Conflict,
    /// The caller may not.
    Forbidden,
    /// A service that is needed for the answer is unavailable. Retry with the same key.
    Unavailable,
}

/// A rejection as it travels.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[error("{}", message.en)]
pub struct Rejected {
    /// The category of the rejection.
    pub kind: RejectionKind,
    /// The code of the rejection: stable, in kebab case.
    pub code: String,
    /// What happened and what to do, in both languages.
    pub message: Words,
    /// The sentence in further languages, by language tag, where their catalogues have it.
    #[serde(default, skip_serializing_if = "Translations::is_empty")]
    pub translations: Box<Translations>,
    /// The facts that the sentence names, by their field names.
    pub details: Value,
}

/// Sentences by language tag.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Translations(BTreeMap<String, String>);

impl Translations {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Rejected {
    /// The sentence in the language of a tag; in `otherwise` if there is none.
    pub fn sentence(&self, tag: &str, otherwise: Language) -> &str {
        let translated = self.translations.0.get(tag).map(String::as_str);
        translated.unwrap_or_else(|| self.message.in_language(otherwise))
    }
}

/// What every enum of rejections implements. Its sentences are in the catalogue, under `<list>-<code>`.
pub trait Explain: Serialize + std::fmt::Display {
    /// The list of the catalogue that has its sentences.
    fn list(&self) -> &'static str;

    /// The category of the rejection.
    fn kind(&self) -> RejectionKind;

    /// Fields that the sentence shows by their labels instead of their codes.
    fn words(&self) -> Vec<(&'static str, Words)> {
        Vec::new()
    }

    /// The shape that travels.
    fn rejected(&self) -> Rejected {
        told_by(self, &self.words())
    }

    /// Its sentence in both languages.
    fn message(&self) -> Words {
        let (code, details) = facts(self);
        let told = rejection_texts::Facts {
            list: self.list(),
            code: &code,
            details: &details,
            labels: &self.words(),
        };
        told.sentence()
    }
}

/// A rejection as it travels, with fields shown by these labels.
fn told_by<R: Explain + ?Sized>(rejection: &R, labels: &[(&'static str, Words)]) -> Rejected {
    let (code, details) = facts(rejection);
    let told = rejection_texts::Facts {
        list: rejection.list(),
        code: &code,
        details: &details,
        labels,
    };
    Rejected {
        kind: rejection.kind(),
        message: told.sentence(),
        translations: Box::new(Translations(told.translations())),
        code,
        details: Value::Object(details),
    }
}

/// The refusal of a question whose parameters do not fit, each by what people call it there.
#[must_use]
pub fn refused_question(question: &str, malformed: Malformed) -> Rejected {
    let label = |field: &str| parameter_words(question, field);
    let labels = misfit_words(&malformed.first, &malformed.others, label);
    told_by(&CommonRejection::from(malformed), &labels)
}

/// A rejection's code, and its fields as they travel.
fn facts(rejection: &(impl Serialize + ?Sized)) -> (String, Map<String, Value>) {
    // Rejections are plain enums with a `code` tag; one that did not serialize still travels, as `unnamed`.
    let mut details = match serde_json::to_value(rejection) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => Map::new(),
    };
    let code = match details.remove("code") {
        Some(Value::String(code)) => code,
        Some(_) | None => "unnamed".to_owned(),
    };
    (code, details)
}

/// What any service can refuse before its own rules apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum CommonRejection {
    /// The text sent is not the command it should be.
    Malformed {
        /// Path of the field, as in `data.place`.
        field: String,
        /// What is wrong with it.
        problem: String,
        /// What does not fit either.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        others: Vec<Misfit>,
    },
    /// No issuer that is enrolled here has proven the actor.
    NotProven {
        /// Why not.
        why: Unproven,
    },
    /// The role does not do this.
    NotPermitted {
        /// The command.
        command: String,
        /// In what capacity it was sent.
        role: Role,
        /// For whom it is.
        permitted: Vec<Role>,
    },
    /// There is no such case here.
    UnknownCase {
        /// What was named.
        case: CaseRef,
    },
    /// The case has moved on since the one who decides looked at it.
    StaleRevision {
        /// The revision decided on.
        expected: u64,
        /// The current revision.
        actual: u64,
    },
    /// The idempotency key was used for another request.
    KeyReused {
        /// The key.
        command: CommandId,
    },
    /// The approval that a late entry carries is not proven to be its approver's (补录审批).
    ApprovalNotProven {
        /// Why.
        why: Unproven,
    },
    /// The case is already in the requested state.
    NothingToDo {},
    /// A service that listens to this one has taken in what its log does not have: it writes nothing.
    Contradicted {
        /// The service that refuses.
        who: String,
        /// The one that listens to it.
        by: String,
        /// The first position at which they differ.
        position: u64,
    },
    /// A service that is needed does not answer.
    Unavailable {
        /// The service.
        who: String,
    },
    /// The command was sent, and the service did not answer in time, or not so that it can be read: whether it was
    /// carried out is not known here. The same key finds out.
    OutcomeUnknown {
        /// The service.
        who: String,
    },
    /// The service is building what it answers from, out of its log. Nothing was changed.
    NotReady {
        /// The service.
        who: String,
        /// How much of it is built.
        percent: u64,
        /// In about so many seconds it is built.
        seconds: u64,
    },
    /// The disk of the service is full: nothing is written until there is room. It goes on answering questions.
    StorageFull {
        /// The service.
        who: String,
    },
    /// The command, or one part of it, is larger than what is taken.
    TooMuch {
        /// Path of the part, as in `data.summary`; `data` for the whole.
        field: String,
        /// How much it is.
        found: u64,
        /// How much is taken at most.
        most: u64,
        /// Of what.
        unit: SizeUnit,
    },
}

/// What the size of a command's part is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SizeUnit {
    /// Bytes of its JSON.
    Bytes,
    /// Characters of a text.
    Characters,
    /// Entries of a list or an object.
    Entries,
    /// Levels of lists and objects in each other.
    Levels,
}

impl SizeUnit {
    /// As people read it.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Bytes => ("字节", "bytes"),
            Self::Characters => ("字", "characters"),
            Self::Entries => ("项", "entries"),
            Self::Levels => ("层", "levels"),
        };
        Text { zh, en }
    }
}

explained! {
    CommonRejection in "common" with labels;
    Invalid: Malformed, TooMuch, ApprovalNotProven;
    Forbidden: NotProven, NotPermitted;
    NotFound: UnknownCase;
    Conflict: StaleRevision, KeyReused, NothingToDo;
    Unavailable: Contradicted, Unavailable, OutcomeUnknown, NotReady, StorageFull;
}

impl CommonRejection {
    /// The facts that the sentence has by their labels.
    fn labels(&self) -> Vec<(&'static str, Words)> {
        if let Self::TooMuch { field, unit, .. } = self {
            return vec![("field", field_words(field)), ("unit", unit.text().into())];
        }
        if let Self::Malformed {
            field,
            problem,
            others,
        } = self
        {
            let first = Misfit {
                field: field.clone(),
                problem: problem.clone(),
            };
            return misfit_words(&first, others, field_words);
        }
        if let Self::NotProven { why } | Self::ApprovalNotProven { why } = self {
            return vec![("why", why.text().into())];
        }
        let Self::NotPermitted {
            role, permitted, ..
        } = self
        else {
            return Vec::new();
        };
        let names = |in_language: fn(Text) -> &'static str, between| {
            let named = permitted.iter().map(|role| in_language(role.text()));
            named.collect::<Vec<_>>().join(between)
        };
        let permitted = Words {
            zh: names(|text| text.zh, "、"),
            en: names(|text| text.en, ", "),
        };
        vec![("role", role.text().into()), ("permitted", permitted)]
    }
}

impl From<Malformed> for CommonRejection {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed {
            field: malformed.first.field,
            problem: malformed.first.problem,
            others: malformed.others,
        }
    }
}

/// The fields that do not fit by their labels, and what is wrong with each.
fn misfit_words(
    first: &Misfit,
    others: &[Misfit],
    label: impl Fn(&str) -> Words,
) -> Vec<(&'static str, Words)> {
    let told = |misfit: &Misfit| (label(&misfit.field), misfit.words());
    let of_others: Vec<_> = others.iter().map(told).collect();
    let (fields, problems) = joined(told(first), &of_others);
    vec![("field", fields), ("problem", problems)]
}

/// The labels of all that does not fit, and what is wrong with each; of several, each problem behind its label.
pub(crate) fn joined(
    (label, problem): (Words, Words),
    others: &[(Words, Words)],
) -> (Words, Words) {
    if others.is_empty() {
        return (label, problem);
    }
    let all = || iter::once((&label, &problem)).chain(others.iter().map(|(label, it)| (label, it)));
    // Several fields may be missing in one: it is named once.
    let mut labels = Vec::<Words>::new();
    for (label, _) in all() {
        if !labels.contains(label) {
            labels.push(label.clone());
        }
    }
    let labels = Words::list(labels);
    // What is said of the whole names its field itself.
    let whole = field_words("data");
    let told = |(label, it): (&Words, &Words)| {
        if *label == whole {
            return it.clone();
        }
        Words {
            zh: format!("{}：{}", label.zh, it.zh),
            en: format!("{}: {}", label.en, it.en),
        }
    };
    let (zh, en): (Vec<_>, Vec<_>) = all().map(told).map(|Words { zh, en }| (zh, en)).unzip();
    let problems = Words {
        zh: zh.join("；"),
        en: en.join("; "),
    };
    (labels, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lacks_of_the_whole_is_said_without_a_label() {
        let missing = |name: &str| Misfit {
            field: "data".to_owned(),
            problem: format!("missing field `{name}`"),
        };
        let others = [missing("topic")];
        let words = misfit_words(&missing("item"), &others, field_words);
        let said = &words.last().unwrap().1.zh;
        assert_eq!(said, "没有填写诉求类别，请填写；没有填写具体事项，请填写");
    }

    #[test]
    fn a_field_with_two_problems_is_named_once() {
        let words = |text: &str| Words::untranslated(text);
        let others = vec![(words("a"), words("no x")), (words("b"), words("no y"))];
        let (labels, problems) = joined((words("a"), words("no z")), &others);
        assert_eq!(labels.en, "a, b");
        assert_eq!(problems.en, "a: no z; a: no x; b: no y");
    }

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
    fn all_that_does_not_fit_stands_in_one_sentence() {
        let others = vec![Misfit {
            field: "data.place".to_owned(),
            problem: "'5' is not a division code: digits are wanted".to_owned(),
        }];
        let malformed = CommonRejection::Malformed {
            field: "data.applicant.people[1].phone".to_owned(),
            problem: "too short".to_owned(),
            others,
        };
        let message = malformed.message();
        assert!(message.zh.contains("申请人2"), "{}", message.zh);
        assert!(message.zh.contains("、"), "{}", message.zh);
        assert!(
            message.en.contains("; place: '5' is not a division code"),
            "{}",
            message.en
        );
    }
}
