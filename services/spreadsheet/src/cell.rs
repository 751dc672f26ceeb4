//! A cell as it was read, before its column is known.

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// From 0.
    pub(crate) column: usize,
    pub(crate) value: Value,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    /// A number of a workbook; where its column has days, the day that it counts.
    Number {
        text: String,
        day: Option<String>,
    },
    /// What cannot be read from the file any more, with what is left of it.
    Lost {
        text: String,
        loss: Loss,
    },
}

/// How a spreadsheet program has lost what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// `1.39E+10`: only its first digits are in the file.
    Scientific,
    /// A number of more than fifteen digits: the last ones are zeros now.
    LongNumber,
    Formula,
}

impl Value {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number { text, .. } | Self::Lost { text, .. } => text,
        }
    }

    /// A text as it was typed, or what is left of a number in it.
    pub(crate) fn of_text(text: &str) -> Self {
        let text = text.to_owned();
        if is_scientific(&text) {
            return Self::Lost {
                text,
                loss: Loss::Scientific,
            };
        }
        Self::Text(text)
    }
}

/// Whether a text is a number as a spreadsheet shows a long one: `1.39E+10`.
fn is_scientific(text: &str) -> bool {
    let Some((digits, exponent)) = text.trim().split_once("E+") else {
        return false;
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    is_digits(whole) && is_digits(rest) && is_digits(exponent)
}

/// The name of a cell, as spreadsheets call it: `C12`.
pub(crate) fn name(row: usize, column: usize) -> String {
    const LETTERS: [char; 26] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R',
        'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z',
    ];
    let mut letters: Vec<char> = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.extend(LETTERS.get((left - 1) % LETTERS.len()));
        left = (left - 1) / LETTERS.len();
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{row}")
}
