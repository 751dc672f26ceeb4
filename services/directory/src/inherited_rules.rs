//! Rules that divisions of before (原区划) have recorded for their places: they pass to the division that took their place.

use jiff::civil::Date;
use onestop_proto::{division::DivisionCode, ids::SiteId};

use crate::{Directory, former_divisions::FormerDivision, registry_changes::SiteChanges};

/// Whose records hold at a place on a day, for a code that may be one of before.
pub(crate) struct HoldingRecords<'a> {
    /// Those of the place itself; nothing where it has recorded nothing, or the day is before the merger and the code that of
    /// another division of then.
    pub(crate) own: Option<&'a SiteChanges>,
    /// Those of divisions whose place it took, with each of these.
    pub(crate) inherited: Vec<(&'a FormerDivision, &'a SiteChanges)>,
}

impl Directory {
    /// Whose records hold at a present place on a day, for a code in it or one of before. From the merger on those of all
    /// divisions that became one; until then, of a code of before, those of its own division alone.
    pub(crate) fn holding_records(
        &self,
        place: DivisionCode,
        requested: DivisionCode,
        on: Date,
    ) -> HoldingRecords<'_> {
        let of_before = |former: &FormerDivision| {
            let site = SiteId::derived(former.code);
            self.changes.site(&site)
        };
        let mut merged = self.former.of_successor(place);
        let own_then = merged.find(|one| on <= one.until && one.code.contains(requested));
        if let Some(former) = own_then {
            let recorded = of_before(former).map(|changes| (former, changes));
            return HoldingRecords {
                own: None,
                inherited: recorded.into_iter().collect(),
            };
        }
        let merged = self.former.of_successor(place);
        let merged = merged.filter(|former| on > former.until);
        let site = self.site_at(place);
        HoldingRecords {
            own: site.and_then(|site| self.changes.site(&site.id)),
            inherited: merged
                .filter_map(|former| Some((former, of_before(former)?)))
                .collect(),
        }
    }
}
