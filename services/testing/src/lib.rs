#![doc = include_str!("../README.md")]

mod clock;
pub mod diagram;
mod matter_diagram;
mod store;
pub mod timeline;

pub use clock::TestClock;
pub use matter_diagram::assert_matter_diagram;
pub use store::TempStore;
