//! How sentences for people write days and moments: `2026年3月4日 15:20` in Chinese, `2026-03-04 15:20` in English.
//!
//! ```
//! use onestop_proto::{date_words::day_words, text::Language};
//! let words = day_words("2026-03-04".parse()?);
//! assert_eq!(words.in_language(Language::Zh), "2026年3月4日");
//! assert_eq!(words.in_language(Language::En), "2026-03-04");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use jiff::civil::{Date, DateTime};

pub use crate::typed_dates::day_text;
use crate::{
    text::{Language, Words},
    time::Timestamp,
};

/// A day in both languages.
#[must_use]
pub fn day_words(day: Date) -> Words {
    Words {
        zh: day_text(day, Language::Zh),
        en: day_text(day, Language::En),
    }
}

/// A moment in China, in one language.
#[must_use]
pub fn moment_text(moment: Timestamp, language: Language) -> String {
    civil_text(moment.china_datetime(), language)
}

/// A moment in China, in both languages.
#[must_use]
pub fn moment_words(moment: Timestamp) -> Words {
    Words {
        zh: moment_text(moment, Language::Zh),
        en: moment_text(moment, Language::En),
    }
}

/// A day or a moment that programs wrote, alone or in a list, as a sentence writes it; nothing of any other text.
pub(crate) fn of_program(text: &str, language: Language) -> Option<String> {
    let between = match language {
        Language::Zh => "、",
        Language::En => ", ",
    };
    let written = text.split(", ").map(|one| one_of_program(one, language));
    let written: Option<Vec<String>> = written.collect();
    Some(written?.join(between))
}

fn one_of_program(text: &str, language: Language) -> Option<String> {
    let begins_with_year = text.starts_with(|sign: char| sign.is_ascii_digit());
    if !begins_with_year || text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    if text.len() == "2026-03-04".len() {
        return Some(day_text(text.parse().ok()?, language));
    }
    let is_civil = text.len() == "2026-03-04 15:20:01".len() && text.contains(' ');
    if is_civil {
        return Some(civil_text(text.parse().ok()?, language));
    }
    if text.contains('T') && text.ends_with('Z') {
        return Some(moment_text(text.parse().ok()?, language));
    }
    None
}

/// Seconds are written where there are any.
fn civil_text(moment: DateTime, language: Language) -> String {
    let (day, time) = (day_text(moment.date(), language), moment.time());
    let form = if time.second() == 0 {
        "%H:%M"
    } else {
        "%H:%M:%S"
    };
    format!("{day} {}", time.strftime(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_write_is_put_as_people_read_it() {
        for (written, zh, en) in [
            ("2026-03-04", "2026年3月4日", "2026-03-04"),
            (
                "2026-03-04 15:20:00",
                "2026年3月4日 15:20",
                "2026-03-04 15:20",
            ),
            (
                "2026-03-04T07:20:01Z",
                "2026年3月4日 15:20:01",
                "2026-03-04 15:20:01",
            ),
            (
                "2026-03-04, 2026-12-10",
                "2026年3月4日、2026年12月10日",
                "2026-03-04, 2026-12-10",
            ),
        ] {
            assert_eq!(of_program(written, Language::Zh).as_deref(), Some(zh));
            assert_eq!(of_program(written, Language::En).as_deref(), Some(en));
        }
    }

    #[test]
    fn any_other_text_is_left_as_it_is() {
        for text in [
            "",
            "2026",
            "2026-02-30",
            "s4k2m9qxa-261123-001",
            "2026-03-04 张三",
            "2026-03-04T15:20:00+08:00",
            "1530-8202010123456",
        ] {
            assert_eq!(of_program(text, Language::Zh), None, "{text}");
        }
    }
}
