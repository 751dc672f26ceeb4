#![doc = include_str!("../README.md")]

mod calendar;
mod clock;
pub mod diagram;
mod late_entry;
mod matter_clocks;
mod matter_diagram;
mod matter_offers;
mod matter_strangers;
mod ports;
mod received;
mod seed;
mod store;
mod tied;
pub mod timeline;
mod working_days;

pub use calendar::{NEW_YEAR_2027, NOTICE_2027};
pub use clock::TestClock;
pub use late_entry::{approved_by, approved_late_entry};
pub use matter_clocks::{DatedTry, Samples, assert_clocks_hold};
pub use matter_diagram::assert_matter_diagram;
pub use ports::{free_port, free_ports};
pub use received::received;
pub use seed::seed;
pub use store::TempStore;
pub use tied::Tied;
pub use working_days::{working_days, working_days_after};
