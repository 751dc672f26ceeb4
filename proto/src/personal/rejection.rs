//! What intake refuses about persons, in both languages.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ErasureBasis, RetainedFrom};
use crate::{
    case::Stage,
    field_names::field_words,
    ids::{ServiceItem, StaffId, UnitId},
    text::Words,
    time::Timestamp,
};

/// What intake refuses about persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// Neither custody nor a role that allows it.
    MayNotOpen {
        /// The caller's unit.
        unit: UnitId,
        /// The case's window.
        window: UnitId,
        /// Who has custody.
        holder: UnitId,
    },
    /// A supervisor or an auditor says why.
    ReasonMissing {},
    /// A text that stays for ever names the person.
    NamesThePerson {
        /// Which field.
        field: String,
    },
    /// The persons are no longer to be known.
    Erased {
        /// On what basis.
        basis: ErasureBasis,
    },
    /// The key is missing, although no event erased it.
    KeyGone {},
    /// The caller belongs to another division.
    NotYourDivision {
        /// The caller's unit.
        unit: UnitId,
        /// The case's window.
        window: UnitId,
        /// Who has custody.
        holder: UnitId,
    },
    /// It is not over yet.
    NotOver {
        /// The stage.
        stage: Stage,
        /// Who holds the case.
        holder: UnitId,
    },
    /// A complaint waits: the citizen's bad rating.
    NotPutRight {
        /// By when.
        #[schemars(with = "String")]
        day: Date,
    },
    /// A supervisor waits for an answer.
    Supervised {
        /// The supervisor.
        by: UnitId,
        /// By when.
        until: Timestamp,
    },
    /// The law wants it kept.
    Retained {
        /// The rule.
        basis: String,
        /// From when it counts.
        from: RetainedFrom,
        /// How long it is.
        years: u32,
        /// Its last day.
        #[schemars(with = "String")]
        last_day: Date,
    },
    /// The period is assumed: no authority that may set it has confirmed it, and it may be longer.
    RetentionUnconfirmed {
        /// The rule.
        basis: String,
        /// From when it counts.
        from: RetainedFrom,
        /// How long it is, as far as is known.
        years: u32,
    },
    /// The period counts from what has not happened yet.
    RetentionNotBegun {
        /// The rule.
        basis: String,
        /// From when it counts.
        from: RetainedFrom,
        /// How long it is.
        years: u32,
    },
    /// The record of what was given to a body outside is kept, and of which person it speaks must be known as long.
    DisclosureKept {
        /// Its last day.
        #[schemars(with = "String")]
        last_day: Date,
    },
    /// No rule says how long cases of the item are kept.
    NoRetentionRule {
        /// The item.
        item: ServiceItem,
        /// What the item is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item_name: Option<Box<Words>>,
    },
    /// No open request for the erasure: it takes two people, and a request lapses.
    ErasureNotRequested {},
    /// No request for the erasure waits for an answer.
    NoRequestWaits {},
    /// An erasure is refused without a reason.
    NoteMissing {},
    /// It was asked for already, and waits for a second person.
    ErasureRequested {
        /// Who asked.
        by: StaffId,
        /// By when a second person carries it out.
        until: Timestamp,
    },
    /// The person who requested it may not carry it out.
    SamePerson {
        /// Who asked.
        by: StaffId,
    },
    /// The second person is a supervisor of the division of who asked, or above.
    NotSecondPerson {
        /// The caller's unit.
        unit: UnitId,
        /// The unit of who asked.
        requested_by: UnitId,
    },
    /// It was asked for on another basis.
    OtherBasis {
        /// On what basis it was asked for.
        basis: ErasureBasis,
    },
    /// The case holds a complaint about the unit of who would erase it.
    ComplaintAboutUnit {
        /// The unit.
        unit: UnitId,
    },
    /// The node was restored from a backup, and has not asked yet what was erased since.
    ErasuresAwaited {},
    /// Nothing to look for.
    NothingToFindBy {},
    /// The traces are still being read.
    StillReading {
        /// How many cases were read so far.
        read: u64,
    },
}

explained! {
    Rejection in "persons" with labels;
    Forbidden: MayNotOpen, NotYourDivision, SamePerson, NotSecondPerson, ComplaintAboutUnit;
    Invalid: ReasonMissing, NoteMissing, NamesThePerson, NothingToFindBy;
    Conflict: Erased, KeyGone, NotOver, NotPutRight, Supervised, Retained, RetentionUnconfirmed,
        RetentionNotBegun, DisclosureKept, NoRetentionRule, ErasureNotRequested, NoRequestWaits,
        ErasureRequested, OtherBasis;
    Unavailable: StillReading, ErasuresAwaited;
}

impl Rejection {
    /// The facts that the sentence has by their labels.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most rejections name no choice"
    )]
    fn labels(&self) -> Vec<(&'static str, Words)> {
        match self {
            Self::NamesThePerson { field } => vec![("field", field_words(field))],
            Self::Erased { basis, .. } | Self::OtherBasis { basis } => {
                vec![("basis", basis.text().into())]
            }
            Self::NotOver { stage, .. } => vec![("stage", stage.text().into())],
            Self::NoRetentionRule { item, item_name } => {
                vec![("item", Words::of_code(item_name.as_deref(), item.as_str()))]
            }
            Self::Retained { from, .. }
            | Self::RetentionUnconfirmed { from, .. }
            | Self::RetentionNotBegun { from, .. } => vec![("from", from.text().into())],
            _ => Vec::new(),
        }
    }
}
