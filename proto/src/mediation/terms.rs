//! What an agreement obliges whom to, and what became of it (人民调解法 art. 29, 31).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Party, parties::party_words};
use crate::{date_words::day_words, text::Words, yuan::Yuan};

choices! {
    /// What a term obliges to. The agreement has the words; this list has no personal data.
    pub enum Obligation {
        Pay = "pay", "给付金钱", "to pay";
        HandOver = "hand-over", "交付、返还财物", "to hand over or give back things";
        Restore = "restore", "修复、恢复原状", "to repair, or put back as it was";
        /// To stop an infringement or remove an obstacle.
        Cease = "cease", "停止侵害、排除妨碍", "to stop it, or remove the obstacle";
        Vacate = "vacate", "腾退房屋、土地", "to vacate a house or land";
        Support = "support", "履行赡养、抚养、扶养义务", "to support or care for a person";
        Apologize = "apologize", "赔礼道歉", "to apologize";
        Other = "other", "协议书载明的其他义务", "another duty, as the agreement says";
    }
}

choices! {
    /// What became of a term.
    pub enum Performance {
        Performed = "performed", "已履行", "performed";
        NotPerformed = "not-performed", "到期未履行", "not performed in time";
    }
}

/// Record a term of the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddTerm {
    /// Who is obliged.
    pub party: Party,
    /// Which of them, by the place in the case's file, from 1; nothing where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<u32>,
    /// To what.
    pub obligation: Obligation,
    /// How much, where money is paid: 1500 or 1500.50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Yuan>,
    /// The last day: 2026-06-30. Nothing where the agreement sets none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
}

/// Record whether a term was performed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordTerm {
    /// Which term, from 1.
    pub term: u32,
    /// What became of it.
    pub performance: Performance,
    /// When it was performed, or found not to be: 2026-06-30.
    #[schemars(with = "String", extend("format" = "date"))]
    pub on: Date,
}

/// A term of the agreement (协议内容): who is obliged to what, until when (art. 29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TermAdded {
    /// Its number, from 1.
    pub term: u32,
    /// Who is obliged.
    pub party: Party,
    /// Which of them, by the place in the case's file, from 1; nothing where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<u32>,
    /// To what.
    pub obligation: Obligation,
    /// How much, where money is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Yuan>,
    /// The last day; nothing where the agreement sets none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
}

/// What became of a term of the agreement (履行情况), which the committee watches over (art. 31).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TermRecorded {
    /// Which term, from 1.
    pub term: u32,
    /// What became of it.
    pub performance: Performance,
    /// When it was performed, or found not to be.
    #[schemars(with = "String", extend("format" = "date"))]
    pub on: Date,
}

impl TermAdded {
    /// Whether another term says the same.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let number = self.term;
        *self
            == Self {
                term: number,
                ..other.clone()
            }
    }

    pub(super) fn words(&self) -> Words {
        let (number, who) = (self.term, party_words(self.party, self.person));
        let what = self.obligation.text();
        let mut words = Words {
            zh: format!("第{number}项：{who}{what}", who = who.zh, what = what.zh),
            en: format!("term {number}: {}: {}", who.en, what.en),
        };
        if let Some(amount) = self.amount {
            words.zh = format!("{} {amount} 元", words.zh);
            words.en = format!("{}, {amount} yuan", words.en);
        }
        if let Some(until) = self.until.map(day_words) {
            words.zh = format!("{}，{}前", words.zh, until.zh);
            words.en = format!("{}, until {}", words.en, until.en);
        }
        words
    }
}

impl TermRecorded {
    pub(super) fn words(&self) -> Words {
        let Self {
            term,
            performance,
            on,
        } = self;
        let (performance, on) = (performance.text(), day_words(*on));
        Words {
            zh: format!("第{term}项{}，{}", performance.zh, on.zh),
            en: format!("term {term} {}, {}", performance.en, on.en),
        }
    }
}
