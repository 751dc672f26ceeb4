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
    specialist::{self, Facts},
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
        match summary.facts {
            Facts::Title => None,
            Facts::Words(words) => Some(words),
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

    use super::*;

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
