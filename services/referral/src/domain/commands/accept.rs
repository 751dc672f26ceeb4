//! Accepting an offer (签收): custody moves to the unit.

use onestop_proto::{
    acting_person::ActingPerson,
    referral::{Accept, Accepted, Event, Rejection},
    time::Timestamp,
};

use super::external_bodies;
use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    clocks,
    custody::Custody,
    offers::{answerable_offer, is_answerable, stop_answer_clock},
    people::acting_opposite,
    search::remember,
    sides::{no_conflict_of_interest, one_unit_for_both, opposing_cases},
};

impl Action for Accept {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        Some(Party::unit(&custody.offer()?.to))
    }

    fn is_timely(custody: &Custody, now: Timestamp) -> bool {
        custody
            .offer()
            .is_some_and(|offer| is_answerable(offer, now))
    }

    /// The other side's case may have come to a unit since the offer.
    fn check_sender(custody: &Custody, context: &Context<'_>) -> Result<(), Rejection> {
        let Some(offer) = custody.offer() else {
            return Ok(());
        };
        no_conflict_of_interest(custody, &offer.to, context)?;
        one_unit_for_both(custody, &offer.to, context)
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let offer = answerable_offer(custody, self.handoff, context)?;
        Self::check_sender(custody, context)?;
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
            notice: subject.notice.clone(),
            respondents: subject.respondents,
            people: subject.people,
            opposing: opposing_cases(custody, context),
            other_side: other_side(custody, context),
            text_key: custody.text_key,
            given: external_bodies::disclosure(subject, &offer.to, context),
            at: context.happened_at(),
        };
        let mut events = vec![Event::from(accepted)];
        events.extend(stop_answer_clock(custody));
        events.extend(clocks::start_work(custody, offer.to_division, context));
        Ok(events)
    }
}

/// Who acts in the opposing party's cases.
fn other_side(custody: &Custody, context: &Context<'_>) -> Vec<ActingPerson> {
    let mut people = Vec::new();
    for (_, person) in acting_opposite(custody, context) {
        remember(&mut people, &person);
    }
    people
}

#[cfg(test)]
mod tests {
    use crate::domain::test_support::*;
    use onestop_proto::{free_text::TextKey, referral::OfferEnd};

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

    /// It comes with the request, survives a decline, and reaches the unit that accepts.
    #[test]
    fn the_number_of_other_parties_goes_with_the_case() {
        let world = world();
        let request = Trigger::ReferralRequested(ReferralSubject {
            respondents: Some(3),
            ..World::subject("legal-aid", "labour-pay", VILLAGE)
        });
        let mut events = world.begun();
        events.extend(world.scenario(&events).reacts_to(&request).unwrap());
        let decline = Decline {
            handoff: handoff(1),
            reason: ReturnReason::NoCapacity,
            belongs_to: None,
        };
        let county = world.scenario(&events).by(&world.agency(COUNTY));
        events.extend(county.with_handoff(handoff(2)).sends(decline).unwrap());
        let accept = Accept {
            handoff: handoff(2),
        };
        let prefecture = world.scenario(&events).by(&world.agency(PREFECTURE));
        let accepted = prefecture.sends(accept).unwrap();
        let Some(Event::Accepted(accepted)) = accepted.first() else {
            panic!("{accepted:?}")
        };
        assert_eq!(accepted.respondents, Some(3));
    }

    /// With it the specialist seals what the unit types.
    #[test]
    fn the_public_key_of_the_case_reaches_the_unit_that_accepts() {
        let world = world();
        let key = TextKey::new([7; 32]);
        let mut events = world.begun();
        if let Some(Event::CustodyTaken(taken)) = events.first_mut() {
            taken.text_key = Some(key);
        }
        let scenario = world.scenario(&events);
        events.extend(scenario.reacts_to(&World::request()).unwrap());
        let accept = Accept {
            handoff: handoff(1),
        };
        let county = world.scenario(&events).by(&world.agency(COUNTY));
        let accepted = county.sends(accept).unwrap();
        let Some(Event::Accepted(accepted)) = accepted.first() else {
            panic!("{accepted:?}")
        };
        assert_eq!(accepted.text_key, Some(key));
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
