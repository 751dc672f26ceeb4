//! Filters of a page, read from its query string. What cannot be read counts as not filled in, and the page names it
//! beside its field: it is shown with all other filters as they were typed.

use std::{fmt::Display, str::FromStr};

use jiff::civil::Date;
use onestop_proto::{
    field_names::field_words,
    problem_words::{own, problem_words},
    text::{Text, Words},
    time::Timestamp,
    typed::half_width,
};

use super::{i18n::Translator, typed_dates};

/// What a field is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    Day,
    Moment,
    /// A day that is not before the first of the period.
    EndOfPeriod,
    /// A choice of the page, a number: what is wrong with what was typed, and what is right.
    Other(Words),
}

/// A field that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) field: String,
    /// What was typed, as far as it is repeated.
    value: String,
    pub(crate) expected: Expected,
}

impl Unreadable {
    /// A text that a parser does not take. The choices of a page are its links: their codes say nothing to its reader.
    pub(crate) fn of(field: &str, value: &str, problem: &impl Display) -> Self {
        let problem = problem.to_string();
        let words = match problem.split_once(CHOICES) {
            Some(_) => NOT_A_CHOICE.into(),
            None => problem_words(field, &problem),
        };
        Self::new(field, value, Expected::Other(words))
    }

    fn new(field: &str, value: &str, expected: Expected) -> Self {
        Self {
            field: field.to_owned(),
            value: value.chars().take(LONGEST).collect(),
            expected,
        }
    }

    /// What is right.
    pub(crate) fn right(&self, i18n: &Translator<'_>) -> String {
        match &self.expected {
            Expected::Day => i18n.t("problem-day"),
            Expected::Moment => i18n.t("problem-moment"),
            Expected::EndOfPeriod => i18n.t("problem-period"),
            Expected::Other(words) => i18n.words(words).to_owned(),
        }
    }

    /// The field by its name, what was typed, and what is right: where no field is beside it.
    pub(crate) fn message(&self, i18n: &Translator<'_>) -> String {
        let (field, right) = (field_words(&self.field), self.right(i18n));
        let mut named = i18n.words(&field).to_owned();
        if !right.contains(&self.value) {
            let value = self.value.as_str();
            named = i18n.t2("filter-typed", "field", named, "value", value);
        }
        i18n.t2("filter-unreadable", "field", named, "problem", right)
    }
}

/// The filters that could not be read, all of them.
#[derive(Debug)]
pub(crate) struct UnreadableFilters(pub(crate) Vec<Unreadable>);

/// What a parser says before it lists the choices.
const CHOICES: &str = "' is not on the list; known: ";

const NOT_A_CHOICE: Text = Text {
    zh: "不在可选范围内，请在页面上重新选择",
    en: "this is none of the choices: choose again on the page",
};

/// How much of what was typed is repeated, in characters.
const LONGEST: usize = 60;

/// Reads filters, and keeps the fields that it could not read.
#[derive(Debug)]
pub(crate) struct FilterReader {
    today: Date,
    unreadable: Vec<Unreadable>,
}

impl FilterReader {
    pub(crate) const fn new(today: Date) -> Self {
        Self {
            today,
            unreadable: Vec::new(),
        }
    }

    /// A day as people type it.
    pub(crate) fn day(&mut self, field: &str, text: &str) -> Option<Date> {
        let plain = typed_dates::plain(text, self.today);
        let wrong = || Unreadable::new(field, text, Expected::Day);
        self.read(&plain, |plain| plain.parse().map_err(|_| wrong()))
    }

    /// A moment as people type it; of a day alone, its end.
    pub(crate) fn end_of(&mut self, field: &str, text: &str) -> Option<Timestamp> {
        let plain = typed_dates::plain(text, self.today);
        let wrong = || Unreadable::new(field, text, Expected::Moment);
        self.read(&plain, |plain| {
            Timestamp::end_of(plain).map_err(|_| wrong())
        })
    }

    /// Names a day that ends a period before it begins.
    pub(crate) fn ends_too_early(&mut self, field: &str, text: &str) {
        let wrong = Unreadable::new(field, text, Expected::EndOfPeriod);
        self.unreadable.push(wrong);
    }

    /// Names a field that the others say nothing without.
    pub(crate) fn missing(&mut self, field: &str) {
        let wrong = Unreadable::of(field, "", &own::MISSING.en);
        self.unreadable.push(wrong);
    }

    /// A choice, as the page's links and lists send it, or a number.
    pub(crate) fn choice<T: FromStr<Err: Display>>(
        &mut self,
        field: &str,
        text: &str,
    ) -> Option<T> {
        let wrong = |error| Unreadable::of(field, text, &error);
        self.read(half_width(text).trim(), |plain| {
            plain.parse().map_err(wrong)
        })
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(
        &mut self,
        field: &str,
        text: &str,
        known: &[(&str, T)],
    ) -> Option<T> {
        let found = |word: &str| known.iter().find(|(one, _)| *one == word);
        self.read(text.trim(), |word| {
            found(word).map(|(_, meant)| *meant).ok_or_else(|| {
                let words: Vec<_> = known.iter().map(|(one, _)| *one).collect();
                let problem = format!("'{word}' is not on the list; known: {}", words.join(", "));
                Unreadable::of(field, word, &problem)
            })
        })
    }

    fn read<T>(
        &mut self,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, Unreadable>,
    ) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        let unreadable = |wrong| self.unreadable.push(wrong);
        parse(text).map_err(unreadable).ok()
    }

    /// The fields that could not be read.
    pub(crate) fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }

    /// For a file, and for a list without fields to show a problem at.
    ///
    /// # Errors
    /// If fields could not be read: all of them.
    pub(crate) fn check(&self) -> Result<(), UnreadableFilters> {
        if self.unreadable.is_empty() {
            return Ok(());
        }
        Err(UnreadableFilters(self.unreadable.clone()))
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::{division::DivisionCode, ids::ServiceItem, ledger::SortOrder};

    use super::*;
    use crate::core::i18n::Languages;

    fn reader() -> FilterReader {
        FilterReader::new("2026-11-29".parse().unwrap())
    }

    #[test]
    fn filters_are_read_as_people_type_them() {
        let mut filters = reader();
        assert_eq!(filters.day("on", "12月1日"), "2026-12-01".parse().ok());
        assert_eq!(filters.day("on", " "), None);
        let end = filters.end_of("as_of", "2026年3月4日");
        assert_eq!(end, Timestamp::end_of("2026-03-04").ok());
        let item = filters.choice::<ServiceItem>("item", "legal-aid");
        assert_eq!(item, "legal-aid".parse().ok());
        assert_eq!(filters.choice("page", " ５ "), Some(5));
        assert_eq!(
            filters.day("on", "２０２６-１２-０１"),
            "2026-12-01".parse().ok()
        );
        assert_eq!(
            filters.word("stands", "open", &[("open", true)]),
            Some(true)
        );
        assert!(filters.check().is_ok());
    }

    #[test]
    fn what_cannot_be_read_counts_as_empty_and_is_named() {
        let mut filters = reader();
        for typed in ["明天", "2026年13月1日", "2026-02-30"] {
            assert_eq!(filters.day("on", typed), None, "{typed}");
        }
        assert_eq!(filters.end_of("as_of", "昨天"), None);
        assert_eq!(filters.choice::<u32>("step", "三"), None);
        assert_eq!(filters.word("stands", "ajar", &[("open", true)]), None);
        let named = filters.unreadable().iter().map(|one| one.field.as_str());
        let named: Vec<_> = named.collect();
        assert_eq!(named, ["on", "on", "on", "as_of", "step", "stands"]);
        assert!(filters.check().is_err());
    }

    /// With its name, what was typed and what is right, in words of no program.
    #[test]
    fn what_cannot_be_read_is_said_where_no_field_is_beside_it() {
        let mut filters = reader();
        filters.day("on", "明天");
        filters.choice::<DivisionCode>("within", "53082");
        filters.choice::<usize>("page", "many");
        filters.choice::<SortOrder>("order", "up");
        let languages = Languages::load(None).unwrap();
        let said = |language| {
            let i18n = languages.translator(Some(language));
            let all = filters.unreadable().iter();
            all.map(|one| one.message(&i18n)).collect::<Vec<_>>()
        };
        let zh = said("zh-CN");
        assert!(zh[0].starts_with("办理日期“明天”："), "{zh:?}");
        assert!(zh[1].starts_with("所在区划：“53082”不是区划代码"), "{zh:?}");
        assert_eq!(zh[2], "第几页“many”：请填整数，例如 20");
        assert_eq!(zh[3], "排序“up”：不在可选范围内，请在页面上重新选择");
        assert_eq!(
            said("en")[2],
            "page 'many': give a whole number, such as 20"
        );
    }
}
