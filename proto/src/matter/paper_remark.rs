//! What an applicant should mind about one missing paper.

use std::{fmt, str::FromStr};

use crate::{
    free_text::{self, TextPart},
    ids::Topic,
    invalid_id::InvalidId,
};

/// A paper and what the applicant should mind about it, as one text: `wage-record: of the whole year 2025`. The colon may
/// be a full-width one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperRemark {
    /// Which paper.
    pub paper: Topic,
    /// What to mind.
    pub remark: String,
}

impl fmt::Display for PaperRemark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.paper, self.remark)
    }
}

impl FromStr for PaperRemark {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let rule = "a kind of paper, a colon and a text are wanted";
        let invalid = || InvalidId::new(text, "a remark on a paper", rule);
        let (paper, remark) = text.split_once([':', '：']).ok_or_else(invalid)?;
        let paper = paper.trim().parse().map_err(|_| invalid())?;
        let remark = remark.trim().to_owned();
        if remark.is_empty() {
            return Err(invalid());
        }
        Ok(Self { paper, remark })
    }
}

serde_as_text!(PaperRemark);

impl schemars::JsonSchema for PaperRemark {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PaperRemark".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[^:：]+[:：].*\\S",
            free_text::KEYWORD: TextPart::AfterColon.as_str(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matter::SupplementRequested;

    /// What was stored before remarks and last days were kept reads as it was written.
    #[test]
    fn a_notice_without_remarks_and_last_day_is_read_and_written_as_before() {
        let stored = r#"{"missing":["wage-record"]}"#;
        let requested: SupplementRequested = serde_json::from_str(stored).unwrap();
        let missing = vec!["wage-record".parse().unwrap()];
        assert_eq!(requested, SupplementRequested::of(missing));
        assert_eq!(serde_json::to_string(&requested).unwrap(), stored);
    }

    #[test]
    fn a_remark_is_read_with_either_colon_and_written_with_one() {
        for text in ["wage-record: 2025年全年", "wage-record：2025年全年"] {
            let remark: PaperRemark = text.parse().unwrap();
            assert_eq!(remark.to_string(), "wage-record: 2025年全年");
        }
        for wrong in ["wage-record", "wage-record: ", "工资: 全年", ""] {
            assert!(wrong.parse::<PaperRemark>().is_err(), "{wrong}");
        }
    }
}
