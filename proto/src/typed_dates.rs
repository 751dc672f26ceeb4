//! Days and moments as people type them and as fields show them: `2026年3月7日 16:20`, `2026.3.7`, `20260307`, and
//! `3月7日` or `3-7`, which mean the nearest day of that name; also with the numerals of papers, `二〇二六年三月七日`.

use jiff::civil::{Date, Time};

use crate::{text::Language, typed::half_width};

/// A day or moment as programs read it: `2026-03-07`, `2026-03-07 16:20:00`; any other text as it is.
///
/// ```
/// use onestop_proto::typed_dates::plain;
/// let today = "2026-11-29".parse()?;
/// assert_eq!(plain("２０２６年３月７日", today), "2026-03-07");
/// assert_eq!(plain("12月10日", today), "2026-12-10");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn plain(text: &str, today: Date) -> String {
    match read(text, today) {
        Some((day, None)) => day.to_string(),
        Some((day, Some(time))) => format!("{day} {time}"),
        None => text.trim().to_owned(),
    }
}

/// A day with its year, as programs read it; none for any other text.
pub fn whole_day(text: &str) -> Option<String> {
    let (day, time) = with_year(text)?;
    time.is_none().then(|| day.to_string())
}

fn with_year(text: &str) -> Option<(Date, Option<Time>)> {
    // Of a day with its year nothing depends on today.
    let today = Date::constant(2000, 1, 1);
    let digits = arabic(&half_width(text));
    let digits = digits.trim_start().chars();
    let first = digits.take_while(char::is_ascii_digit).count();
    read(text, today).filter(|_| matches!(first, 4 | 8))
}

/// A day with its year, or a moment of one, as programs read it; none for any other text.
///
/// ```
/// use onestop_proto::typed_dates::whole_moment;
/// assert_eq!(whole_moment("2026年3月7日 16:20").as_deref(), Some("2026-03-07 16:20:00"));
/// assert_eq!(whole_moment("2026.3.7").as_deref(), Some("2026-03-07"));
/// assert_eq!(whole_moment("3月7日"), None);
/// ```
pub fn whole_moment(text: &str) -> Option<String> {
    let (day, time) = with_year(text)?;
    Some(match time {
        Some(time) => format!("{day} {time}"),
        None => day.to_string(),
    })
}

/// A day in one language.
#[must_use]
pub fn day_text(day: Date, language: Language) -> String {
    match language {
        Language::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Language::En => day.to_string(),
    }
}

/// What a field shows of a day or moment; any other text as it is.
pub fn field_text(text: &str, language: Language, today: Date) -> String {
    let Some((day, time)) = read(text, today) else {
        return text.to_owned();
    };
    let day = day_text(day, language);
    match time {
        Some(time) => format!("{day} {}", time.strftime("%H:%M")),
        None => day,
    }
}

/// A Chinese input method writes its full stop for a typed point.
fn read(text: &str, today: Date) -> Option<(Date, Option<Time>)> {
    let typed = arabic(&half_width(text));
    let is_afternoon = typed.contains("下午");
    let typed = typed.replace("上午", " ").replace("下午", " ");
    let typed = typed.trim();
    let is_of_date =
        |sign: char| sign.is_ascii_digit() || "年月日号时点分秒-./: T。".contains(sign);
    if !typed.chars().all(is_of_date) {
        return None;
    }
    let numbers = typed.split(|sign: char| !sign.is_ascii_digit());
    let numbers: Vec<&str> = numbers.filter(|digits| !digits.is_empty()).collect();
    let (day, time) = match numbers.as_slice() {
        [whole] if whole.len() == 8 => (date([&whole[..4], &whole[4..6], &whole[6..]])?, &[][..]),
        [year, month, day, time @ ..] if year.len() == 4 && time.len() <= 3 => {
            (date([*year, *month, *day])?, time)
        }
        [month, day, time @ ..] if names_day(typed, time) => {
            (nearest([*month, *day], today)?, time)
        }
        _ => return None,
    };
    let number = |index: usize| {
        time.get(index)
            .map_or(Some(0), |text| text.parse::<i8>().ok())
    };
    let hour = number(0)?;
    let hour = if is_afternoon && hour < 12 {
        hour + 12
    } else {
        hour
    };
    let time = match time {
        [] if is_afternoon => return None,
        [] => None,
        [..] => Some(Time::new(hour, number(1)?, number(2)?, 0).ok()?),
    };
    Some((day, time))
}

/// The text with Chinese numerals as digits: `二〇二六` is 2026, `十二` 12, `三十` 30.
fn arabic(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut numeral = String::new();
    // What ends the last numeral is removed again.
    for sign in text.chars().chain(['\n']) {
        if digit(sign).is_some() || sign == TEN {
            numeral.push(sign);
        } else {
            read.push_str(&digits(&numeral));
            numeral.clear();
            read.push(sign);
        }
    }
    read.pop();
    read
}

const TEN: char = '十';

fn digit(sign: char) -> Option<usize> {
    let digits = [
        "〇零○",
        "一",
        "二",
        "三",
        "四",
        "五",
        "六",
        "七",
        "八",
        "九",
    ];
    digits.iter().position(|same| same.contains(sign))
}

/// A Chinese numeral below a hundred, or one that names its digits one by one.
fn digits(numeral: &str) -> String {
    let each = |text: &str| -> String {
        let digits = text.chars().filter_map(digit);
        digits.map(|digit| digit.to_string()).collect()
    };
    match numeral.split_once(TEN) {
        None => each(numeral),
        Some((tens, ones)) => {
            let of = |text: &str, none: &str| match each(text) {
                digits if digits.is_empty() => none.to_owned(),
                digits => digits,
            };
            of(tens, "1") + &of(ones, "0")
        }
    }
}

fn date([year, month, day]: [&str; 3]) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Whether a text without a year begins with a month and a day: `3月7日 16:20`, `3-7`, and not `16:20`.
fn names_day(typed: &str, time: &[&str]) -> bool {
    let is_written_out = typed.contains('月') && !typed.contains('年') && time.len() <= 3;
    let is_bare = time.is_empty() && typed.contains(['-', '.', '/']);
    is_written_out || (is_bare && !typed.contains([':', '点', '时', '分', '年']))
}

/// The day of this name that is nearest to today, be it past or to come.
fn nearest([month, day]: [&str; 2], today: Date) -> Option<Date> {
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    let years = [-1, 0, 1].map(|years| today.year() + years);
    let days = years
        .into_iter()
        .filter_map(|year| Date::new(year, month, day).ok());
    days.min_by_key(|day| today.duration_until(*day).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::{field_text as text_on, plain as read_on, *};

    #[test]
    fn numerals_of_papers_are_read() {
        for (typed, meant) in [
            ("二〇二六年十二月四日", "2026-12-04"),
            ("二零二六年十月三十一日", "2026-10-31"),
            ("二○二六年三月二十日", "2026-03-20"),
            ("２０２６年十二月４日 下午三点", "2026-12-04 15:00:00"),
            ("十二月四日", "2026-12-04"),
            ("十月怀胎", "十月怀胎"),
            ("二十二月四日", "二十二月四日"),
        ] {
            let today = Date::constant(2026, 11, 29);
            assert_eq!(read_on(typed, today), meant, "{typed}");
        }
        assert_eq!(
            whole_day("二〇二六年十二月四日").as_deref(),
            Some("2026-12-04")
        );
    }

    fn today() -> Date {
        "2026-11-29".parse().unwrap()
    }

    fn plain(text: &str) -> String {
        read_on(text, today())
    }

    fn field_text(text: &str, language: Language) -> String {
        text_on(text, language, today())
    }

    #[test]
    fn days_are_read_as_people_type_them() {
        for typed in [
            "2026年3月7日",
            "２０２６年３月７日",
            "2026-03-07",
            "2026.3.7",
            "2026/3/7",
            "2026—3—7",
            "20260307",
            " 2026 3 7 ",
        ] {
            assert_eq!(plain(typed), "2026-03-07", "{typed}");
        }
    }

    #[test]
    fn a_day_without_a_year_is_the_nearest_of_its_name() {
        for (typed, day) in [
            ("12月10日", "2026-12-10"),
            ("１２月１０日", "2026-12-10"),
            ("12-10", "2026-12-10"),
            ("12/10", "2026-12-10"),
            ("12.10", "2026-12-10"),
            ("1月5日", "2027-01-05"),
            ("9月1号", "2026-09-01"),
            ("11月29日", "2026-11-29"),
        ] {
            assert_eq!(plain(typed), day, "{typed}");
        }
        assert_eq!(plain("12月10日下午4点20分"), "2026-12-10 16:20:00");
        let new_year = "2027-01-03".parse().unwrap();
        assert_eq!(read_on("12月30日", new_year), "2026-12-30");
    }

    #[test]
    fn moments_are_read_as_people_type_them() {
        for typed in [
            "2026年3月7日 16:20",
            "2026年3月7日下午4:20",
            "2026年3月7日16时20分",
            "2026-03-07T16:20",
            "2026-03-07 16:20:00",
            "２０２６-３-７　１６：２０",
        ] {
            assert_eq!(plain(typed), "2026-03-07 16:20:00", "{typed}");
        }
    }

    #[test]
    fn what_is_no_date_stays_as_it_is() {
        for text in [
            "",
            "明天",
            "2026-02-30",
            "2026年13月1日",
            "13月1日",
            "2月30日",
            "16:20",
            "8点30分",
            "12",
            "2026-03-07T16:20:00+08:00",
            "2026-03-07T08:20:00Z",
            "2026-03-07 25:00",
        ] {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn a_field_shows_what_it_reads() {
        assert_eq!(field_text("2026-03-07", Language::Zh), "2026年3月7日");
        assert_eq!(
            field_text("2026-03-07T16:05", Language::Zh),
            "2026年3月7日 16:05"
        );
        assert_eq!(field_text("2026年3月7日", Language::En), "2026-03-07");
        for text in ["2026-03-07", "2026-03-07 16:05"] {
            for language in [Language::Zh, Language::En] {
                assert_eq!(plain(&field_text(text, language)), plain(text));
            }
        }
    }
}
