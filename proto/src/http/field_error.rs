//! What is to be mended of a request: each field, parameter and header, where it is, and what would be right.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::field_of;
use crate::{
    case::FieldProblem,
    field_names::both_languages,
    problem_words::problem_words,
    rejection::{Misfit, Rejected},
    text::Language,
};

/// One thing that is to be mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FieldError {
    /// The field as a path in what was sent, the parameter or the header.
    pub field: String,
    /// Where the field is in the body, as a JSON pointer (RFC 6901); nothing of a parameter or a header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What is wrong with it, and what would be right, in the requested language.
    pub detail: String,
}

/// Fields of a refusal that are headers of the request.
const OF_HEADERS: [&str; 3] = ["occurred_at", "late_reason", "late_approver"];

/// Refusals whose problem a parser may have found.
const PARSED: [&str; 4] = ["malformed", "bad-header", "not-json", "webhook-address"];

/// All that a refusal says is to be mended.
pub(super) fn errors(rejected: &Rejected, language: Language) -> Vec<FieldError> {
    if let Some(several) = rejected.details.get("problems") {
        let several = Vec::<FieldProblem>::deserialize(several).unwrap_or_default();
        let of_one = |one: FieldProblem| FieldError {
            pointer: (!one.field.is_empty()).then(|| pointer_of_path(&one.field)),
            field: one.field,
            detail: one.message.in_language(language).to_owned(),
        };
        return several.into_iter().map(of_one).collect();
    }
    let misfits = misfits(rejected);
    if !misfits.is_empty() {
        let of_one = |one: Misfit| FieldError {
            pointer: pointer(&one),
            detail: one.words().in_language(language).to_owned(),
            field: without_root(&one.field).to_owned(),
        };
        return misfits.into_iter().map(of_one).collect();
    }
    let Some(field) = field_of(rejected) else {
        return Vec::new();
    };
    let is_in_body = !OF_HEADERS.contains(&field.as_str());
    vec![FieldError {
        pointer: is_in_body.then(|| pointer_of_path(&field)),
        detail: rejected.message.in_language(language).to_owned(),
        field,
    }]
}

/// The facts of a refusal, without a sentence of a parser.
#[must_use]
pub fn details_in_words(rejected: &Rejected, language: Language) -> Value {
    let mut details = rejected.details.clone();
    let said = |field: &str, problem: &str| {
        let words = match rejected.code.as_str() {
            code if PARSED.contains(&code) => problem_words(field, problem),
            "incomplete" => both_languages(problem),
            _ => return Value::from(problem),
        };
        Value::from(words.in_language(language))
    };
    let first = details["problem"].as_str();
    let first = first.map(|problem| said(named(rejected).unwrap_or_default(), problem));
    if let Some(first) = first {
        details["problem"] = first;
    }
    let others = details.get_mut("others").and_then(Value::as_array_mut);
    for other in others.into_iter().flatten() {
        if let (Some(field), Some(problem)) = (other["field"].as_str(), other["problem"].as_str()) {
            other["problem"] = said(field, problem);
        }
    }
    details
}

/// The field or header that a refusal names first.
fn named(rejected: &Rejected) -> Option<&str> {
    let named = |fact: &str| rejected.details.get(fact).and_then(Value::as_str);
    named("field").or_else(|| named("header"))
}

/// All that does not fit, of a refusal by a parser.
fn misfits(rejected: &Rejected) -> Vec<Misfit> {
    let problem = rejected.details["problem"].as_str();
    let (Some(field), Some(problem)) = (named(rejected), problem) else {
        return Vec::new();
    };
    if !PARSED.contains(&rejected.code.as_str()) {
        return Vec::new();
    }
    let mut all = vec![Misfit {
        field: field.to_owned(),
        problem: problem.to_owned(),
    }];
    let others = rejected.details.get("others");
    let others = others.map(Vec::<Misfit>::deserialize);
    all.extend(others.and_then(Result::ok).unwrap_or_default());
    all
}

fn without_root(field: &str) -> &str {
    field.strip_prefix("data.").unwrap_or(field)
}

/// Where a misfit is in the body; nothing of a parameter or a header.
fn pointer(misfit: &Misfit) -> Option<String> {
    let path = misfit.field.strip_prefix("data")?;
    if !path.is_empty() && !path.starts_with(['.', '[']) {
        return None;
    }
    let quoted = |sentence: &str| {
        let rest = misfit.problem.strip_prefix(sentence)?.trim_start();
        rest.strip_prefix('`')?.split('`').next()
    };
    // A name that the contract does not have may hold dots.
    if let Some(unknown) = quoted("unknown field") {
        let parent = path.strip_suffix(unknown).unwrap_or(path);
        return Some(joined(&pointer_of_path(parent), unknown));
    }
    let here = pointer_of_path(path);
    Some(match quoted("missing field") {
        Some(missing) => joined(&here, missing),
        None => here,
    })
}

/// The pointer of a path such as `applicant.people[0].name`.
fn pointer_of_path(path: &str) -> String {
    let parts = path.split(['.', '[', ']']).filter(|part| !part.is_empty());
    parts.fold(String::new(), |pointer, part| joined(&pointer, part))
}

fn joined(pointer: &str, name: &str) -> String {
    let name = name.replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{name}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        case,
        command::CommandType,
        http::Problem,
        rejection::{CommonRejection, Explain},
    };

    fn refusal_of(data: Value, language: Language) -> Problem {
        let wrong = case::Command::parse("open", data).unwrap_err();
        Problem::of(&CommonRejection::from(wrong).rejected(), language)
    }

    /// Each kind of wrong value is said in words, in the language of the request, and pointed at.
    #[test]
    fn no_parser_speaks_and_every_error_is_pointed_at() {
        let sent = json!({
            "place": "5",
            "urgent": "yes",
            "channel": "smoke",
            "co/lo~u.r": "red",
            "applicant": { "people": [{ "name": "岩温", "birth": 5 }], "summary": 7 },
        });
        for (language, of_urgent) in [(Language::Zh, "请填 true"), (Language::En, "give true")] {
            let problem = refusal_of(sent.clone(), language);
            let pointed: Vec<_> = problem
                .errors
                .iter()
                .filter_map(|one| one.pointer.as_deref())
                .collect();
            for pointer in [
                "/place",
                "/urgent",
                "/channel",
                "/co~1lo~0u.r",
                "/applicant/people/0/birth",
                "/applicant/summary",
                "/item",
            ] {
                assert!(pointed.contains(&pointer), "{pointer}: {pointed:?}");
            }
            assert_eq!(pointed.len(), problem.errors.len());
            let urgent = problem
                .errors
                .iter()
                .find(|one| one.field == "urgent")
                .unwrap();
            assert!(urgent.detail.starts_with(of_urgent), "{}", urgent.detail);
            let text = serde_json::to_string(&problem).unwrap();
            for of_parser in [
                "invalid type",
                "missing field",
                "unknown field",
                "unknown variant",
                "expected",
                "`",
            ] {
                assert!(!text.contains(of_parser), "{of_parser}: {text}");
            }
        }
    }

    #[test]
    fn what_is_no_field_of_the_body_has_no_pointer() {
        let refused = CommonRejection::Malformed {
            field: "limit".to_owned(),
            problem: "it is missing: give it".to_owned(),
            others: Vec::new(),
        };
        let problem = Problem::of(&refused.rejected(), Language::Zh);
        assert_eq!(problem.errors[0].pointer, None);
        assert_eq!(problem.errors[0].detail, "没有填写，请填写");
        assert_eq!(problem.details["problem"], "没有填写，请填写");
        let in_body = refusal_of(json!({}), Language::Zh);
        assert!(in_body.errors.iter().all(|one| one.pointer.is_some()));
        let asked = in_body.without_body();
        assert!(asked.errors.iter().all(|one| one.pointer.is_none()));
    }

    #[test]
    fn a_rule_of_one_field_points_at_it_and_one_of_a_header_does_not() {
        let refused = |code: &str| {
            let stale = CommonRejection::ApprovalNotProven {
                why: crate::issuer::Unproven::Expired,
            };
            let mut rejected = stale.rejected();
            code.clone_into(&mut rejected.code);
            Problem::of(&rejected, Language::En).errors
        };
        assert_eq!(
            refused("unknown-topic")[0].pointer.as_deref(),
            Some("/topic")
        );
        assert_eq!(refused("approval-not-proven")[0].pointer, None);
        assert_eq!(refused("unheard-of"), []);
    }
}
