use onestop_proto::{command::CommandType, registry::Command};

use super::*;

#[test]
fn every_mistake_of_an_empty_form_is_found_at_once() {
    let empty = FormData::default();
    let mistakes = |command: &str, typed: &FormData| -> Vec<_> {
        let found = Change::of(command).unwrap().mistakes(typed).into_iter();
        found
            .map(|(field, message)| (field.name(), message))
            .collect()
    };
    let missing = |names: &[&'static str]| -> Vec<_> {
        names
            .iter()
            .map(|name| (*name, "problem-missing"))
            .collect()
    };
    assert_eq!(
        mistakes("set-limit", &empty),
        missing(&["step", "days", "basis"])
    );
    assert_eq!(mistakes("move-item-in", &empty), missing(&["item"]));
    assert_eq!(mistakes("confirm-entry", &empty), []);
    let mut typed = FormData::default();
    typed.set("step", "referral.accept");
    typed.set("days", "两天");
    typed.set("basis", "服务承诺");
    assert_eq!(mistakes("set-limit", &typed), [("days", "problem-number")]);
}

#[test]
fn a_day_is_typed_as_people_type_it_and_named_where_it_is_none() {
    let change = Change::of("declare-days-off").unwrap();
    let mut typed = FormData::default();
    typed.set("from", "12月10日");
    typed.set("until", "明天");
    let plain = change.with_plain_times(&typed, "2026-11-29".parse().unwrap());
    assert_eq!(plain.get("from"), "2026-12-10");
    let mistakes = change.mistakes(&plain).into_iter();
    let of_days: Vec<_> = mistakes
        .filter(|(field, _)| matches!(field, Field::Day(_)))
        .map(|(field, message)| (field.name(), message))
        .collect();
    assert_eq!(of_days, [("until", "problem-day")]);
}

#[test]
fn hours_are_typed_as_people_type_them_with_the_days_before_them() {
    let change = Change::of("set-hours").unwrap();
    let today = "2026-11-29".parse().unwrap();
    let plain = |hours: &str, ticked: &[&str]| {
        let mut typed = FormData::default();
        typed.set("hours", hours);
        typed.set_all("weekdays", ticked);
        change.with_plain_times(&typed, today)
    };
    let read = plain("周一至周三 ９点—１２点，下午2点到5点半", &[]);
    assert_eq!(read.get("hours"), "09:00-12:00 14:00-17:30");
    assert_eq!(
        read.all("weekdays").collect::<Vec<_>>(),
        ["mon", "tue", "wed"]
    );
    assert_eq!(change.mistakes(&read), []);
    let ticked = plain("9:00-12:00", &["sat"]);
    assert_eq!(ticked.all("weekdays").collect::<Vec<_>>(), ["sat"]);
    for (hours, ticked, problem) in [
        ("看情况", &[][..], "problem-hours"),
        ("9:00-12:00 2:00-5:30", &["mon"], "problem-hours"),
        ("周一 9-12", &["sat"], "problem-hours-days"),
    ] {
        let mistakes = change.mistakes(&plain(hours, ticked));
        assert_eq!(mistakes, [(Field::Hours, problem)], "{hours}");
    }
}

#[test]
fn every_kind_of_change_is_a_command_with_a_name_and_its_form_fits_it() {
    let mut typed = FormData::default();
    let filled = [
        ("unit", "s4k2m9qxa.legal-aid"),
        ("phone", "0879-7230001"),
        ("from", "2026年12月1日"),
        ("until", "2026.12.20"),
        ("opens", "20270301"),
        ("weekdays", "mon"),
        ("hours", "上午9点到12点 14:00-17:00"),
        ("items", "legal-aid"),
        ("names", "王律师、李律师"),
        ("state", "pilot"),
        ("evidence", "验收"),
        ("checkpoint", "premises-hall"),
        ("finding", "met"),
        ("step", "referral.accept"),
        ("days", "１"),
        ("day_kind", "working"),
        ("basis", "服务承诺"),
        ("holiday", "火把节"),
        ("item", "legal-aid.labour-pay"),
        ("papers", "identity-card"),
        ("residence", "urban"),
        ("base", "urban-allowance-month"),
        ("base_amount", "７００"),
        ("base_percent", "200"),
    ];
    for (name, text) in filled {
        typed.set(name, text);
    }
    for change in Change::all() {
        assert!(change.title().is_some(), "{}", change.command());
        let whole = change.fields().contains(&Field::Item);
        let about = if whole {
            "legal-aid"
        } else {
            "legal-aid.labour-pay"
        };
        typed.set("item", about);
        let plain = change.with_plain_times(&typed, "2026-11-29".parse().unwrap());
        let data = change.data("s4k2m9qxa", &plain);
        let parsed = Command::parse(change.command(), data.clone());
        assert!(parsed.is_ok(), "{}: {data}", change.command());
    }
}

/// What has to be filled in is marked before it is missed, as on the form of a registration.
#[test]
fn what_is_missed_in_an_empty_form_was_marked() {
    let empty = FormData::default();
    let mut marked = 0;
    for change in Change::all() {
        for field in change.fields() {
            let mut mistakes = change.mistakes(&empty).into_iter();
            let is_missed = mistakes.any(|(missed, _)| missed == *field);
            marked += usize::from(change.requires(field));
            let command = change.command();
            assert!(!is_missed || change.requires(field), "{command} {field:?}");
        }
    }
    assert!(marked > 10, "only {marked}");
    let template = include_str!("../../../../templates/changes.html");
    let labels = template.matches("{{ label }}").count();
    assert_eq!(
        template
            .matches("{{ label }}{% if change.requires(field) %}")
            .count(),
        labels
    );
}
