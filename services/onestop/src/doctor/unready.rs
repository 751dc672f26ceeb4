//! Why a service is not ready, by its own answer: each reason that its `/readyz` gives, with what to do about it.

use onestop_proto::{
    actor::ServiceName,
    replication::{Unready, UnreadyCause},
};

use super::{Finding, State};
use crate::output::Output;

/// A finding for each reason that no other check names.
pub(super) fn findings(
    service: &ServiceName,
    unready: &[Unready],
    output: &Output,
) -> Vec<Finding> {
    let to_do = |reason: &Unready| Some((reason.why.clone(), to_do(reason.cause)?));
    let reasons = unready.iter().filter_map(to_do);
    let about = format!("{} {service}", output.message("doctor-unready"));
    let finding = |(why, to_do): (String, ToDo)| {
        let found = Finding::good(&about, why);
        let found = found.but(to_do.state, output.message(to_do.message));
        match to_do.state {
            State::Bad => found,
            State::Good | State::Look => found.that_may_pass(),
        }
    };
    reasons.map(finding).collect()
}

struct ToDo {
    state: State,
    message: &'static str,
}

/// What to do about a reason; nothing where another check says it.
const fn to_do(cause: UnreadyCause) -> Option<ToDo> {
    let (state, message) = match cause {
        UnreadyCause::Log => (State::Bad, "doctor-unready-log"),
        UnreadyCause::Building | UnreadyCause::Asking => (State::Look, "doctor-unready-wait"),
        UnreadyCause::Broker => (State::Bad, "doctor-unready-broker"),
        UnreadyCause::Withheld => (State::Bad, "doctor-unready-withheld"),
        UnreadyCause::Disk => (State::Bad, "doctor-unready-disk"),
        UnreadyCause::Stopping | UnreadyCause::Other => (State::Bad, "doctor-unready-other"),
        UnreadyCause::Lease | UnreadyCause::Contradicted => return None,
    };
    Some(ToDo { state, message })
}

#[cfg(test)]
mod tests {
    use onestop_proto::{case, text::Language};

    use super::*;

    fn found(cause: UnreadyCause) -> Vec<Finding> {
        let unready = Unready {
            cause,
            why: "no list is named".to_owned(),
        };
        findings(&case::service(), &[unready], &Output::text_in(Language::En))
    }

    /// A node that was restored without its list of erasures takes no case: that is not good.
    #[test]
    fn a_service_that_withholds_its_work_is_named_with_what_to_do() {
        let named = found(UnreadyCause::Withheld);
        assert_eq!(named.len(), 1);
        assert_eq!(named[0].state, State::Bad);
        assert!(named[0].found.contains("no list is named"));
        assert!(named[0].about.contains("intake"));
        let to_do = named[0].to_do.as_deref().unwrap();
        assert!(to_do.contains("onestop backup erasures"), "{to_do}");
    }

    #[test]
    fn what_passes_by_itself_is_waited_for() {
        assert!(found(UnreadyCause::Building).iter().all(|one| one.may_pass));
        assert!(!found(UnreadyCause::Disk)[0].may_pass);
        // The lease and the subscribers have findings of their own.
        assert!(found(UnreadyCause::Lease).is_empty());
        assert!(found(UnreadyCause::Contradicted).is_empty());
    }
}
