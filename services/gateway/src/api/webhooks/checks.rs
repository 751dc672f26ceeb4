//! What can never be sent is refused when a webhook is registered or replayed, and not met when nothing comes.

use onestop_proto::{contract, problem_words::own};

use crate::api::error::ApiError;

/// Refuses types that no event has.
pub(super) fn check_types(types: &[String]) -> Result<(), ApiError> {
    let unknown = types.iter().position(|one| contract::title(one).is_none());
    unknown.map_or(Ok(()), |index| {
        let field = format!("data.types[{index}]");
        Err(ApiError::field(field, own::UNKNOWN_TYPE.en))
    })
}

/// Refuses a position that the journal, which goes on at `end`, has not come to.
pub(super) fn check_position(from: u64, end: u64) -> Result<(), ApiError> {
    if from <= end {
        return Ok(());
    }
    Err(ApiError::field("data.from", own::BEYOND_END.en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_no_event_has_and_positions_beyond_the_end_are_refused() {
        let known = "cn.onestop.referral.offered.v1".to_owned();
        assert!(check_types(std::slice::from_ref(&known)).is_ok());
        assert!(check_types(&[]).is_ok());
        let refused = check_types(&[known, "nonsense".to_owned()]);
        assert!(format!("{refused:?}").contains("types[1]"), "{refused:?}");
        assert!(check_position(7, 7).is_ok());
        assert!(check_position(8, 7).is_err());
    }
}
