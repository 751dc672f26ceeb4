//! A story of one case, event by event.

use onestop_directory::{Directory, Unit};
use onestop_proto::{
    actor::Actor,
    case::{self, Channel, Ciphertext},
    clock::{ClockPaused, ClockStarted, ClockStopped, Step, Stop},
    envelope::{
        Address, Envelope, EventType, LogPosition, RawEvent, RecordPlace, RecordedEvent, Source,
    },
    ids::{CaseId, CaseNumber, CommandId, HandoffId, UnitId},
    legal_aid,
    matter::{HandedBack, Received, SupplementRequested},
    referral::{self, ReferralSubject, ReturnReason},
    time::Timestamp,
    trace::TraceParent,
};
use uuid::Uuid;

use crate::domain::Entry;

pub(super) const CASE: &str = "019ab0c4-8000-7000-8000-0000000000aa";
const HANDOFF: &str = "019ab0c4-8000-7000-8000-0000000000bb";

/// A case of the window of 宁洱镇, for the county's legal aid agency.
pub(super) struct CaseStory<'a> {
    directory: &'a Directory,
    pub(super) window: &'a Unit,
    pub(super) agency: &'a Unit,
    pub(super) at: Timestamp,
    /// When it is said to have happened, if that was earlier (补录).
    pub(super) on_paper: Option<Timestamp>,
    count: u64,
    entries: Vec<Entry>,
}

impl<'a> CaseStory<'a> {
    pub(super) fn begin(directory: &'a Directory, at: &str) -> Self {
        let unit = |place: &str, kind: &str| {
            let kind = kind.parse().unwrap();
            directory.unit_at(place.parse().unwrap(), &kind).unwrap()
        };
        Self {
            directory,
            window: unit("530821101", "window"),
            agency: unit("530821", "legal-aid"),
            at: at.parse().unwrap(),
            on_paper: None,
            count: 0,
            entries: Vec::new(),
        }
    }

    /// The entries since the last call.
    pub(super) fn take_entries(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    pub(super) fn number(&self) -> CaseNumber {
        format!("{}-260302-001", self.window.site).parse().unwrap()
    }

    pub(super) fn directory(&self) -> &'a Directory {
        self.directory
    }

    fn handoff() -> HandoffId {
        HANDOFF.parse().unwrap()
    }

    pub(super) fn clerk(&self) -> Actor {
        format!("clerk/zhang-li@{}", self.window.id)
            .parse()
            .unwrap()
    }

    pub(super) fn specialist(&self) -> Actor {
        format!("specialist/wang@{}", self.agency.id)
            .parse()
            .unwrap()
    }

    #[allow(clippy::needless_pass_by_value, reason = "a story is told in one go")]
    pub(super) fn record<E: EventType>(
        &mut self,
        service: &str,
        event: E,
        unit: &Unit,
        actor: Actor,
    ) {
        let command = CommandId::from_uuid(Uuid::from_u128(
            0x019a_b0c4_8000_7000_8000_0000_0000_0000 | u128::from(self.count + 1),
        ));
        let recorded = RecordedEvent {
            id: command.event(0),
            event: RawEvent::from_event(&event).unwrap(),
            time: self.on_paper.unwrap_or(self.at),
            recordedtime: self.at,
            case: CASE.parse::<CaseId>().unwrap(),
            causationid: command.uuid(),
            command,
            commandhash: String::new(),
            actor,
            issuer: None,
            tokenid: None,
            latereason: None,
            lateapprover: None,
            lateissuer: None,
            latetokenid: None,
            address: Address {
                unit: unit.id.clone(),
                division: unit.division,
                item: Some("legal-aid".parse().unwrap()),
            },
            traceparent: TraceParent::start(command),
        };
        let at = LogPosition {
            source: Source::main(service.parse().unwrap()),
            epoch: Uuid::nil(),
            position: self.count,
        };
        let place = RecordPlace {
            at,
            prevhash: String::new(),
            hash: String::new(),
        };
        self.count += 1;
        self.entries.push(Entry {
            heard_at: self.at,
            unreadable: None,
            event: Envelope::new(recorded, place),
        });
        self.at = self.at.plus_seconds(1);
    }

    fn intake(&mut self, event: impl Into<case::Event>, actor: Actor) {
        self.record("intake", event.into(), self.window, actor);
    }

    fn referral(&mut self, event: impl Into<referral::Event>, unit: &Unit, actor: Actor) {
        self.record("referral", event.into(), unit, actor);
    }

    pub(super) fn opened(&mut self) {
        self.opened_with(case::Needs::default());
    }

    /// Opened with something to be seen to, and urgent if there is.
    pub(super) fn opened_with(&mut self, needs: case::Needs) {
        let opened = case::Opened {
            text_key: None,
            people: None,
            respondents: None,
            number: self.number(),
            site: self.window.site.clone(),
            window: self.window.id.clone(),
            window_division: self.window.division,
            item: "legal-aid".parse().unwrap(),
            topic: "labour-pay".parse().unwrap(),
            place: "530821101".parse().unwrap(),
            channel: Channel::Window,
            applicant: Ciphertext(String::new()),
            urgent: !needs.is_empty(),
            opposed_to: None,
            notice: None,
            related: Vec::new(),
            needs,
            query_code: None,
            short_code: None,
            warnings: Vec::new(),
        };
        self.intake(opened, self.clerk());
        let taken = referral::CustodyTaken {
            text_key: None,
            by: self.window.id.clone(),
            division: self.window.division,
            number: self.number(),
            at: self.at,
        };
        self.referral(taken, self.window, self.rule());
    }

    pub(super) fn needs_corrected(&mut self, needs: case::Needs) {
        let corrected = case::Corrected {
            people: None,
            respondents: None,
            corrects: CommandId::from_uuid(Uuid::nil()).event(0),
            reason: case::CorrectionReason::CitizenAsked,
            applicant: None,
            needs: Some(needs),
            place: None,
            topic: None,
            warnings: Vec::new(),
        };
        self.intake(corrected, self.clerk());
    }

    pub(super) fn need_settled(&mut self, need: case::NeedKind, how: case::NeedOutcome) {
        self.intake(case::NeedSettled { need, how }, self.clerk());
    }

    pub(super) fn marked_urgent(&mut self) {
        let reason = case::UrgencyGround::PeriodEnds;
        self.intake(case::MarkedUrgent { reason }, self.clerk());
    }

    pub(super) fn urgency_lifted(&mut self) {
        let reason = case::UrgencyEnd::Over;
        self.intake(case::UrgencyLifted { reason }, self.clerk());
    }

    fn rule(&self) -> Actor {
        Actor::system(&referral::service(), self.window.id.clone())
    }

    pub(super) fn offered(&mut self) {
        let requested = case::ReferralRequested {
            number: self.number(),
            subject: ReferralSubject::new(
                "legal-aid".parse().unwrap(),
                "labour-pay".parse().unwrap(),
                "530821101".parse().unwrap(),
            ),
        };
        self.intake(requested, self.clerk());
        let step: Step = "referral.accept".parse().unwrap();
        let today = self.at.china_date();
        let limit = self
            .directory
            .limit(&step, self.agency.division, today)
            .unwrap();
        let happened = self.on_paper.unwrap_or(self.at);
        let due = self.directory.due(&limit, happened);
        let offered = referral::Offered {
            urgent: false,
            designated_by: None,
            handoff: Self::handoff(),
            from: self.window.id.clone(),
            to: self.agency.id.clone(),
            to_division: self.agency.division,
            item: "legal-aid".parse().unwrap(),
            topic: "labour-pay".parse().unwrap(),
            place: "530821101".parse().unwrap(),
            number: self.number(),
            until: due.at,
        };
        self.referral(offered, self.agency, self.rule());
        let started = ClockStarted {
            step,
            limit,
            due,
            at: Some(happened),
        };
        self.referral(started, self.agency, self.rule());
    }

    pub(super) fn accepted(&mut self) {
        let accepted = referral::Accepted {
            text_key: None,
            respondents: None,
            people: None,
            other_side: Vec::new(),
            opposing: Vec::new(),
            notice: None,
            given: None,
            handoff: Self::handoff(),
            from: self.window.id.clone(),
            to: self.agency.id.clone(),
            to_division: self.agency.division,
            item: "legal-aid".parse().unwrap(),
            topic: "labour-pay".parse().unwrap(),
            place: "530821101".parse().unwrap(),
            number: self.number(),
            requested_at: None,
            received_at: None,
            at: self.at,
        };
        self.referral(accepted, self.agency, self.specialist());
        self.stopped(Stop::Done);
    }

    pub(super) fn declined(&mut self, reason: ReturnReason) {
        let declined = referral::Declined {
            staff: None,
            note: None,
            handoff: Self::handoff(),
            by: self.agency.id.clone(),
            holder: self.window.id.clone(),
            reason,
            belongs_to: None,
            at: self.at,
        };
        self.referral(declined, self.window, self.specialist());
        self.stopped(Stop::Left);
        self.intake(case::CameBack::default(), self.rule());
    }

    /// The agency gave the case back, with its work not done.
    pub(super) fn given_back(&mut self) {
        let returned = referral::Returned {
            handoff: Self::handoff(),
            from: self.agency.id.clone(),
            staff: None,
            to: self.window.id.clone(),
            item: "legal-aid".parse().unwrap(),
            reason: ReturnReason::NoCapacity,
            belongs_to: None,
            note: None,
            at: self.at,
        };
        self.referral(returned, self.window, self.specialist());
        self.intake(case::CameBack { external: None }, self.rule());
        let left = HandedBack {
            handoff: Self::handoff(),
            open_dates: Vec::new(),
        };
        let (unit, actor) = (self.agency, self.specialist());
        self.record("legal-aid", legal_aid::Event::from(left), unit, actor);
    }

    /// The agency received the case and began to review it.
    pub(super) fn received(&mut self) {
        let (unit, actor) = (self.agency, self.specialist());
        let received = legal_aid::Event::from(Received {
            text_key: None,
            respondents: None,
            people: None,
            other_side: Vec::new(),
            handoff: Self::handoff(),
            unit: unit.id.clone(),
            division: unit.division,
            topic: "labour-pay".parse().unwrap(),
            number: self.number(),
            requested_at: None,
            received_at: None,
            taken_at: None,
            notice: None,
        });
        self.record("legal-aid", received, unit, actor.clone());
        let step: Step = "legal-aid.review".parse().unwrap();
        let today = self.at.china_date();
        let limit = self.directory.limit(&step, unit.division, today).unwrap();
        let started = legal_aid::Event::from(ClockStarted {
            due: self.directory.due(&limit, self.at),
            step,
            limit,
            at: Some(self.at),
        });
        self.record("legal-aid", started, unit, actor);
    }

    /// The agency waits for papers.
    pub(super) fn supplement_requested(&mut self) {
        let (unit, actor) = (self.agency, self.specialist());
        let missing = vec!["identity-card".parse().unwrap()];
        let requested = legal_aid::Event::from(SupplementRequested::of(missing));
        self.record("legal-aid", requested, unit, actor.clone());
        let paused = legal_aid::Event::from(ClockPaused {
            step: "legal-aid.review".parse().unwrap(),
            basis: "补充材料".to_owned(),
            at: self.at,
            until: None,
        });
        self.record("legal-aid", paused, unit, actor);
    }

    pub(super) fn completed(&mut self) {
        let outcome = referral::Outcome::Granted;
        let completed = referral::Completed {
            handoff: Self::handoff(),
            from: self.agency.id.clone(),
            to: self.window.id.clone(),
            outcome,
            at: self.at,
        };
        self.referral(completed, self.window, self.rule());
        let unit = self.agency.id.clone();
        self.intake(case::ResultNoted { unit, outcome }, self.rule());
    }

    /// A body outside is responsible, and the window has not handed it over.
    pub(super) fn awaits_handover(&mut self, to: &UnitId) {
        let external = Some(to.clone());
        self.intake(case::CameBack { external }, self.rule());
    }

    pub(super) fn handed_over(&mut self, to: &UnitId) {
        let noted = case::HandoverNoted {
            handover: Self::handoff(),
            to: to.clone(),
            at: self.at,
        };
        self.intake(noted, self.rule());
    }

    /// The agency refused the aid, and the window was told.
    pub(super) fn refused(&mut self) {
        let refused = legal_aid::Event::from(legal_aid::Refused {
            reason: legal_aid::RefusalReason::OutOfScope,
            open_dates: Vec::new(),
            approval: None,
            decided_by: None,
        });
        self.record("legal-aid", refused, self.agency, self.specialist());
        let (unit, outcome) = (self.agency.id.clone(), referral::Outcome::Refused);
        self.intake(case::ResultNoted { unit, outcome }, self.rule());
    }

    pub(super) fn archived(&mut self) {
        self.intake(case::Archived {}, self.clerk());
    }

    pub(super) fn closed(&mut self) {
        let after = case::Stage::ResultBack;
        let closed = case::Closed {
            after,
            reopen_until: None,
            open_needs: Vec::new(),
        };
        self.intake(closed, self.clerk());
    }

    pub(super) fn reopened(&mut self, reason: case::ReopenReason) {
        self.intake(case::Reopened { reason }, self.rule());
    }

    fn stopped(&mut self, why: Stop) {
        let step: Step = "referral.accept".parse().unwrap();
        self.referral(ClockStopped { step, why }, self.agency, self.rule());
    }
}
