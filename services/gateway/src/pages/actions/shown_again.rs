//! The form of a command that is shown again: after a refusal, or with what its author typed before.

use super::{ActionTemplate, form_spec::HANDOFF};
use crate::{
    core::{db::drafts::Draft, form_data::FormData},
    pages::problems::Problems,
};

impl ActionTemplate<'_> {
    pub(super) fn may_send(&self) -> bool {
        let was_sent = !self.problems.is_empty() && !self.spec.fields.is_empty();
        self.possible || was_sent
    }

    /// A draft is shown even if the case does not take the command now: its author reads and copies it.
    pub(super) fn shows_form(&self) -> bool {
        self.may_send() || self.restored.is_some()
    }

    /// Another user changed the case: who has it, its state, and that nothing typed is lost.
    pub(super) fn conflict(&self) -> Problems {
        let row = &self.head.row;
        let i18n = &self.page.i18n;
        let (unit, moment) = (self.page.unit(&row.holder), self.page.moment(&row.last_at));
        let holder = match &row.staff {
            Some(staff) => {
                let person = self.page.person(staff);
                format!("{person}{}", self.page.in_brackets(unit))
            }
            None => unit,
        };
        let moved = i18n.t2("conflict-moved", "what", self.title(), "moment", moment);
        let now = i18n.t2("conflict-now", "unit", holder, "standing", self.standing());
        let mut problems = Problems::default();
        problems.add("", format!("{moved}{now}"));
        if !self.spec.fields.is_empty() {
            problems.add("", i18n.t("conflict-kept"));
        }
        problems
    }

    /// What this form said before is done, and what it says now is not.
    pub(super) fn done_before(&self) -> Problems {
        let mut problems = Problems::default();
        problems.add("", self.page.i18n.t("action-done-before"));
        problems
    }

    /// Shows what was typed before, under its own key: if it was sent, and its answer lost, it is not done twice. The revision is
    /// that of this page.
    pub(super) fn restore(&mut self, draft: &Draft) {
        let mut typed = FormData::parse(&draft.text);
        let handoff = format!("f.{HANDOFF}");
        for name in ["case", "revision", &handoff] {
            typed.set(name, self.typed.get(name));
        }
        if typed.key().is_err() {
            typed.set("key", self.typed.get("key"));
        }
        self.typed = typed;
        self.restored = Some(draft.saved_at);
    }
}
