use serde_json::json;

use super::*;
use crate::{
    division::DivisionCode,
    rejection::{CommonRejection, Explain},
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only parsed")]
struct Registration {
    place: DivisionCode,
    copies: Option<u8>,
    people: Vec<Person>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only parsed")]
struct Person {
    name: String,
    phone: Option<u32>,
}

fn misfits(value: Value) -> Vec<String> {
    let wrong = parse_field::<Registration>("data", value).unwrap_err();
    let all = std::iter::once(wrong.first).chain(wrong.others);
    all.map(|misfit| misfit.field).collect()
}

#[test]
fn the_field_that_does_not_fit_is_named() {
    let wrong = parse_field::<Registration>("data", json!({ "place": "5", "people": [] }));
    let wrong = wrong.unwrap_err();
    assert_eq!(wrong.first.field, "data.place");
    assert!(wrong.first.problem.contains("division code"));
    assert_eq!(wrong.others, []);
}

#[test]
fn all_that_does_not_fit_is_named_at_once() {
    let sent = json!({
        "copies": 4_000_000_000_u32,
        "colour": "red",
        "people": [{ "name": "岩温", "phone": "x" }, { "name": "玉香", "phone": "y" }],
        "place": "5",
    });
    let mut named = misfits(sent);
    named.sort();
    let wanted = [
        "data.colour",
        "data.copies",
        "data.people[0].phone",
        "data.people[1].phone",
        "data.place",
    ];
    assert_eq!(named, wanted);
}

/// A part that cannot be read without what does not fit does not hide what comes after it.
#[test]
fn what_comes_after_a_required_field_is_named_too() {
    let sent = json!({
        "copies": "many",
        "people": [{ "name": 5 }, { "name": "玉香", "phone": "y" }],
        "place": "5",
    });
    let mut named = misfits(sent);
    named.sort();
    assert_eq!(named, ["data.copies", "data.people[0].name", "data.place"]);
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dated {
    day: jiff::civil::Date,
    others: Vec<jiff::civil::Date>,
    note: String,
}

#[test]
fn days_are_read_as_people_type_them_and_texts_stay() {
    let note = "２０２６－０３－２０";
    let sent = json!({ "day": note, "others": ["2026年3月7日"], "note": note });
    let read: Dated = parse_field("data", sent).unwrap();
    assert_eq!(read.day.to_string(), "2026-03-20");
    assert_eq!(read.others[0].to_string(), "2026-03-07");
    assert_eq!(read.note, note);
    // Which year is meant, a program says.
    for wrong in ["3月7日", "明天", "２０２６－１３－０１"] {
        let sent = json!({ "day": wrong, "others": [], "note": "" });
        let wrong = parse_field::<Dated>("data", sent).unwrap_err();
        assert_eq!(wrong.first.field, "data.day");
    }
}

#[test]
fn what_is_missing_is_named_once() {
    assert_eq!(
        misfits(json!({ "place": "530821", "people": [{}] })),
        ["data.people[0]"]
    );
    assert_eq!(misfits(json!([])), ["data"]);
    assert_eq!(misfits(json!("x")), ["data"]);
}

/// Each costs a reading of the whole: a list of thousands would keep a thread busy for seconds.
#[test]
fn so_many_texts_of_one_value_are_read_as_people_type_them() {
    let read = |days: usize| {
        let others = vec!["2026年3月7日"; days];
        let sent = json!({ "day": "2026-03-07", "others": others, "note": "" });
        parse_field::<Dated>("data", sent)
    };
    assert_eq!(read(MOST_TYPED).unwrap().others.len(), MOST_TYPED);
    let refused = read(MOST_TYPED + 1).unwrap_err();
    assert_eq!(refused.first.field, format!("data.others[{MOST_TYPED}]"));
    assert!(refused.others.is_empty());
}

#[test]
fn all_that_was_left_out_is_named_at_once() {
    let problems = |value| {
        let wrong = parse_described::<Registration>("data", value).unwrap_err();
        let all = iter::once(wrong.first).chain(wrong.others);
        all.map(|misfit| (misfit.field, misfit.problem))
            .collect::<Vec<_>>()
    };
    let missing = |name| ("data".to_owned(), format!("missing field `{name}`"));
    assert_eq!(problems(json!({})), [missing("place"), missing("people")]);
    assert_eq!(problems(json!({ "place": "530821" })), [missing("people")]);
    let both = problems(json!({ "place": "5" }));
    assert_eq!(both.len(), 2, "{both:?}");
    assert_eq!(both[0].0, "data.place");
    assert_eq!(both[1], missing("people"));
}

/// A caller that sends long texts gets a short answer: a message of the broker is bounded.
#[test]
fn a_rejection_quotes_no_more_than_a_line() {
    let long = "村".repeat(50_000);
    let people: Vec<_> = (0..MOST)
        .map(|_| json!({ "name": "岩温", "phone": long }))
        .collect();
    let wrong = parse_field::<Registration>("data", json!({ "place": long, "people": people }));
    let wrong = CommonRejection::from(wrong.unwrap_err()).rejected();
    assert!(serde_json::to_string(&wrong).unwrap().len() < 64 * 1024);
}

#[test]
fn a_rejection_names_no_more_than_a_page_of_fields() {
    let people: Vec<_> = (0..100)
        .map(|_| json!({ "name": "岩温", "phone": "x" }))
        .collect();
    let named = misfits(json!({ "place": "530821", "people": people }));
    assert_eq!(named.len(), MOST);
}
