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
