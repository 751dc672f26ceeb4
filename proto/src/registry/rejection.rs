//! What the registry refuses.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::SiteState;
use crate::{
    ids::{SiteId, UnitId},
    rejection::{Explain, RejectionKind},
    text::Words,
};

/// What the registry refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// The directory has no such site.
    UnknownSite {
        /// The site.
        site: SiteId,
    },
    /// The directory has no such unit.
    UnknownUnit {
        /// The unit.
        unit: UnitId,
    },
    /// The caller looks after another unit, or supervises another division.
    NotYourSite {
        /// What is to be changed.
        unit: UnitId,
        /// The caller's unit.
        yours: UnitId,
    },
    /// A state is set by the supervisor of a wider division.
    WiderTierDecides {
        /// The caller's unit.
        yours: UnitId,
        /// The unit that may set it.
        bureau: UnitId,
    },
    /// The first day is before today: what was decided by then stays.
    DayPast {
        /// The first day.
        #[schemars(with = "String")]
        first_day: Date,
        /// Today.
        #[schemars(with = "String")]
        today: Date,
    },
    /// The last day is before the first.
    EndsBeforeItBegins {
        /// The first day.
        #[schemars(with = "String")]
        first_day: Date,
        /// The last day.
        #[schemars(with = "String")]
        last_day: Date,
    },
    /// No number that can be called.
    NotATelephone {
        /// What was given.
        phone: String,
    },
    /// An address of no words.
    AddressBlank {},
    /// A state without what it rests on.
    EvidenceMissing {},
    /// It stands so already.
    NothingChanges {},
    /// A site that has opened is not planned again.
    HasOpened {
        /// Its state.
        state: SiteState,
    },
}

explained!(Rejection);

impl Explain for Rejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::NotYourSite { .. } | Self::WiderTierDecides { .. } => RejectionKind::Forbidden,
            Self::UnknownSite { .. }
            | Self::UnknownUnit { .. }
            | Self::DayPast { .. }
            | Self::EndsBeforeItBegins { .. }
            | Self::NotATelephone { .. }
            | Self::AddressBlank {}
            | Self::EvidenceMissing {} => RejectionKind::Invalid,
            Self::NothingChanges {} | Self::HasOpened { .. } => RejectionKind::Conflict,
        }
    }

    fn list(&self) -> &'static str {
        "registry"
    }

    fn words(&self) -> Vec<(&'static str, Words)> {
        match self {
            Self::HasOpened { state } => vec![("state", state.text().into())],
            Self::UnknownSite { .. }
            | Self::UnknownUnit { .. }
            | Self::NotYourSite { .. }
            | Self::WiderTierDecides { .. }
            | Self::DayPast { .. }
            | Self::EndsBeforeItBegins { .. }
            | Self::NotATelephone { .. }
            | Self::AddressBlank {}
            | Self::EvidenceMissing {}
            | Self::NothingChanges {} => Vec::new(),
        }
    }
}
