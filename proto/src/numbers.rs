//! Numbers of papers that identify a person or a deed, and that people type in many forms: in full width, with spaces, dashes
//! and the words that precede them on the paper. They are kept in one form, and compared in it.

use crate::typed::{code_signs, half_width};

text_id! {
    /// The number of the licence of a lawyer (律师执业证号) or a legal worker (基层法律服务工作者执业证号).
    LicenceNumber, "the number of a licence", "^([0-9]{17}|[0-9]{14})$",
    "the seventeen digits of a lawyer's licence are wanted, such as 15308202010123456, or the fourteen of a legal worker's",
    is_licence,
    typed: licence_digits
}

fn is_licence(text: &str) -> bool {
    matches!(text.len(), 14 | 17) && text.bytes().all(|sign| sign.is_ascii_digit())
}

/// Digits of a lawyer's licence.
const LAWYER_DIGITS: usize = 17;

/// What is printed around the number of a licence.
const AROUND_LICENCE: &str = "基层法律服务工作者师执业资格证书件编号码为第字:;.";

/// The digits of a licence, without what is printed around them.
fn licence_digits(typed: &str) -> Option<String> {
    let signs = code_signs(typed);
    let around = |sign: char| AROUND_LICENCE.contains(sign);
    let digits = signs.trim_start_matches(around).trim_end_matches(around);
    Some(digits.to_owned())
}

impl LicenceNumber {
    /// The year in which the lawyer was first licensed (首次执业年度), which a lawyer's licence has in its number.
    ///
    /// ```
    /// use onestop_proto::numbers::LicenceNumber;
    /// let first = |number: &str| number.parse::<LicenceNumber>().map(|number| number.first_year());
    /// assert_eq!(first("15308202010123456"), Ok(Some(2020)));
    /// assert_eq!(first("32306811101463"), Ok(None));
    /// ```
    pub fn first_year(&self) -> Option<i16> {
        let of_lawyer = self.as_str().len() == LAWYER_DIGITS;
        let year = self.as_str().get(5..9).filter(|_| of_lawyer)?;
        year.parse().ok()
    }

    /// What a licence is compared by, also one that was kept as it was typed, before its form was checked.
    ///
    /// ```
    /// use onestop_proto::numbers::LicenceNumber;
    /// let number = "15308202010123456";
    /// assert_eq!(LicenceNumber::key("执业证号：１５３０８ 20201-0123456（云南）"), number);
    /// ```
    pub fn key(kept: &str) -> String {
        if let Ok(number) = kept.parse::<Self>() {
            return number.into();
        }
        let half = half_width(kept);
        let digits: String = half.chars().filter(char::is_ascii_digit).collect();
        if digits.is_empty() {
            number_key(kept)
        } else {
            digits
        }
    }
}

/// The longest number of a document, in characters: too short for a sentence.
pub const LONGEST_NUMBER: u32 = 40;

/// Whether a text can be the number of a document, such as 宁援协〔2026〕2号: it has a digit, and is no sentence.
///
/// ```
/// use onestop_proto::numbers::is_document_number;
/// assert!(is_document_number("宁援协第十二号"));
/// assert!(!is_document_number("岩温的协作函"));
/// ```
pub fn is_document_number(text: &str) -> bool {
    let is_digit = |sign: char| sign.is_numeric() || "〇零一二三四五六七八九十".contains(sign);
    text.chars().count() <= LONGEST_NUMBER as usize && text.chars().any(is_digit)
}

/// What the number of a paper is compared by: in half width and one kind of brackets, without spaces, dashes and what is not
/// seen.
///
/// ```
/// use onestop_proto::numbers::number_key;
/// assert_eq!(number_key("（２０２６）云宁证字第21号"), number_key("[2026] 云宁证字 第 21 号"));
/// assert_ne!(number_key("（2026）云宁证字第21号"), number_key("（2026）云宁证字第12号"));
/// ```
pub fn number_key(typed: &str) -> String {
    let signs = code_signs(typed);
    let signs = signs.chars().map(|sign| match sign {
        '〔' | '［' | '【' | '[' | '〈' => '(',
        '〕' | '］' | '】' | ']' | '〉' => ')',
        _ => sign.to_ascii_uppercase(),
    });
    signs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "15308202010123456";

    #[test]
    fn a_licence_is_read_as_people_type_it() {
        for typed in [
            NUMBER,
            "１５３０８２０２０１０１２３４５６",
            "1530820201012345６",
            "15308 20201 0123456",
            "15308-2020-1012-3456",
            "\u{feff}15308202010123456\u{200b}",
            "执业证号15308202010123456",
            "律师执业证号：15308202010123456",
            "执业证15308202010123456号",
        ] {
            let read: LicenceNumber = typed.parse().unwrap();
            assert_eq!(read.as_str(), NUMBER, "{typed}");
        }
        let worker: LicenceNumber = "基层法律服务工作者执业证号 3 2306811 101463"
            .parse()
            .unwrap();
        assert_eq!(worker.as_str(), "32306811101463");
    }

    #[test]
    fn what_has_not_the_form_of_a_licence_is_refused_with_an_example() {
        for wrong in [
            "",
            "0",
            "153082020101234567",
            "1530820201012345",
            "15308202010123456（云南）",
            "15308202010123456、15308202010654321",
            "\u{200b}",
        ] {
            let refused = wrong.parse::<LicenceNumber>().unwrap_err();
            assert!(refused.to_string().contains(NUMBER), "{wrong}: {refused}");
        }
    }

    #[test]
    fn what_was_kept_before_is_compared_in_the_same_form() {
        for kept in [
            "１５３０８２０２０１０１２３４５６",
            " 15308202010123456 ",
            "15308202010123456（云南）",
        ] {
            assert_eq!(LicenceNumber::key(kept), NUMBER, "{kept}");
        }
        assert_eq!(LicenceNumber::key("云南 某证"), "云南某证");
    }
}
