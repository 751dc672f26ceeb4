//! The state of a site, and the body that houses it.

use jiff::civil::Date;
use onestop_proto::text::Text;
use serde::{Deserialize, Serialize};

pub use onestop_proto::registry::SiteState;

use crate::load::Period;

/// The kind of body that houses a site (依托单位).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostBody {
    /// 司法局
    JusticeBureau,
    /// 司法所
    JusticeOffice,
    /// 政务服务中心
    ServiceCentre,
    /// 综治中心
    PeaceCentre,
    /// 村（居）民委员会
    VillageCommittee,
    Own,
}

impl HostBody {
    pub const fn text(self) -> Text {
        let (zh, en) = match self {
            Self::JusticeBureau => ("司法局", "justice bureau"),
            Self::JusticeOffice => ("司法所", "justice office"),
            Self::ServiceCentre => ("政务服务中心", "government service centre"),
            Self::PeaceCentre => ("综治中心", "public security governance centre"),
            Self::VillageCommittee => ("村（居）民委员会", "village or residents' committee"),
            Self::Own => ("独立场所", "a house of its own"),
        };
        Text { zh, en }
    }
}

/// The body that houses a site for a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    pub body: HostBody,
    /// Its name, if it has one.
    pub name: Option<String>,
    pub from: Date,
    /// The last day, if known.
    pub until: Option<Date>,
}

impl Host {
    pub(crate) const fn period(&self) -> Period {
        Period {
            from: self.from,
            until: self.until,
        }
    }
}
