//! The facts of an event that matter to a reader, in words. They hold no personal data: that is encrypted.

mod case;
mod clock;
mod oversight;
mod papers;
mod parking;
mod referral;

use std::sync::LazyLock;

use onestop_directory::Directory;
use onestop_proto::{
    case as case_contract,
    catalogue::{Argument, BilingualCatalogue},
    envelope::Envelope,
    ids::{Topic, UnitId},
    organ_notice::OrganNotice,
    parking as parking_contract,
    personal::{self, PersonalDataKind},
    referral as referral_contract,
    specialist::{self, ApprovalStep, Facts},
    text::{Text, Words},
};

/// The facts of an event; empty where its title says everything.
pub(super) fn facts_of(event: &Envelope, directory: &Directory) -> Words {
    let names = Names(directory);
    let raw = event.raw();
    let facts = if let Ok(Some(event)) = raw.parse_if::<case_contract::Event>() {
        case::facts(&event, names)
    } else if let Ok(Some(event)) = raw.parse_if::<personal::Event>() {
        Some(access_facts(&event))
    } else if let Ok(Some(event)) = raw.parse_if::<referral_contract::Event>() {
        referral::facts(&event, names).or_else(|| oversight::facts(&event, names))
    } else if let Some(notice) = papers::facts(event, names) {
        Some(notice)
    } else if let Ok(Some(summary)) = specialist::summarize(&raw) {
        let approval = summary.approval;
        match summary.facts {
            Facts::Title => None,
            Facts::Words(words) => Some(with_approver_named(words, approval.as_ref(), names)),
            Facts::Materials(materials) => Some(names.materials(&materials)),
        }
    } else if let Ok(Some(event)) = raw.parse_if::<parking_contract::Event>() {
        Some(parking::facts(&event))
    } else {
        None
    };
    facts
        .or_else(|| clock::facts(event, directory))
        .unwrap_or_else(|| words("", ""))
}

/// People read the name of the unit whose approval a draft awaits, and not its id.
fn with_approver_named(words: Words, approval: Option<&ApprovalStep>, names: Names<'_>) -> Words {
    match approval {
        Some(ApprovalStep::Awaited(draft)) => {
            let (id, name) = (draft.unit.as_str(), names.unit(&draft.unit));
            Words {
                zh: words.zh.replace(id, &name),
                en: words.en.replace(id, &name),
            }
        }
        Some(ApprovalStep::Ended) | None => words,
    }
}

fn words(zh: impl Into<String>, en: impl Into<String>) -> Words {
    Words {
        zh: zh.into(),
        en: en.into(),
    }
}

const CHINESE: &str = include_str!("../../../texts/zh-CN.ftl");
const ENGLISH: &str = include_str!("../../../texts/en.ftl");

fn message(id: &str, arguments: &[(&'static str, Argument)]) -> Words {
    // A test parses both files.
    static CATALOGUE: LazyLock<Option<BilingualCatalogue>> =
        LazyLock::new(|| BilingualCatalogue::parse(CHINESE, ENGLISH).ok());
    match &*CATALOGUE {
        Some(catalogue) => catalogue.words(id, arguments),
        None => Words::untranslated(id),
    }
}

fn labelled(name: impl Into<Argument>, text: Text) -> Words {
    message("labelled", &[("name", name.into()), ("text", text.into())])
}

/// A name with what a person wrote, in whichever language.
fn quoted(name: &str, text: &str) -> Words {
    message(
        "labelled",
        &[("name", (&name).into()), ("text", (&text).into())],
    )
}

/// Some labels, one after the other.
fn list(labels: impl Iterator<Item = Words>) -> Words {
    let (zh, en): (Vec<_>, Vec<_>) = labels.map(|label| (label.zh, label.en)).unzip();
    let separator = message("separator", &[]);
    words(zh.join(&separator.zh), en.join(&separator.en))
}

/// The names that the directory has for things.
#[derive(Clone, Copy)]
struct Names<'a>(&'a Directory);

impl<'a> Names<'a> {
    /// The name of the organ of another province that wrote a letter.
    fn outside_organ(self, notice: &OrganNotice) -> Option<&'a str> {
        let body = notice.body.as_ref()?;
        let known = self.0.outside_body(body.as_str(), notice.received_on)?;
        Some(&known.name)
    }

    /// A unit's name; its id if the directory no longer has it.
    fn unit(self, unit: &UnitId) -> String {
        let known = self.0.unit(unit);
        known.map_or_else(|| unit.to_string(), |unit| unit.name.clone())
    }

    fn material(self, material: &Topic) -> Words {
        let known = self.0.material_name(material).cloned();
        known.unwrap_or_else(|| Words::untranslated(material.as_str()))
    }

    fn materials(self, materials: &[Topic]) -> Words {
        list(materials.iter().map(|material| self.material(material)))
    }
}

/// Which personal data was opened, and why; or that a member of staff opens more than usual.
fn access_facts(event: &personal::Event) -> Words {
    let opened = match event {
        personal::Event::PersonalDataAccessed(opened) => opened,
        personal::Event::VolumeExceeded(exceeded) => {
            let (span, limit) = (exceeded.span.text().into(), (&exceeded.limit).into());
            return message("volume-exceeded", &[("span", span), ("limit", limit)]);
        }
    };
    let kinds = opened.kinds.iter().copied().map(PersonalDataKind::text);
    let kinds = list(kinds.map(Words::from));
    match &opened.reason {
        Some(reason) => message(
            "labelled",
            &[("name", kinds.into()), ("text", reason.into())],
        ),
        None => kinds,
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use onestop_proto::notarization::{DecisionDrafted, DraftedDecision};

    use super::*;

    /// A sentence has no id of a unit.
    #[test]
    fn the_unit_that_approves_a_draft_is_called_by_its_name() {
        let directory = Directory::built_in().unwrap();
        let kind = "notarization".parse().unwrap();
        let office = directory.unit_at("530829".parse().unwrap(), &kind);
        let office = office.unwrap();
        let drafted = DecisionDrafted {
            decision: DraftedDecision::Extend {
                reason: "须外出核实".to_owned(),
            },
            drafted_by: "wang".parse().unwrap(),
            approver: office.id.clone(),
            approver_division: office.division,
            basis: String::new(),
        };
        let summary = drafted.summary();
        let Facts::Words(words) = summary.facts else {
            panic!("a draft says what it is")
        };
        let told = with_approver_named(words, summary.approval.as_ref(), Names(&directory));
        for text in [&told.zh, &told.en] {
            assert!(text.contains(&office.name), "{text}");
            assert!(!text.contains(office.id.as_str()), "{text}");
        }
    }

    fn ids(text: &str) -> BTreeSet<&str> {
        let messages = text.lines().filter_map(|line| line.split_once(" = "));
        messages.map(|(id, _)| id).collect()
    }

    #[test]
    fn both_languages_have_every_message_that_is_used_and_no_other() {
        assert_eq!(ids(CHINESE), ids(ENGLISH));
        BilingualCatalogue::parse(CHINESE, ENGLISH).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain/facts");
        let files = fs::read_dir(folder).unwrap();
        let code: String = files
            .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
            .collect();
        // In two pieces, so that this line is no use of a message.
        let call = ["message", "("].concat();
        let used: BTreeSet<&str> = code
            .split(&call)
            .skip(1)
            .filter_map(|after| after.trim_start().strip_prefix('"')?.split('"').next())
            .collect();
        assert_eq!(used, ids(CHINESE));
    }
}
