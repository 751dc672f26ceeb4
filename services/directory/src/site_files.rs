//! The files of sites (照片、开办依据), also of those that are no more under the code under which the files were added.

use jiff::civil::Date;
use onestop_proto::{
    case::FileHash,
    division::DivisionCode,
    ids::SiteId,
    registry::{EvidenceAttached, EvidenceKind},
};

use crate::{Directory, sites::Site};

impl Directory {
    /// The files of a site of one kind that were added by a day: photographs, or what its opening rests on.
    pub fn evidence(&self, site: &Site, kind: EvidenceKind, on: Date) -> Vec<&EvidenceAttached> {
        let changes = self.changes.site(&site.id).into_iter();
        let files = changes.flat_map(|changes| changes.evidence(on));
        files.filter(|file| file.kind == kind).collect()
    }

    /// How many files of a kind a site had on a day, also those that were withdrawn since: a count of a day that is over does
    /// not change.
    #[must_use]
    pub fn evidence_count(&self, site: &Site, kind: EvidenceKind, on: Date) -> usize {
        let changes = self.changes.site(&site.id);
        changes.map_or(0, |changes| changes.evidence_count(kind, on))
    }

    /// Whether a file is named under another code of a site too, be it of one that is no more: each is stored once.
    #[must_use]
    pub fn is_file_elsewhere(&self, site: &SiteId, hash: &FileHash) -> bool {
        let mut others = self.changes.sites().filter(|(id, _)| *id != site);
        others.any(|(_, changes)| changes.files().iter().any(|file| file.hash == *hash))
    }

    /// The site that keeps what was recorded for a division: its own; where it was merged, that of its successor; where it has
    /// none any more, that of the nearest division around it.
    #[must_use]
    pub fn keeping_site(&self, division: DivisionCode) -> Option<&Site> {
        let mut places = self.present_division(division).chain();
        places.find_map(|place| self.site_at(place))
    }

    /// The files of sites that are no more, which a site keeps: those of divisions that were merged into its own, and of
    /// divisions in it that have no site any more. No page shows them to the public.
    #[must_use]
    pub fn files_of_gone_sites(&self, site: &Site, on: Date) -> Vec<&EvidenceAttached> {
        let before = self.sites_before_move(site.division);
        let is_gone = |id: &SiteId| self.site(id).is_none_or(|now| now.id != *id);
        let gone = self.changes.sites();
        let gone = gone.filter(|(id, _)| is_gone(id) && !before.contains(id));
        let files = gone.flat_map(|(_, changes)| changes.evidence(on));
        let is_kept_here = |file: &&EvidenceAttached| {
            let keeping = self.keeping_site(file.division);
            keeping.is_some_and(|keeping| keeping.id == site.id)
        };
        files.filter(is_kept_here).collect()
    }
}
