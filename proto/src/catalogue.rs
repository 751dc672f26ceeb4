//! The catalogue: sentences that people read, one file for each language in `texts/<language>/`, in Mozilla's
//! Fluent (<https://projectfluent.org>). A rejection's sentence is the message `<list>-<code>`; its variables are
//! the rejection's fields. `TIME($field)` writes a moment as people in China read it.
//!
//! ```
//! use onestop_proto::{rejection::{CommonRejection, Explain}};
//! let stale = CommonRejection::StaleRevision { expected: 3, actual: 5 };
//! assert!(stale.message().zh.contains("第 5 版"));
//! ```

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use serde_json::{Map, Value};
use unic_langid::LanguageIdentifier;

use crate::{
    text::{Language, Words},
    time::Timestamp,
};

/// The catalogues of rejections by language tag: the two languages in which every rejection travels ([`Words`]). A
/// third one takes a field there as well.
pub const REJECTIONS: [(&str, &str); 2] = [
    ("zh-CN", include_str!("../texts/zh-CN/rejections.ftl")),
    ("en", include_str!("../texts/en/rejections.ftl")),
];

struct Catalogue {
    tag: &'static str,
    messages: FluentBundle<FluentResource>,
}

static CATALOGUES: LazyLock<Vec<Catalogue>> = LazyLock::new(|| {
    let each = REJECTIONS.into_iter().map(|(tag, text)| Catalogue {
        tag,
        messages: bundle(tag, text),
    });
    each.collect()
});

fn bundle(tag: &str, text: &str) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Marks around what is filled in serve mixed scripts; Chinese and English need none.
    bundle.set_use_isolating(false);
    // A test holds that every message of the files reads; what reads of another file is kept.
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(read, _)| read);
    bundle.add_resource_overriding(resource);
    bundle.add_function("TIME", |given, _| time(given)).ok();
    bundle
}

fn time<'a>(given: &[FluentValue<'a>]) -> FluentValue<'a> {
    let Some(FluentValue::String(text)) = given.first() else {
        return FluentValue::Error;
    };
    match text.parse::<Timestamp>() {
        Ok(moment) => FluentValue::from(moment.china_text()),
        Err(_) => FluentValue::String(text.clone()),
    }
}

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
        message(tag, &id, &filled).unwrap_or_else(|| id.clone())
    };
    Words {
        zh: said("zh-CN", Language::Zh),
        en: said("en", Language::En),
    }
}

fn message(tag: &str, id: &str, filled: &FluentArgs<'_>) -> Option<String> {
    let catalogue = CATALOGUES.iter().find(|catalogue| catalogue.tag == tag)?;
    let pattern = catalogue.messages.get_message(id)?.value()?;
    // A field that is missing shows as its name in braces.
    let mut problems = Vec::new();
    let said = catalogue
        .messages
        .format_pattern(pattern, Some(filled), &mut problems);
    Some(said.into_owned())
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
