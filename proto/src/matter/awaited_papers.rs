//! The papers that a unit waits for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{PaperRemark, SupplementRequested};
use crate::ids::Topic;

/// The papers that the applicant still has to bring, as the one notice lists them (一次性告知, 告知补正).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AwaitedPapers {
    /// What has not come yet.
    pub papers: Vec<Topic>,
    /// What was asked for with it and has come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub came: Vec<Topic>,
    /// What the applicant should mind about a paper.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<PaperRemark>,
    /// The last day for the papers; nothing where none was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub last_day: Option<Date>,
}

impl AwaitedPapers {
    /// What a notice asks for; nothing if it names no paper.
    pub fn of(requested: &SupplementRequested) -> Option<Self> {
        let SupplementRequested {
            missing,
            remarks,
            last_day,
        } = requested.clone();
        (!missing.is_empty()).then_some(Self {
            papers: missing,
            came: Vec::new(),
            remarks,
            last_day,
        })
    }

    /// What is left of it once some came; nothing if all did.
    pub fn left(self, missing: &[Topic]) -> Option<Self> {
        let came = self.papers.iter().filter(|paper| !missing.contains(paper));
        let came = self.came.iter().chain(came).cloned().collect();
        (!missing.is_empty()).then(|| Self {
            papers: missing.to_vec(),
            came,
            remarks: self
                .remarks
                .into_iter()
                .filter(|remark| missing.contains(&remark.paper))
                .collect(),
            ..self
        })
    }

    /// What the applicant should mind about a paper.
    pub fn remark(&self, paper: &Topic) -> Option<&str> {
        let mut remarks = self.remarks.iter();
        let found = remarks.find(|remark| remark.paper == *paper)?;
        Some(&found.remark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_come_is_awaited_no_more() {
        let topic = |text: &str| text.parse::<Topic>().unwrap();
        let requested = SupplementRequested {
            missing: vec![topic("wage-record"), topic("identity-card")],
            remarks: vec!["wage-record: 工友证明也可以".parse().unwrap()],
            last_day: Some(jiff::civil::date(2026, 12, 10)),
        };
        let awaited = AwaitedPapers::of(&requested).unwrap();
        assert_eq!(
            awaited.remark(&topic("wage-record")),
            Some("工友证明也可以")
        );
        assert_eq!(awaited.remark(&topic("identity-card")), None);
        let left = awaited.left(&[topic("identity-card")]).unwrap();
        assert_eq!((left.papers.len(), left.remarks.len()), (1, 0));
        assert_eq!(left.came, [topic("wage-record")]);
        assert_eq!(left.last_day, requested.last_day);
        assert_eq!(left.left(&[]), None);
        assert_eq!(
            AwaitedPapers::of(&SupplementRequested::of(Vec::new())),
            None
        );
    }
}
