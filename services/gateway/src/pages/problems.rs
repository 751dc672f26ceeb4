//! Problems of a form, shown beside the field and in the summary above; and how a service's rejection becomes
//! one of them.

use onestop_proto::{
    case::FieldProblem,
    clock::Step,
    division::DivisionCode,
    field_names::field_words,
    http::field_of,
    ids::{CaseNumber, StaffId, Topic, UnitId},
    rejection::{Misfit, Rejected, RejectionKind},
    text::Language,
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::Value;

use super::shell::Page;
use crate::core::filters::{Expected, FilterReader};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The id of the field; empty if it concerns the whole form.
    pub(crate) field: String,
    pub(crate) message: String,
}

/// All problems, in the order of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    /// Adds a problem. The form shows all problems of one field beside it, in one line.
    pub(crate) fn add(&mut self, field: &str, message: impl Into<String>) {
        let message = message.into();
        let mut of_field = self.0.iter_mut();
        let known = of_field.find(|known| !field.is_empty() && known.field == field);
        match known {
            Some(known) if says(&known.message, &message) => {}
            Some(known) => known.message = format!("{} {message}", known.message),
            None => self.0.push(Problem {
                field: field.to_owned(),
                message,
            }),
        }
    }

    /// A rejection, at the field that it names; one of several fields at each.
    pub(crate) fn rejected(
        rejected: &Rejected,
        page: &Page<'_>,
        field: impl Fn(&str) -> String,
    ) -> Self {
        let mut problems = Self::default();
        let several = rejected.details.get("problems");
        let several = several.and_then(|all| Vec::<FieldProblem>::deserialize(all).ok());
        if let Some(several) = several.filter(|_| rejected.code == "several") {
            for one in &several {
                let message = page.with_names(page.i18n.words(&one.message));
                problems.add(&field(&one.field), message);
            }
            return problems;
        }
        if rejected.code == "malformed" {
            for misfit in misfits(rejected) {
                problems.add(&field(&misfit.field), page.misfit(&misfit));
            }
            return problems;
        }
        problems.add(&place(rejected, field), page.rejection(rejected));
        problems
    }

    /// The filters that could not be read: days and moments at their fields, what a link says above.
    pub(crate) fn of_filters(filters: &FilterReader, page: &Page<'_>) -> Self {
        let mut problems = Self::default();
        for one in filters.unreadable() {
            match one.expected {
                Expected::Day | Expected::Moment | Expected::EndOfPeriod => {
                    problems.add(&one.field, one.right(&page.i18n));
                }
                Expected::Other(_) => problems.add("", one.message(&page.i18n)),
            }
        }
        problems
    }

    /// What a field shows: what was typed if it has a problem, else what was read.
    pub(crate) fn typed_or(
        &self,
        field: &str,
        typed: &str,
        read: impl FnOnce() -> String,
    ) -> String {
        match self.at(field) {
            Some(_) => typed.to_owned(),
            None => read(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// Whether a problem concerns a field.
    pub(crate) fn has_field_problems(&self) -> bool {
        self.0.iter().any(|problem| !problem.field.is_empty())
    }

    pub(crate) fn at(&self, field: &str) -> Option<&str> {
        let found = self.0.iter().find(|problem| problem.field == field);
        found.map(|problem| problem.message.as_str())
    }

    pub(crate) fn class(&self, field: &str) -> &'static str {
        if self.at(field).is_some() { " bad" } else { "" }
    }
}

/// The form's field for a rejection; empty where it is about no single field.
fn place(rejected: &Rejected, field: impl Fn(&str) -> String) -> String {
    let named = field_of(rejected);
    named.map(|named| field(&named)).unwrap_or_default()
}

/// The fields that do not fit.
pub(super) fn misfits(rejected: &Rejected) -> Vec<Misfit> {
    let first = Misfit::deserialize(&rejected.details).ok();
    let others = rejected.details.get("others");
    let others = others.and_then(|all| Vec::<Misfit>::deserialize(all).ok());
    first
        .into_iter()
        .chain(others.into_iter().flatten())
        .collect()
}

/// The message for what is wrong with a field, with an example where it is typed in a way of its own.
pub(super) fn misfit_message(misfit: &Misfit) -> &'static str {
    let last = misfit.field.rsplit('.').next().unwrap_or_default();
    match last.split('[').next() {
        Some("hours") => "problem-hours",
        Some(_) | None => "problem-malformed",
    }
}

impl Page<'_> {
    pub(super) fn field_label(&self, path: &str) -> String {
        self.i18n.words(&field_words(path)).to_owned()
    }

    /// What is wrong with a field, and what would be right.
    pub(super) fn misfit(&self, misfit: &Misfit) -> String {
        let label = self.field_label(&misfit.field);
        self.misfit_of(&label, misfit_message(misfit), misfit)
    }

    /// The same of a field that a form calls otherwise, with the message for what it holds.
    pub(super) fn misfit_of(&self, label: &str, message: &str, misfit: &Misfit) -> String {
        let problem = misfit.words();
        let problem = self.i18n.words(&problem);
        self.i18n.t2(message, "field", label, "problem", problem)
    }

    /// The text of a rejection, with names in place of ids. A conflict also says who was first, and when.
    pub(crate) fn rejection(&self, rejected: &Rejected) -> String {
        let fact = |name: &str| rejected.details.get(name).and_then(Value::as_str);
        if rejected.code == "malformed" {
            let all: Vec<_> = misfits(rejected)
                .iter()
                .map(|misfit| self.misfit(misfit))
                .collect();
            return all.join(" ");
        }
        let message = self.i18n.rejection(rejected);
        // A service may be called as an item is.
        let message = match fact("who") {
            Some(who) => self.with_service(message, who),
            None => message.to_owned(),
        };
        let message = self.with_names(&message);
        let unit = |name: &str| fact(name).and_then(|text| text.parse::<UnitId>().ok());
        let at = fact("at").and_then(|text| text.parse::<Timestamp>().ok());
        match (rejected.kind, unit("by"), at) {
            (RejectionKind::Conflict, Some(by), Some(at)) => {
                let first = self.i18n.t2(
                    "conflict-first",
                    "unit",
                    self.unit(&by),
                    "moment",
                    self.moment(&at),
                );
                format!("{message} {first}")
            }
            _ => message,
        }
    }

    /// Names a service as people call it.
    fn with_service(&self, text: &str, who: &str) -> String {
        match self.i18n.try_t(&format!("service-{who}")) {
            Some(name) => text.replacen(who, &self.i18n.t1("service-named", "name", name), 1),
            None => text.to_owned(),
        }
    }

    /// Replaces numbers of cases, ids of units, divisions, items, topics, steps, papers and staff in a text by their names.
    pub(crate) fn with_names(&self, text: &str) -> String {
        with_words(text, |word| self.name_of(word))
    }

    /// Replaces accounts in a text by the names of their owners.
    pub(super) fn with_staff_names(&self, text: &str) -> String {
        with_words(text, |word| {
            let name = self.name_of_account(word);
            name.unwrap_or_else(|| word.to_owned())
        })
    }

    fn name_of(&self, word: &str) -> String {
        let trimmed = word.trim_end_matches('.');
        let ending = &word[trimmed.len()..];
        if let Ok(unit) = trimmed.parse::<UnitId>()
            && let Some(unit) = self.app.directory.unit(&unit)
        {
            return format!("{}{ending}", unit.name);
        }
        if let Ok(number) = trimmed.parse::<CaseNumber>() {
            return format!("{}{ending}", self.case_name(&number));
        }
        if let Ok(division) = trimmed.parse::<DivisionCode>()
            && trimmed.len() == 12
        {
            return format!("{}{ending}", self.place(&division));
        }
        let known = self.name_of_code(trimmed);
        let known = known.or_else(|| self.name_of_account(trimmed));
        known.map_or_else(|| word.to_owned(), |name| format!("{name}{ending}"))
    }

    /// The name of a colleague by their account. An English sentence may have the word of an account that has no hyphen.
    fn name_of_account(&self, word: &str) -> Option<String> {
        if self.i18n.contract_language() == Language::En && !word.contains('-') {
            return None;
        }
        self.app.staff_names.get(&word.parse::<StaffId>().ok()?)
    }

    /// The name of an item, a topic, a step or a paper. In a sentence written in letters, a word without a hyphen is what
    /// it says.
    fn name_of_code(&self, word: &str) -> Option<String> {
        let directory = &self.app.directory;
        let is_word = self.i18n.contract_language() == Language::En && !word.contains(['-', '.']);
        if is_word || word.parse::<f64>().is_ok() {
            return None;
        }
        if let Ok(step) = word.parse::<Step>() {
            let name = directory.step_name(&step)?;
            return Some(self.i18n.words(name).to_owned());
        }
        let id: Topic = word.parse().ok()?;
        let mut items = directory.items();
        let item = items.find(|item| item.id.as_str() == word);
        let mut topics = directory.items().flat_map(|item| &item.topics);
        let name = item
            .map(|item| &item.name)
            .or_else(|| Some(&topics.find(|topic| topic.id == id)?.name))
            .or_else(|| directory.material_name(&id))?;
        Some(self.i18n.words(name).to_owned())
    }
}

/// Whether what is said of a field holds this sentence already.
fn says(said: &str, sentence: &str) -> bool {
    format!(" {said} ").contains(&format!(" {sentence} "))
}

/// The text with each word that may be an id or a number of a case replaced.
fn with_words(text: &str, replaced: impl Fn(&str) -> String) -> String {
    let is_of_id = |letter: char| letter.is_ascii_alphanumeric() || letter == '.' || letter == '-';
    let mut whole = String::with_capacity(text.len());
    for part in text.split_inclusive(|letter| !is_of_id(letter)) {
        let word = part.trim_end_matches(|letter| !is_of_id(letter));
        if !word.is_empty() {
            whole.push_str(&replaced(word));
        }
        whole.push_str(part.strip_prefix(word).unwrap_or_default());
    }
    whole
}

#[cfg(test)]
mod tests {
    use onestop_proto::{
        legal_aid,
        problem_words::own,
        rejection::{CommonRejection, Explain, Malformed},
    };

    use super::*;

    #[test]
    fn words_that_may_be_ids_are_replaced_and_nothing_else() {
        let replaced = |text: &str| with_words(text, |word| format!("[{word}]"));
        let text = "由 li-hua、wang 办理";
        assert_eq!(replaced(text), "由 [li-hua]、[wang] 办理");
    }

    /// Of several numbers in one field each that is wrong is named beside it.
    #[test]
    fn all_that_is_wrong_with_a_field_stands_beside_it() {
        let mut problems = Problems::default();
        for (field, message) in [
            ("related", "没有 001。"),
            ("", "请核对。"),
            ("related", "没有 002。"),
            ("related", "没有 002。"),
            ("", "请重发。"),
        ] {
            problems.add(field, message);
        }
        assert_eq!(problems.at("related"), Some("没有 001。 没有 002。"));
        assert_eq!(problems.iter().count(), 3);
    }

    /// A rejection names its field by a detail or by its code.
    #[test]
    fn a_rejection_stands_at_the_field_that_is_to_be_mended() {
        let at = |rejection: legal_aid::Rejection| {
            place(&rejection.rejected(), |named| format!("f.{named}"))
        };
        let early = legal_aid::Rejection::LastDayTooEarly {
            last_day: "2026-03-02".to_owned(),
            notice: "2026-03-04".to_owned(),
        };
        assert_eq!(at(early), "f.last_day");
        assert_eq!(
            at(legal_aid::Rejection::ExemptionUnnamed {}),
            "f.exempt_group"
        );
        assert_eq!(at(legal_aid::Rejection::MeansFirst {}), "");
    }

    /// Each field that does not fit is named with what is wrong, so that a text typed as a sealed one is told apart.
    #[test]
    fn a_text_typed_as_a_sealed_one_has_words_of_its_own() {
        let mut malformed = Malformed::new("data.why", own::TYPED_AS_SEALED.en);
        let other = Malformed::new("data.place", "missing field `place`");
        malformed.others.push(other.first);
        let rejected = CommonRejection::from(malformed).rejected();
        let misfits = misfits(&rejected);
        let fields: Vec<&str> = misfits.iter().map(|misfit| misfit.field.as_str()).collect();
        assert_eq!(fields, ["data.why", "data.place"]);
        assert_eq!(misfits[0].words().zh, own::TYPED_AS_SEALED.zh);
        assert!(misfits[1].words().zh.contains("没有填写管辖地"));
    }
}
