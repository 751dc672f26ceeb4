//! What is shown of the people of a case: a section for each of them, its lines in the order of the form.

use onestop_proto::case::{Agent, Applicant, Document, Person, Respondent};

use crate::core::{i18n::Translator, typed_dates};

/// A person, or what they say.
pub(super) struct Section {
    pub(super) heading: String,
    pub(super) lines: Vec<Line>,
}

pub(super) struct Line {
    pub(super) label: String,
    pub(super) text: String,
}

/// The applicants, their agent, the other parties by their places, and what is asked and answered.
pub(super) fn sections(
    applicant: &Applicant,
    (answer, visited_at): (Option<&str>, &[String]),
    i18n: &Translator<'_>,
) -> Vec<Section> {
    let Applicant {
        people,
        agent,
        summary,
        respondents,
    } = applicant;
    // One alone has no number.
    let heading = |id: &str, number: u32, of: usize| match of {
        1 => i18n.t(&format!("{id}-alone")),
        _ => i18n.t1(id, "number", number.to_string()),
    };
    let mut sections: Vec<Section> = (1..)
        .zip(people)
        .map(|(number, person)| Section {
            heading: heading("person-applicant", number, people.len()),
            lines: person_lines(person, i18n),
        })
        .collect();
    sections.extend(agent.as_ref().map(|agent| Section {
        heading: i18n.t("person-agent"),
        lines: agent_lines(agent, i18n),
    }));
    let others = (1..).zip(respondents).map(|(number, other)| Section {
        heading: heading("person-respondent", number, respondents.len()),
        lines: respondent_lines(other, i18n),
    });
    sections.extend(others);
    let mut lines = Lines::new(i18n);
    lines.add("person-summary", Some(summary));
    lines.add("person-answer", answer);
    for address in visited_at {
        lines.add("person-visited-at", Some(address));
    }
    if !lines.all.is_empty() {
        sections.push(Section {
            heading: i18n.t("person-request"),
            lines: lines.all,
        });
    }
    sections
}

/// Collects the lines that have a text.
struct Lines<'a> {
    i18n: &'a Translator<'a>,
    all: Vec<Line>,
}

impl<'a> Lines<'a> {
    const fn new(i18n: &'a Translator<'a>) -> Self {
        Self {
            i18n,
            all: Vec::new(),
        }
    }

    fn add(&mut self, label: &str, text: Option<impl AsRef<str>>) {
        let Some(text) = text else {
            return;
        };
        let text = text.as_ref();
        if !text.is_empty() {
            self.all.push(Line {
                label: self.i18n.t(label),
                text: text.to_owned(),
            });
        }
    }

    fn add_document(&mut self, document: Option<&Document>) {
        let Some(Document { kind, number }) = document else {
            return;
        };
        self.add("person-document", Some(self.i18n.text(kind.text())));
        self.add("person-document-number", number.as_ref());
    }
}

fn person_lines(person: &Person, i18n: &Translator<'_>) -> Vec<Line> {
    let Person {
        name,
        anonymous,
        phone,
        document,
        language,
        address,
        birth,
        capacity,
    } = person;
    // An anonymous person is shown as anonymous, not as a blank.
    let name = if *anonymous {
        i18n.t("person-anonymous")
    } else {
        name.clone()
    };
    let birth = birth.map(|day| {
        let text = day.to_string();
        typed_dates::field_text(&text, i18n.contract_language(), day)
    });
    let mut lines = Lines::new(i18n);
    lines.add("person-name", Some(name));
    lines.add("person-phone", phone.as_ref());
    lines.add_document(document.as_ref());
    lines.add("person-birth", birth);
    lines.add("person-language", language.map(|one| i18n.text(one.text())));
    lines.add("person-address", address.as_ref());
    lines.add("person-capacity", capacity.map(|one| i18n.text(one.text())));
    lines.all
}

fn agent_lines(agent: &Agent, i18n: &Translator<'_>) -> Vec<Line> {
    let Agent {
        kind,
        guardian,
        name,
        phone,
        document,
        authority,
    } = agent;
    let mut lines = Lines::new(i18n);
    lines.add("person-agent-kind", Some(i18n.text(kind.text())));
    lines.add("person-guardian", guardian.map(|one| i18n.text(one.text())));
    lines.add("person-name", Some(name));
    lines.add("person-phone", phone.as_ref());
    lines.add_document(document.as_ref());
    lines.add("person-authority", Some(authority));
    lines.all
}

fn respondent_lines(other: &Respondent, i18n: &Translator<'_>) -> Vec<Line> {
    let Respondent {
        name,
        phone,
        address,
    } = other;
    let mut lines = Lines::new(i18n);
    lines.add("person-name", Some(name));
    lines.add("person-phone", phone.as_ref());
    lines.add("person-address", address.as_ref());
    lines.all
}

#[cfg(test)]
mod tests {
    use onestop_proto::case;
    use serde_json::{Value, json};

    use super::*;
    use crate::core::{command_schema, i18n::Languages};

    /// An applicant with something in every field. Texts are such as no label has.
    fn whole() -> Value {
        json!({
            "people": [
                {
                    "name": "岩温", "phone": "13800138001", "language": "dai", "address": "新塘村2组",
                    "document": { "kind": "identity-card", "number": "530821199001010011" },
                    "birth": "1990-01-01", "capacity": "limited",
                },
                { "name": "", "anonymous": true },
            ],
            "agent": {
                "kind": "statutory", "guardian": "spouse", "name": "玉香", "phone": "13800138002",
                "document": { "kind": "passport", "number": "E00000000" }, "authority": "结婚证",
            },
            "summary": "拖欠工资",
            "respondents": [
                { "name": "甲公司", "phone": "0879-7230001", "address": "宁洱镇1号" },
            ],
        })
    }

    fn sections_in(tag: &str) -> Vec<Section> {
        let languages = Languages::load(None).unwrap();
        let applicant = serde_json::from_value(whole()).unwrap();
        sections(
            &applicant,
            (Some("已告知"), &["新塘村三组".to_owned()]),
            &languages.translator(Some(tag)),
        )
    }

    /// The fields of a part of applicants, as the command that registers them has it.
    fn schema_fields(part: &str) -> Vec<String> {
        let (schema, _) = command_schema::schema(&case::service(), "open").unwrap();
        let fields = schema["$defs"][part]["properties"].as_object().unwrap();
        fields.keys().cloned().collect()
    }

    #[test]
    fn the_sample_fills_every_field_of_the_schema() {
        let whole = whole();
        let parts = [
            ("Applicant", &whole),
            ("Person", &whole["people"][0]),
            ("Document", &whole["people"][0]["document"]),
            ("Agent", &whole["agent"]),
            ("Respondent", &whole["respondents"][0]),
        ];
        for (part, filled) in parts {
            for field in schema_fields(part) {
                let anonymous = field == "anonymous";
                assert!(anonymous || filled.get(&field).is_some(), "{part} {field}");
            }
        }
    }

    #[test]
    fn every_field_has_a_label_and_words_in_both_languages() {
        for (tag, words) in [
            (
                "zh-CN",
                ["居民身份证", "护照", "傣语", "法定代理人", "配偶"],
            ),
            (
                "en",
                [
                    "resident identity card",
                    "passport",
                    "Dai",
                    "statutory agent",
                    "spouse",
                ],
            ),
        ] {
            let sections = sections_in(tag);
            let counts: Vec<usize> = sections.iter().map(|one| one.lines.len()).collect();
            assert_eq!(counts, [8, 1, 7, 3, 3], "{tag}");
            let lines = || sections.iter().flat_map(|one| &one.lines);
            for line in lines() {
                assert!(!line.label.starts_with("person-"), "{tag}: {}", line.label);
            }
            for word in words {
                assert!(lines().any(|line| line.text == word), "{tag}: {word}");
            }
            for code in ["identity-card", "dai", "statutory", "limited", "true"] {
                assert!(!lines().any(|line| line.text == code), "{tag}: {code}");
            }
            let mut headings: Vec<&str> = sections.iter().map(|one| &*one.heading).collect();
            headings.dedup();
            assert_eq!(headings.len(), 5, "{tag}: a heading for each person");
        }
    }

    #[test]
    fn who_asks_alone_has_no_number() {
        let languages = Languages::load(None).unwrap();
        let i18n = languages.translator(Some("zh-CN"));
        let headings = |applicant: &Applicant| {
            let sections = sections(applicant, (None, &[]), &i18n).into_iter();
            sections.map(|one| one.heading).collect::<Vec<_>>()
        };
        let mut applicant: Applicant = serde_json::from_value(whole()).unwrap();
        assert_eq!(headings(&applicant)[..2], ["申请人1", "申请人2"]);
        applicant.people.truncate(1);
        assert_eq!(headings(&applicant)[0], "申请人");
        assert!(headings(&applicant).contains(&"被申请人".to_owned()));
    }

    #[test]
    fn the_lines_of_a_person_are_in_the_order_of_the_form() {
        let sections = sections_in("zh-CN");
        let first = sections.first().unwrap();
        let texts: Vec<&str> = first.lines.iter().map(|line| &*line.text).collect();
        assert_eq!(
            texts.get(..4).unwrap(),
            ["岩温", "13800138001", "居民身份证", "530821199001010011"]
        );
    }
}
