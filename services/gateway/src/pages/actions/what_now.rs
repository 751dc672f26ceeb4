//! What the user can do after the case has changed under a form.

use super::ActionTemplate;

impl ActionTemplate<'_> {
    /// Whether the same can be sent again, or else what can be done instead.
    pub(super) fn what_now(&self) -> String {
        let i18n = &self.page.i18n;
        if self.possible {
            return i18n.t("conflict-kept");
        }
        let titles = self.view.titles();
        let titles = titles.iter().map(|title| i18n.words(title));
        let acts = self.page.list(titles);
        if acts.is_empty() {
            i18n.t1("conflict-nothing", "what", self.title())
        } else {
            i18n.t2("conflict-instead", "what", self.title(), "acts", acts)
        }
    }
}
