//! What people call the fields of commands: a sentence for them names no path of a program.

use crate::{catalogue::BuiltInCatalogue, text::Words};

static NAMES: BuiltInCatalogue = BuiltInCatalogue::new(
    include_str!("../texts/zh-CN/fields.ftl"),
    include_str!("../texts/en/fields.ftl"),
);

/// A field that has no name of its own.
const OTHER: &str = "other-field";

/// What people call a parameter of a question, by its path.
#[must_use]
pub fn parameter_words(question: &str, path: &str) -> Words {
    let name = path.rsplit('.').next().unwrap_or_default();
    of_parameter(&format!("{question}.{name}")).unwrap_or_else(|| field_words(path))
}

/// What people call a field by its path: 申请人2证件号码 for `applicant.people[1].document.number`.
///
/// ```
/// use onestop_proto::field_names::field_words;
/// let words = field_words("data.applicant.people[1].document.number");
/// assert_eq!(words.zh, "申请人2证件号码");
/// // The first has no number, as on the form: mostly they ask alone.
/// assert_eq!(field_words("applicant.people[0].address").zh, "住址");
/// assert_eq!(field_words("data.address").zh, "地址");
/// assert_eq!(field_words("no_such.field").zh, "所填内容");
/// // All of it; and the content of a file, which a field of that name holds.
/// assert_eq!(field_words("data").zh, "所填内容");
/// assert_eq!(field_words("data.data").zh, "文件内容");
/// assert_eq!(field_words("data.name").zh, "文件名");
/// assert_eq!(field_words("data.applicant.people[0].name").zh, "姓名");
/// ```
pub fn field_words(path: &str) -> Words {
    let is_whole = path == "data";
    // A person's is within the applicant.
    let is_of_file = path == "data.name";
    let path = path.trim_start_matches("data.");
    if let Some(words) = of_parameter(path) {
        return words;
    }
    let last = path.rsplit('.').next().unwrap_or_default();
    let id = match path {
        _ if is_whole => OTHER,
        _ if is_of_file => "name-of-file",
        _ if path.ends_with("document.number") => "number-of-document",
        // Of a site or a unit; a person's is within the applicant.
        "address" => "address-of-place",
        _ => last.split('[').next().unwrap_or_default(),
    };
    let field = NAMES.find(id);
    let field = field.unwrap_or_else(|| NAMES.words(OTHER, &[]));
    if let Some(number) = number(path, "applicant.people[") {
        if number == 1 {
            return field;
        }
        let number = ("number", (&number).into());
        return if path.ends_with(']') {
            NAMES.words("one-person", &[number])
        } else {
            NAMES.words("of-person", &[number, ("field", field.into())])
        };
    }
    if let Some(number) = number(path, "applicant.respondents[") {
        let (number, field) = ((&number).into(), field.into());
        return NAMES.words("of-respondent", &[("number", number), ("field", field)]);
    }
    // What an authority rests on says by itself that it is an agent's.
    if path.starts_with("applicant.agent.") && !path.ends_with(".authority") {
        return NAMES.words("of-agent", &[("field", field.into())]);
    }
    field
}

/// A parameter that a question means in another way than a command: `<question>.<parameter>`.
fn of_parameter(path: &str) -> Option<Words> {
    let (question, parameter) = path.split_once('.')?;
    NAMES.find(&format!("{question}-{parameter}"))
}

/// The number, from 1, of the entry that a path leads to of the list with this beginning.
fn number(path: &str, list: &str) -> Option<usize> {
    let (index, _) = path.strip_prefix(list)?.split_once(']')?;
    Some(index.parse::<usize>().ok()?.saturating_add(1))
}

/// A text in both languages, as `中文 / English`; a text in one language is used for both.
pub fn both_languages(text: &str) -> Words {
    let (zh, en) = text.split_once(" / ").unwrap_or((text, text));
    Words {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::field_words;
    use crate::{
        catalogue::BilingualCatalogue,
        contract,
        http::{
            coverage::{coverage_parameters, covered_sites_parameters},
            directory::{division_parameters, unit_parameters},
        },
        rejection_texts::REJECTIONS,
    };

    /// Sentences that only operators and programs meet.
    const TECHNICAL: [&str; 3] = ["parking-", "replication-", "api-"];
    const OF_OPERATORS: [&str; 6] = [
        "common-not-proven",
        "common-contradicted",
        "common-unavailable",
        "common-outcome-unknown",
        "common-not-ready",
        "common-storage-full",
    ];
    /// Facts that are names of programs; a page has names for the others.
    const NAMES: [&str; 9] = [
        "$command",
        "$draft",
        "$event",
        "$hash",
        "$handoff",
        "$possible",
        "$key",
        "$epoch",
        "$into",
    ];

    /// A word of a program: of a command line, or with hyphens or underscores inside.
    fn is_of_program(word: &str, tag: &str) -> bool {
        let inside = word.trim_matches(['-', '_']);
        let joined = inside.contains('_') || word == "onestop" || word.ends_with(".toml");
        let coded = tag != "en" && tag != "vi" && inside.contains('-');
        joined || coded
    }

    #[test]
    fn no_sentence_for_people_has_a_name_of_a_program() {
        let mut walked = 0;
        for (tag, text) in REJECTIONS {
            for line in text.lines() {
                let Some((id, sentence)) = line.split_once(" = ") else {
                    continue;
                };
                let technical = TECHNICAL.iter().any(|list| id.starts_with(list));
                if technical || id.starts_with('#') || OF_OPERATORS.contains(&id) {
                    continue;
                }
                walked += 1;
                for name in NAMES {
                    let is_cannot_merge = id == "intake-cannot-merge" && name == "$into";
                    assert!(
                        is_cannot_merge || !sentence.contains(name),
                        "{tag} {id}: {name}"
                    );
                }
                // A placeholder in braces is filled in.
                let words = sentence.split(['{', '}']).step_by(2);
                let words = words.flat_map(|part| {
                    part.split(|sign: char| {
                        !(sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.'))
                    })
                });
                for word in words {
                    assert!(!is_of_program(word, tag), "{tag} {id}: {word}");
                }
                let quoted = sentence.split('\'').skip(1).step_by(2);
                for word in quoted.filter(|quoted| quoted.is_ascii() && quoted.contains('-')) {
                    let plain = word.contains([' ', '{']);
                    assert!(plain, "{tag} {id}: '{word}'");
                }
            }
        }
        assert!(walked > 200, "only {walked}: have the catalogues moved?");
    }

    /// The names of a schema's fields, and of those that it refers to.
    #[derive(Default)]
    struct Names<'a> {
        found: BTreeSet<String>,
        /// The references of the present schema that were followed.
        followed: BTreeSet<&'a str>,
    }

    impl<'a> Names<'a> {
        fn add(&mut self, schema: &'a Value, root: &'a Value) {
            let reference = schema.get("$ref").and_then(Value::as_str);
            let reference = reference.filter(|&it| self.followed.insert(it));
            if let Some(meant) = reference.and_then(|it| root.pointer(it.strip_prefix('#')?)) {
                self.add(meant, root);
            }
            let members = schema.get("properties").and_then(Value::as_object);
            for (name, member) in members.into_iter().flatten() {
                self.found.insert(name.clone());
                self.add(member, root);
            }
            let inner = ["items", "additionalProperties"];
            for inner in inner.into_iter().filter_map(|it| schema.get(it)) {
                self.add(inner, root);
            }
            for choice in ["anyOf", "oneOf", "allOf"] {
                let all = schema.get(choice).and_then(Value::as_array);
                for one in all.into_iter().flatten() {
                    self.add(one, root);
                }
            }
        }
    }

    /// A refusal names the field of a form, a parameter or a command by what people call it.
    #[test]
    fn every_field_that_is_sent_has_a_name() {
        let mut found = BTreeSet::new();
        for part in contract::parts() {
            let commands = part.commands.iter().map(|(_, schema)| schema);
            let questions = part.questions.iter().map(|question| &question.data);
            for schema in commands.chain(questions) {
                let mut names = Names::default();
                names.add(schema.as_value(), schema.as_value());
                found.extend(names.found);
            }
        }
        let parameters = [
            division_parameters(),
            unit_parameters(),
            coverage_parameters(),
            covered_sites_parameters(),
        ]
        .concat();
        found.extend(parameters.into_iter().map(|parameter| parameter.name));
        // As it stands in a request: `data` alone is the whole of it.
        found.retain(|name| field_words(&format!("data.{name}")).zh == "所填内容");
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn both_languages_have_the_same_names() {
        let [zh, en] = [
            include_str!("../texts/zh-CN/fields.ftl"),
            include_str!("../texts/en/fields.ftl"),
        ];
        BilingualCatalogue::parse(zh, en).unwrap();
        let ids = |text: &'static str| -> BTreeSet<&str> {
            let messages = text.lines().filter_map(|line| line.split_once(" = "));
            messages.map(|(id, _)| id).collect()
        };
        assert_eq!(ids(zh), ids(en));
    }

    #[test]
    fn every_field_has_words() {
        for (path, zh, en) in [
            ("applicant.people[0].name", "姓名", "name"),
            ("applicant.people[0]", "申请人", "applicants"),
            (
                "applicant.people[1].name",
                "申请人2姓名",
                "name of applicant 2",
            ),
            ("data.applicant.people[2]", "申请人3", "applicant 3"),
            (
                "applicant.agent.phone",
                "代理人电话",
                "telephone of the agent",
            ),
            ("applicant.agent", "代理人", "agent"),
            ("materials[3].kind", "种类", "kind"),
            ("licence", "执业证号", "number of the licence"),
        ] {
            let words = field_words(path);
            assert_eq!((words.zh.as_str(), words.en.as_str()), (zh, en), "{path}");
        }
    }
}
