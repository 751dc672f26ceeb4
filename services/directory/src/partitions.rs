//! Which partition decides a case, by its number: that of the prefecture of the site that gave it.

use onestop_proto::{
    ids::{CaseNumber, SiteId},
    partition::Partition,
};

use crate::Directory;

impl Directory {
    /// The partition of a case; `None` where the site is not known.
    pub fn partition_of(&self, number: &CaseNumber) -> Option<Partition> {
        let (site, _) = number.as_str().split_once('-')?;
        let site: SiteId = site.parse().ok()?;
        Some(Partition::of(self.site(&site)?.division))
    }
}
