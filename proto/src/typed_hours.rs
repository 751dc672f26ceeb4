//! Opening hours as people type them: 上午9点到12点, 9:00-12:00 14:00-17:30, 周一至周五 9—17点. What could mean two things
//! is not read: one o'clock without a half of the day is written as 13:00 or 下午1点.

use jiff::civil::Time;

use crate::{
    registry::{Hours, Weekday},
    typed::half_width,
};

/// Hours that were typed, and the days of the week that were typed before them; none: those chosen otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedHours {
    /// The days, in the order of the week.
    pub weekdays: Vec<Weekday>,
    /// The hours, as they were typed.
    pub hours: Vec<Hours>,
}

/// Hours without a half of the day that begin before this one are not read.
const EARLIEST: i8 = 6;

/// Reads hours; nothing if a part of the text is none.
///
/// ```
/// use onestop_proto::typed_hours::read;
///
/// let typed = read("周一至周五 上午9点到12点，下午2点—5点半").unwrap();
/// assert_eq!(typed.weekdays.len(), 5);
/// let hours: Vec<String> = typed.hours.iter().map(ToString::to_string).collect();
/// assert_eq!(hours, ["09:00–12:00", "14:00–17:30"]);
/// assert_eq!(read("看情况"), None);
/// ```
pub fn read(text: &str) -> Option<TypedHours> {
    let signs: Vec<char> = half_width(text).chars().collect();
    let mut reader = Reader { rest: &signs };
    let weekdays = reader.weekdays()?;
    let mut hours = Vec::new();
    while !reader.is_at_end() {
        hours.push(reader.hours()?);
    }
    (!hours.is_empty()).then_some(TypedHours { weekdays, hours })
}

/// A half of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    /// From eleven to two.
    Noon,
    Afternoon,
}

/// A time of day, and whether its half was said or is clear.
#[derive(Debug, Clone, Copy)]
struct Moment {
    hour: i8,
    minute: i8,
    half: Option<Half>,
    /// Whether it is written with all its digits: 02:00.
    whole: bool,
}

struct Reader<'a> {
    rest: &'a [char],
}

impl Reader<'_> {
    fn is_at_end(&mut self) -> bool {
        self.skip();
        self.rest.is_empty()
    }

    /// Passes over blanks and separators.
    fn skip(&mut self) {
        while let [first, rest @ ..] = self.rest
            && (first.is_whitespace() || ",，、;；。.和及".contains(*first))
        {
            self.rest = rest;
        }
    }

    /// Takes a word, if it comes next.
    fn take(&mut self, word: &str) -> bool {
        let signs: Vec<char> = word.chars().collect();
        let is_next = self.rest.starts_with(&signs);
        if is_next {
            self.rest = &self.rest[signs.len()..];
        }
        is_next
    }

    fn take_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.take(word))
    }

    /// Takes what leads from the beginning to the end of a span.
    fn take_to(&mut self) -> bool {
        self.skip();
        let taken = self.take_any(&["-", "~", "〜", "至", "到"]);
        self.skip();
        taken
    }

    /// The days of the week that come first; nothing if a span of them has no end.
    fn weekdays(&mut self) -> Option<Vec<Weekday>> {
        let mut days = Vec::new();
        let mut form = DayForm::Named;
        loop {
            self.skip();
            if self.take_any(&["每天", "每日", "天天"]) {
                days.extend(Weekday::ALL);
            } else if self.take("工作日") {
                days.extend(Weekday::ORDINARY);
            } else if self.take("周末") {
                days.extend([Weekday::Sat, Weekday::Sun]);
            } else if let Some(first) = self.weekday(form) {
                days.push(first);
                if self.take_to() {
                    days.extend(span(first, self.weekday(DayForm::Bare)?));
                }
            } else {
                break;
            }
            form = DayForm::Bare;
        }
        self.take(":");
        let all = Weekday::ALL.iter().copied();
        Some(all.filter(|day| days.contains(day)).collect())
    }

    /// A day of the week: 周三, 星期三; after another one, 三 alone.
    fn weekday(&mut self, form: DayForm) -> Option<Weekday> {
        const DAYS: &str = "一二三四五六日";
        let before = self.rest;
        let is_named = self.take_any(&["周", "星期", "礼拜"]);
        if let ([sign, rest @ ..], true) = (self.rest, is_named || form == DayForm::Bare) {
            let sign = if *sign == '天' { '日' } else { *sign };
            let is_hour = matches!(rest, ['点' | '时' | '點' | '時', ..]);
            if let Some(at) = DAYS.chars().position(|day| day == sign)
                && !is_hour
            {
                self.rest = rest;
                return Weekday::ALL.get(at).copied();
            }
        }
        self.rest = before;
        None
    }

    fn hours(&mut self) -> Option<Hours> {
        self.skip();
        let from = self.moment()?;
        if !self.take_to() {
            return None;
        }
        let mut to = self.moment()?;
        if to.hour <= 12 {
            to.half = to.half.or(from.half);
        }
        let is_unclear = from.half.is_none() && !from.whole && from.hour < EARLIEST;
        let (from, to) = (from.time()?, to.time()?);
        (from < to && !is_unclear).then_some(Hours { from, to })
    }

    fn moment(&mut self) -> Option<Moment> {
        let half = if self.take_any(&["上午", "早上", "早晨", "清晨", "早"]) {
            Some(Half::Morning)
        } else if self.take("中午") {
            Some(Half::Noon)
        } else if self.take_any(&["下午", "傍晚", "晚上", "晚"]) {
            Some(Half::Afternoon)
        } else {
            None
        };
        self.skip();
        let (number, digits) = self.number()?;
        let (hour, minute) = match digits {
            3 | 4 => (number / 100, number % 100),
            _ => (number, self.minute()?),
        };
        Some(Moment {
            hour: i8::try_from(hour).ok()?,
            minute: i8::try_from(minute).ok()?,
            half,
            whole: digits == 4 || (digits == 2 && number < 10),
        })
    }

    /// The minutes after an hour; none if there are none, nothing if they are wrong.
    fn minute(&mut self) -> Option<u16> {
        if self.take(":") {
            let (minute, digits) = self.number()?;
            return (digits == 2).then_some(minute);
        }
        if !self.take_any(&["点钟", "点", "时", "點", "時"]) {
            return Some(0);
        }
        for (word, minute) in [("半", 30), ("整", 0), ("一刻", 15), ("三刻", 45)] {
            if self.take(word) {
                return Some(minute);
            }
        }
        let minute = self.number().map_or(0, |(minute, _)| minute);
        self.take("分");
        Some(minute)
    }

    /// A number, in digits or in Chinese up to fifty-nine, and how many digits it has.
    fn number(&mut self) -> Option<(u16, usize)> {
        let count = |is_of: &dyn Fn(&char) -> bool| {
            let signs = self.rest.iter();
            signs.take_while(|sign| is_of(sign)).count()
        };
        let digits = count(&|sign| sign.is_ascii_digit());
        if digits > 0 {
            let (number, rest) = self.rest.split_at(digits);
            let number: String = number.iter().collect();
            self.rest = rest;
            return Some((number.parse().ok()?, digits));
        }
        let signs = count(&|sign| chinese_digit(*sign).is_some() || *sign == '十');
        let (number, rest) = self.rest.split_at(signs);
        let number = match number {
            [one] => chinese_digit(*one).or((*one == '十').then_some(10)),
            ['十', one] => chinese_digit(*one).map(|one| 10 + one),
            [ten, '十'] => chinese_digit(*ten).map(|ten| ten * 10),
            [ten, '十', one] => chinese_digit(*ten)
                .zip(chinese_digit(*one))
                .map(|(ten, one)| ten * 10 + one),
            _ => None,
        }?;
        self.rest = rest;
        // As one digit: the hours of a half of the day.
        Some((number, if number < 10 { 1 } else { 2 }))
    }
}

/// How a day of the week may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DayForm {
    /// 周三.
    Named,
    /// 三 alone as well, because another day came before.
    Bare,
}

impl Moment {
    /// The time, if the half of the day fits the hour.
    fn time(self) -> Option<Time> {
        let hour = match self.half {
            Some(Half::Afternoon) if self.hour < 12 => self.hour + 12,
            Some(Half::Noon) if self.hour < 3 => self.hour + 12,
            Some(Half::Morning) if self.hour > 12 => return None,
            Some(_) | None => self.hour,
        };
        Time::new(hour, self.minute, 0, 0).ok()
    }
}

/// The days from one to another, over the end of the week too.
fn span(first: Weekday, last: Weekday) -> impl Iterator<Item = Weekday> {
    let days = Weekday::ALL.iter().chain(Weekday::ALL).copied();
    let mut is_over = false;
    days.skip_while(move |day| *day != first)
        .take_while(move |day| {
            let is_within = !is_over;
            is_over = *day == last;
            is_within
        })
}

fn chinese_digit(sign: char) -> Option<u16> {
    const DIGITS: &str = "零一二三四五六七八九";
    if sign == '两' {
        return Some(2);
    }
    let at = DIGITS.chars().position(|digit| digit == sign)?;
    u16::try_from(at).ok()
}

#[cfg(test)]
mod tests;
