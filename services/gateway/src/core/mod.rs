//! What pages and the API share: languages, assets, the database, cookies, rate limits, notifications.

pub(crate) mod accept;
pub(crate) mod access_changes;
pub(crate) mod address_use;
pub(crate) mod answer_recorder;
pub(crate) mod assets;
pub(crate) mod bounded_stream;
pub(crate) mod budgets;
pub(crate) mod client_address;
pub(crate) mod command_schema;
pub(crate) mod cookies;
pub(crate) mod csv_file;
pub(crate) mod db;
pub(crate) mod filters;
pub(crate) mod form_data;
pub(crate) mod i18n;
pub(crate) mod metrics;
pub(crate) mod notifications;
pub(crate) mod outage;
pub(crate) mod page_error;
pub(crate) mod position_token;
pub(crate) mod post;
pub(crate) mod query_string;
pub(crate) mod rate_limit;
pub(crate) mod receipt_guesses;
pub(crate) mod request_decisions;
pub(crate) mod staff_names;
pub(crate) mod track_status;
pub(crate) mod training;
pub(crate) mod visibility;
pub(crate) mod wrong_short_codes;

pub(crate) use onestop_proto::typed_dates;
