//! What a proposed change would do, in words.

use onestop_directory::{Site, Waiting};
use onestop_proto::{
    ids::ServiceItem,
    legal_aid::MeansBase,
    registry::{
        HoursSet, LimitSet, MeansLineSet, PapersSet, ProposedChange, StandardChecked, StateSet,
        Weekday,
    },
};

use super::fields::Change;
use crate::pages::shell::Page;

impl Page<'_> {
    /// What a change that waits would do, and when.
    pub(super) fn proposed(&self, waiting: &Waiting<'_>) -> String {
        self.change_words(&waiting.proposal.proposed.change, waiting.site)
    }

    /// What a change does, and when.
    pub(super) fn change_words(&self, change: &ProposedChange, site: &Site) -> String {
        let (kind, what) = self.proposed_change(change, site);
        let name = Change::of(kind).map_or_else(String::new, |change| self.change_name(change));
        let from = self.day(&change.from());
        let period = match change.until() {
            Some(until) => {
                let until = self.day(&until);
                self.i18n.t2("changes-period", "from", from, "until", until)
            }
            None => self.i18n.t1("changes-from", "from", from),
        };
        self.list([name, what, period])
    }

    /// Which command would do it, and what it says.
    fn proposed_change(&self, change: &ProposedChange, site: &Site) -> (&'static str, String) {
        match change {
            ProposedChange::ContactChanged(one) => {
                let said = [one.phone.clone(), one.address.clone()];
                ("change-contact", self.list(said.into_iter().flatten()))
            }
            ProposedChange::StateSet(one) => ("set-state", self.state_of(one)),
            ProposedChange::UnitFilled(one) => ("mark-full", self.unit(&one.unit)),
            ProposedChange::UnitFreed(one) => ("mark-free", self.unit(&one.unit)),
            ProposedChange::OpeningPlanned(one) => {
                let said = [Some(self.day(&one.opens)), one.reason.clone()];
                ("plan-opening", self.list(said.into_iter().flatten()))
            }
            ProposedChange::StandardChecked(one) => ("check-standard", self.check_of(one, site)),
            ProposedChange::HoursSet(one) => ("set-hours", self.hours_of(one)),
            ProposedChange::DutySet(one) => {
                let days = self.day_names(&one.weekdays);
                let said = std::iter::once(days).chain(one.names.iter().cloned());
                ("set-duty", self.list(said))
            }
            ProposedChange::LimitSet(one) => ("set-limit", self.limit_of(one)),
            ProposedChange::DaysOffDeclared(one) => {
                let said = [one.holiday.clone(), one.basis.clone()];
                ("declare-days-off", self.list(said))
            }
            ProposedChange::ItemMovedIn(one) => ("move-item-in", self.item_named(&one.item)),
            ProposedChange::ItemMovedOut(one) => ("move-item-out", self.item_named(&one.item)),
            ProposedChange::PapersSet(one) => ("set-papers", self.papers_of(one)),
            ProposedChange::MeansLineSet(one) => ("set-means-line", self.means_line_of(one)),
        }
    }

    fn state_of(&self, set: &StateSet) -> String {
        let state = self.i18n.text(set.state.text()).to_owned();
        let number = set.document_number.clone();
        let said = [Some(state), Some(set.evidence.clone()), number];
        self.list(said.into_iter().flatten())
    }

    fn check_of(&self, checked: &StandardChecked, site: &Site) -> String {
        let points = self.app.directory.checkpoints(site, checked.from);
        let mut points = points.into_iter().map(|(point, _)| point);
        let point = points.find(|point| point.id == checked.checkpoint);
        let point = point.map(|point| self.i18n.words(&point.name).to_owned());
        let found = self.i18n.text(checked.finding.text()).to_owned();
        let said = [point, Some(found), Some(checked.evidence.clone())];
        self.list(said.into_iter().flatten())
    }

    fn hours_of(&self, set: &HoursSet) -> String {
        let days = self.day_names(&set.weekdays);
        let hours = set.hours.iter().map(ToString::to_string);
        self.list(std::iter::once(days).chain(hours))
    }

    fn limit_of(&self, set: &LimitSet) -> String {
        let kind = self.i18n.text(set.day_kind.text());
        let length = format!("{} {kind}", set.days);
        self.list([self.step_name(&set.step), length, set.basis.clone()])
    }

    fn means_line_of(&self, set: &MeansLineSet) -> String {
        let residence = self.i18n.text(set.residence.text()).to_owned();
        let line = self.means_line_words(set.base, Some(set.base_amount), set.base_percent);
        self.list([residence, line, set.basis.clone()])
    }

    /// A line of means: 城市低保标准（月） 700 元的 200%.
    pub(super) fn means_line_words(
        &self,
        base: MeansBase,
        amount: Option<u64>,
        percent: u32,
    ) -> String {
        let base = self.i18n.text(base.text());
        let amount = amount.map(|amount| amount.to_string());
        let base = match amount {
            Some(amount) => {
                let amount = self.i18n.t1("changes-yuan", "amount", amount);
                format!("{base} {amount}")
            }
            None => base.to_owned(),
        };
        format!("{base} × {percent}%")
    }

    fn item_named(&self, item: &ServiceItem) -> String {
        let words = self.app.directory.item_name(item);
        self.i18n.words(&words).to_owned()
    }

    /// A matter, the papers that a place asks for, and what that rests on.
    fn papers_of(&self, set: &PapersSet) -> String {
        let matter = match &set.topic {
            Some(topic) => self.about(&set.item, topic),
            None => self.item_named(&set.item),
        };
        let mut said = vec![matter];
        for paper in &set.papers {
            let name = self.app.directory.material_name(paper);
            said.push(name.map_or_else(
                || paper.to_string(),
                |name| self.i18n.words(name).to_owned(),
            ));
        }
        if set.papers.is_empty() {
            said.push(self.i18n.t("changes-no-papers"));
        }
        said.push(set.basis.clone());
        self.list(said)
    }

    pub(super) fn proposed_by(&self, waiting: &Waiting<'_>) -> String {
        let Some(report) = &waiting.proposal.report else {
            return String::new();
        };
        let who = format!(
            "{} {}",
            self.unit(&report.by.unit),
            self.person(&report.by.staff)
        );
        let day = self.day(&report.on);
        self.i18n.t2("changes-proposed-by", "who", who, "day", day)
    }

    fn day_names(&self, weekdays: &[Weekday]) -> String {
        self.list(weekdays.iter().map(|day| self.i18n.text(day.text())))
    }
}
