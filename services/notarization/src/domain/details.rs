//! What notarization knows of a matter besides what all specialists do.

use onestop_proto::{
    ids::{StaffId, Topic},
    narrowed,
    notarization::{self, DecisionDrafted, Event, Step},
    time::Timestamp,
};

/// What notarization knows of a matter besides what all specialists do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    pub topic: Option<Topic>,
    /// Whether the party came in person.
    pub presence: Presence,
    /// How many applicants the case's file names; nothing in matters from before it was kept.
    pub applicants: Option<u32>,
    /// The applicants who were named as present, by their place in the case's file.
    pub appeared: Vec<u32>,
    /// The notary who explained meaning and consequences to the parties.
    pub told_by: Option<StaffId>,
    pub notary: Option<StaffId>,
    pub issued_at: Option<Timestamp>,
    /// Who was named for the review.
    pub reviewer: Option<StaffId>,
    /// What is being worked on.
    pub phase: Phase,
    pub fee: Fee,
    /// The decision that waits for another person's approval.
    pub draft: Option<DecisionDrafted>,
}

narrowed! {
    /// The events of which a notary notes details.
    enum Noted of notarization {
        Appeared,
        ApplicantsCounted,
        ConsequencesTold,
        FeeReduced,
        Accepted,
        Issued,
        ReviewAsked,
        DecisionDrafted,
        DecisionSentBack,
        DraftLapsed,
        ExtensionApproved,
        Refused,
        Terminated,
    }
}

impl Details {
    /// So many applicants there are. Who is new in the file has not come; which of them fell away the count does not say, so that
    /// each of those who are left is recorded anew unless all of them had come.
    fn counted(self, count: u32) -> Self {
        let before = self.applicants;
        let all_came = before.is_some_and(|before| {
            let is_there = |person: u32| self.appeared.contains(&person);
            self.presence == Presence::Everyone || (1..=before).all(is_there)
        });
        let (presence, appeared) = match before {
            Some(before) if all_came => (Presence::InPerson, (1..=before.min(count)).collect()),
            Some(before) if count < before => (Presence::Unknown, Vec::new()),
            None if self.presence == Presence::Everyone => (Presence::Unknown, Vec::new()),
            Some(_) | None => (self.presence, self.appeared),
        };
        Self {
            applicants: Some(count),
            presence,
            appeared,
            ..self
        }
    }

    /// What a notary knows after one more event.
    pub(super) fn after(self, event: &Event) -> Self {
        let Some(noted) = Noted::of(event) else {
            return self;
        };
        match noted {
            Noted::Appeared(came) => {
                let presence = match came.person {
                    None => Presence::Everyone,
                    Some(_) if self.presence == Presence::Everyone => Presence::Everyone,
                    Some(_) => Presence::InPerson,
                };
                let mut appeared = self.appeared;
                appeared.extend(came.person);
                Self {
                    presence,
                    appeared,
                    ..self
                }
            }
            Noted::ApplicantsCounted(counted) => self.counted(counted.count),
            Noted::ConsequencesTold(told) => Self {
                told_by: Some(told.told_by.clone()),
                ..self
            },
            Noted::Issued(issued) => Self {
                notary: issued.notary.clone(),
                issued_at: issued.at,
                ..self
            },
            Noted::FeeReduced(reduced) => Self {
                fee: Fee::after(reduced.percent),
                ..self
            },
            Noted::Accepted(_) => Self {
                phase: Phase::Certificate,
                ..self
            },
            Noted::ReviewAsked(asked) => Self {
                phase: Phase::Review,
                reviewer: Some(asked.reviewer.clone()),
                ..self
            },
            Noted::DecisionDrafted(drafted) => Self {
                draft: Some(drafted.clone()),
                ..self
            },
            Noted::DecisionSentBack(_)
            | Noted::DraftLapsed(_)
            | Noted::ExtensionApproved(_)
            | Noted::Refused(_)
            | Noted::Terminated(_) => Self {
                draft: None,
                ..self
            },
        }
    }
}

/// Whether the party came in person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Presence {
    /// Not recorded.
    #[default]
    Unknown,
    /// Some were named as present.
    InPerson,
    /// The only one, or all of them.
    Everyone,
}

/// What is being worked on; papers can be requested in each phase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Phase {
    /// Whether the application is accepted.
    #[default]
    Examination,
    Certificate,
    Review,
}

impl Phase {
    pub(super) const fn working(self) -> Step {
        match self {
            Self::Examination => Step::Examination,
            Self::Certificate => Step::Accepted,
            Self::Review => Step::Reviewing,
        }
    }

    pub(super) const fn waiting(self) -> Step {
        match self {
            Self::Examination | Self::Certificate => Step::Supplement,
            Self::Review => Step::ReviewSupplement,
        }
    }
}

/// What is left of the fee.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fee {
    /// All of it, or a part.
    #[default]
    Due,
    Waived,
}

impl Fee {
    const fn after(percent: u32) -> Self {
        if percent >= 100 {
            Self::Waived
        } else {
            Self::Due
        }
    }
}
