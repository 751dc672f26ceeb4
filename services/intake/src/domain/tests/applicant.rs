//! Applicants: several people, an agent, a foreigner, a person without a document.

use jiff::civil::date;
use onestop_proto::case::{
    Agent, AgentKind, Applicant, Care, Document, DocumentKind, Event, Guardian, IdentityFault,
    Open, Opened, Person, Rejection, Respondent, Warning,
};

use super::*;
use crate::domain::Decision;

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
            guardian: None,
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
            guardian: None,
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

/// Who the other parties are is known or not; those that are named have names.
#[test]
fn another_party_has_a_name_and_perhaps_a_telephone_and_an_address() {
    let other = |name: &str, phone: Option<&str>| Respondent {
        name: name.to_owned(),
        phone: phone.map(str::to_owned),
        address: Some("勐梭村三组".to_owned()),
    };
    let named = vec![other("李岩", Some("13800138000")), other("王五", None)];
    let world = world();
    assert_eq!(
        opened(&world, with(|applicant| applicant.respondents = named)).warnings,
        []
    );
    for (wrong, at) in [
        (other(" ", None), "applicant.respondents[1].name"),
        (
            other("王五", Some("没有")),
            "applicant.respondents[1].phone",
        ),
    ] {
        let refused = refused(with(|applicant| {
            applicant.respondents = vec![other("李岩", None), wrong];
        }));
        let Rejection::Incomplete { field, .. } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(field, at);
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once_beside_its_field() {
    use onestop_proto::rejection::Explain;

    let refused = refused(with(|applicant| {
        applicant.people[0].phone = Some("12".to_owned());
        applicant.people[0].document =
            document_of(DocumentKind::IdentityCard, Some("110105194912310021"));
        applicant.people.push(Person::named("  "));
        applicant.summary = "字".repeat(2_001);
    }));
    let Rejection::Several { problems } = &refused else {
        panic!("{refused:?}")
    };
    let fields = problems.iter().map(|one| one.field.as_str());
    assert_eq!(
        fields.collect::<Vec<_>>(),
        [
            "applicant.people[0].phone",
            "applicant.people[0].document.number",
            "applicant.people[1].name",
            "applicant.summary",
        ]
    );
    let said = refused.rejected().message;
    assert!(said.zh.contains("证件号码有误") && said.zh.contains("申请人2姓名"));
    assert!(!said.zh.contains("申请人1"), "{}", said.zh);
    for sentence in [said.zh, said.en] {
        let is_path = sentence.contains("applicant.") || sentence.contains('[');
        assert!(!is_path, "{sentence}");
    }
}

#[test]
fn a_name_has_letters_and_a_birth_is_after_1850() {
    for name in [
        "？？",
        "123",
        "·",
        "\u{200d}",
        "——",
        "岩温\n玉香",
        "岩温\t玉香",
    ] {
        let nobody = refused(with(|applicant| {
            name.clone_into(&mut applicant.people[0].name)
        }));
        assert!(
            matches!(&nobody, Rejection::Incomplete { field, .. } if field.ends_with("name")),
            "{name}: {nobody:?}"
        );
    }
    let of_old = refused(with(|applicant| {
        applicant.people[0].birth = Some(date(1849, 12, 31));
    }));
    assert!(matches!(of_old, Rejection::Incomplete { field, .. } if field.ends_with("birth")));
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
    assert_eq!(opened.warnings, [Warning::NoDocument, Warning::MinorAlone]);
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

fn application(kind: DocumentKind, number: &str) -> Open {
    with(|applicant| applicant.people[0].document = document_of(kind, Some(number)))
}

fn fault(kind: DocumentKind, number: &str) -> Option<IdentityFault> {
    match world().after(&[]).when(application(kind, number)) {
        Ok(_) => None,
        Err(Rejection::WrongIdentityNumber { fault, .. }) => Some(fault),
        Err(other) => panic!("{other:?}"),
    }
}

/// 港澳台居民居住证 and the foreigners' permanent residence card of 2023 have the check digit of an identity card, and no
/// number passes on another document.
#[test]
fn every_number_with_a_check_digit_is_checked_and_belongs_to_its_kind() {
    use DocumentKind::{
        HmtResidencePermit, IdentityCard, Other, Passport, PermanentResidenceCard, ResidencePermit,
    };
    const HONG_KONG: &str = "810000199003071130";
    const TAIWAN: &str = "830000199807145012";
    const FOREIGNER: &str = "931120198309202011";
    const CHECK: Option<IdentityFault> = Some(IdentityFault::CheckDigit);
    const KIND: Option<IdentityFault> = Some(IdentityFault::OtherKind);
    let table = [
        (HmtResidencePermit, HONG_KONG, None),
        (HmtResidencePermit, TAIWAN, None),
        (HmtResidencePermit, "810000199003071131", CHECK),
        (HmtResidencePermit, ELDERLY, KIND),
        (PermanentResidenceCard, FOREIGNER, None),
        (PermanentResidenceCard, "931120198309202012", CHECK),
        (PermanentResidenceCard, HONG_KONG, KIND),
        (IdentityCard, HONG_KONG, KIND),
        (IdentityCard, FOREIGNER, KIND),
        // The kind from before these two: it takes both, and the older permits without a check digit.
        (ResidencePermit, TAIWAN, None),
        (ResidencePermit, "830000199807145013", CHECK),
        (ResidencePermit, ELDERLY, KIND),
        (ResidencePermit, "USA110082112301", None),
        (Passport, ELDERLY, KIND),
        (Other, HONG_KONG, KIND),
        (Passport, "E12345678", None),
    ];
    for (kind, number, expected) in table {
        assert_eq!(fault(kind, number), expected, "{kind} {number}");
    }
    // The date of birth in it counts: born in 1990, not a minor.
    let stated = with(|applicant| {
        applicant.people[0].document = document_of(HmtResidencePermit, Some(HONG_KONG));
        applicant.people[0].birth = Some(date(1990, 3, 8));
    });
    assert!(
        matches!(refused(stated), Rejection::Incomplete { field, .. } if field.ends_with("birth"))
    );
}

/// 护照, 港澳居民来往内地通行证, 台湾居民来往大陆通行证: their numbers have a shape, and no check digit.
#[test]
fn a_number_with_a_shape_belongs_to_its_kind() {
    use DocumentKind::{HmtTravelPermit, Other, Passport, TaiwanTravelPermit};
    const KIND: Option<IdentityFault> = Some(IdentityFault::OtherKind);
    const PASSPORT: Option<IdentityFault> = Some(IdentityFault::PassportForm);
    const HMT: Option<IdentityFault> = Some(IdentityFault::HmtPermitForm);
    const TAIWAN: Option<IdentityFault> = Some(IdentityFault::TaiwanPermitForm);
    let table = [
        (Passport, "E12345678", None),
        (Passport, "ｇ１２３４５６７８", None),
        (Passport, "MB 123456", None),
        // Of the Republic of Korea, or of Macao.
        (Passport, "M12345678", None),
        (Passport, "H12345678", KIND),
        (Passport, "110105491231002", KIND),
        (Passport, "1234", PASSPORT),
        (Passport, "P<CHNZHANG<<SAN", PASSPORT),
        (HmtTravelPermit, "h12345678", None),
        (HmtTravelPermit, "M1234567802", None),
        (HmtTravelPermit, "E12345678", KIND),
        (HmtTravelPermit, ELDERLY, KIND),
        (HmtTravelPermit, "H1234567", HMT),
        (TaiwanTravelPermit, "12345678", None),
        (TaiwanTravelPermit, "0012345601(B)", None),
        (TaiwanTravelPermit, "H12345678", KIND),
        (TaiwanTravelPermit, "830000199807145012", KIND),
        (TaiwanTravelPermit, "1234567", TAIWAN),
        (Other, "云字第1234号", None),
    ];
    for (kind, number, expected) in table {
        assert_eq!(fault(kind, number), expected, "{kind} {number}");
    }
}

/// As Chinese input methods type them.
#[test]
fn full_width_digits_are_digits() {
    assert_eq!(
        fault(
            DocumentKind::IdentityCard,
            "１１０１０５１９４９１２３１００２Ｘ"
        ),
        None
    );
    assert_eq!(
        fault(
            DocumentKind::IdentityCard,
            "１１０１０５１９４９１２３１００２１"
        ),
        Some(IdentityFault::CheckDigit)
    );
    let open = with(|applicant| {
        applicant.people[0].phone = Some("（０８７９）３２３１２３４".to_owned());
    });
    assert!(world().after(&[]).when(open).is_ok());
}

/// 民法典 art. 19-23, 法律援助法 art. 40.
#[test]
fn a_child_needs_a_statutory_agent_who_can_be_one() {
    // Born in June 2020, 2014 and 1990.
    const SIX: &str = "530821202006010010";
    const TWELVE: &str = "530821201406010015";
    const MOTHER: &str = "530821199006010016";
    let asked = |child: &str, agent: Option<(AgentKind, &str)>, item: &str, topic: &str| {
        let mut open = open(item, topic, TOWN);
        open.applicant.people[0].document = document_of(DocumentKind::IdentityCard, Some(child));
        open.applicant.agent = agent.map(|(kind, number)| Agent {
            kind,
            guardian: (kind == AgentKind::Statutory).then_some(Guardian::Parent),
            name: "玉香".to_owned(),
            phone: None,
            document: document_of(DocumentKind::IdentityCard, Some(number)),
            authority: "母亲".to_owned(),
        });
        world().after(&[]).when(open)
    };
    let aid = |child, agent| asked(child, agent, "legal-aid", "maintenance");
    let refused = |result: Decision| matches!(result, Err(Rejection::Incomplete { field, .. }) if field == "applicant.agent");
    assert!(refused(aid(SIX, None)));
    assert!(refused(aid(SIX, Some((AgentKind::Entrusted, MOTHER)))));
    assert!(refused(aid(SIX, Some((AgentKind::Statutory, TWELVE)))));
    assert!(aid(SIX, Some((AgentKind::Statutory, MOTHER))).is_ok());
    assert!(aid(SIX, Some((AgentKind::Kin, MOTHER))).is_ok());
    // Kin apply for legal aid, not for a certificate.
    let notary = |agent| asked(SIX, agent, "notarization", "kinship");
    assert!(refused(notary(Some((AgentKind::Kin, MOTHER)))));
    assert!(notary(Some((AgentKind::Statutory, MOTHER))).is_ok());
    // From eight on a minor may apply; the window gets a warning. Advice is open to every visitor.
    assert!(aid(TWELVE, None).is_ok());
    assert!(asked(SIX, None, "consultation", "family").is_ok());
}

/// 统一社会信用代码: a company asks a notary through a person, and gets no legal aid.
#[test]
fn a_company_is_no_natural_person() {
    const CODE: &str = "91350100M000100Y43";
    let asked = |item: &str, topic: &str, agent: Option<Agent>, code: &str| {
        let mut open = open(item, topic, TOWN);
        open.applicant.people[0].document = document_of(DocumentKind::CreditCode, Some(code));
        open.applicant.agent = agent;
        world().after(&[]).when(open)
    };
    let director = || Agent {
        kind: AgentKind::Entrusted,
        guardian: None,
        name: "岩温".to_owned(),
        phone: None,
        document: document_of(DocumentKind::IdentityCard, Some(ELDERLY)),
        authority: "法定代表人".to_owned(),
    };
    assert!(asked("notarization", "contract", Some(director()), CODE).is_ok());
    assert!(asked("notarization", "contract", None, CODE).is_err());
    assert!(asked("legal-aid", "labour-pay", Some(director()), CODE).is_err());
    let wrong = asked(
        "notarization",
        "contract",
        Some(director()),
        "91350100M000100Y44",
    );
    let Err(Rejection::WrongIdentityNumber { fault, .. }) = wrong else {
        panic!("{wrong:?}")
    };
    assert_eq!(fault, IdentityFault::CheckDigit);
}
