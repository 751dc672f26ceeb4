//! What an agreement says and what becomes of it, term by term (人民调解法 art. 29, 31).

use onestop_proto::{
    mediation::{AddTerm, Obligation, Performance, RecordTerm},
    rejection::Explain,
};

use super::{
    parties::{consent_of, count},
    *,
};

const NOON: &str = "2026-03-04 12:00:00";

/// One of the other parties pays.
pub(super) fn pay(person: u32, amount: &str) -> Command {
    Command::from(AddTerm {
        party: Party::Respondent,
        person: Some(person),
        obligation: Obligation::Pay,
        amount: Some(amount.parse().unwrap()),
        until: Some("2026-06-30".parse().unwrap()),
    })
}

fn restore() -> AddTerm {
    AddTerm {
        party: Party::Applicant,
        person: None,
        obligation: Obligation::Restore,
        amount: None,
        until: None,
    }
}

pub(super) fn recorded(term: u32, performance: Performance) -> Command {
    Command::from(RecordTerm {
        term,
        performance,
        on: "2026-03-03".parse().unwrap(),
    })
}

/// Two of the other parties pay a part each, and the applicant puts the wall back.
fn agreed() -> (World, Vec<Event>) {
    let world = world();
    let history = world.after([
        count(2),
        consent_of(1),
        consent_of(2),
        Accept {}.into(),
        mediators(),
        written(),
        pay(1, "3000"),
        pay(2, "1500.50"),
        restore().into(),
    ]);
    (world, history)
}

/// Art. 29: the agreement says who does what until when.
#[test]
fn a_term_says_who_what_how_much_and_until_when() {
    let (_, history) = agreed();
    let terms = state(&history).unwrap().details.terms;
    let said: Vec<_> = terms
        .iter()
        .map(|term| {
            let agreed = &term.agreed;
            let amount = agreed.amount.map(|amount| amount.fen());
            (agreed.term, agreed.party, agreed.person, amount)
        })
        .collect();
    assert_eq!(
        said,
        [
            (1, Party::Respondent, Some(1), Some(300_000)),
            (2, Party::Respondent, Some(2), Some(150_050)),
            (3, Party::Applicant, None, None),
        ]
    );
}

#[test]
fn money_has_an_amount_and_nothing_else_has_and_no_term_comes_twice() {
    let (world, history) = agreed();
    let silent = AddTerm {
        obligation: Obligation::Pay,
        ..restore()
    };
    let priced = AddTerm {
        amount: Some("1".parse().unwrap()),
        ..restore()
    };
    let incomplete = matter::Rejection::Incomplete {
        field: "amount".to_owned(),
    };
    for wrong in [silent, priced] {
        let refused = world.when(&history, NOON, wrong).unwrap_err();
        assert_eq!(refused, incomplete.clone().into());
    }
    let again = world.when(&history, NOON, pay(2, "1500.50"));
    assert_eq!(again.unwrap_err(), Rejection::TermKnown { term: 2 });
}

/// A form with several mistakes is sent again once.
#[test]
fn what_is_wrong_with_a_term_is_said_at_once() {
    let (world, history) = agreed();
    let wrong = AddTerm {
        party: Party::Respondent,
        person: Some(9),
        amount: Some("1".parse().unwrap()),
        until: Some("1850-01-01".parse().unwrap()),
        ..restore()
    };
    let rejected = world.when(&history, NOON, wrong).unwrap_err().rejected();
    assert_eq!(rejected.code, "several");
    let problems = rejected.details["problems"].as_array().unwrap().iter();
    let fields: Vec<_> = problems.map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["person", "amount", "day"]);
}

/// Art. 31: the committee watches over the performance; the whole is performed when every term is.
#[test]
fn the_whole_is_performed_when_every_term_is() {
    let (world, mut history) = agreed();
    history.extend(
        world
            .when(&history, NOON, recorded(1, Performance::Performed))
            .unwrap(),
    );
    history.extend(
        world
            .when(&history, NOON, recorded(2, Performance::NotPerformed))
            .unwrap(),
    );
    let early = world.when(&history, NOON, Perform {});
    let terms = "2, 3".to_owned();
    assert_eq!(early.unwrap_err(), Rejection::TermsOpen { terms });
    for term in [2, 3] {
        let performed = recorded(term, Performance::Performed);
        history.extend(world.when(&history, NOON, performed).unwrap());
    }
    let told = vec![OtherWay::Court];
    let broken = world.when(&history, NOON, Break { told });
    assert_eq!(broken.unwrap_err(), Rejection::TermsKept {});
    assert!(world.when(&history, NOON, Perform {}).is_ok());
}

#[test]
fn a_term_that_is_not_there_or_a_day_to_come_is_not_recorded() {
    let (world, history) = agreed();
    let none = world.when(&history, NOON, recorded(4, Performance::Performed));
    assert_eq!(none.unwrap_err(), Rejection::NoTerm { term: 4 });
    let to_come = RecordTerm {
        term: 1,
        performance: Performance::Performed,
        on: "2026-03-05".parse().unwrap(),
    };
    let day = "2026-03-05".to_owned();
    assert_eq!(
        world.when(&history, NOON, to_come).unwrap_err(),
        matter::Rejection::DayToCome { day }.into()
    );
}

/// Art. 31: what is watched over lies ahead within reason, and nothing was performed before the committee had the matter.
#[test]
fn a_term_is_due_and_performed_on_days_that_can_be() {
    let (world, history) = agreed();
    let outside = |day: &str, latest: &str| {
        Rejection::from(matter::Rejection::DayOutside {
            day: day.to_owned(),
            earliest: "2026-03-02".to_owned(),
            latest: latest.to_owned(),
        })
    };
    for day in ["1850-01-01", "9999-12-31"] {
        let term = AddTerm {
            until: Some(day.parse().unwrap()),
            ..restore()
        };
        let refused = world.when(&history, NOON, term);
        assert_eq!(refused.unwrap_err(), outside(day, "2056-03-04"));
    }
    let early = RecordTerm {
        term: 1,
        performance: Performance::Performed,
        on: "2020-01-01".parse().unwrap(),
    };
    let refused = world.when(&history, NOON, early);
    assert_eq!(refused.unwrap_err(), outside("2020-01-01", "2026-03-04"));
}

/// An agreement without recorded terms is recorded as performed or not as a whole, as before.
#[test]
fn an_agreement_without_terms_is_performed_as_a_whole() {
    let world = world();
    let history = world.after(seated_and([AgreeOrally {}.into()]));
    assert!(world.when(&history, NOON, Perform {}).is_ok());
}
