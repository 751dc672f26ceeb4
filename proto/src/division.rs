//! Administrative divisions (行政区划) by their twelve-digit statistical code:
//! province, prefecture and county have two digits each (GB/T 2260), township and village three.
//!
//! The hierarchy is in the digits, so a code knows its tier and its parents without any table.
//! Which codes exist is the directory's business.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{invalid_id::InvalidId, text::UnknownChoice, typed::half_width};

/// The tiers, from the widest.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// 省
    Province,
    /// 州、市
    Prefecture,
    /// 县、市、区
    County,
    /// 乡、镇、街道
    Township,
    /// 村、社区
    Village,
}

impl Tier {
    /// All tiers, from the widest.
    pub const ALL: [Tier; 5] = [
        Self::Province,
        Self::Prefecture,
        Self::County,
        Self::Township,
        Self::Village,
    ];

    /// Digits that are significant at this tier: 2, 4, 6, 9 or 12.
    pub const fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::Prefecture => 4,
            Self::County => 6,
            Self::Township => 9,
            Self::Village => 12,
        }
    }

    /// The next wider tier.
    pub const fn parent(self) -> Option<Tier> {
        match self {
            Self::Province => None,
            Self::Prefecture => Some(Self::Province),
            Self::County => Some(Self::Prefecture),
            Self::Township => Some(Self::County),
            Self::Village => Some(Self::Township),
        }
    }
}

impl FromStr for Tier {
    type Err = UnknownChoice;

    fn from_str(text: &str) -> Result<Self, UnknownChoice> {
        let mut known = Self::ALL.into_iter();
        let found = known.find(|tier| tier.to_string() == text);
        found.ok_or_else(|| UnknownChoice {
            text: text.chars().take(60).collect(),
            known: Self::ALL.map(|tier| tier.to_string()).join(", "),
        })
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Province => "province",
            Self::Prefecture => "prefecture",
            Self::County => "county",
            Self::Township => "township",
            Self::Village => "village",
        })
    }
}

/// A division, always in its full twelve digits: `530821101000` is 宁洱镇.
///
/// ```
/// use onestop_proto::division::{DivisionCode, Tier};
/// let town: DivisionCode = "530821101".parse()?; // short forms are padded
/// assert_eq!(town.to_string(), "530821101000");
/// assert_eq!(town.tier(), Tier::Township);
/// assert_eq!(town.at(Tier::County).unwrap().to_string(), "530821000000");
/// # Ok::<(), onestop_proto::ids::InvalidId>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DivisionCode(u64);

serde_as_text!(DivisionCode);

impl DivisionCode {
    /// The narrowest tier whose digits are not all zero.
    pub const fn tier(self) -> Tier {
        if !self.0.is_multiple_of(1_000) {
            Tier::Village
        } else if !self.0.is_multiple_of(1_000_000) {
            Tier::Township
        } else if !self.0.is_multiple_of(100_000_000) {
            Tier::County
        } else if !self.0.is_multiple_of(10_000_000_000) {
            Tier::Prefecture
        } else {
            Tier::Province
        }
    }

    /// The division of that tier in which this one lies (itself at its own tier);
    /// nothing for a tier narrower than its own.
    pub fn at(self, tier: Tier) -> Option<Self> {
        let unit = 10_u64.pow(12 - tier.digits() as u32);
        (tier <= self.tier()).then_some(Self(self.0 / unit * unit))
    }

    /// The division directly above; nothing above a province.
    pub fn parent(self) -> Option<Self> {
        self.at(self.tier().parent()?)
    }

    /// This division and all above it, the narrowest first.
    pub fn chain(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |code| code.parent())
    }

    /// Whether `other` is this division or lies in it.
    pub fn contains(self, other: Self) -> bool {
        other.at(self.tier()) == Some(self)
    }

    /// Only the significant digits: `5308`, `530821`, ….
    pub fn short(self) -> String {
        let mut digits = self.to_string();
        digits.truncate(self.tier().digits());
        digits
    }

    /// The five segments as subjects have them: `53`, `08`, `21`, `101`, `000`.
    pub fn segments(self) -> [String; 5] {
        let digits = self.to_string();
        [
            &digits[0..2],
            &digits[2..4],
            &digits[4..6],
            &digits[6..9],
            &digits[9..12],
        ]
        .map(str::to_owned)
    }
}

const RULE: &str = "2, 4, 6, 9 or 12 digits are wanted, and no zeros above other digits";

impl FromStr for DivisionCode {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if !text.is_ascii() {
            let typed = half_width(text);
            let ascii = typed.is_ascii().then_some(typed.as_str());
            let invalid = || InvalidId::new(text, "a division code", RULE);
            return ascii.ok_or_else(invalid)?.parse();
        }
        let invalid = || InvalidId::new(text, "a division code", RULE);
        let known_length = Tier::ALL.iter().any(|tier| tier.digits() == text.len());
        if !known_length || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(invalid());
        }
        let number: u64 = format!("{text:0<12}").parse().map_err(|_| invalid())?;
        let code = Self(number);
        // A village in no township, or a county in no prefecture, is a typing error.
        let gapless = code
            .chain()
            .zip(Tier::ALL[..=code.tier() as usize].iter().rev())
            .all(|(ancestor, tier)| ancestor.tier() == *tier);
        if number == 0 || !gapless || number < 10_000_000_000 {
            return Err(invalid());
        }
        Ok(code)
    }
}

impl TryFrom<String> for DivisionCode {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<DivisionCode> for String {
    fn from(code: DivisionCode) -> String {
        code.to_string()
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl schemars::JsonSchema for DivisionCode {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DivisionCode".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9]{12}$" })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> DivisionCode {
        text.parse().unwrap()
    }

    #[test]
    fn the_parent_chain_of_a_village() {
        let chain: Vec<String> = code("530821101001")
            .chain()
            .map(|code| code.short())
            .collect();
        assert_eq!(chain, ["530821101001", "530821101", "530821", "5308", "53"]);
    }

    #[test]
    fn containment_follows_the_digits() {
        assert!(code("5308").contains(code("530821101001")));
        assert!(code("530821").contains(code("530821")));
        assert!(!code("530821").contains(code("5308")));
        assert!(!code("530821").contains(code("530822100001")));
    }

    #[test]
    fn segments_end_in_zeros_where_the_tier_ends() {
        assert_eq!(code("530821").segments(), ["53", "08", "21", "000", "000"]);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "5",
            "530",
            "53082110100x",
            "000000000000",
            "530021000000",
            "530821000001",
        ] {
            assert!(text.parse::<DivisionCode>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_what_is_parsed(number in 10_000_000_000_u64..999_999_999_999) {
            let text = format!("{number:012}");
            if let Ok(parsed) = text.parse::<DivisionCode>() {
                prop_assert_eq!(parsed.to_string(), text);
                prop_assert_eq!(code(&parsed.short()), parsed);
                prop_assert!(parsed.chain().all(|wider| wider.contains(parsed)));
            }
        }
    }
}
