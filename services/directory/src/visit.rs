//! What a citizen brings and pays for an item, or for one topic of it.

use std::collections::BTreeMap;

use onestop_proto::{
    ids::{ServiceItem, Topic},
    text::Words,
};
use serde::Deserialize;

use crate::{error::Reason, load::BothLanguages};

/// What a citizen brings and pays (所需材料、收费), as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Visit {
    /// Kinds of material to bring; empty: not known.
    pub bring: Vec<Topic>,
    /// Kinds of material that often prove it (证明材料): asked for where they are needed, and not on the list to bring.
    pub proof: Vec<Topic>,
    pub fees: Option<Words>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct VisitEntry {
    bring: Vec<Topic>,
    proof: Vec<Topic>,
    fees: Option<BothLanguages>,
}

impl VisitEntry {
    /// Refuses material that has no name, and fees that say nothing.
    pub(crate) fn checked(
        self,
        item: &ServiceItem,
        materials: &BTreeMap<Topic, Words>,
    ) -> Result<Visit, Reason> {
        let unnamed = |material: &&Topic| !materials.contains_key(*material);
        let mut listed = self.bring.iter().chain(&self.proof);
        if let Some(material) = listed.find(unnamed) {
            let (item, material) = (item.clone(), material.clone());
            return Err(Reason::UnknownMaterial { item, material });
        }
        let fees = self.fees.map(Words::from);
        let says_nothing = |fees: &Words| fees.zh.trim().is_empty() || fees.en.trim().is_empty();
        if fees.as_ref().is_some_and(says_nothing) {
            return Err(Reason::Blank { field: "fees" });
        }
        Ok(Visit {
            bring: self.bring,
            proof: self.proof,
            fees,
        })
    }
}
