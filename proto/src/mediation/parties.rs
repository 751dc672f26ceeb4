//! The parties to a dispute. The case's file holds their names, encrypted; here a party is a side and its place in the
//! list of that side, from 1.

use serde::{Deserialize, Serialize};

use super::Party;
use crate::text::Words;

/// Record how many other parties there are, as the case's file lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountRespondents {
    /// How many; at least 1.
    pub count: u32,
}

/// So many other parties are in the dispute (被申请人人数); a party that joins later is added at the end of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RespondentsCounted {
    /// How many.
    pub count: u32,
    /// How many of them the case's file names, where the window corrected that; nothing where the mediators counted, and in events
    /// from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_file: Option<u32>,
}

/// One of several other parties clearly refused: mediation goes on with the others, and binds them alone (art. 17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RespondentDeclined {
    /// Which one, by its place in the case's file, from 1.
    pub person: u32,
}

pub(super) fn party_words(party: Party, person: Option<u32>) -> Words {
    let party = party.text();
    match person {
        None => party.into(),
        Some(person) => Words {
            zh: format!("{}{person}", party.zh),
            en: format!("{}, no. {person}", party.en),
        },
    }
}

impl RespondentsCounted {
    pub(super) fn words(&self) -> Words {
        let count = self.count;
        Words {
            zh: format!("被申请人{count}人"),
            en: format!("{count} other parties"),
        }
    }
}
