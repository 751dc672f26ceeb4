//! The sentences of rejections, one catalogue for each language in `texts/<language>/`. A sentence is the message
//! `<list>-<code>`; its variables are the fields of the rejection.
//!
//! ```
//! use onestop_proto::{rejection::{CommonRejection, Explain}};
//! let stale = CommonRejection::StaleRevision { expected: 3, actual: 5 };
//! assert!(stale.message().zh.contains("第 5 版"));
//! ```

use std::{collections::BTreeMap, sync::LazyLock};

use fluent_bundle::FluentArgs;
use serde_json::{Map, Value};

use crate::{
    catalogue::Catalogue,
    text::{Language, Words},
};

/// The catalogues of rejections by language tag: the two languages in which every rejection travels ([`Words`]). A
/// third one takes a field there as well.
pub const REJECTIONS: [(&str, &str); 2] = [
    ("zh-CN", include_str!("../texts/zh-CN/rejections.ftl")),
    ("en", include_str!("../texts/en/rejections.ftl")),
];

static CATALOGUES: LazyLock<BTreeMap<&str, Catalogue>> = LazyLock::new(|| {
    // A test holds that every file can be parsed.
    let parsed = |(tag, text)| Some((tag, Catalogue::parse(tag, text).ok()?));
    REJECTIONS.into_iter().filter_map(parsed).collect()
});

/// The sentence of a rejection in both languages.
pub(crate) fn sentence(
    list: &str,
    code: &str,
    details: &Map<String, Value>,
    words: &[(&'static str, Words)],
) -> Words {
    let id = format!("{list}-{code}");
    let said = |tag, language| {
        let mut filled = FluentArgs::new();
        for (name, value) in details {
            filled.set(name.clone(), text_of(value, language));
        }
        for (name, words) in words {
            filled.set(*name, words.in_language(language).to_owned());
        }
        let catalogue = CATALOGUES.get(tag);
        let sentence = catalogue.and_then(|catalogue| catalogue.format(&id, &filled));
        sentence.unwrap_or_else(|| id.clone())
    };
    Words {
        zh: said("zh-CN", Language::Zh),
        en: said("en", Language::En),
    }
}

/// A field as a sentence shows it. Numbers are written as they are, without marks between thousands.
fn text_of(value: &Value, language: Language) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Object(fields) => {
            let key = match language {
                Language::Zh => "zh",
                Language::En => "en",
            };
            let text = fields.get(key).and_then(Value::as_str);
            text.map_or_else(|| value.to_string(), str::to_owned)
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => value.to_string(),
    }
}
