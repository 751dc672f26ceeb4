//! The languages that sites speak: the contract's list, from which a citizen's need is chosen too.

use std::collections::BTreeMap;

use onestop_proto::{case::SpokenLanguage, ids::Topic, text::Words};

use crate::site_entries::LanguageEntry;

/// The words that `sites.toml` had for some languages before it took those of the contract.
const FORMER: [(&str, SpokenLanguage); 3] = [
    ("blang", SpokenLanguage::Bulang),
    ("bouyei", SpokenLanguage::Buyi),
    ("derung", SpokenLanguage::Dulong),
];

/// The contract's word for a language, for the word that a file has.
pub(crate) fn current(word: Topic) -> Topic {
    let mut former = FORMER.iter();
    let known = former.find(|(former, _)| *former == word.as_str());
    known
        .and_then(|(_, language)| language.as_str().parse().ok())
        .unwrap_or(word)
}

/// All languages with their names. A file of before names them itself; what it names besides is kept.
pub(crate) fn named(entries: Vec<LanguageEntry>) -> BTreeMap<Topic, Words> {
    let listed = SpokenLanguage::ALL.iter();
    let listed = listed.filter(|language| **language != SpokenLanguage::Other);
    let mut named: BTreeMap<Topic, Words> = listed
        .filter_map(|language| Some((language.as_str().parse().ok()?, language.text().into())))
        .collect();
    for entry in entries {
        named
            .entry(current(entry.id))
            .or_insert_with(|| entry.name.into());
    }
    named
}
