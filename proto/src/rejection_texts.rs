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
    catalogue::{Catalogue, text_of},
    text::{Language, Words},
};

/// The catalogues of rejections by language tag: one for each folder of `texts/`. Those of Chinese and English have every
/// message; another may name one of the two in its message `language-fallback`, and have some.
pub const REJECTIONS: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/rejections.rs"));

const CHINESE: &str = "zh-CN";
const ENGLISH: &str = "en";

/// The lists whose sentences the catalogue has.
const LISTS: [&str; 13] = [
    "api",
    "common",
    "intake",
    "ledger",
    "legal-aid",
    "matter",
    "mediation",
    "notarization",
    "parking",
    "persons",
    "referral",
    "registry",
    "replication",
];

/// What a code means: its sentence of each list that has it. What differs from one refusal to the next is left out.
///
/// ```
/// use onestop_proto::{rejection_texts::sentences, text::Language};
/// let said = sentences("wrong-method", Language::Zh);
/// assert!(said.len() == 1 && !said[0].contains('$'), "{said:?}");
/// assert!(sentences("no-such-code", Language::En).is_empty());
/// ```
pub fn sentences(code: &str, language: Language) -> Vec<String> {
    let tag = match language {
        Language::Zh => CHINESE,
        Language::En => ENGLISH,
    };
    let texts = REJECTIONS.iter().filter(|(of, _)| *of == tag);
    let messages = texts.flat_map(|(_, text)| text.lines());
    let messages = messages.filter_map(|line| line.split_once(" = "));
    let of_code = messages.filter(|(id, _)| {
        let list = id.strip_suffix(code).and_then(|id| id.strip_suffix('-'));
        list.is_some_and(|list| LISTS.contains(&list))
    });
    let mut said: Vec<String> = of_code.map(|(_, text)| without_facts(text)).collect();
    said.dedup();
    said
}

/// A message with what is filled in left out.
fn without_facts(message: &str) -> String {
    let mut said = String::new();
    for part in message.split('{') {
        match part.split_once('}') {
            Some((_, rest)) => {
                said.push('…');
                said.push_str(rest);
            }
            None => said.push_str(part),
        }
    }
    said
}

static CATALOGUES: LazyLock<BTreeMap<&str, Catalogue>> = LazyLock::new(|| {
    // A test holds that every file can be parsed.
    let parsed =
        |(tag, text): &(&'static str, &str)| Some((*tag, Catalogue::parse(tag, text).ok()?));
    REJECTIONS.iter().filter_map(parsed).collect()
});

/// A rejection to put into words.
pub(crate) struct Facts<'a> {
    /// The list of the catalogue that has its sentences.
    pub(crate) list: &'a str,
    pub(crate) code: &'a str,
    pub(crate) details: &'a Map<String, Value>,
    /// Fields shown by their labels instead of their codes.
    pub(crate) labels: &'a [(&'static str, Words)],
}

impl Facts<'_> {
    /// The sentence in the two languages that every rejection has.
    pub(crate) fn sentence(&self) -> Words {
        let said = |tag| {
            let catalogue = CATALOGUES.get(tag);
            let sentence = catalogue.and_then(|catalogue| self.format(tag, catalogue));
            sentence.unwrap_or_else(|| self.id())
        };
        Words {
            zh: said(CHINESE),
            en: said(ENGLISH),
        }
    }

    /// The sentence in every further language whose catalogue has it, by language tag.
    pub(crate) fn translations(&self) -> BTreeMap<String, String> {
        let further = CATALOGUES.iter();
        let further = further.filter(|(tag, _)| ![CHINESE, ENGLISH].contains(tag));
        let said = |(tag, catalogue): (&&str, &Catalogue)| {
            Some(((*tag).to_owned(), self.format(tag, catalogue)?))
        };
        further.filter_map(said).collect()
    }

    fn id(&self) -> String {
        format!("{}-{}", self.list, self.code)
    }

    fn format(&self, tag: &str, catalogue: &Catalogue) -> Option<String> {
        let language = label_language(tag, catalogue);
        let mut filled = FluentArgs::new();
        for (name, value) in self.details {
            filled.set(name.clone(), text_of(value, language));
        }
        for (name, words) in self.labels {
            filled.set(*name, words.in_language(language).to_owned());
        }
        catalogue.format(&self.id(), &filled)
    }
}

/// The language of labels in a sentence: lists of choices have Chinese and English only.
fn label_language(tag: &str, catalogue: &Catalogue) -> Language {
    let fallback = catalogue.format("language-fallback", &FluentArgs::new());
    match fallback.as_deref().unwrap_or(tag) {
        ENGLISH => Language::En,
        _ => Language::Zh,
    }
}
