//! A case as its events leave it.

use onestop_proto::{
    case::{
        About, AttachmentAdded, Ciphertext, Event, Grade, Needs, Opened, Rejection, Stage, Warning,
    },
    clock::{Alarm, Clock},
    division::DivisionCode,
    envelope::Address,
    ids::{CaseId, Topic, UnitId},
    personal::ErasureBasis,
    time::Timestamp,
};

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What was taken down when it was opened.
    pub opened: Opened,
    /// What it is about now: another referral may be for another item.
    pub about: About,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
    /// Who asks and what for, as last corrected.
    pub applicant: Ciphertext,
    /// What the window must see to, as last corrected.
    pub needs: Needs,
    /// What was odd when it was last taken down.
    pub warnings: Vec<Warning>,
    /// Where it stands.
    pub standing: Standing,
    /// What the citizen thinks of it.
    pub rating: Rating,
    /// What the citizen was told is missing, once told, and has not brought since.
    pub notice: Option<Vec<Topic>>,
    /// How many receipts for material were given.
    pub receipts: u32,
    /// Its files.
    pub files: Vec<AttachmentAdded>,
    /// How often it was opened again.
    pub reopened: u32,
    /// Until when it can be opened again; nothing where no limit was known.
    pub reopen_until: Option<Timestamp>,
    /// On what basis its persons were erased.
    pub erased: Option<ErasureBasis>,
}

/// What the citizen thinks of the service (好差评).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rating {
    /// Not said yet.
    None,
    /// Said, and nothing follows from it.
    Given {
        /// The grade.
        grade: Grade,
    },
    /// A bad one, to be put right (整改).
    Redo {
        /// The grade.
        grade: Grade,
        /// By when.
        clock: Box<Clock>,
    },
    /// A bad one that was put right: the citizen may rate once more.
    Redone {
        /// The grade.
        grade: Grade,
    },
}

impl Rating {
    fn change(self, how: impl FnOnce(Clock) -> Clock) -> Self {
        match self {
            Self::Redo { grade, clock } => Self::Redo {
                grade,
                clock: Box::new(how(*clock)),
            },
            Self::None | Self::Given { .. } | Self::Redone { .. } => self,
        }
    }
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
    /// Merged into another case, where everything goes on.
    Merged {
        /// That case.
        into: CaseId,
    },
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
            Standing::Merged { .. } => Stage::Merged,
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
            | Standing::Archived
            | Standing::Merged { .. } => &self.opened.window,
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
        return begun(event);
    };
    let case = case.moved(event);
    Some(match event {
        Event::Opened(_)
        | Event::Answered(_)
        | Event::HolderNoted(_)
        | Event::CameBack(_)
        | Event::ResultNoted(_)
        | Event::Withdrawn(_)
        | Event::Archived(_)
        | Event::Merged(_)
        | Event::HomeVisited(_)
        | Event::FollowedUp(_) => case,
        Event::ReferralRequested(requested) => Case {
            about: About {
                item: requested.item.clone(),
                topic: requested.topic.clone(),
            },
            ..case
        },
        Event::MaterialReceived(received) => {
            let brought = |kind: &Topic| received.materials.iter().any(|m| m.kind == *kind);
            let notice = case.notice.map(|mut missing| {
                missing.retain(|kind| !brought(kind));
                missing
            });
            Case {
                notice,
                receipts: case.receipts + 1,
                ..case
            }
        }
        Event::Corrected(corrected) => {
            let corrected = corrected.clone();
            Case {
                applicant: corrected.applicant.unwrap_or(case.applicant),
                needs: corrected.needs.unwrap_or(case.needs),
                place: corrected.place.unwrap_or(case.place),
                about: About {
                    topic: corrected.topic.unwrap_or(case.about.topic),
                    item: case.about.item,
                },
                warnings: corrected.warnings,
                ..case
            }
        }
        Event::NoticeGiven(given) => Case {
            notice: Some(given.missing.clone()),
            ..case
        },
        Event::AttachmentAdded(added) => {
            let mut files = case.files;
            files.push(added.clone());
            Case { files, ..case }
        }
        Event::Closed(closed) => Case {
            reopen_until: closed.reopen_until,
            ..case
        },
        Event::Erased(erased) => Case {
            erased: Some(erased.basis),
            ..case
        },
        Event::Reopened(_) => case.reopened(),
        Event::Rated(_)
        | Event::Redone(_)
        | Event::ClockStarted(_)
        | Event::ClockStopped(_)
        | Event::ClockCorrected(_)
        | Event::ClockDueSoon(_)
        | Event::ClockOverdue(_)
        | Event::ClockSupervised(_) => case.rated(event),
    })
}

/// A case begins by being opened.
fn begun(event: &Event) -> Option<Case> {
    let Event::Opened(opened) = event else {
        return None;
    };
    Some(Case {
        about: About {
            item: opened.item.clone(),
            topic: opened.topic.clone(),
        },
        place: opened.place,
        applicant: opened.applicant.clone(),
        needs: opened.needs.clone(),
        warnings: opened.warnings.clone(),
        opened: opened.clone(),
        standing: Standing::AtWindow,
        rating: Rating::None,
        notice: None,
        receipts: 0,
        files: Vec::new(),
        reopened: 0,
        reopen_until: None,
        erased: None,
    })
}

impl Case {
    /// Where it stands after an event.
    fn moved(self, event: &Event) -> Self {
        let standing = match event {
            Event::Opened(_) | Event::CameBack(_) | Event::Reopened(_) => Standing::AtWindow,
            Event::ReferralRequested(_) => Standing::Referred {
                holder: self.opened.window.clone(),
                division: self.opened.window_division,
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
            Event::Merged(merged) => Standing::Merged { into: merged.into },
            Event::MaterialReceived(_)
            | Event::Rated(_)
            | Event::Corrected(_)
            | Event::NoticeGiven(_)
            | Event::AttachmentAdded(_)
            | Event::HomeVisited(_)
            | Event::FollowedUp(_)
            | Event::Redone(_)
            | Event::ClockStarted(_)
            | Event::ClockStopped(_)
            | Event::ClockCorrected(_)
            | Event::ClockDueSoon(_)
            | Event::ClockOverdue(_)
            | Event::ClockSupervised(_)
            | Event::Erased(_) => self.standing,
        };
        Self { standing, ..self }
    }

    /// Opened again: what comes of it is rated anew, unless a bad rating still waits.
    fn reopened(self) -> Self {
        let rating = match self.rating {
            Rating::Redo { .. } => self.rating,
            Rating::None | Rating::Given { .. } | Rating::Redone { .. } => Rating::None,
        };
        Self {
            rating,
            notice: None,
            reopened: self.reopened + 1,
            reopen_until: None,
            ..self
        }
    }

    /// What an event makes of the rating. The only clock of a case is that of a redo.
    fn rated(self, event: &Event) -> Self {
        let rating = match (event, self.rating) {
            (Event::Rated(rated), _) => Rating::Given { grade: rated.grade },
            (Event::ClockStarted(started), Rating::Given { grade }) => Rating::Redo {
                grade,
                clock: Box::new(Clock::started(started)),
            },
            (Event::Redone(_), Rating::Redo { grade, .. }) => Rating::Redone { grade },
            (Event::ClockStopped(_), Rating::Redo { grade, .. }) => Rating::Given { grade },
            (Event::ClockCorrected(corrected), rating) => {
                rating.change(|clock| clock.corrected(corrected))
            }
            (Event::ClockDueSoon(_), rating) => {
                rating.change(|clock| clock.alarmed(Alarm::DueSoon))
            }
            (Event::ClockOverdue(_), rating) => {
                rating.change(|clock| clock.alarmed(Alarm::Overdue))
            }
            (Event::ClockSupervised(told), rating) => {
                let (by, division) = (told.supervisor.clone(), told.division);
                rating.change(|clock| clock.alarmed(Alarm::Supervised { by, division }))
            }
            (_, rating) => rating,
        };
        Self { rating, ..self }
    }
}

/// Whom an event concerns: the unit that holds the case, or its window; what is supervised, the
/// supervisor.
#[must_use]
pub fn address(case: &Case, event: &Event) -> Address {
    let item = Some(case.about.item.clone());
    if let Event::ClockSupervised(told) = event {
        return Address {
            unit: told.supervisor.clone(),
            division: told.division,
            item,
        };
    }
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
        | Standing::Archived
        | Standing::Merged { .. } => Address {
            unit: case.opened.window.clone(),
            division: case.opened.window_division,
            item,
        },
    }
}
