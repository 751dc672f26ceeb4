//! Texts of commands that hold nothing that can be seen: each is read as one that was left empty, and refused as that.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use onestop_proto::{
    case,
    command::CommandType,
    legal_aid::{self, Assign},
    mediation, notarization, parking, personal,
    query::PersonQuestion,
    referral, registry, replication,
    typed::is_blank,
};
use serde_json::{Value, json};

const HIDDEN: &str = "\u{200b}\u{202e}\u{feff}";

/// The fields of a service's commands in which hidden characters are not read as nothing, and how many were tried.
fn unlike<C: CommandType>() -> (Vec<String>, usize) {
    let (mut unlike, mut tried) = (Vec::new(), 0);
    for (name, schema) in C::schemas() {
        let schema = schema.to_value();
        for (field, _) in schema["properties"].as_object().into_iter().flatten() {
            let read = |text: &str| {
                let data: Value = [(field.clone(), text)].into_iter().collect();
                match C::parse(name, data) {
                    Ok(read) => read.data().unwrap().to_string(),
                    Err(malformed) => malformed.to_string(),
                }
            };
            tried += 1;
            if read(HIDDEN) != read("") {
                unlike.push(format!("{name} {field}"));
            }
        }
    }
    (unlike, tried)
}

#[test]
fn every_field_of_every_command_reads_hidden_characters_as_nothing() {
    let all = [
        unlike::<case::Command>(),
        unlike::<personal::Command>(),
        unlike::<referral::Command>(),
        unlike::<legal_aid::Command>(),
        unlike::<notarization::Command>(),
        unlike::<mediation::Command>(),
        unlike::<registry::Command>(),
        unlike::<parking::Command>(),
        unlike::<replication::Command>(),
    ];
    let tried: usize = all.iter().map(|(_, tried)| tried).sum();
    let unlike: Vec<String> = all.into_iter().flat_map(|(unlike, _)| unlike).collect();
    assert!(unlike.is_empty(), "{unlike:?}");
    assert!(tried > 100, "{tried} fields");
}

/// The lawyer's firm and licence are texts that a decision requires (法律援助法 art. 43).
#[test]
fn a_firm_of_hidden_characters_is_no_firm() {
    let data = json!({ "firm": HIDDEN, "licence": format!("1530{HIDDEN}8202") });
    let read = legal_aid::Command::parse("assign", data).unwrap();
    let legal_aid::Command::Assign(Assign { firm, licence, .. }) = read else {
        panic!("{read:?}")
    };
    assert_eq!((firm.as_str(), licence.as_str()), ("", "15308202"));
}

#[test]
fn lines_stay() {
    let data = json!({ "firm": format!("一{HIDDEN}\n\t二"), "licence": "1" });
    let read = legal_aid::Command::parse("assign", data).unwrap();
    assert_eq!(read.data().unwrap()["firm"], "一\n\t二");
}

/// A reason for opening a person's data is kept for ever (个人信息保护法 art. 54): no sign in it hides, or turns what stands beside it.
#[test]
fn a_reason_of_hidden_characters_is_no_reason() {
    assert!(is_blank(HIDDEN) && is_blank(" \u{3000}"));
    assert!(!is_blank("查阅"));
    let case = "019ab0c4-8000-7000-8000-000000000001";
    let typed = json!({ "case": case, "reason": format!("投诉{HIDDEN}核查") });
    let clean = json!({ "case": case, "reason": "投诉核查" });
    let read = |data| format!("{:?}", PersonQuestion::parse("applicant", data));
    assert_eq!(read(typed), read(clean));
}
