//! The language of a citizen in routing: of equally near units one whose people speak it is asked first.

use jiff::civil::Date;
use onestop_proto::{
    case::SpokenLanguage,
    ids::UnitId,
    routing::{Candidate, Route, Verdict},
    text::Text,
};

use crate::Directory;

const SPEAKS: Text = Text {
    zh: "同样近的承办单位中，人员会说申请人语言的先办",
    en: "of equally near units, one whose people speak the citizen's language is asked first",
};

impl Directory {
    /// Whether the roster of a unit has a person who speaks a language, on a day.
    #[must_use]
    pub fn unit_speaks(&self, unit: &UnitId, language: SpokenLanguage, on: Date) -> bool {
        let roster = self.roster(unit).iter();
        let mut languages = roster
            .filter(|entry| entry.is_valid_on(on))
            .flat_map(|entry| &entry.languages);
        languages.any(|spoken| spoken.as_str() == language.as_str())
    }

    /// Sends a case to a unit that speaks the citizen's language, where it is as near as the chosen one, could have the case,
    /// and was only busier. A special station keeps what it is there for.
    pub fn prefer_speakers(&self, route: &mut Route, language: SpokenLanguage, on: Date) {
        let speaks = |unit: &UnitId| self.unit_speaks(unit, language, on);
        let chosen = self.unit(&route.chosen);
        if chosen.is_some_and(|unit| unit.station.is_some()) || speaks(&route.chosen) {
            return;
        }
        let is_speaker = |one: &&Candidate| one.verdict == Verdict::Busier && speaks(&one.unit);
        let Some(speaker) = route.candidates.iter().find(is_speaker) else {
            return;
        };
        let speaker = speaker.unit.clone();
        for candidate in &mut route.candidates {
            if candidate.unit == speaker {
                candidate.verdict = Verdict::Chosen;
            } else if matches!(candidate.verdict, Verdict::Chosen | Verdict::Busier)
                && !speaks(&candidate.unit)
            {
                candidate.verdict = Verdict::Farther;
                candidate.why = Some(SPEAKS.into());
            }
        }
        route.rule.zh.push_str(&format!("；{}", SPEAKS.zh));
        route.rule.en.push_str(&format!("; {}", SPEAKS.en));
        route.chosen = speaker;
    }
}
