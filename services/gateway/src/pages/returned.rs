//! How a case came back to its window, and what a unit decided against the citizen, in words: the same on every page.

use onestop_proto::{
    case::{Stage, TrackView},
    ids::ServiceItem,
    ledger::{CaseRow, UnitRefusal},
    referral::{Outcome, designate_step},
};

use super::shell::Page;

impl Page<'_> {
    /// How the case came back without a result, or why it was opened again.
    pub(super) fn return_words(&self, row: &CaseRow) -> Option<String> {
        if let Some(reason) = row.reopened {
            let reason = self.i18n.text(reason.text());
            return Some(self.i18n.t1("case-reopened", "reason", reason));
        }
        let back = row.back.as_ref()?;
        let by = back.by.as_ref().map(|unit| self.unit(unit));
        let reason = back.reason.map(|reason| {
            let colon = self.i18n.t("colon");
            format!("{colon}{}", self.i18n.text(reason.text()))
        });
        let how = self.i18n.text(back.how.text());
        let place = back.belongs_to.map(|place| {
            let place = self.place(&place);
            self.i18n.t1("returned-belongs-to", "place", place)
        });
        let (by, reason) = (by.unwrap_or_default(), reason.unwrap_or_default());
        Some(format!("{by} {how}{reason}{}", place.unwrap_or_default()))
    }

    /// The same while the window has the case and no unit has accepted it since.
    pub(super) fn open_return(&self, row: &CaseRow) -> Option<String> {
        let is_open = matches!(row.stage, Stage::AtWindow | Stage::Referred);
        let returned = is_open && row.reopened.is_none();
        returned.then(|| self.return_words(row)).flatten()
    }

    /// The bureau that is to designate a unit, in words.
    pub(super) fn designation(&self, row: &CaseRow) -> Option<String> {
        let step = row.step.as_ref();
        let step = step.filter(|clock| clock.step == designate_step())?;
        let unit = self.unit(&step.unit);
        Some(self.i18n.t1("act-designation", "unit", unit))
    }

    /// What a unit decided against the citizen: which unit, what, and on which ground.
    pub(super) fn refusal_words(&self, refusal: &UnitRefusal) -> String {
        let outcome = self.i18n.text(refusal.outcome.text());
        let day = self.day(&refusal.at.china_date());
        let said = self
            .i18n
            .t2("refusal-told", "unit", self.unit(&refusal.unit), "day", day);
        let colon = self.i18n.t("colon");
        match &refusal.ground {
            Some(ground) => {
                let ground = self.with_names(self.i18n.words(ground));
                format!("{said}{colon}{outcome}{}", self.in_brackets(ground))
            }
            None => format!("{said}{colon}{outcome}"),
        }
    }

    /// How the citizen objects to what a unit decided, where the law names a way; none of what was granted.
    fn remedy(&self, item: &ServiceItem, outcome: Outcome) -> Option<String> {
        let id = format!("remedy-{item}-{}", outcome.as_str());
        self.i18n.try_t(&id)
    }

    pub(super) fn row_remedy(&self, row: &CaseRow) -> Option<String> {
        self.remedy(&row.item, row.refusal.as_ref()?.outcome)
    }

    /// The same of a case that is tracked with its receipt.
    pub(super) fn tracked_remedy(&self, found: &TrackView) -> Option<String> {
        self.remedy(&found.item, found.outcome?)
    }
}
