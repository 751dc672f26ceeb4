//! The facts of an event that matter to a reader, in words. They hold no personal data: that is encrypted.

mod case;
mod clock;
mod oversight;
mod parking;
mod referral;

use onestop_directory::Directory;
use onestop_proto::{
    case as case_contract,
    envelope::Envelope,
    ids::{Topic, UnitId},
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

/// A name with a text.
fn labelled(name: &str, text: Text) -> Words {
    words(
        format!("{name}：{}", text.zh),
        format!("{name}: {}", text.en),
    )
}

/// A name with what a person wrote, in whichever language.
fn quoted(name: &str, text: &str) -> Words {
    words(format!("{name}：{text}"), format!("{name}: {text}"))
}

/// The names that the directory has for things.
#[derive(Clone, Copy)]
struct Names<'a>(&'a Directory);

impl Names<'_> {
    /// A unit's name; its id if the directory no longer has it.
    fn unit(self, unit: &UnitId) -> String {
        let known = self.0.unit(unit);
        known.map_or_else(|| unit.to_string(), |unit| unit.name.clone())
    }

    fn materials(self, materials: &[Topic]) -> Words {
        let name = |material: &Topic| {
            let known = self.0.material_name(material).cloned();
            known.unwrap_or_else(|| Words::untranslated(material.as_str()))
        };
        let names = materials.iter().map(name);
        let (zh, en): (Vec<_>, Vec<_>) = names.map(|name| (name.zh, name.en)).unzip();
        words(zh.join("、"), en.join(", "))
    }
}

/// Which personal data was opened, and why.
fn access_facts(event: &personal::Event) -> Words {
    let personal::Event::PersonalDataAccessed(opened) = event;
    let kinds = opened.kinds.iter().copied().map(PersonalDataKind::text);
    let (zh, en): (Vec<_>, Vec<_>) = kinds.map(|text| (text.zh, text.en)).unzip();
    let (zh, en) = (zh.join("、"), en.join(", "));
    match &opened.reason {
        Some(reason) => words(format!("{zh}：{reason}"), format!("{en}: {reason}")),
        None => words(zh, en),
    }
}
