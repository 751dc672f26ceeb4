//! Parses the form of a registration into the data of its command, or into the problems of its fields.

use jiff::civil::Date;
use onestop_proto::{
    case::{DocumentKind, SpokenLanguage},
    division::DivisionCode,
    ids::{CommandId, ServiceItem, StaffId, Topic},
    late_entry::LateEntry,
    legal_aid::Organ,
    time::Timestamp,
    typed::is_blank,
};
use serde_json::{Map, Value, json};

use super::{applicant::applicant, notice};
use crate::{
    core::{form_data::FormData, typed_dates},
    pages::{
        agent_fields, document_fields,
        lookup::find_place,
        needs,
        person_rows::{self, check_name, check_phone},
        problems::Problems,
        respondent_rows,
        shell::Page,
    },
};

/// Characters of the statement, as intake limits it.
pub(super) const SUMMARY: usize = 2_000;

/// Item, topic and place, as far as they are filled in.
#[derive(Debug, Clone, Default)]
pub(super) struct CaseSubject {
    pub(super) item: Option<ServiceItem>,
    pub(super) topic: Option<Topic>,
    pub(super) place: Option<DivisionCode>,
    pub(super) urgent: bool,
    /// What the citizen speaks, where it is not Mandarin.
    pub(super) language: Option<SpokenLanguage>,
    /// The organ whose letter opens the case, if one does.
    pub(super) organ: Option<Organ>,
    /// What the first of those who ask shows.
    pub(super) document: Option<DocumentKind>,
}

/// The day of the case: of paper that on which it was written, as far as that is filled in; else today.
pub(super) fn day_of(typed: &FormData, page: &Page<'_>) -> Date {
    let today = page.now.china_date();
    let written = typed
        .filled("occurred_at")
        .filter(|_| typed.has("channel", "paper"));
    let written = written.and_then(|text| typed_dates::plain(text, today).parse().ok());
    written.map_or(today, Timestamp::china_date)
}

/// The topic is dropped if it belongs to another item, or is not taken on the day of the case.
pub(super) fn subject(typed: &FormData, page: &Page<'_>) -> CaseSubject {
    let item: Option<ServiceItem> = typed.get("item").parse().ok();
    let (of, topic) = typed.get("topic").split_once('/').unwrap_or_default();
    let day = day_of(typed, page);
    let known = item.as_ref().filter(|item| item.as_str() == of);
    let known = known.and_then(|item| page.app.directory.item(item));
    let is_taken = |topic: &Topic| known.is_some_and(|item| item.topic_on(topic, day).is_some());
    CaseSubject {
        topic: topic.parse().ok().filter(is_taken),
        item,
        place: place(typed, page).ok(),
        urgent: typed.is_ticked("urgent"),
        language: typed.get("language").parse().ok(),
        organ: typed.get("notice_organ").parse().ok(),
        document: typed.get("document_kind").parse().ok(),
    }
}

/// The typed division, or those that match; where none is typed, that of the own window.
pub(super) fn place(typed: &FormData, page: &Page<'_>) -> Result<DivisionCode, Vec<DivisionCode>> {
    let (text, picked) = (typed.get("place"), typed.get("place_pick"));
    let own = page.session.and_then(|session| session.division(page.app));
    match own {
        Some(own) if is_blank(text) && is_blank(picked) => Ok(own),
        Some(_) | None => find_place(text, picked, page),
    }
}

pub(super) struct Registration {
    pub(super) key: CommandId,
    pub(super) data: Map<String, Value>,
    /// When it was written on paper.
    pub(super) occurred_at: Option<Timestamp>,
    /// Why it is entered late, and who approved it.
    pub(super) late_entry: Option<LateEntry>,
}

/// Parses the form, and adds to the problems. The caller looks up related cases.
pub(super) fn parse(
    typed: &FormData,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Option<Registration> {
    let say = |id: &str| page.i18n.t(id);
    let subject = subject(typed, page);
    check_subject(&subject, typed, page, problems);
    if is_blank(typed.get("name")) && !typed.is_ticked("anonymous") {
        problems.add("name", say("new-problem-name"));
    }
    check_name("name", typed, page, problems);
    check_phone("phone", typed, page, problems);
    document_fields::check_first(typed, page, problems);
    person_rows::check(typed, page, problems);
    person_rows::check_papers(typed, &[], page, problems);
    respondent_rows::check(typed, page, problems);
    agent_fields::check(typed, page, problems);
    agent_fields::check_body(subject.item.as_ref(), typed, page, problems);
    needs::check(typed, page, problems);
    let summary = typed.get("summary").chars().count();
    if summary > SUMMARY {
        let over = (summary - SUMMARY).to_string();
        problems.add("summary", page.i18n.t1("new-problem-summary", "over", over));
    }
    let occurred_at = occurred(typed, page, problems);
    let late_entry = late_entry(typed, page, problems);
    let letter = notice::notice(typed, page, problems);
    let key = typed.get("key").parse::<CommandId>();
    let Ok(key) = key else {
        problems.add("", say("problem-key"));
        return None;
    };
    if !problems.is_empty() {
        return None;
    }
    let mut data = data(&subject, typed);
    if let Some(letter) = letter {
        data.insert("notice".to_owned(), Value::Object(letter));
    }
    Some(Registration {
        key,
        data,
        occurred_at,
        late_entry,
    })
}

/// The data of the command, but for related cases and for what becomes of it.
fn data(subject: &CaseSubject, typed: &FormData) -> Map<String, Value> {
    let mut data = Map::new();
    let mut put = |name: &str, value: Value| data.insert(name.to_owned(), value);
    put("item", json!(subject.item));
    put("topic", json!(subject.topic));
    put("place", json!(subject.place));
    put(
        "channel",
        json!(typed.filled("channel").unwrap_or("window")),
    );
    put("applicant", applicant(typed));
    if subject.urgent {
        put("urgent", json!(true));
    }
    let needs = needs::ticked(typed);
    if needs.as_object().is_some_and(|needs| !needs.is_empty()) {
        put("needs", needs);
    }
    data
}

fn check_subject(
    subject: &CaseSubject,
    typed: &FormData,
    page: &Page<'_>,
    problems: &mut Problems,
) {
    if subject.item.is_none() {
        problems.add("item", page.i18n.t("new-problem-item"));
    }
    if let Some(id) = topic_problem(subject, typed) {
        problems.add("topic", page.i18n.t(id));
    }
    if subject.place.is_none() {
        let found = place(typed, page).err().unwrap_or_default();
        let id = match found.as_slice() {
            [] => "new-problem-no-place",
            [_] => "new-problem-place-far",
            _ => "new-problem-place",
        };
        problems.add("place", page.i18n.t(id));
    }
}

/// The message for a topic that is missing or does not fit; a chosen one is not judged before the item is chosen.
fn topic_problem(subject: &CaseSubject, typed: &FormData) -> Option<&'static str> {
    let is_chosen = !typed.get("topic").is_empty();
    match (&subject.item, &subject.topic) {
        (_, Some(_)) => None,
        (_, None) if !is_chosen => Some("new-problem-topic"),
        (Some(_), None) => Some("new-problem-topic-of-other"),
        (None, None) => None,
    }
}

fn occurred(typed: &FormData, page: &Page<'_>, problems: &mut Problems) -> Option<Timestamp> {
    let paper = typed.has("channel", "paper");
    match typed.filled("occurred_at") {
        Some(text) if paper => match typed_dates::plain(text, page.now.china_date()).parse() {
            Ok(moment) => Some(moment),
            Err(_) => {
                problems.add("occurred_at", page.i18n.t("new-problem-occurred"));
                None
            }
        },
        None if paper => {
            problems.add("occurred_at", page.i18n.t("new-problem-occurred"));
            None
        }
        Some(_) => {
            problems.add("occurred_at", page.i18n.t("new-problem-not-paper"));
            None
        }
        None => None,
    }
}

/// Why paper is entered late, and who approved it. Whether that is needed, the service decides.
fn late_entry(typed: &FormData, page: &Page<'_>, problems: &mut Problems) -> Option<LateEntry> {
    if !typed.has("channel", "paper") {
        for name in ["late_reason", "late_approver"] {
            if typed.filled(name).is_some() {
                problems.add(name, page.i18n.t("new-problem-late-not-paper"));
            }
        }
        return None;
    }
    let approver = typed.filled("late_approver");
    let Some(reason) = typed.filled("late_reason") else {
        if approver.is_some() {
            problems.add("late_reason", page.i18n.t("new-problem-late-reason"));
        }
        return None;
    };
    let approved_by = approver.map(str::parse::<StaffId>).transpose();
    match (reason.parse(), approved_by) {
        (Ok(reason), Ok(approved_by)) => Some(LateEntry::because(reason).naming(approved_by)),
        (Err(_), _) => {
            problems.add("late_reason", page.i18n.t("new-problem-late-reason"));
            None
        }
        (Ok(_), Err(_)) => {
            problems.add("late_approver", page.i18n.t("new-problem-late-approver"));
            None
        }
    }
}

pub(super) fn field(of_command: &str, typed: &FormData) -> String {
    let path = of_command.trim_start_matches("data.");
    if let Some(field) = person_rows::field_of(path, typed) {
        return field;
    }
    if let Some(field) = respondent_rows::field_of(path, typed) {
        return field;
    }
    if let Some(field) = agent_fields::field_of(path) {
        return field.to_owned();
    }
    let first = path.strip_prefix("applicant.people[0]").unwrap_or_default();
    let known = match (first, path) {
        (".document.number", _) => "document_number",
        (".document.kind" | ".document", _) => "document_kind",
        (".phone", _) | (_, "applicant.phone") => "phone",
        (".address", _) => "address",
        (".anonymous", _)
        | ("" | ".name", "applicant.people[0]" | "applicant.people[0].name" | "applicant.name")
        | (_, "applicant.people") => "name",
        (_, "applicant.summary") => "summary",
        (_, "opposed_to") => "opposed_to",
        (_, "notice" | "notice.organ") => "notice_organ",
        (_, "notice.letter") => "notice_letter",
        (_, "notice.received_on") => "notice_received_on",
        (_, "notice.gravity") => "notice_gravity",
        (_, "notice.body") => "notice_body",
        _ if path.starts_with("related") => "related",
        (_, "place") => "place",
        (_, "topic") => "topic",
        (_, "item") => "item",
        (_, "occurred_at") => "occurred_at",
        (_, "late_reason") => "late_reason",
        (_, "late_approver") => "late_approver",
        _ if path.starts_with("applicant.people[") => "others",
        _ => "",
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_form_is_told_of_its_topic_together_with_its_item() {
        let problem = |item: &str, typed: &str| {
            let subject = CaseSubject {
                item: item.parse().ok(),
                ..CaseSubject::default()
            };
            topic_problem(&subject, &FormData::parse(typed))
        };
        assert_eq!(problem("", ""), Some("new-problem-topic"));
        assert_eq!(problem("legal-aid", ""), Some("new-problem-topic"));
        assert_eq!(problem("", "topic=legal-aid/labour-pay"), None);
        let other = problem("mediation", "topic=legal-aid/labour-pay");
        assert_eq!(other, Some("new-problem-topic-of-other"));
    }

    #[test]
    fn a_field_of_the_command_is_found_on_the_page() {
        let typed = FormData::parse("other-1-name=李四");
        let field = |path: &str| field(path, &typed);
        assert_eq!(
            field("applicant.people[0].document.number"),
            "document_number"
        );
        assert_eq!(
            field("applicant.people[1].document.number"),
            "other-1-paper"
        );
        assert_eq!(field("applicant.people[0]"), "name");
        assert_eq!(field("applicant.people[2]"), "others");
        assert_eq!(field("data.place"), "place");
        assert_eq!(field("notice.received_on"), "notice_received_on");
        assert_eq!(field("notice.body"), "notice_body");
        assert_eq!(field("data.related[1]"), "related");
        assert_eq!(field("something.else"), "");
    }
}
