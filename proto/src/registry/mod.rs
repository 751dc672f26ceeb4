//! The registry (登记簿): what the bureaus record of their sites and units, each for its own division. Stream
//! `site/<id>` of service `registry`.
//!
//! Every change takes effect on a day, today or later. Services that judge with the directory read these events and
//! judge by them from then on; the directory's files are what was before the first of them.

mod building_events;
mod change_events;
mod commands;
mod events;
mod evidence;
mod opening_hours;
mod proposal_events;
mod rejection;
mod rejection_fields;
mod rejection_kinds;
mod rule_commands;
mod rule_events;
mod serving_commands;
mod serving_events;

use crate::{actor::ServiceName, division::Tier};

pub use building_events::*;
pub use change_events::*;
pub use commands::*;
pub use events::*;
pub use evidence::*;
pub use opening_hours::{Hours, Weekday};
pub use proposal_events::*;
pub use rejection::Rejection;
pub use rule_commands::*;
pub use rule_events::*;
pub use serving_commands::*;
pub use serving_events::*;

/// The name of the service that owns the entries of sites.
pub const SERVICE: &str = "registry";

/// Whether a tier fixes days off (地方性假日): prefectures and counties do.
pub const fn fixes_days_off(tier: Tier) -> bool {
    matches!(tier, Tier::Prefecture | Tier::County)
}

/// Whether a tier sets a line of means (经济困难标准): the province does, and leaves it to prefectures (法律援助法 art. 34).
pub const fn sets_means_line(tier: Tier) -> bool {
    matches!(tier, Tier::Province | Tier::Prefecture)
}

/// [`SERVICE`] as a type.
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

choices! {
    /// The state of a site (站点状态). The 2016 opinion builds in stages.
    pub enum SiteState {
        Planned = "planned", "拟建", "planned";
        /// On trial; open.
        Pilot = "pilot", "试点", "pilot";
        Operating = "operating", "正式运行", "operating";
        Suspended = "suspended", "暂停服务", "suspended";
    }
}

impl SiteState {
    /// Whether it takes cases.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pilot | Self::Operating)
    }
}
