//! Applicants: several people, an agent, a foreigner, a person without a document.

use jiff::civil::date;
use onestop_proto::case::{
    Agent, AgentKind, Applicant, Care, Document, DocumentKind, Event, IdentityFault, Open, Opened,
    Person, Rejection, Warning,
};

use super::*;

/// Of the standard itself, GB 11643-1999: born on 31 December 1949, in 北京市朝阳区.
const ELDERLY: &str = "11010519491231002X";

fn document_of(kind: DocumentKind, number: Option<&str>) -> Option<Document> {
    Some(Document {
        kind,
        number: number.map(str::to_owned),
    })
}

fn with(change: impl FnOnce(&mut Applicant)) -> Open {
    let mut open = open("legal-aid", "labour-pay", TOWN);
    change(&mut open.applicant);
    open
}

fn opened(world: &World, open: Open) -> Opened {
    let events = world.after(&[]).when(open).unwrap();
    let Event::Opened(opened) = &events[0] else {
        panic!("{events:?}")
    };
    opened.clone()
}

fn refused(open: Open) -> Rejection {
    world().after(&[]).when(open).unwrap_err()
}

#[test]
fn a_foreigner_comes_with_a_passport_and_an_agent() {
    let world = world();
    let open = with(|applicant| {
        applicant.people[0].document = document_of(DocumentKind::Passport, Some("E12345678"));
        applicant.people.push(Person::named("Nang Mo"));
        applicant.agent = Some(Agent {
            kind: AgentKind::Entrusted,
            name: "玉香".to_owned(),
            phone: Some("+95 9 123 4567".to_owned()),
            document: document_of(DocumentKind::IdentityCard, Some(ELDERLY)),
            authority: "授权委托书".to_owned(),
        });
    });
    let opened = opened(&world, open);
    assert_eq!(opened.warnings, []);
    // Special care is due to those who ask, not to their agent.
    assert_eq!(opened.needs.care, []);
}

#[test]
fn an_agent_says_what_the_authority_rests_on() {
    let open = with(|applicant| {
        applicant.agent = Some(Agent {
            kind: AgentKind::Kin,
            name: "玉香".to_owned(),
            phone: None,
            document: None,
            authority: " ".to_owned(),
        });
    });
    let refused = refused(open);
    let Rejection::Incomplete { field, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(field, "applicant.agent.authority");
}

#[test]
fn a_number_that_cannot_be_is_refused_without_being_repeated() {
    use onestop_proto::rejection::Explain;

    let wrong = "110105194912310021";
    let refused = refused(with(|applicant| {
        applicant.people[0].document = document_of(DocumentKind::IdentityCard, Some(wrong));
    }));
    assert_eq!(
        refused,
        Rejection::WrongIdentityNumber {
            field: "applicant.people[0].document.number".to_owned(),
            fault: IdentityFault::CheckDigit
        }
    );
    let message = serde_json::to_string(&refused.rejected()).unwrap();
    assert!(!message.contains(wrong), "{message}");
}

#[test]
fn an_old_address_code_is_a_warning_and_age_is_care() {
    let world = world();
    let old_place = "532721194912310020";
    let document = |number: &str| {
        with(|applicant| {
            applicant.people[0].document = document_of(DocumentKind::IdentityCard, Some(number));
        })
    };
    let check = (0..10)
        .map(|digit| format!("{}{digit}", &old_place[..17]))
        .chain([format!("{}X", &old_place[..17])]);
    let taken: Vec<Opened> = check
        .filter_map(|number| world.after(&[]).when(document(&number)).ok())
        .filter_map(|events| match &events[..] {
            [Event::Opened(opened), ..] => Some(opened.clone()),
            _ => None,
        })
        .collect();
    let [taken] = taken.as_slice() else {
        panic!("one check digit of eleven is right, not {}", taken.len())
    };
    assert_eq!(taken.warnings, [Warning::OldAddressCode]);
    assert_eq!(taken.needs.care, [Care::Elderly]);
}

#[test]
fn without_a_document_the_case_is_opened_with_a_warning() {
    let world = world();
    let open = with(|applicant| {
        applicant.people[0].document = document_of(DocumentKind::None, None);
        applicant.people[0].birth = Some(date(2012, 6, 1));
    });
    let opened = opened(&world, open);
    assert_eq!(opened.warnings, [Warning::NoDocument]);
    assert_eq!(opened.needs.care, [Care::Minor]);
    let numbered = with(|applicant| {
        applicant.people[0].document = document_of(DocumentKind::None, Some("1"));
    });
    assert!(matches!(refused(numbered), Rejection::WithoutNumber { .. }));
}

#[test]
fn a_birth_that_the_number_contradicts_is_refused() {
    let refused = refused(with(|applicant| {
        applicant.people[0].document = document_of(DocumentKind::IdentityCard, Some(ELDERLY));
        applicant.people[0].birth = Some(date(1950, 1, 1));
    }));
    let Rejection::Incomplete { field, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(field, "applicant.people[0].birth");
}

#[test]
fn a_telephone_number_is_one_that_can_be_called() {
    let refused = refused(with(|applicant| {
        applicant.people[0].phone = Some("家里没有".to_owned());
    }));
    assert!(matches!(refused, Rejection::Incomplete { field, .. } if field.ends_with("phone")));
}
