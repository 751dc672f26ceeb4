//! What comes by an organ's letter (通知辩护、通知代理): no window applies for it, and no applicant's papers are asked for.

use onestop_proto::{
    case::{
        About, Agent, AgentKind, Applicant, Correct, Event, Open, Person, Rejection,
        RequestReferral,
    },
    ids::ServiceItem,
    legal_aid::{Gravity, Organ, OrganNotice},
    rejection::Explain as _,
};

use super::*;
use crate::domain::Reference;

fn letter(organ: Organ) -> OrganNotice {
    OrganNotice {
        organ,
        letter: "（2026）云0821刑初5号".to_owned(),
        received_on: "2026-11-20".parse().unwrap(),
        gravity: Gravity::Ordinary,
        body: None,
    }
}

fn opening(topic: &str, notice: Option<OrganNotice>) -> Open {
    Open {
        notice,
        ..open("legal-aid", topic, TOWN)
    }
}

fn with(change: impl FnOnce(&mut Applicant)) -> Open {
    let mut open = opening("defence-notified", Some(letter(Organ::Court)));
    change(&mut open.applicant);
    open
}

fn refused_field(open: Open) -> String {
    match world().after(&[]).when(open) {
        Err(Rejection::Incomplete { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

/// 法律援助法 art. 25, 28, 36.
#[test]
fn no_window_applies_for_a_notified_defence_in_the_defendants_name() {
    for topic in [
        "defence-notified",
        "defence-at-trial",
        "compulsory-treatment",
    ] {
        let refused = world().after(&[]).when(opening(topic, None));
        assert!(
            matches!(refused, Err(Rejection::NoticeMissing { .. })),
            "{topic}: {refused:?}"
        );
    }
    let Err(Rejection::NoticeMissing { organs, .. }) =
        world().after(&[]).when(opening("defence-notified", None))
    else {
        panic!("the organs are named")
    };
    assert_eq!(organs, [Organ::Court, Organ::Procuratorate, Organ::Police]);
}

#[test]
fn the_letter_goes_with_the_case_to_the_agency() {
    let notice = letter(Organ::Police);
    let opening = opening("defence-notified", Some(notice.clone()));
    let events = world().after(&[]).when(opening).unwrap();
    let [Event::Opened(opened), Event::ReferralRequested(requested)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(opened.notice.as_deref(), Some(&notice));
    assert_eq!(requested.subject.notice.as_ref(), Some(&notice));
}

/// 法律援助法 art. 24, 29, 31: these are applied for.
#[test]
fn a_letter_opens_nothing_that_is_applied_for() {
    for topic in ["labour-pay", "defence-applied", "victim-agency", "other"] {
        let opening = opening(topic, Some(letter(Organ::Court)));
        let Err(refused) = world().after(&[]).when(opening) else {
            panic!("{topic}")
        };
        let Rejection::NoticeUnfit { topics, .. } = &refused else {
            panic!("{refused:?}")
        };
        assert_eq!(
            topics,
            "defence-notified, defence-at-trial, compulsory-treatment, duty-lawyer-help"
        );
        says_names(&refused, topic);
        says_names(&refused, "defence-at-trial");
    }
}

/// People read what a topic is called, in each language, and not its code.
#[track_caller]
fn says_names(refused: &Rejection, topic: &str) {
    let directory = world().directory;
    let name = directory.topic_label(&ServiceItem::legal_aid(), &topic.parse().unwrap());
    let (name, said) = (name.unwrap(), refused.message());
    assert!(said.zh.contains(&name.zh), "{}", said.zh);
    assert!(said.en.contains(&name.en), "{}", said.en);
    assert!(!said.zh.contains(topic), "{}", said.zh);
}

/// 法律援助法 art. 36: what is refused names the kind of aid as the window knows it.
#[test]
fn a_refused_letter_names_the_topic_in_words() {
    let without = world().after(&[]).when(opening("defence-notified", None));
    says_names(&without.unwrap_err(), "defence-notified");
    let letter = letter(Organ::Police);
    let other = world()
        .after(&[])
        .when(opening("defence-at-trial", Some(letter)));
    says_names(&other.unwrap_err(), "defence-at-trial");
}

/// 法律援助法 art. 25 para. 2, 28: the court alone.
#[test]
fn each_letter_is_of_the_organ_that_writes_it() {
    for (topic, organ) in [
        ("defence-at-trial", Organ::Police),
        ("compulsory-treatment", Organ::Procuratorate),
        ("defence-notified", Organ::Custody),
    ] {
        let refused = world().after(&[]).when(opening(topic, Some(letter(organ))));
        assert!(
            matches!(refused, Err(Rejection::OrganUnfit { .. })),
            "{topic}: {refused:?}"
        );
    }
}

/// 法律援助法 art. 30, 37: by a letter, or because the person asks.
#[test]
fn a_duty_lawyer_is_asked_for_by_an_organ_or_by_the_person() {
    for notice in [None, Some(letter(Organ::Custody))] {
        let opening = opening("duty-lawyer-help", notice);
        assert!(world().after(&[]).when(opening).is_ok());
    }
}

#[test]
fn a_letter_has_a_number_and_was_received_by_now() {
    let tomorrow = OrganNotice {
        received_on: "2026-11-24".parse().unwrap(),
        ..letter(Organ::Court)
    };
    let late = opening("defence-notified", Some(tomorrow));
    assert_eq!(refused_field(late), "notice.received_on");
    let nameless = OrganNotice {
        letter: " ".to_owned(),
        ..letter(Organ::Court)
    };
    let nameless = opening("defence-notified", Some(nameless));
    assert_eq!(refused_field(nameless), "notice.letter");
}

/// 法律援助法 art. 36: the three days run from the receipt. A letter of an earlier day is entered late, with what that takes.
#[test]
fn a_letter_that_came_long_ago_is_entered_late() {
    let received = |day: &str| {
        let notice = OrganNotice {
            received_on: day.parse().unwrap(),
            ..letter(Organ::Court)
        };
        let world = world();
        let unexplained = world.after(&[]).because(None);
        unexplained.when(opening("defence-notified", Some(notice)))
    };
    for (day, code) in [
        ("1990-01-01", "entered-too-late"),
        ("2026-10-01", "entered-too-late"),
        ("2026-11-17", "late-reason-missing"),
    ] {
        assert_eq!(received(day).unwrap_err().rejected().code, code, "{day}");
    }
    assert!(received("2026-11-20").is_ok());
}

/// 法律援助法 art. 36: an organ of another province writes as well. It is one that the directory knows, as what it is.
#[test]
fn an_organ_of_another_province_is_one_of_the_directory() {
    let of = |organ, body: &str| OrganNotice {
        body: Some(body.parse().unwrap()),
        ..letter(organ)
    };
    for unknown in [
        of(Organ::Court, "chengdu-court"),
        // It is a legal aid agency, and no court.
        of(Organ::Court, "sichuan-legal-aid"),
    ] {
        let opened = opening("defence-notified", Some(unknown));
        assert_eq!(refused_field(opened), "notice.body");
    }
    let world = world();
    let wrong = OrganNotice {
        letter: "\u{200b}".to_owned(),
        ..of(Organ::Court, "chengdu-court")
    };
    let refused = world
        .after(&[])
        .when(opening("defence-notified", Some(wrong)));
    let Err(Rejection::Several { problems }) = refused else {
        panic!("{refused:?}")
    };
    let fields: Vec<_> = problems.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["notice.letter", "notice.body"]);
    let court = of(Organ::Court, "sichuan-high-court");
    let opened = world
        .after(&[])
        .when(opening("defence-notified", Some(court)));
    assert!(opened.is_ok(), "{opened:?}");
    // A procuratorate is no court, and the refusal names the courts that there are.
    let other = of(Organ::Court, "sichuan-procuratorate");
    let refused = world
        .after(&[])
        .when(opening("defence-notified", Some(other)));
    let sentence = refused.unwrap_err().message().zh;
    assert!(sentence.contains("四川省高级人民法院"), "{sentence}");
    assert!(!sentence.contains("四川省人民检察院"), "{sentence}");
}

/// 法律援助法 art. 25 (1): minors are those whom organs have to notify of. They do not apply, so no agent is asked for.
#[test]
fn the_person_whom_a_letter_is_about_needs_no_agent_and_has_none() {
    let child = |applicant: &mut Applicant| {
        applicant.people[0].birth = Some("2020-01-01".parse().unwrap());
    };
    assert!(world().after(&[]).when(with(child)).is_ok());
    let agent = |applicant: &mut Applicant| {
        applicant.agent = Some(Agent {
            kind: AgentKind::Kin,
            guardian: None,
            name: "玉香".to_owned(),
            phone: None,
            document: None,
            authority: "母亲".to_owned(),
        });
    };
    assert_eq!(refused_field(with(agent)), "applicant.agent");
    let two = |applicant: &mut Applicant| applicant.people.push(Person::named("玉香"));
    assert_eq!(refused_field(with(two)), "applicant.people");
}

#[test]
fn a_case_becomes_no_notified_defence_without_a_letter() {
    let world = world();
    let history = [world.opened()];
    let refer = RequestReferral {
        place: None,
        other: Some(About {
            item: "legal-aid".parse().unwrap(),
            topic: "defence-notified".parse().unwrap(),
        }),
    };
    let referred = world.after(&history).when(refer);
    let correct = Correct {
        topic: Some("defence-notified".parse().unwrap()),
        ..correction()
    };
    let given = world.after(&history).with(Reference::EventOfCase);
    for refused in [referred, given.when(correct)] {
        assert!(
            matches!(refused, Err(Rejection::NoticeMissing { .. })),
            "{refused:?}"
        );
    }
}

/// What was notified and goes on to another matter is applied for there.
#[test]
fn the_letter_stays_behind_where_it_says_nothing() {
    let world = world();
    let notice = Some(letter(Organ::Court));
    let opening = opening("defence-notified", notice.clone());
    let mut history = world.after(&[]).when(opening).unwrap();
    history.truncate(1);
    for (topic, kept) in [("defence-at-trial", notice), ("victim-agency", None)] {
        let refer = RequestReferral {
            place: None,
            other: Some(About {
                item: "legal-aid".parse().unwrap(),
                topic: topic.parse().unwrap(),
            }),
        };
        let events = world.after(&history).when(refer).unwrap();
        let [Event::ReferralRequested(requested)] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!(requested.subject.notice, kept, "{topic}");
    }
}
