//! Opening hours and days of the week, as the registry records them too.

pub use onestop_proto::registry::{Hours, Weekday};
