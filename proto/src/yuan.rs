//! Sums of money.

use std::{fmt, str::FromStr};

use crate::{invalid_id::InvalidId, typed::half_width};

/// A sum in yuan (元), kept in whole fen: `1500` or `1500.05`.
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

impl fmt::Display for Yuan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.fen / 100, self.fen % 100)
    }
}

impl FromStr for Yuan {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let rule = "a sum in yuan with at most two decimals is wanted, 1500 or 1500.05";
        let invalid = || InvalidId::new(text, "a sum of money", rule);
        let typed = half_width(text);
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
        match fen {
            Some(fen) if fen > 0 => Ok(Self { fen }),
            Some(_) | None => Err(invalid()),
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
