//! What intake says of a case.

use onestop_proto::{
    case::{Channel, Event, Grade, Stage},
    division::DivisionCode,
    envelope::Envelope,
    ids::{CaseNumber, ServiceItem, Topic, UnitId},
    referral::Outcome,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Mark, MarkKind};

/// A case as its window knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Its number.
    pub number: CaseNumber,
    /// The window that took it.
    pub unit: UnitId,
    /// Where that window is.
    pub division: DivisionCode,
    /// What it is about now.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
    /// How the citizen came.
    pub channel: Channel,
    /// Whether it cannot wait.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// Where it stands.
    pub stage: Stage,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The citizen's grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Grade>,
}

impl Window {
    /// The window's view after one more event.
    pub(super) fn take(
        window: Option<Self>,
        event: &Event,
        envelope: &Envelope,
        marks: &mut Vec<Mark>,
    ) -> Option<Self> {
        let at = envelope.time;
        if let Event::Opened(opened) = event {
            let it = Self {
                number: opened.number.clone(),
                unit: opened.window.clone(),
                division: opened.window_division,
                item: opened.item.clone(),
                topic: opened.topic.clone(),
                place: opened.place,
                channel: opened.channel,
                urgent: opened.urgent,
                stage: Stage::AtWindow,
                opened_at: at,
                closed_at: None,
                outcome: None,
                rating: None,
            };
            marks.push(it.mark(MarkKind::Received, at));
            return Some(it);
        }
        let mut it = window?;
        match event {
            // What a list shows holds nothing of a person, so that there is nothing to take out of it.
            Event::Opened(_)
            | Event::MaterialReceived(_)
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
            | Event::Erased(_) => {}
            Event::CameBack(_) => it.stage = Stage::AtWindow,
            Event::Reopened(_) => {
                it.stage = Stage::AtWindow;
                it.closed_at = None;
            }
            Event::Corrected(corrected) => {
                it.place = corrected.place.unwrap_or(it.place);
                if let Some(topic) = &corrected.topic {
                    it.topic = topic.clone();
                }
            }
            Event::Merged(_) => {
                it.stage = Stage::Merged;
                it.closed_at = Some(at);
                marks.push(it.mark(MarkKind::Closed, at));
            }
            Event::ReferralRequested(requested) => {
                it.stage = Stage::Referred;
                it.item = requested.item.clone();
                it.topic = requested.topic.clone();
                it.place = requested.place;
                it.urgent |= requested.urgent;
            }
            Event::HolderNoted(_) => it.stage = Stage::Referred,
            Event::Answered(_) => it.stage = Stage::Answered,
            Event::ResultNoted(noted) => {
                it.stage = Stage::ResultBack;
                it.outcome = Some(noted.outcome);
            }
            Event::Withdrawn(_) => it.stage = Stage::Withdrawn,
            Event::Rated(rated) => it.rating = Some(rated.grade),
            Event::Closed(_) => {
                it.stage = Stage::Closed;
                it.closed_at = Some(at);
                marks.push(it.mark(MarkKind::Closed, at));
            }
            Event::Archived(_) => it.stage = Stage::Archived,
        }
        Some(it)
    }

    fn mark(&self, kind: MarkKind, at: Timestamp) -> Mark {
        Mark {
            kind,
            at,
            unit: self.unit.clone(),
            division: self.division,
            item: Some(self.item.clone()),
            reason: None,
        }
    }
}
