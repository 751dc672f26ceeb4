//! Whole numbers as people type them: in full width, with commas or blanks between the digits, in ten thousands, with the unit
//! behind them.

use crate::typed::half_width;

/// What is counted, as people write it behind a number.
const UNITS: &str = "年月日天周元人名位户个份件次岁页作工";

/// The whole number in a text.
///
/// ```
/// use onestop_proto::typed_numbers::whole_number;
/// assert_eq!(whole_number("３年"), Some(3));
/// assert_eq!(whole_number("1.2万元"), Some(12_000));
/// assert_eq!(whole_number("三"), None);
/// ```
#[must_use]
pub fn whole_number(text: &str) -> Option<u64> {
    let typed = half_width(text).replace('。', ".");
    let is_between = |sign: char| sign == ',' || sign.is_whitespace();
    let digits: String = typed.chars().filter(|sign| !is_between(*sign)).collect();
    let digits = digits.trim_end_matches(|sign| UNITS.contains(sign));
    match digits.strip_suffix('万') {
        None => digits.parse().ok(),
        Some(digits) => ten_thousands(digits),
    }
}

/// `1.2` ten thousands: whole, with four decimals at most.
fn ten_thousands(digits: &str) -> Option<u64> {
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let is_short = decimals.len() <= 4 && decimals.bytes().all(|sign| sign.is_ascii_digit());
    let rest: u64 = is_short.then(|| format!("{decimals:0<4}"))?.parse().ok()?;
    let whole: u64 = whole.parse().ok()?;
    whole.checked_mul(10_000)?.checked_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (typed, read) in [
            ("１２", Some(12)),
            (" ３　年 ", Some(3)),
            ("5个工作日", Some(5)),
            ("２０份", Some(20)),
            ("1,500", Some(1_500)),
            ("1，500元", Some(1_500)),
            ("1.2万", Some(12_000)),
            ("1。2万", Some(12_000)),
            ("３万元", Some(30_000)),
            ("12000元", Some(12_000)),
            ("1.23456万", None),
            ("1.x万", None),
            ("99999999999999999万", None),
            ("100%", None),
            ("1.5", None),
            ("年", None),
            ("三", None),
        ] {
            assert_eq!(whole_number(typed), read, "{typed}");
        }
    }
}
