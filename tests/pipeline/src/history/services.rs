//! The services that write of a case.

use onestop_proto::{
    actor::ServiceName, case, envelope::Source, legal_aid, mediation, notarization, referral,
};

/// A service that publishes its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writer {
    Intake,
    Referral,
    LegalAid,
    Notarization,
    Mediation,
}

impl Writer {
    pub const ALL: [Self; 5] = [
        Self::Intake,
        Self::Referral,
        Self::LegalAid,
        Self::Notarization,
        Self::Mediation,
    ];

    #[must_use]
    pub fn name(self) -> ServiceName {
        match self {
            Self::Intake => case::service(),
            Self::Referral => referral::service(),
            Self::LegalAid => legal_aid::service(),
            Self::Notarization => notarization::service(),
            Self::Mediation => mediation::service(),
        }
    }

    #[must_use]
    pub fn source(self) -> Source {
        Source::main(self.name())
    }

    /// The services whose events it processes.
    #[must_use]
    pub fn listens_to(self) -> &'static [Self] {
        match self {
            Self::Intake => &[Self::Referral],
            Self::Referral => &[
                Self::Intake,
                Self::LegalAid,
                Self::Notarization,
                Self::Mediation,
            ],
            Self::LegalAid | Self::Notarization | Self::Mediation => {
                &[Self::Referral, Self::Intake]
            }
        }
    }

    /// The prefix of the stream of a case in its log.
    #[must_use]
    pub fn stream(self) -> &'static str {
        match self {
            Self::Intake => "case/",
            Self::Referral => "custody/",
            Self::LegalAid | Self::Notarization | Self::Mediation => "matter/",
        }
    }
}
