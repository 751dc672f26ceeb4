//! Whether the installation is for training (演练): its operator may act as any person, as the roster of issuers says. Every
//! page then says that no case is real.

use std::path::PathBuf;

use onestop_chassis::{
    bounded_file,
    identity::{Issuers, KeyState, ROSTER_FILE, SpeaksFor},
    settings::Settings,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Installation {
    Work,
    Training,
}

impl Installation {
    /// By the roster that the settings name, or the one beside the key for the broker. One that cannot be read is reported
    /// by all that checks requests with it.
    pub(crate) fn of(settings: &Settings) -> Self {
        let text = roster_file(settings)
            .and_then(|file| bounded_file::read_text(&file, bounded_file::LIST).ok());
        let roster = text.and_then(|text| serde_json::from_str::<Issuers>(&text).ok());
        roster.map_or(Self::Work, |roster| Self::by_roster(&roster))
    }

    fn by_roster(roster: &Issuers) -> Self {
        let speaks_for_all = roster.issuers.iter().any(|enrolled| {
            enrolled.state == KeyState::Active
                && enrolled.speaks_for == SpeaksFor::Everyone
                && enrolled.issuer.as_str().starts_with("operator/")
        });
        if speaks_for_all {
            Self::Training
        } else {
            Self::Work
        }
    }
}

fn roster_file(settings: &Settings) -> Option<PathBuf> {
    let beside = || Some(settings.key.as_ref()?.with_file_name(ROSTER_FILE));
    settings.issuers.clone().or_else(beside)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use onestop_chassis::identity::Enrolled;

    use super::*;

    fn roster(issuer: &str, speaks_for: SpeaksFor, state: KeyState) -> Issuers {
        Issuers {
            issuers: vec![Enrolled {
                issuer: issuer.parse().unwrap(),
                key: String::new(),
                state,
                speaks_for,
                within: None,
                asks: Vec::new(),
            }],
        }
    }

    #[test]
    fn an_installation_whose_operator_acts_as_any_person_is_for_training() {
        let of =
            |issuer, speaks_for, state| Installation::by_roster(&roster(issuer, speaks_for, state));
        let operator = "operator/main";
        assert_eq!(
            of(operator, SpeaksFor::Everyone, KeyState::Active),
            Installation::Training
        );
        // A gateway speaks for those who have signed in there.
        for (issuer, speaks_for, state) in [
            ("gateway/main", SpeaksFor::Everyone, KeyState::Active),
            (operator, SpeaksFor::Persons(Vec::new()), KeyState::Active),
            (operator, SpeaksFor::Everyone, KeyState::Revoked),
        ] {
            assert_eq!(
                of(issuer, speaks_for, state),
                Installation::Work,
                "{issuer}"
            );
        }
    }

    #[test]
    fn the_roster_beside_the_key_says_it() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            key: Some(folder.path().join("gateway.nk")),
            ..Settings::default()
        };
        assert_eq!(Installation::of(&settings), Installation::Work);
        let roster = roster("operator/main", SpeaksFor::Everyone, KeyState::Active);
        let text = serde_json::to_string(&roster).unwrap();
        fs::write(folder.path().join(ROSTER_FILE), text).unwrap();
        assert_eq!(Installation::of(&settings), Installation::Training);
    }
}
