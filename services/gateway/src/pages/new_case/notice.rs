//! The letter of an organ that asks, on the form of a registration.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::{
    core::{form_data::FormData, typed_dates},
    pages::{problems::Problems, shell::Page},
};

/// The fields of the form, with those of the command.
const FIELDS: [(&str, &str); 3] = [
    ("notice_organ", "organ"),
    ("notice_letter", "letter"),
    ("notice_received_on", "received_on"),
];

/// The field of the organ itself, where it is of another province.
const BODY: &str = "notice_body";

/// The letter, if anything of it is filled in; then all of it is needed, and what is wrong is added to the problems.
pub(super) fn notice(
    typed: &FormData,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Option<Map<String, Value>> {
    let mut needed = FIELDS.iter().map(|(name, _)| *name);
    let body = typed.filled(BODY);
    if needed.all(|name| typed.filled(name).is_none()) && body.is_none() {
        return None;
    }
    let mut data = Map::new();
    for (name, field) in FIELDS {
        let text = typed.filled(name).map(|text| match field {
            "received_on" => typed_dates::plain(text, page.now.china_date()),
            _ => text.to_owned(),
        });
        let fits = |text: &String| field != "received_on" || text.parse::<Date>().is_ok();
        match text.filter(fits) {
            Some(text) => {
                data.insert(field.to_owned(), json!(text));
            }
            None => problems.add(name, page.i18n.t("new-problem-notice")),
        }
    }
    if let Some(gravity) = typed.filled("notice_gravity") {
        data.insert("gravity".to_owned(), json!(gravity));
    }
    if let Some(body) = body {
        data.insert("body".to_owned(), json!(body));
    }
    Some(data)
}
