//! What pages call units, people, places and steps, and how they write days, moments and lists.

use fluent_bundle::FluentArgs;
use jiff::civil::Date;
use onestop_proto::{
    clock::{Certainty, Due, Step},
    division::DivisionCode,
    ids::{ServiceItem, StaffId, Topic, UnitId},
    time::Timestamp,
};

use super::shell::Page;
use crate::core::{post::Post, typed_dates};

impl Page<'_> {
    pub(super) fn unit(&self, unit: &UnitId) -> String {
        let known = self.app.directory.unit(unit);
        known.map_or_else(|| unit.to_string(), |unit| unit.name.clone())
    }

    /// A post of an account: role and unit.
    pub(super) fn post(&self, post: &Post) -> String {
        let role = self.i18n.text(post.role.text());
        let unit = self.unit(&post.unit);
        self.i18n.t2("post-name", "role", role, "unit", unit)
    }

    /// The name of a person, or their account if it is not one of this gateway.
    pub(super) fn person(&self, staff: &StaffId) -> String {
        let known = self.app.staff_names.get(staff);
        known.unwrap_or_else(|| staff.to_string())
    }

    /// The name of a division, with those above it.
    pub(super) fn place(&self, place: &DivisionCode) -> String {
        self.app.directory.full_name(*place)
    }

    pub(super) fn about(&self, item: &ServiceItem, topic: &Topic) -> String {
        let words = self.app.directory.subject_name(item, topic);
        self.i18n.words(&words).to_owned()
    }

    /// The same on paper, which hides a sensitive topic.
    pub(super) fn about_on_paper(&self, item: &ServiceItem, topic: &Topic) -> String {
        let words = self.app.directory.subject_on_paper(item, topic);
        self.i18n.words(&words).to_owned()
    }

    /// The name of a step that has a time limit.
    pub(super) fn step_name(&self, step: &Step) -> String {
        let known = self.app.directory.step_name(step);
        known.map_or_else(
            || step.to_string(),
            |words| self.i18n.words(words).to_owned(),
        )
    }

    /// A moment in China: 2026年3月4日 15:20.
    pub(super) fn moment(&self, moment: &Timestamp) -> String {
        let day = self.day(&moment.china_date());
        format!("{day} {}", time_of_day(*moment))
    }

    /// A month: 2026年3月.
    pub(super) fn month(&self, day: &Date) -> String {
        let (year, month) = (day.year().to_string(), day.month().to_string());
        self.i18n.t2("month", "year", year, "month", month)
    }

    /// That the broker is away, and from when what the page says is.
    pub(super) fn outage(&self) -> Option<String> {
        Some(match self.outage?.heard {
            Some(heard) => {
                let (day, time) = (heard.china_date().to_string(), time_of_day(heard));
                self.i18n.t2("outage", "day", day, "time", time)
            }
            None => self.i18n.t("outage-unknown"),
        })
    }

    /// A day: 2026年3月4日. Texts of the contract are beside it; a sentence of a catalogue takes the day itself as its argument, and
    /// writes it in its own language.
    pub(super) fn day(&self, day: &Date) -> String {
        let mut args = FluentArgs::new();
        args.set("iso", day.to_string());
        args.set("year", day.year().to_string());
        args.set("month", day.month().to_string());
        args.set("day", day.day().to_string());
        self.i18n.of_contract().format("date", &args)
    }

    /// A last day, see [`Page::day_of`].
    pub(super) fn due_day(&self, due: &Due) -> String {
        self.day_of(&due.day, Some(due.certainty))
    }

    /// A day, and that it is provisional where the calendar behind it is not announced (暂定).
    pub(super) fn day_of(&self, day: &Date, certainty: Option<Certainty>) -> String {
        format!("{}{}", self.day(day), self.certainty_remark(certainty))
    }

    /// What is said beside a day that is not certain.
    pub(super) fn certainty_remark(&self, certainty: Option<Certainty>) -> String {
        let remark = certainty.and_then(Certainty::remark);
        remark.map_or_else(String::new, |remark| {
            self.in_brackets(self.i18n.text(remark))
        })
    }

    /// What a field shows of a day or moment.
    pub(super) fn typed_day(&self, day: &str) -> String {
        typed_dates::field_text(day, self.i18n.contract_language(), self.now.china_date())
    }

    /// Joins the elements of a list.
    pub(super) fn list<T: AsRef<str>>(&self, all: impl IntoIterator<Item = T>) -> String {
        let all: Vec<T> = all.into_iter().collect();
        let texts: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
        texts.join(&self.i18n.t("list-separator"))
    }
}

/// Hour and minute in China.
fn time_of_day(moment: Timestamp) -> String {
    let text = moment.china_text();
    let time = text.split_once(' ').map_or("", |(_, time)| time);
    time.get(..5).unwrap_or(time).to_owned()
}
