//! The fields of a correction: filled from what was taken down, and read back as what it should have been.

use onestop_proto::case::{Applicant, Document, Needs};
use serde_json::json;

use crate::{
    core::form_data::FormData,
    pages::{agent_fields, needs, person_rows, respondent_rows},
};

/// The values of the form before the user changes it.
#[derive(Clone)]
pub(super) struct TakenDown {
    pub(super) applicant: Applicant,
    pub(super) needs: Needs,
}

impl TakenDown {
    /// The fields that say it, and the hidden ones by which a change is recognised.
    pub(super) fn fields(&self) -> FormData {
        let mut typed = FormData::default();
        let Self { applicant, needs } = self;
        typed.set("applicant", json!(applicant).to_string());
        typed.set("needs", json!(needs).to_string());
        if let Some(person) = applicant.people.first() {
            typed.set("name", person.name.clone());
            typed.set("phone", person.phone.clone().unwrap_or_default());
            typed.set("address", person.address.clone().unwrap_or_default());
            if let Some(document) = &person.document {
                typed.set("document_kind", document.kind.as_str());
                let number = document.number.clone().unwrap_or_default();
                typed.set("document_number", number);
            }
        }
        person_rows::fill(&mut typed, applicant.people.iter().skip(1));
        agent_fields::fill(&mut typed, applicant);
        typed.set("summary", applicant.summary.clone());
        respondent_rows::fill(&mut typed, &applicant.respondents);
        for care in &needs.care {
            typed.add("care", care.as_str());
        }
        if let Some(language) = needs.language {
            typed.set("language", language.as_str());
        }
        for (name, ticked) in [
            ("interpreter", needs.interpreter),
            ("home_visit", needs.home_visit),
        ] {
            typed.set(name, if ticked { "yes" } else { "" });
        }
        typed
    }

    /// What a form was filled from; none if its hidden fields are not of this page.
    pub(super) fn of(typed: &FormData) -> Option<Self> {
        Some(Self {
            applicant: serde_json::from_str(typed.get("applicant")).ok()?,
            needs: serde_json::from_str(typed.get("needs")).ok()?,
        })
    }

    /// What it should have been, by what was typed.
    pub(super) fn corrected(&self, typed: &FormData) -> Self {
        let mut applicant = self.applicant.clone();
        if let Some(person) = applicant.people.first_mut() {
            typed.get("name").clone_into(&mut person.name);
            // Who was unnamed is named from now on.
            person.anonymous &= person.name.is_empty();
            person.phone = typed.filled("phone").map(str::to_owned);
            person.address = typed.filled("address").map(str::to_owned);
            let kind = typed.filled("document_kind");
            let kind = kind.and_then(|kind| kind.parse().ok());
            person.document = kind.map(|kind| Document {
                kind,
                number: typed.filled("document_number").map(str::to_owned),
            });
        }
        let before = &self.applicant.people;
        let rows = person_rows::filled(typed).into_iter();
        let others = rows.map(|row| person_rows::person(typed, row, before.get(row + 1)));
        applicant.people.truncate(1);
        applicant.people.extend(others);
        agent_fields::correct(&mut applicant, typed);
        typed.get("summary").clone_into(&mut applicant.summary);
        let respondents = respondent_rows::respondents(typed);
        if respondents != respondent_rows::respondents(&self.fields()) {
            applicant.respondents = respondents;
        }
        let needs = serde_json::from_value(needs::ticked(typed));
        Self {
            applicant,
            needs: needs.unwrap_or_else(|_| self.needs.clone()),
        }
    }
}

/// Merges what the user typed with what another user changed meanwhile: the own changes stay, the rest is as it is now.
pub(super) fn carry_over(before: &FormData, typed: &FormData, now: &FormData) -> FormData {
    let mut carried = now.clone();
    let had = person_rows::filled(before).len();
    let added = person_rows::filled(now).len().saturating_sub(had);
    let others = respondent_rows::filled(before).len();
    let joined = respondent_rows::filled(now).len().saturating_sub(others);
    for name in typed.names() {
        let is_hidden = matches!(name, "applicant" | "needs" | "revision" | "csrf");
        let was: Vec<&str> = before.all(name).collect();
        let is: Vec<&str> = typed.all(name).collect();
        if !is_hidden && was != is {
            // People whom both have added are listed below each other.
            let moved = person_rows::moved(name, had, added)
                .or_else(|| respondent_rows::moved(name, others, joined));
            carried.set_all(moved.as_deref().unwrap_or(name), &is);
        }
    }
    // A box that was ticked and is not any more is not sent at all.
    for name in ["care", "interpreter", "home_visit"] {
        if before.filled(name).is_some() && typed.filled(name).is_none() {
            carried.set_all(name, &[]);
        }
    }
    carried
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Care, Person, Respondent, SpokenLanguage};

    use super::*;

    fn taken_down() -> TakenDown {
        let mut applicant = Applicant::named("岩温");
        applicant.people.push(Person::named("李四"));
        applicant.summary = "工地欠薪".to_owned();
        applicant.respondents.push(Respondent {
            name: "李岩".to_owned(),
            phone: None,
            address: Some("勐梭村,三组".to_owned()),
        });
        let needs = Needs {
            care: vec![Care::Elderly, Care::Woman],
            language: Some(SpokenLanguage::Lahu),
            interpreter: true,
            home_visit: false,
        };
        TakenDown { applicant, needs }
    }

    #[test]
    fn what_nobody_changes_stays() {
        let before = taken_down();
        let typed = before.fields();
        let read = TakenDown::of(&typed).unwrap();
        let after = read.corrected(&typed);
        assert!(after.applicant == before.applicant && after.needs == before.needs);
    }

    #[test]
    fn people_are_added_renamed_and_taken_off() {
        let before = taken_down();
        let mut typed = before.fields();
        typed.set("other-0-name", "");
        typed.set("other-1-name", "王五");
        typed.set("other-1-phone", "13900139000");
        typed.set("interpreter", "");
        let after = before.corrected(&typed);
        let names = after.applicant.people.iter().map(|one| one.name.as_str());
        assert_eq!(names.collect::<Vec<_>>(), ["岩温", "王五"]);
        assert!(!after.needs.interpreter && after.needs.care.len() == 2);
    }

    #[test]
    fn another_party_is_added_behind_the_others() {
        let before = taken_down();
        let mut typed = before.fields();
        typed.set("respondent-1-name", "王五");
        typed.set("respondent-1-phone", "13900139000");
        let after = before.corrected(&typed);
        let names = after.applicant.respondents.iter();
        let names: Vec<&str> = names.map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["李岩", "王五"]);
    }

    #[test]
    fn two_who_correct_at_once_lose_nothing() {
        let before = taken_down();
        let mut mine = before.fields();
        mine.set("phone", "13800138000");
        mine.set_all("care", &["woman"]);
        // The other gave the second a telephone number, and another name to the first.
        let mut theirs = before.clone();
        theirs.applicant.people[0].name = "岩文".to_owned();
        theirs.applicant.people[1].phone = Some("13900139000".to_owned());
        let carried = carry_over(&before.fields(), &mine, &theirs.fields());
        let after = TakenDown::of(&carried).unwrap().corrected(&carried);
        let [first, second] = after.applicant.people.as_slice() else {
            panic!("two people")
        };
        assert_eq!(first.name, "岩文");
        assert_eq!(first.phone.as_deref(), Some("13800138000"));
        assert_eq!(second.phone.as_deref(), Some("13900139000"));
        assert_eq!(after.needs.care, [Care::Woman]);
    }

    #[test]
    fn other_parties_whom_both_have_added_are_all_there() {
        let before = taken_down();
        let mut mine = before.fields();
        mine.set("respondent-1-name", "王五");
        let mut theirs = before.clone();
        let joined = Respondent {
            name: "赵六".to_owned(),
            phone: None,
            address: None,
        };
        theirs.applicant.respondents.push(joined);
        let carried = carry_over(&before.fields(), &mine, &theirs.fields());
        let after = TakenDown::of(&carried).unwrap().corrected(&carried);
        let names = after.applicant.respondents.iter();
        let names: Vec<&str> = names.map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["李岩", "赵六", "王五"]);
    }

    #[test]
    fn people_whom_both_have_added_are_all_there() {
        let before = taken_down();
        let mut mine = before.fields();
        mine.set("other-1-name", "王五");
        let mut theirs = before.clone();
        theirs.applicant.people.push(Person::named("赵六"));
        let carried = carry_over(&before.fields(), &mine, &theirs.fields());
        let after = TakenDown::of(&carried).unwrap().corrected(&carried);
        let names = after.applicant.people.iter().map(|one| one.name.as_str());
        assert_eq!(names.collect::<Vec<_>>(), ["岩温", "李四", "赵六", "王五"]);
    }
}
