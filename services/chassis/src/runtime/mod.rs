//! What a process needs before it has a log or a broker: settings, logging, metrics, time, tasks, shutdown.

pub mod bounded_file;
pub mod certificate;
pub mod clock;
pub mod data_lock;
pub mod fair_slots;
pub(crate) mod in_place;
pub mod last_backup;
pub mod machine;
pub mod metrics;
pub mod process;
pub mod queues;
pub mod settings;
pub mod shutdown;
pub mod supervisor;
pub mod telemetry;
pub mod timing;
pub mod traces;
pub mod web;
