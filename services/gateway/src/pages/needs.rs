//! What is to be seen to besides the matter (紧急、特殊群体、语言、翻译、上门): a short sign in a row, words in the head of a
//! case and for readers.

use onestop_proto::{
    case::{NeedKind, NeedSettlement, Needs},
    ledger::{CaseRow, OverdueRow},
    personal::MatchingCase,
};
use serde_json::{Map, Value, json};

use super::{problems::Problems, shell::Page};
use crate::core::form_data::FormData;

/// One need, ready to be shown.
pub(super) struct Need {
    /// A class of the style sheet.
    pub(super) class: &'static str,
    pub(super) sign: String,
    pub(super) words: String,
}

/// What is known of the needs of a case.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownNeeds<'a> {
    /// Whether the case is urgent (紧急).
    pub(super) urgent: bool,
    pub(super) needs: &'a Needs,
    /// What of them was met or declined.
    pub(super) settled: &'a [NeedKind],
    /// How, and by whom, as far as that is known.
    pub(super) told: &'a [NeedSettlement],
}

impl Page<'_> {
    pub(super) fn needs(&self, row: &CaseRow) -> Vec<Need> {
        self.needs_of(KnownNeeds {
            urgent: row.urgent,
            needs: &row.needs,
            settled: &row.settled,
            told: &row.settlements,
        })
    }

    pub(super) fn late_needs(&self, row: &OverdueRow) -> Vec<Need> {
        self.needs_of(KnownNeeds {
            urgent: row.urgent,
            needs: &row.needs,
            settled: &row.settled,
            told: &row.settlements,
        })
    }

    pub(super) fn found_needs(&self, case: &MatchingCase) -> Vec<Need> {
        self.needs_of(KnownNeeds {
            urgent: case.urgent,
            needs: &case.needs,
            settled: &case.settled,
            told: &[],
        })
    }

    /// The needs that wait, in words; empty where there are none.
    pub(super) fn open_needs(&self, row: &CaseRow) -> String {
        let open = row.open_needs().into_iter();
        self.list(open.map(|need| self.i18n.text(need.text())))
    }

    /// One need of each kind, as rows show it.
    pub(super) fn need_legend(&self) -> Vec<Need> {
        vec![
            self.urgent(),
            self.need("speech", "need-interpreter-sign", "need-interpreter"),
            self.need("visit", "need-visit-sign", "need-visit"),
            self.need("care", "need-care-sign", "need-care-any"),
        ]
    }

    fn urgent(&self) -> Need {
        self.need("urgent", "need-urgent-sign", "need-urgent")
    }

    /// What is most pressing first. What was seen to is marked as that.
    pub(super) fn needs_of(&self, known: KnownNeeds<'_>) -> Vec<Need> {
        let KnownNeeds {
            urgent,
            needs,
            settled,
            told,
        } = known;
        let mut listed: Vec<Need> = urgent.then(|| self.urgent()).into_iter().collect();
        let owed = |kind: NeedKind, need: Need| {
            if settled.contains(&kind) {
                let how = told.iter().rfind(|one| one.need == kind);
                self.settled(&need, how)
            } else {
                need
            }
        };
        if let Some(language) = needs.language {
            let name = self.i18n.text(language.text());
            let speech = Need {
                class: "speech",
                sign: name.to_owned(),
                words: self.i18n.t1("need-language", "language", name),
            };
            listed.push(owed(NeedKind::Language, speech));
        }
        if needs.interpreter {
            let speech = self.need("speech", "need-interpreter-sign", "need-interpreter");
            listed.push(owed(NeedKind::Interpreter, speech));
        }
        if needs.home_visit {
            let visit = self.need("visit", "need-visit-sign", "need-visit");
            listed.push(owed(NeedKind::HomeVisit, visit));
        }
        if !needs.care.is_empty() {
            let groups = needs.care.iter();
            let groups = self.list(groups.map(|care| self.i18n.text(care.text())));
            listed.push(Need {
                class: "care",
                sign: self.i18n.t("need-care-sign"),
                words: self.i18n.t1("need-care", "groups", groups),
            });
        }
        listed
    }

    fn need(&self, class: &'static str, sign: &str, words: &str) -> Need {
        Need {
            class,
            sign: self.i18n.t(sign),
            words: self.i18n.t(words),
        }
    }

    /// A need that was met or declined.
    fn settled(&self, need: &Need, told: Option<&NeedSettlement>) -> Need {
        let name = need.words.as_str();
        let words = match told {
            None => self.i18n.t1("need-settled", "need", name),
            Some(told) => {
                let how = self.i18n.text(told.how.text()).to_owned();
                let how = self.list([how, self.person(&told.by)]);
                self.i18n.t2("need-settled-how", "need", name, "how", how)
            }
        };
        let mark = match told {
            Some(told) if !told.how.is_met() => "—",
            Some(_) | None => "✓",
        };
        Need {
            class: need.class,
            sign: format!("{} {mark}", need.sign),
            words,
        }
    }
}

/// Asks for which language an interpreter is needed: of Mandarin none is.
pub(super) fn check(typed: &FormData, page: &Page<'_>, problems: &mut Problems) {
    if lacks_language(typed) {
        problems.add("language-spoken", page.i18n.t("need-problem-language"));
    }
}

fn lacks_language(typed: &FormData) -> bool {
    typed.is_ticked("interpreter") && typed.filled("language").is_none()
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
    fn an_interpreter_is_needed_for_a_language() {
        for (typed, lacks) in [
            ("interpreter=yes&language=", true),
            ("interpreter=yes&language=sign", false),
            ("language=", false),
        ] {
            assert_eq!(lacks_language(&FormData::parse(typed)), lacks, "{typed}");
        }
    }

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
