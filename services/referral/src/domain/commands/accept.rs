//! Accepting an offer (签收): custody moves to the unit.

use onestop_proto::referral::{Accept, Accepted, Event, Rejection};

use super::external_bodies;
use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    checks::no_conflict_of_interest,
    clocks,
    custody::Custody,
    offers::{answerable_offer, stop_answer_clock},
};

impl Action for Accept {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        Some(Party::unit(&custody.offer()?.to))
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let offer = answerable_offer(custody, self.handoff, context)?;
        no_conflict_of_interest(custody, &offer.to, context)?;
        let Some(subject) = &custody.subject else {
            return Err(Rejection::NothingOffered {
                holder: custody.holder().clone(),
            });
        };
        let accepted = Accepted {
            handoff: offer.handoff,
            from: custody.holder().clone(),
            to: offer.to.clone(),
            to_division: offer.to_division,
            item: subject.item.clone(),
            topic: subject.topic.clone(),
            place: subject.place,
            number: custody.number.clone(),
            requested_at: custody.application.requested_at,
            received_at: custody.application.received_at,
            given: external_bodies::disclosure(subject, &offer.to, context),
            at: context.happened_at(),
        };
        let mut events = vec![Event::from(accepted)];
        events.extend(stop_answer_clock(custody));
        events.extend(clocks::start_work(custody, offer.to_division, context));
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::test_support::*;
    use onestop_proto::referral::OfferEnd;

    #[test]
    fn an_open_offer_leaves_custody_where_it_was() {
        let world = world();
        assert_eq!(holder(&world.offered()), world.window);
    }

    #[test]
    fn acceptance_moves_custody() {
        let world = world();
        assert_eq!(holder(&world.accepted()), world.agency(COUNTY));
    }

    #[test]
    fn only_the_addressee_can_answer() {
        let world = world();
        let other = world.agency(PREFECTURE);
        let refused = world
            .scenario(&world.offered())
            .by(&other)
            .sends(Accept {
                handoff: handoff(1),
            })
            .unwrap_err();
        assert_eq!(
            refused,
            Rejection::NotAddressee {
                to: world.agency(COUNTY),
                unit: other
            }
        );
    }

    #[test]
    fn a_late_acceptance_is_rejected_and_names_the_hour() {
        let world = world();
        let agency = world.agency(COUNTY);
        let refused = world
            .scenario(&world.offered())
            .by(&agency)
            .at(day(20))
            .sends(Accept {
                handoff: handoff(1),
            })
            .unwrap_err();
        let Rejection::OfferOver { holder, .. } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(holder, world.window);
    }

    #[test]
    fn a_second_answer_learns_of_the_first() {
        let world = world();
        let agency = world.agency(COUNTY);
        let refused = world
            .scenario(&world.accepted())
            .by(&agency)
            .sends(Accept {
                handoff: handoff(1),
            })
            .unwrap_err();
        assert_eq!(
            refused,
            Rejection::OfferAnswered {
                handoff: handoff(1),
                end: OfferEnd::Accepted,
                by: agency.clone(),
                at: day(2),
                holder: agency,
            },
        );
    }
}
