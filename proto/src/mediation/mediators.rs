//! Whom the parties do not want as a mediator, or who may not be one.

use serde::{Deserialize, Serialize};

use crate::{ids::StaffId, text::Words};

choices! {
    /// Why a mediator is challenged or recuses themself (回避).
    pub enum ChallengeGround {
        IsParty = "is-party", "是当事人", "is a party";
        Kin = "kin", "是当事人的近亲属", "is kin to a party";
        Interest = "interest", "与纠纷有利害关系", "has an interest in the dispute";
        ActsForParty = "acts-for-party", "是（曾是）一方的代理人", "acts, or acted, for a party";
        Asked = "asked", "当事人要求回避", "a party asks for another one";
    }
}

/// Record that a mediator recuses themself, or that a party challenges them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeMediator {
    /// Who.
    pub mediator: StaffId,
    /// Why.
    pub challenge: ChallengeGround,
}

/// A mediator is recused from this dispute (回避); another one takes the place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MediatorChallenged {
    /// Who.
    pub mediator: StaffId,
    /// Why.
    pub challenge: ChallengeGround,
}

impl MediatorChallenged {
    pub(super) fn words(&self) -> Words {
        let (mediator, why) = (&self.mediator, self.challenge.text());
        Words {
            zh: format!("{mediator}：{}", why.zh),
            en: format!("{mediator}: {}", why.en),
        }
    }
}
