//! What a citizen with a receipt can ask (查询): the view, the query code, and the limit on guesses.

pub(crate) mod attempts;
pub(crate) mod query_code;
pub(crate) mod view;
