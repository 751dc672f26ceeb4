//! What is to be seen to besides the matter (紧急、特殊群体、语言、翻译、上门): a short sign in a row, words in the head of a
//! case and for readers.

use onestop_proto::{
    case::Needs,
    ledger::{CaseRow, OverdueRow},
    personal::MatchingCase,
};
use serde_json::{Map, Value, json};

use super::shell::Page;
use crate::core::form_data::FormData;

/// One need, ready to be shown.
pub(super) struct Need {
    /// A class of the style sheet.
    pub(super) class: &'static str,
    pub(super) sign: String,
    pub(super) words: String,
}

impl Page<'_> {
    pub(super) fn needs(&self, row: &CaseRow) -> Vec<Need> {
        let urgent = row.urgent.then(|| self.urgent());
        self.with_needs(urgent, &row.needs)
    }

    pub(super) fn late_needs(&self, row: &OverdueRow) -> Vec<Need> {
        let urgent = row.urgent.then(|| self.urgent());
        self.with_needs(urgent, &row.needs)
    }

    pub(super) fn found_needs(&self, case: &MatchingCase) -> Vec<Need> {
        let urgent = case.urgent.then(|| self.urgent());
        self.with_needs(urgent, &case.needs)
    }

    /// One need of each kind, as rows show it.
    pub(super) fn need_legend(&self) -> Vec<Need> {
        let need = |class, sign, words| Need {
            class,
            sign: self.i18n.t(sign),
            words: self.i18n.t(words),
        };
        vec![
            self.urgent(),
            need("speech", "need-interpreter-sign", "need-interpreter"),
            need("visit", "need-visit-sign", "need-visit"),
            need("care", "need-care-sign", "need-care-any"),
        ]
    }

    fn urgent(&self) -> Need {
        Need {
            class: "urgent",
            sign: self.i18n.t("need-urgent-sign"),
            words: self.i18n.t("need-urgent"),
        }
    }

    /// What is most pressing first.
    fn with_needs(&self, urgent: Option<Need>, needs: &Needs) -> Vec<Need> {
        let mut listed: Vec<Need> = urgent.into_iter().collect();
        let mut add = |class, sign: String, words: String| {
            listed.push(Need { class, sign, words });
        };
        if let Some(language) = needs.language {
            let name = self.i18n.text(language.text());
            let words = self.i18n.t1("need-language", "language", name);
            add("speech", name.to_owned(), words);
        }
        if needs.interpreter {
            let sign = self.i18n.t("need-interpreter-sign");
            add("speech", sign, self.i18n.t("need-interpreter"));
        }
        if needs.home_visit {
            add(
                "visit",
                self.i18n.t("need-visit-sign"),
                self.i18n.t("need-visit"),
            );
        }
        if !needs.care.is_empty() {
            let groups = needs.care.iter();
            let groups = self.list(groups.map(|care| self.i18n.text(care.text())));
            let words = self.i18n.t1("need-care", "groups", groups);
            add("care", self.i18n.t("need-care-sign"), words);
        }
        listed
    }
}

pub(super) fn ticked(typed: &FormData) -> Value {
    let mut needs = Map::new();
    let care: Vec<&str> = typed.all("care").collect();
    if !care.is_empty() {
        needs.insert("care".to_owned(), json!(care));
    }
    if let Some(language) = typed.filled("language") {
        needs.insert("language".to_owned(), json!(language));
    }
    for name in ["interpreter", "home_visit"] {
        if typed.is_ticked(name) {
            needs.insert(name.to_owned(), json!(true));
        }
    }
    Value::Object(needs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ticked_needs_are_registered() {
        assert_eq!(ticked(&FormData::default()), json!({}));
        let typed = FormData::parse("care=minor&language=lahu&interpreter=yes");
        assert_eq!(
            ticked(&typed),
            json!({ "care": ["minor"], "language": "lahu", "interpreter": true })
        );
    }
}
