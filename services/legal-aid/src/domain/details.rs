//! What legal aid knows of a matter besides what all specialists do.

use jiff::civil::Date;
use onestop_proto::{
    ids::StaffId,
    legal_aid::{self, Approval, DecisionDrafted, Event, Gravity, Means, Organ, Step},
    narrowed,
    numbers::number_key,
};

narrowed! {
    /// The events of which legal aid notes details.
    enum Noted of legal_aid {
        Forwarded,
        MeansDetermined,
        SupplementRequested,
        CooperationAsked,
        Notified,
        ProvidedFirst,
        DecisionDrafted,
        DecisionSentBack,
        DraftLapsed,
        Refused,
        Terminated,
        Archived,
    }
}

/// What legal aid knows of a matter besides what all specialists do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// Which organ or lawyer passed the application on, once that is recorded.
    pub forwarded_by: Option<Organ>,
    /// How the applicant's means were determined, once they were.
    pub means: Option<Means>,
    /// How grave the case is, where a criminal organ notified the agency.
    pub notified: Option<Gravity>,
    pub aid: Aid,
    /// The last day for papers; nothing before the notice, and in notices from before it was kept.
    pub papers_until: Option<Date>,
    /// The numbers of the cooperation letters that were sent, as they are compared.
    pub letters: Vec<String>,
    /// The decision that waits for another person's approval.
    pub draft: Option<DecisionDrafted>,
    /// Who refused or ended the aid: they do not decide on the objection.
    pub decided_by: Vec<StaffId>,
}

impl Details {
    /// What legal aid knows after one more event.
    pub(super) fn after(mut self, event: &Event) -> Self {
        let Some(noted) = Noted::of(event) else {
            return self;
        };
        match noted {
            Noted::Forwarded(forwarded) => Self {
                forwarded_by: Some(forwarded.from),
                ..self
            },
            Noted::MeansDetermined(determined) => Self {
                means: Some(determined.means),
                ..self
            },
            Noted::SupplementRequested(requested) => Self {
                papers_until: requested.last_day,
                ..self
            },
            Noted::CooperationAsked(asked) => {
                self.letters.push(number_key(&asked.letter));
                self
            }
            Noted::Notified(notified) => Self {
                notified: Some(notified.gravity),
                ..self
            },
            Noted::ProvidedFirst(_) => Self {
                aid: Aid::GivenFirst,
                ..self
            },
            Noted::DecisionDrafted(drafted) => Self {
                draft: Some(drafted.clone()),
                ..self
            },
            Noted::Refused(refused) => Self {
                draft: None,
                decided_by: people(refused.decided_by.as_ref(), refused.approval.as_ref()),
                ..self
            },
            Noted::Terminated(terminated) => Self {
                draft: None,
                decided_by: people(terminated.decided_by.as_ref(), terminated.approval.as_ref()),
                ..self
            },
            Noted::DecisionSentBack(_) | Noted::DraftLapsed(_) | Noted::Archived(_) => Self {
                draft: None,
                ..self
            },
        }
    }
}

/// The people who took part in a decision.
fn people(alone: Option<&StaffId>, approval: Option<&Approval>) -> Vec<StaffId> {
    let two = approval.map(|both| [&both.drafted_by, &both.approved_by]);
    let all = alone.into_iter().chain(two.into_iter().flatten());
    all.cloned().collect()
}

/// Whether a lawyer gives the aid already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Aid {
    /// No lawyer does yet.
    #[default]
    ToBeAssigned,
    /// A lawyer does, and the formalities follow (先行提供).
    GivenFirst,
}

impl Aid {
    /// The step that a grant leads to: the lawyer who gives the aid already goes on giving it.
    pub(super) const fn granted(self) -> Step {
        match self {
            Self::GivenFirst => Step::Assigned,
            Self::ToBeAssigned => Step::Granted,
        }
    }
}
