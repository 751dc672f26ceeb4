//! Days and moments as people type them and as fields show them: `2026年3月7日 16:20`, `2026.3.7`, `20260307`.

use jiff::civil::{Date, Time};
use onestop_proto::{text::Language, typed::half_width};

/// A day or moment as programs read it: `2026-03-07`, `2026-03-07 16:20:00`; any other text as it is.
pub(crate) fn plain(text: &str) -> String {
    match read(text) {
        Some((day, None)) => day.to_string(),
        Some((day, Some(time))) => format!("{day} {time}"),
        None => text.trim().to_owned(),
    }
}

/// What a field shows of a day or moment; any other text as it is.
pub(crate) fn field_text(text: &str, language: Language) -> String {
    let Some((day, time)) = read(text) else {
        return text.to_owned();
    };
    let day = match language {
        Language::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Language::En => day.to_string(),
    };
    match time {
        Some(time) => format!("{day} {}", time.strftime("%H:%M")),
        None => day,
    }
}

fn read(text: &str) -> Option<(Date, Option<Time>)> {
    let typed = half_width(text);
    let is_afternoon = typed.contains("下午");
    let typed = typed.replace("上午", " ").replace("下午", " ");
    let typed = typed.trim();
    let is_of_date = |sign: char| sign.is_ascii_digit() || "年月日号时点分秒-./: T".contains(sign);
    if !typed.chars().all(is_of_date) {
        return None;
    }
    let numbers = typed.split(|sign: char| !sign.is_ascii_digit());
    let numbers: Vec<&str> = numbers.filter(|digits| !digits.is_empty()).collect();
    let (day, time) = match numbers.as_slice() {
        [whole] if whole.len() == 8 => ([&whole[..4], &whole[4..6], &whole[6..]], &[][..]),
        [year, month, day, time @ ..] if year.len() == 4 && time.len() <= 3 => {
            ([*year, *month, *day], time)
        }
        _ => return None,
    };
    let [year, month, day] = day;
    let day = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
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

#[cfg(test)]
mod tests {
    use super::*;

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
            "3月7日",
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
