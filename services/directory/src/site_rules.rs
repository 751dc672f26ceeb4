//! The rules that derive sites from divisions: which tiers have one, and its name.

use std::collections::BTreeMap;

use onestop_proto::division::Tier;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    error::{LoadError, Reason},
    load::{Day, Source, check_pattern},
};

/// What a site is called by its tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SiteForm {
    /// 中心: prefecture, county, township.
    Centre,
    /// 站: village.
    Station,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) tier: Tier,
    pub(crate) form: SiteForm,
    pub(crate) name: String,
    pub(crate) valid_from: Day,
}

/// An ending of a division's statistical name, and its replacement in a site's name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shorten {
    pub(crate) ending: String,
    pub(crate) to: String,
}

/// The rules of `sites.toml`, checked.
pub(crate) struct SiteRules {
    by_tier: BTreeMap<Tier, Rule>,
    shorten: Vec<Shorten>,
}

impl SiteRules {
    pub(crate) fn check(
        rules: Vec<Spanned<Rule>>,
        shorten: Vec<Shorten>,
        source: &Source,
    ) -> Result<Self, LoadError> {
        let mut by_tier = BTreeMap::new();
        for entry in rules {
            let rule = entry.get_ref();
            check_pattern(&rule.name, &["{division}"], "{division}")
                .map_err(|reason| source.at(&entry, reason))?;
            let tier = rule.tier;
            if by_tier.contains_key(&tier) {
                return Err(source.at(&entry, Reason::DuplicateRule { tier }));
            }
            by_tier.insert(tier, entry.into_inner());
        }
        Ok(Self { by_tier, shorten })
    }

    /// Whether divisions of this tier have a site.
    pub(crate) fn has_site(&self, tier: Tier) -> bool {
        self.by_tier.contains_key(&tier)
    }

    pub(crate) fn tiers(&self) -> impl Iterator<Item = Tier> {
        self.by_tier.keys().copied()
    }

    pub(crate) fn of(&self, tier: Tier) -> Option<&Rule> {
        self.by_tier.get(&tier)
    }

    pub(crate) fn spoken_name(&self, name: &str) -> String {
        let shorter =
            |rule: &Shorten| Some(format!("{}{}", name.strip_suffix(&rule.ending)?, rule.to));
        self.shorten
            .iter()
            .find_map(shorter)
            .unwrap_or_else(|| name.to_owned())
    }
}
