//! Withdrawing a case that is at the window (撤销申请). While a case is referred, referral decides (see
//! `service/withdrawal.rs`).

use onestop_proto::{
    case::{Event, Withdrawn},
    referral::RecallReason,
};

pub(super) fn decide() -> Vec<Event> {
    vec![Event::from(Withdrawn {
        reason: RecallReason::CitizenWithdrew,
    })]
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::Withdraw;

    use super::*;
    use crate::domain::{Trigger, test_support::*};

    #[test]
    fn a_case_at_the_window_is_withdrawn_there() {
        let world = world();
        let withdrawn = Event::from(Withdrawn {
            reason: RecallReason::CitizenWithdrew,
        });
        assert_eq!(
            world.after(&[world.opened()]).when(Withdraw {}).unwrap(),
            std::slice::from_ref(&withdrawn)
        );
        let recalled = Trigger::Recalled {
            reason: RecallReason::CitizenWithdrew,
        };
        let heard = world
            .after(&[world.opened(), world.requested()])
            .when_triggered(&recalled);
        assert_eq!(heard.unwrap(), [withdrawn]);
    }
}
