//! A case as its events leave it.

use onestop_proto::{
    case::{About, Event, Grade, Opened, Rejection, Stage},
    division::DivisionCode,
    envelope::Address,
    ids::UnitId,
    personal::ErasureBasis,
};

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What was taken down when it was opened.
    pub opened: Opened,
    /// What it is about now: another referral may be for another item.
    pub about: About,
    /// Where it stands.
    pub standing: Standing,
    /// The citizen's grade, once given.
    pub rated: Option<Grade>,
    /// On what basis its persons were erased.
    pub erased: Option<ErasureBasis>,
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The window has it and has not answered.
    AtWindow,
    /// Referred. Until a unit accepts, the window holds it.
    Referred {
        /// Who holds it.
        holder: UnitId,
        /// Where that unit is.
        division: DivisionCode,
    },
    /// The unit's result is back at the window.
    ResultBack,
    /// Answered at the window.
    Answered,
    /// Withdrawn by the citizen.
    Withdrawn,
    /// Closed.
    Closed,
    /// Archived.
    Archived,
}

impl Case {
    /// The stage, as others are told.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self.standing {
            Standing::AtWindow => Stage::AtWindow,
            Standing::Referred { .. } => Stage::Referred,
            Standing::ResultBack => Stage::ResultBack,
            Standing::Answered => Stage::Answered,
            Standing::Withdrawn => Stage::Withdrawn,
            Standing::Closed => Stage::Closed,
            Standing::Archived => Stage::Archived,
        }
    }

    /// Who holds the case, as far as intake has heard.
    #[must_use]
    pub fn holder(&self) -> &UnitId {
        match &self.standing {
            Standing::Referred { holder, .. } => holder,
            Standing::AtWindow
            | Standing::ResultBack
            | Standing::Answered
            | Standing::Withdrawn
            | Standing::Closed
            | Standing::Archived => &self.opened.window,
        }
    }

    /// The rejection of something that does not fit where the case stands.
    #[must_use]
    pub fn not_now(&self) -> Rejection {
        Rejection::NotNow {
            stage: self.stage(),
            holder: self.holder().clone(),
        }
    }
}

/// The case after one more event. Total: an event that came to be is never refused.
#[must_use]
pub fn evolve(case: Option<Case>, event: &Event) -> Option<Case> {
    let Some(case) = case else {
        return match event {
            Event::Opened(opened) => Some(Case {
                opened: opened.clone(),
                about: About {
                    item: opened.item.clone(),
                    topic: opened.topic.clone(),
                },
                standing: Standing::AtWindow,
                rated: None,
                erased: None,
            }),
            Event::ReferralRequested(_)
            | Event::Answered(_)
            | Event::MaterialReceived(_)
            | Event::HolderNoted(_)
            | Event::CameBack(_)
            | Event::ResultNoted(_)
            | Event::Withdrawn(_)
            | Event::Rated(_)
            | Event::Closed(_)
            | Event::Archived(_)
            | Event::Erased(_) => None,
        };
    };
    let standing = match event {
        Event::Opened(_) | Event::CameBack(_) => Standing::AtWindow,
        Event::ReferralRequested(_) => Standing::Referred {
            holder: case.opened.window.clone(),
            division: case.opened.window_division,
        },
        Event::HolderNoted(noted) => Standing::Referred {
            holder: noted.holder.clone(),
            division: noted.holder_division,
        },
        Event::Answered(_) => Standing::Answered,
        Event::ResultNoted(_) => Standing::ResultBack,
        Event::Withdrawn(_) => Standing::Withdrawn,
        Event::Closed(_) => Standing::Closed,
        Event::Archived(_) => Standing::Archived,
        Event::MaterialReceived(_) | Event::Rated(_) | Event::Erased(_) => case.standing,
    };
    let rated = if let Event::Rated(rated) = event {
        Some(rated.grade)
    } else {
        case.rated
    };
    let erased = if let Event::Erased(erased) = event {
        Some(erased.basis)
    } else {
        case.erased
    };
    let about = if let Event::ReferralRequested(requested) = event {
        About {
            item: requested.item.clone(),
            topic: requested.topic.clone(),
        }
    } else {
        case.about
    };
    Some(Case {
        about,
        standing,
        rated,
        erased,
        ..case
    })
}

/// Whom an event concerns: the unit that holds the case, or its window.
#[must_use]
pub fn address(case: &Case, _: &Event) -> Address {
    let item = Some(case.about.item.clone());
    match &case.standing {
        Standing::Referred { holder, division } => Address {
            unit: holder.clone(),
            division: *division,
            item,
        },
        Standing::AtWindow
        | Standing::ResultBack
        | Standing::Answered
        | Standing::Withdrawn
        | Standing::Closed
        | Standing::Archived => Address {
            unit: case.opened.window.clone(),
            division: case.opened.window_division,
            item,
        },
    }
}
