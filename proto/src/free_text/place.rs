//! Where free text is in the JSON of a type, by its schema.

use schemars::Schema;
use serde_json::Value;

use super::KEYWORD;

/// Definitions refer to each other no deeper; beyond it nothing is looked for.
const DEEPEST: usize = 16;

/// Which part of a string is free text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextPart {
    /// All of it.
    Whole,
    /// What follows the first colon: `wage-record: of the whole year`.
    AfterColon,
}

impl TextPart {
    /// As a schema says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::AfterColon => "after-colon",
        }
    }

    fn of(schema: &Value) -> Option<Self> {
        let said = schema.get(KEYWORD)?.as_str()?;
        [Self::Whole, Self::AfterColon]
            .into_iter()
            .find(|part| part.as_str() == said)
    }

    fn change(self, text: &mut String, change: &mut dyn FnMut(&mut String)) {
        match self {
            Self::Whole => change(text),
            Self::AfterColon => {
                let Some((before, after)) = text.split_once([':', '：']) else {
                    return;
                };
                let mut after = after.trim().to_owned();
                change(&mut after);
                *text = format!("{before}: {after}");
            }
        }
    }
}

/// One step from a value to a part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Member(String),
    /// Each item of a list, or each value of a map.
    Each,
    /// The value itself, if it is the variant that its tag says: the variants of a type may have members of one name, of
    /// which not all are text.
    Variant {
        tag: String,
        named: String,
    },
}

/// A place of free text in the JSON of a type; a value may have nothing there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextPlace {
    steps: Vec<Step>,
    part: TextPart,
}

impl TextPlace {
    /// Changes every text at this place.
    pub fn change(&self, value: &mut Value, change: &mut dyn FnMut(&mut String)) {
        descend(value, &self.steps, self.part, change);
    }
}

fn descend(value: &mut Value, steps: &[Step], part: TextPart, change: &mut dyn FnMut(&mut String)) {
    match (steps.split_first(), value) {
        (None, Value::String(text)) => part.change(text, change),
        (Some((Step::Member(name), rest)), Value::Object(members)) => {
            if let Some(member) = members.get_mut(name) {
                descend(member, rest, part, change);
            }
        }
        (Some((Step::Each, rest)), Value::Array(items)) => {
            for item in items {
                descend(item, rest, part, change);
            }
        }
        (Some((Step::Each, rest)), Value::Object(members)) => {
            for (_, member) in members {
                descend(member, rest, part, change);
            }
        }
        (Some((Step::Variant { tag, named }, rest)), value) => {
            if value.get(tag).and_then(Value::as_str) == Some(named) {
                descend(value, rest, part, change);
            }
        }
        // Another variant of the type, or nothing.
        (None | Some(_), _) => {}
    }
}

/// Every place of free text in the JSON of a type.
pub fn places(schema: &Schema) -> Vec<TextPlace> {
    let root = schema.as_value();
    let mut found = Vec::new();
    look(root, root, &mut Vec::new(), DEEPEST, &mut found);
    found.sort();
    found.dedup();
    found
}

fn look(
    schema: &Value,
    root: &Value,
    steps: &mut Vec<Step>,
    deeper: usize,
    found: &mut Vec<TextPlace>,
) {
    let Some(deeper) = deeper.checked_sub(1) else {
        return;
    };
    if let Some(part) = TextPart::of(schema) {
        let steps = steps.clone();
        found.push(TextPlace { steps, part });
    }
    let definition = schema.get("$ref").and_then(Value::as_str);
    let definition = definition.and_then(|reference| root.pointer(reference.strip_prefix('#')?));
    if let Some(definition) = definition {
        look(definition, root, steps, deeper, found);
    }
    let members = schema.get("properties").and_then(Value::as_object);
    let members = || members.into_iter().flatten();
    let variants = members().filter_map(|(tag, member)| variant(tag, member));
    let depth = steps.len();
    steps.extend(variants);
    for (name, member) in members() {
        steps.push(Step::Member(name.clone()));
        look(member, root, steps, deeper, found);
        steps.pop();
    }
    steps.truncate(depth);
    for each in ["items", "additionalProperties"] {
        if let Some(item) = schema.get(each) {
            steps.push(Step::Each);
            look(item, root, steps, deeper, found);
            steps.pop();
        }
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        for one in schema
            .get(choice)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            look(one, root, steps, deeper, found);
        }
    }
}

/// What a member says whose value is always the same: which variant of its type an object is.
fn variant(tag: &str, member: &Value) -> Option<Step> {
    let named = member.get("const")?.as_str()?;
    Some(Step::Variant {
        tag: tag.to_owned(),
        named: named.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde_json::json;

    use super::*;
    use crate::{free_text::FreeText, matter::PaperRemark};

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "its schema alone is looked at")]
    struct Outer {
        #[schemars(with = "FreeText")]
        why: String,
        #[schemars(with = "Option<FreeText>")]
        note: Option<String>,
        number: String,
        inner: Vec<Inner>,
        either: Either,
        remarks: Vec<PaperRemark>,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "its schema alone is looked at")]
    struct Inner {
        #[schemars(with = "FreeText")]
        text: String,
    }

    #[derive(JsonSchema)]
    #[serde(tag = "kind")]
    #[expect(dead_code, reason = "its schema alone is looked at")]
    enum Either {
        One {
            #[schemars(with = "FreeText")]
            reason: String,
        },
        Other {
            count: u32,
        },
        Coded {
            reason: u32,
        },
    }

    #[test]
    fn every_text_of_a_type_is_changed_and_nothing_else() {
        let mut value = json!({
            "why": "a", "note": "b", "number": "7",
            "inner": [{ "text": "c" }, { "text": "d" }],
            "either": { "kind": "One", "reason": "e" },
            "remarks": ["wage-record：of 2025"],
        });
        let places = places(&schemars::schema_for!(Outer));
        for place in &places {
            place.change(&mut value, &mut |text| text.push('!'));
        }
        let expected = json!({
            "why": "a!", "note": "b!", "number": "7",
            "inner": [{ "text": "c!" }, { "text": "d!" }],
            "either": { "kind": "One", "reason": "e!" },
            "remarks": ["wage-record: of 2025!"],
        });
        assert_eq!(value, expected);

        for either in [
            json!({ "kind": "Other", "count": 1 }),
            // A member of the same name, which is none in this variant.
            json!({ "kind": "Coded", "reason": "not-proven" }),
        ] {
            let mut without = json!({ "why": null, "either": either });
            let before = without.clone();
            for place in &places {
                place.change(&mut without, &mut |text| text.push('!'));
            }
            assert_eq!(without, before);
        }
    }
}
