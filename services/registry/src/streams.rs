//! The streams of the registry's log, one a site, and how each folds to what was recorded of its site.

use onestop_chassis::store::Rules;
use onestop_directory::SiteChanges;
use onestop_proto::{ids::CaseId, registry::Event};

use crate::domain::{address, evolve};

/// What the names of the streams begin with.
pub(crate) const SITES: &str = "site/";

/// How what is recorded of a site follows from its events.
pub(crate) const RULES: Rules<SiteChanges, Event> = Rules { evolve, address };

/// The stream of a site.
pub(crate) fn stream_of(subject: CaseId) -> String {
    format!("{SITES}{subject}")
}
