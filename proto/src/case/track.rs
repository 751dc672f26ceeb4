//! What a citizen can ask with the receipt in hand (查询码).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CaseStatus, PapersAwaited, ReferredTo, Stage};
use crate::{
    clock::Certainty,
    ids::{CaseId, CaseNumber, CaseRef, ServiceItem, Topic},
    referral::Outcome,
    text::Words,
};

/// `qry.intake.track`: how far the case of a receipt is. Only the query code opens it: numbers of cases can be
/// counted, and telephone numbers are known to others.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrackQuery {
    /// A number on the receipt: the system number, the official one or the short code for the telephone.
    pub number: CaseRef,
    /// The query code on the receipt.
    pub code: String,
    /// Sealed texts of the unit's notice, which intake opens for who holds the receipt: `{sealed:v1:…}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<String>,
}

impl std::fmt::Debug for TrackQuery {
    /// Never prints the code: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TrackQuery({})", self.number)
    }
}

/// What a query code was guessed at: the same for the number and the short code of a case, and for nothing else, be there such a
/// case or not. It says nothing of the case, and is another one once intake has started again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct GuessedReceipt(pub String);

/// The answer to [`TrackQuery`]: no names, and nothing of what the citizen said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TrackView {
    /// The number on the receipt.
    pub number: CaseNumber,
    /// Its id, by which other services are asked about it; missing in answers from before it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly; nothing where the directory marks the topic as sensitive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Topic>")]
    pub topic: Option<Topic>,
    /// The same in words; of a sensitive topic, the item alone.
    pub about: Words,
    /// Its status in words, as every page, `/track` and the command line have it.
    pub standing: Words,
    /// Its stage; missing in answers from before it was given. A referred case's status says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Its status, whose words `standing` has. Of a referred case, nothing where intake alone answered: referral knows who has
    /// it, and the unit which papers it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<CaseStatus>,
    /// What came of it, once a unit's result is back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// What was done, in order.
    pub steps: Vec<TrackStep>,
    /// Who has it now.
    pub holder: String,
    /// Where to call: the unit's number, or the hotline.
    pub phone: String,
    /// By when it should be done: the running limit, or what the bureau has promised. Nothing where it promises nothing, where
    /// the directory's figure is not confirmed, or it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expected: Option<Date>,
    /// Whether that day is a promise of the bureau, and no limit of a law (服务承诺).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub promised: bool,
    /// Whether the calendar behind that day is announced (暂定); nothing where there is no day, and in answers from before it was
    /// given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Certainty>,
    /// What the citizen still has to bring, as listed in the one notice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Words>,
    /// The texts that the question asks for, in its order; `null` for one that does not open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<Option<String>>,
}

impl TrackView {
    /// The same case, now that it is known where it is and whether the unit waits for papers; `referred` is nothing where
    /// referral did not answer.
    #[must_use]
    pub fn located(self, referred: Option<ReferredTo>, papers: PapersAwaited) -> Self {
        let (Some(stage), Some(referred)) = (self.stage, referred) else {
            return self;
        };
        let papers = match papers {
            PapersAwaited::No if self.missing.is_empty() => PapersAwaited::No,
            PapersAwaited::No | PapersAwaited::Yes => PapersAwaited::Yes,
        };
        let status = CaseStatus::of(stage, referred, papers);
        Self {
            standing: status.text().into(),
            status: Some(status),
            ..self
        }
    }
}

/// One step of a case, as a citizen sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TrackStep {
    /// The day.
    #[schemars(with = "String")]
    pub day: Date,
    /// What happened.
    pub what: Words,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn referred() -> TrackView {
        let view = serde_json::json!({
            "number": "s4k2m9qxa-261123-001",
            "item": "legal-aid",
            "about": { "zh": "法律援助", "en": "legal aid" },
            "standing": Words::from(Stage::Referred.text()),
            "stage": "referred",
            "steps": [],
            "holder": "窗口",
            "phone": "12348",
        });
        serde_json::from_value(view).unwrap()
    }

    /// The words of the page are those of the API: one status, told of every case alike.
    #[test]
    fn a_referred_case_has_the_status_of_every_list() {
        for (referred_to, papers, status) in [
            (
                ReferredTo::Undecided,
                PapersAwaited::No,
                CaseStatus::Undecided,
            ),
            (ReferredTo::Offered, PapersAwaited::No, CaseStatus::Offered),
            (ReferredTo::Unit, PapersAwaited::No, CaseStatus::AtUnit),
            (
                ReferredTo::Unit,
                PapersAwaited::Yes,
                CaseStatus::AwaitsPapers,
            ),
        ] {
            let found = referred().located(Some(referred_to), papers);
            assert_eq!(found.status, Some(status));
            assert_eq!(found.standing, Words::from(status.text()));
        }
        // Papers that the window waits for.
        let mut waiting = referred();
        waiting.missing = vec![Words::untranslated("身份证")];
        let found = waiting.located(Some(ReferredTo::Offered), PapersAwaited::No);
        assert_eq!(found.status, Some(CaseStatus::AwaitsPapers));
    }

    /// Where referral does not answer, nothing is made up.
    #[test]
    fn what_referral_alone_knows_is_left_out_without_it() {
        let found = referred().located(None, PapersAwaited::No);
        assert_eq!(found, referred());
        assert_eq!(found.status, None);
    }
}
