//! A case as intake's events tell it.

use onestop_proto::{
    case::{
        self, Channel, Grade, NeedKind, NeedOutcome, NeedSettlement, Needs, ReopenReason, Stage,
        VisitOutcome,
    },
    division::DivisionCode,
    ids::short_code::ShortCode,
    ids::{CaseNumber, ServiceItem, StaffId, Topic, UnitId},
    ledger::{ExternalHandling, UnitRefusal},
    matter::{AwaitedPapers, SupplementRequested},
    narrowed,
    referral::Outcome,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Counter, CounterKind, decisions::GroupNotice};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    pub(crate) number: CaseNumber,
    /// The short code for the telephone; of a case of before, none until it is derived with the first save.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) short_code: Option<ShortCode>,
    /// The window that took it.
    pub(crate) unit: UnitId,
    pub(crate) division: DivisionCode,
    /// What it is about now.
    pub(crate) item: ServiceItem,
    pub(crate) topic: Topic,
    /// The place that decides who is responsible.
    pub(crate) place: DivisionCode,
    pub(crate) channel: Channel,
    /// Whether it cannot wait.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) urgent: bool,
    #[serde(default, skip_serializing_if = "Needs::is_empty")]
    pub(crate) needs: Needs,
    /// What of it was met or declined, how and by whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) settlements: Vec<NeedSettlement>,
    pub(crate) stage: Stage,
    pub(crate) opened_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) closed_at: Option<Timestamp>,
    /// When that was recorded; lateness is reckoned by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) closing_recorded: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<Outcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rating: Option<Grade>,
    /// Why it was opened again last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reopened: Option<ReopenReason>,
    /// What the window last asked the citizen to bring, without what came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) papers: Option<AwaitedPapers>,
    /// The notice to a supervisor that many people apply together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<GroupNotice>,
    /// The unit whose result came last, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) result_of: Option<(UnitId, Timestamp)>,
    /// The body outside that is responsible for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) external: Option<ExternalHandling>,
}

narrowed! {
    /// The events of intake that change what the ledger shows of a case. None of them holds personal data in
    /// clear.
    enum WindowChange of case {
        CameBack, Reopened, Corrected, Merged, ReferralRequested, HolderNoted, Answered,
        ResultNoted, HandoverNoted, Withdrawn, Rated, Closed, Archived, GroupReported, NoticeGiven,
        MaterialReceived, HomeVisited, NeedSettled, MarkedUrgent, UrgencyLifted,
    }
}

/// When an event happened, and by whom.
#[derive(Clone, Copy)]
pub(super) struct EventOrigin<'a> {
    pub(super) at: Timestamp,
    pub(super) by: &'a StaffId,
}

impl EventOrigin<'_> {
    fn settlement(self, need: NeedKind, how: NeedOutcome) -> NeedSettlement {
        let by = self.by.clone();
        NeedSettlement { need, how, by }
    }
}

impl Window {
    /// The window's view after one more event.
    pub(super) fn apply(
        window: Option<Self>,
        event: &case::Event,
        origin: EventOrigin<'_>,
        counters: &mut Vec<Counter>,
    ) -> Option<Self> {
        let at = origin.at;
        if let case::Event::Opened(opened) = event {
            let window = Self::new(opened, at);
            counters.push(window.counter(CounterKind::Received, at));
            return Some(window);
        }
        let mut window = window?;
        if let Some(change) = WindowChange::of(event) {
            window.change(change, origin, counters);
        }
        Some(window)
    }

    fn new(opened: &case::Opened, at: Timestamp) -> Self {
        Self {
            number: opened.number.clone(),
            short_code: opened.short_code.clone(),
            unit: opened.window.clone(),
            division: opened.window_division,
            item: opened.item.clone(),
            topic: opened.topic.clone(),
            place: opened.place,
            channel: opened.channel,
            urgent: opened.urgent,
            needs: opened.needs.clone(),
            settlements: Vec::new(),
            stage: Stage::AtWindow,
            opened_at: at,
            closed_at: None,
            closing_recorded: None,
            outcome: None,
            rating: None,
            reopened: None,
            papers: None,
            group: None,
            result_of: None,
            external: None,
        }
    }

    fn change(
        &mut self,
        change: WindowChange<'_>,
        origin: EventOrigin<'_>,
        counters: &mut Vec<Counter>,
    ) {
        let at = origin.at;
        match change {
            WindowChange::CameBack(back) => self.come_back(back),
            WindowChange::HandoverNoted(noted) => self.hand_over(noted),
            WindowChange::Reopened(reopened) => self.reopen(reopened.reason),
            WindowChange::NoticeGiven(given) => {
                self.papers = AwaitedPapers::of(&SupplementRequested::of(given.missing.clone()));
            }
            WindowChange::MaterialReceived(received) => self.receive(received),
            WindowChange::HomeVisited(visited) => counters.extend(self.visit(visited, origin)),
            WindowChange::NeedSettled(settled) => {
                let settlement = origin.settlement(settled.need, settled.how);
                counters.extend(self.settle(settlement, at));
            }
            WindowChange::MarkedUrgent(_) => self.urgent = true,
            WindowChange::UrgencyLifted(_) => self.urgent = false,
            WindowChange::Corrected(corrected) => self.correct(corrected),
            WindowChange::Merged(_) => {
                self.stage = Stage::Merged;
                self.close(at, counters);
            }
            WindowChange::ReferralRequested(requested) => {
                self.stage = Stage::Referred;
                self.item = requested.subject.item.clone();
                self.topic = requested.subject.topic.clone();
                self.place = requested.subject.place;
                self.urgent |= requested.subject.urgent;
                self.external = None;
            }
            WindowChange::HolderNoted(_) => self.stage = Stage::Referred,
            WindowChange::Answered(_) => self.stage = Stage::Answered,
            WindowChange::ResultNoted(noted) => {
                self.stage = Stage::ResultBack;
                self.outcome = Some(noted.outcome);
                self.result_of = Some((noted.unit.clone(), at));
            }
            WindowChange::Withdrawn(_) => self.stage = Stage::Withdrawn,
            WindowChange::Rated(rated) => self.rating = Some(rated.grade),
            WindowChange::Closed(_) => {
                self.stage = Stage::Closed;
                self.close(at, counters);
            }
            WindowChange::Archived(_) => self.stage = Stage::Archived,
            WindowChange::GroupReported(told) => {
                self.group = Some(GroupNotice::of(told));
            }
        }
    }

    fn come_back(&mut self, back: &case::CameBack) {
        self.stage = Stage::AtWindow;
        let to_hand_over = |to| ExternalHandling {
            to,
            handed_at: None,
        };
        self.external = back.external.clone().map(to_hand_over);
    }

    fn hand_over(&mut self, noted: &case::HandoverNoted) {
        self.stage = Stage::HandedOver;
        self.external = Some(ExternalHandling {
            to: noted.to.clone(),
            handed_at: Some(noted.at),
        });
    }

    /// Another body may be responsible then; what was handed over stays so.
    fn correct(&mut self, corrected: &case::Corrected) {
        self.place = corrected.place.unwrap_or(self.place);
        if let Some(needs) = &corrected.needs {
            self.needs = needs.clone();
        }
        if let Some(topic) = &corrected.topic {
            self.topic = topic.clone();
        }
        let is_moved = corrected.place.is_some() || corrected.topic.is_some();
        let external = self.external.take();
        self.external = external.filter(|body| !is_moved || body.handed_at.is_some());
    }

    fn reopen(&mut self, reason: ReopenReason) {
        self.stage = Stage::AtWindow;
        self.closed_at = None;
        self.reopened = Some(reason);
        self.external = None;
        self.papers = None;
        self.settlements = Vec::new();
    }

    /// A visit that did what it was for is the one that the citizen needs; in events of before no outcome is kept.
    fn visit(&mut self, visited: &case::HomeVisited, origin: EventOrigin<'_>) -> Option<Counter> {
        match visited.outcome {
            None | Some(VisitOutcome::Done) => {
                let met = origin.settlement(NeedKind::HomeVisit, NeedOutcome::ByStaff);
                self.settle(met, origin.at)
            }
            Some(VisitOutcome::Partly | VisitOutcome::NotAtHome | VisitOutcome::AnotherVisit) => {
                None
            }
        }
    }

    /// Notes that a need was seen to that there is by then, and counts it once.
    fn settle(&mut self, settlement: NeedSettlement, at: Timestamp) -> Option<Counter> {
        let need = settlement.need;
        if self.settled().contains(&need) || !self.needs.owed().contains(&need) {
            return None;
        }
        let is_met = settlement.how.is_met();
        self.settlements.push(settlement);
        let kind = if is_met {
            CounterKind::NeedMet
        } else {
            CounterKind::NeedDeclined
        };
        Some(self.counter(kind, at))
    }

    /// What the unit decided, where it was not granted, until the case goes on: without the ground, which the unit's service has.
    pub(super) fn refusal(&self) -> Option<UnitRefusal> {
        let is_told = match self.stage {
            Stage::ResultBack | Stage::Closed | Stage::Archived => true,
            Stage::AtWindow
            | Stage::Referred
            | Stage::HandedOver
            | Stage::Answered
            | Stage::Withdrawn
            | Stage::Merged => false,
        };
        let outcome = self
            .outcome
            .filter(|outcome| is_told && *outcome != Outcome::Granted)?;
        let (unit, at) = self.result_of.clone()?;
        Some(UnitRefusal {
            unit,
            outcome,
            ground: None,
            at,
        })
    }

    /// The needs that were met or declined.
    pub(crate) fn settled(&self) -> Vec<NeedKind> {
        self.settlements.iter().map(|one| one.need).collect()
    }

    /// Why it was opened again, while it is at the window.
    pub(super) fn opened_again(&self) -> Option<ReopenReason> {
        self.reopened.filter(|_| self.stage == Stage::AtWindow)
    }

    /// The papers that the window awaits, while it or a unit works on the case.
    pub(super) fn papers(&self) -> Option<&AwaitedPapers> {
        let is_open = matches!(self.stage, Stage::AtWindow | Stage::Referred);
        self.papers.as_ref().filter(|_| is_open)
    }

    /// The papers that came are awaited no more.
    fn receive(&mut self, received: &case::MaterialReceived) {
        let Some(papers) = self.papers.take() else {
            return;
        };
        let came = |paper: &&Topic| received.materials.iter().any(|one| one.kind == **paper);
        let missing = papers.papers.iter().filter(|paper| !came(paper));
        let missing: Vec<Topic> = missing.cloned().collect();
        self.papers = papers.left(&missing);
    }

    /// Keeps when a closing was recorded, for as long as the case is closed.
    pub(super) fn note_record(&mut self, recorded: Timestamp) {
        let first = self.closing_recorded.unwrap_or(recorded);
        self.closing_recorded = self.closed_at.map(|_| first);
    }

    /// The supervisor before whom a group's case lies, for as long as it is open.
    pub(super) fn group_before(&self) -> Option<&GroupNotice> {
        self.group.as_ref().filter(|_| self.is_open())
    }

    /// Whether something is still done for the citizen.
    pub(super) const fn is_open(&self) -> bool {
        match self.stage {
            Stage::AtWindow
            | Stage::Referred
            | Stage::HandedOver
            | Stage::ResultBack
            | Stage::Answered => true,
            Stage::Withdrawn | Stage::Closed | Stage::Archived | Stage::Merged => false,
        }
    }

    fn close(&mut self, at: Timestamp, counters: &mut Vec<Counter>) {
        self.closed_at = Some(at);
        counters.push(self.counter(CounterKind::Closed, at));
    }

    fn counter(&self, kind: CounterKind, at: Timestamp) -> Counter {
        Counter {
            kind,
            at,
            unit: self.unit.clone(),
            division: self.division,
            item: Some(self.item.clone()),
            reason: None,
        }
    }
}
