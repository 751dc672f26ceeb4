//! Why a directory does not load, in words: in Chinese too, because most of those who change it read no English.

use onestop_proto::{
    catalogue::{Argument, BuiltInCatalogue},
    text::Words,
};
use serde::Serialize;

const CHINESE: &str = include_str!("../texts/zh-CN.ftl");
const ENGLISH: &str = include_str!("../texts/en.ftl");

static WORDS: BuiltInCatalogue = BuiltInCatalogue::new(CHINESE, ENGLISH);

pub(crate) fn message(id: &str, arguments: &[(&'static str, Argument)]) -> Words {
    WORDS.words(id, arguments)
}

/// The message for a value whose field `reason` says its id.
pub(crate) fn reason_words(reason: &impl Serialize) -> Words {
    WORDS.words_of("reason", reason)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use onestop_proto::catalogue::BilingualCatalogue;

    use super::*;

    fn ids(text: &str) -> BTreeSet<&str> {
        let messages = text.lines().filter_map(|line| line.split_once(" = "));
        messages.map(|(id, _)| id).collect()
    }

    fn kebab_case(name: &str) -> String {
        let signs = name.chars().enumerate();
        let signs = signs.map(|(place, sign)| match sign.is_ascii_uppercase() {
            true if place > 0 => format!("-{}", sign.to_ascii_lowercase()),
            true | false => sign.to_ascii_lowercase().to_string(),
        });
        signs.collect()
    }

    #[test]
    fn both_languages_have_a_message_for_each_reason() {
        BilingualCatalogue::parse(CHINESE, ENGLISH).unwrap();
        assert_eq!(ids(CHINESE), ids(ENGLISH));
        let (_, reasons) = include_str!("error.rs")
            .split_once("pub enum Reason {")
            .unwrap();
        let (reasons, _) = reasons.split_once("\n}").unwrap();
        let variants = reasons.lines().filter_map(|line| line.strip_prefix("    "));
        let variants = variants.filter(|line| line.starts_with(|sign: char| sign.is_uppercase()));
        let names = variants.filter_map(|line| line.split([' ', ',']).next());
        let reasons: BTreeSet<String> = names.map(kebab_case).collect();
        assert!(reasons.len() > 50, "{reasons:?}");
        let known = ids(ENGLISH).into_iter();
        let known = known.filter(|id| !id.starts_with("looser-"));
        assert_eq!(reasons, known.map(str::to_owned).collect());
    }
}
