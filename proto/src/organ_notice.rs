//! The notice by which an organ of criminal procedure asks for legal aid (通知辩护、通知代理). Intake takes it down, referral carries
//! it, and legal aid begins with it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{date_words::day_words, free_text::FreeText, ids::Topic, text::Words};

choices! {
    /// An organ of criminal procedure or of custody.
    pub enum Organ {
        Police = "police", "公安机关", "police";
        Procuratorate = "procuratorate", "人民检察院", "procuratorate";
        Court = "court", "人民法院", "court";
        Custody = "custody", "监管场所", "place of custody";
        DutyLawyer = "duty-lawyer", "值班律师", "duty lawyer";
    }
}

choices! {
    /// How grave the sentence may be.
    pub enum Gravity {
        Ordinary = "ordinary", "一般", "ordinary";
        /// Life or death: the lawyer has practised for three years or more.
        LifeOrDeath = "life-or-death", "可能判处无期徒刑、死刑", "life or death";
        /// A death sentence is under review (死刑复核): the same, art. 26.
        DeathReview = "death-review", "死刑复核案件", "review of a death sentence";
    }
}

/// The letter by which an organ asks for a defender, an agent or a duty lawyer (通知辩护公函、通知代理公函).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganNotice {
    /// Which organ.
    pub organ: Organ,
    /// The letter's number.
    #[schemars(with = "FreeText")]
    pub letter: String,
    /// The day on which it was received: 2026-03-04. The time for the assignment runs from it, art. 36.
    #[schemars(with = "String", extend("format" = "date"))]
    pub received_on: Date,
    /// How grave the sentence may be.
    #[serde(default = "ordinary", skip_serializing_if = "is_ordinary")]
    pub gravity: Gravity,
    /// The organ itself, by its id in the directory, where it is of another province (外地办案机关).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Topic>,
}

const fn ordinary() -> Gravity {
    Gravity::Ordinary
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_ordinary(gravity: &Gravity) -> bool {
    matches!(gravity, Gravity::Ordinary)
}

impl OrganNotice {
    /// The organ, its letter, and when that was received; an organ of another province by its id.
    pub fn words(&self) -> Words {
        self.words_naming(None)
    }

    /// As [`Self::words`], with the name of an organ of another province.
    pub fn words_naming(&self, body_name: Option<&str>) -> Words {
        let Self {
            organ,
            letter,
            received_on,
            gravity,
            body,
        } = self;
        let (organ, gravity) = (organ.text(), gravity.text());
        let received_on = day_words(*received_on);
        let body = body.as_ref().map(Topic::as_str);
        let (zh, en) = match body_name.or(body) {
            Some(body) => (
                format!("（外地：{body}）"),
                format!(" (of another province: {body})"),
            ),
            None => (String::new(), String::new()),
        };
        Words {
            zh: format!(
                "{}{zh}，{letter}，{}收到，{}",
                organ.zh, received_on.zh, gravity.zh
            ),
            en: format!(
                "{}{en}, {letter}, received on {}, {}",
                organ.en, received_on.en, gravity.en
            ),
        }
    }
}
