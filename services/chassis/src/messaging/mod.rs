//! NATS: the connection, requests to other services, the relay from the log to the broker.

pub mod bus;
pub mod client;
mod client_error;
pub(crate) mod junk;
pub mod opened_texts;
pub mod provision;
pub(crate) mod record_header;
pub(crate) mod refusals;
pub(crate) mod relay;
mod request_meta;
mod sent_request;
pub mod stored_events;
