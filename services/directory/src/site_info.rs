//! Sites: where they are, whether they are open, who houses them, which languages they speak.

use jiff::civil::Date;
use onestop_proto::{
    division::DivisionCode,
    ids::{SiteId, Topic},
    text::Words,
};

use crate::{
    Directory,
    site_state::{Host, SiteState},
    sites::{Site, SiteStanding},
};

impl Directory {
    /// The site with this id; for that of a division of before, the site of its successor.
    pub fn site(&self, id: &SiteId) -> Option<&Site> {
        self.sites.get(id)
    }

    /// The site of a division; of one of before, that of its successor.
    pub fn site_at(&self, code: DivisionCode) -> Option<&Site> {
        self.sites.at(self.present_division(code))
    }

    /// All sites, in the order of their divisions.
    pub fn sites(&self) -> impl Iterator<Item = &Site> {
        self.sites.iter()
    }

    /// Whether a site takes cases on a day.
    pub fn site_standing(&self, site: &Site, on: Date) -> SiteStanding {
        self.recorded_standing(site, on)
            .unwrap_or_else(|| self.sites.standing(site, on))
    }

    /// In which state a site is on a day: as the registry has recorded it; else planned before it opened, and operating
    /// where nothing else is said.
    pub fn site_state(&self, site: &Site, on: Date) -> SiteState {
        let recorded = self.recorded_state(site, on);
        recorded.unwrap_or_else(|| self.sites.state(site, on).0)
    }

    /// Who houses a site on a day, if that is known.
    pub fn host(&self, site: &Site, on: Date) -> Option<&Host> {
        let mut hosts = self.sites.overrides_of(site)?.hosts.iter();
        hosts.find(|host| host.period().covers(on))
    }

    /// The languages that are spoken at a site besides Chinese, or for which it has an interpreter; as its
    /// bureau says.
    pub fn languages(&self, site: &Site) -> Vec<&Words> {
        let spoken = self
            .sites
            .overrides_of(site)
            .map_or(&[][..], |site| &site.languages);
        let named = |language| self.sites.overrides.languages.get(language);
        spoken.iter().filter_map(named).collect()
    }

    /// All languages that have a name here, by the words for them.
    pub fn all_languages(&self) -> impl Iterator<Item = (&Topic, &Words)> {
        self.sites.overrides.languages.iter()
    }

    pub fn speaks(&self, site: &Site, language: &Topic) -> bool {
        let overrides = self.sites.overrides_of(site);
        overrides.is_some_and(|site| site.languages.contains(language))
    }

    /// Whether what is said of a site is an example, and still to be confirmed.
    pub fn is_sample(&self, site: &Site) -> bool {
        self.sites
            .overrides_of(site)
            .is_some_and(|site| site.sample)
    }
}
