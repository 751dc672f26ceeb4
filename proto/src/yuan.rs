//! Sums of money.

use std::{fmt, str::FromStr};

use crate::{invalid_id::InvalidId, typed::half_width};

const KIND: &str = "a sum of money";
const RULE: &str = "a sum in yuan with at most two decimals is wanted, 1500 or 1500.05";

/// A sum in yuan (元) above 0, kept in whole fen: `1500` or `1500.05`.
///
/// ```
/// use onestop_proto::yuan::Yuan;
/// let sum: Yuan = "１，500.5元".parse()?;
/// assert_eq!((sum.fen(), sum.to_string()), (150_050, "1500.50".to_owned()));
/// assert!("0".parse::<Yuan>().is_err() && "1.005".parse::<Yuan>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Yuan {
    fen: u64,
}

impl Yuan {
    /// The sum in fen.
    pub const fn fen(self) -> u64 {
        self.fen
    }
}

/// A sum that programs exchange in whole fen (分), and that people read and type in yuan. It may be 0.
///
/// ```
/// use onestop_proto::yuan::Fen;
/// let sum: Fen = "1,500.50".parse()?;
/// assert_eq!((sum.count(), sum.to_string()), (150_050, "1500.50".to_owned()));
/// assert_eq!("0元".parse::<Fen>()?.count(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fen(u64);

impl Fen {
    /// The name of its schema, by which a form knows that people type yuan there.
    pub const SCHEMA: &'static str = "Fen";

    /// So many fen.
    pub const fn new(count: u64) -> Self {
        Self(count)
    }

    /// How many fen it is.
    pub const fn count(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl fmt::Display for Yuan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fen(self.fen).fmt(f)
    }
}

impl FromStr for Fen {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, KIND, RULE);
        // With a Chinese input method the key of the point gives a full stop.
        let typed = half_width(text).replace('。', ".");
        let typed = typed.trim().trim_end_matches('元');
        let digits: String = typed
            .chars()
            .filter(|sign| !matches!(sign, ',' | '，' | ' '))
            .collect();
        let (whole, part) = digits.split_once('.').unwrap_or((digits.as_str(), ""));
        let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(part) || part.len() > 2 {
            return Err(invalid());
        }
        let whole: u64 = whole.parse().map_err(|_| invalid())?;
        let part: u64 = format!("{part:0<2}").parse().map_err(|_| invalid())?;
        let fen = whole.checked_mul(100).and_then(|fen| fen.checked_add(part));
        fen.map(Self).ok_or_else(invalid)
    }
}

impl FromStr for Yuan {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.parse()? {
            Fen(0) => Err(InvalidId::new(text, KIND, RULE)),
            Fen(fen) => Ok(Self { fen }),
        }
    }
}

serde_as_text!(Yuan);

impl schemars::JsonSchema for Yuan {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Yuan".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9]+(\\.[0-9]{1,2})?$" })
    }
}

impl schemars::JsonSchema for Fen {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Self::SCHEMA.into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "format": "uint64", "minimum": 0 })
    }
}
