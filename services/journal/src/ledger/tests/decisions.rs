//! 待我决定: what waits for a bureau is in its worklist by when it is due, counted, and is gone once it is decided.

use onestop_directory::Unit;
use onestop_proto::{
    acting_person::ActingPerson,
    actor::Actor,
    case::{self, GroupReported},
    clock::{ClockOverdue, ClockStarted, ClockStopped, ClockSupervised, Step, Stop},
    ledger::{Today, WorklistPage, WorklistTab},
    legal_aid::{
        self, DecisionDrafted, DecisionSentBack, DraftedDecision, ObjectionDecided, RefusalReason,
        Refused, Ruling,
    },
    matter::Objected,
    mediation,
    referral::{
        self, ConflictFound, ExtensionRefused, ExtensionRequested, SupervisionAnswered,
        SupervisionOrdered,
    },
};
use serde_json::json;

use super::{Running, case_story::CaseStory, lists::tab};

pub(super) fn bureau<'a>(running: &'a Running, code: &str) -> &'a Unit {
    let kind = "bureau".parse().unwrap();
    let found = running.directory.unit_at(code.parse().unwrap(), &kind);
    found.unwrap()
}

pub(super) fn supervisor(bureau: &Unit) -> Actor {
    format!("supervisor/he-jun@{}", bureau.id).parse().unwrap()
}

fn administrator(unit: &Unit) -> Actor {
    let actor = format!("unit-administrator/li-na@{}", unit.id);
    actor.parse().unwrap()
}

impl CaseStory<'_> {
    fn aid(&mut self, event: impl Into<legal_aid::Event>, unit: &Unit, actor: &Actor) {
        self.record("legal-aid", event.into(), unit, actor.clone());
    }

    fn started(&self, running: &Running, step: &str, unit: &Unit) -> ClockStarted {
        let step: Step = step.parse().unwrap();
        let directory = &running.directory;
        directory.start_clock(step, unit.division, self.at)
    }

    /// The agency refused, and the applicant objects at the bureau.
    pub(super) fn objected(&mut self, running: &Running, bureau: &Unit) {
        let (agency, officer) = (self.agency, self.specialist());
        let refused = Refused {
            reason: RefusalReason::NotProven,
            open_dates: Vec::new(),
            approval: None,
            decided_by: None,
        };
        self.aid(refused, agency, &officer);
        self.stopped_review(agency, &officer);
        let objected = Objected {
            bureau: Some(bureau.id.clone()),
            bureau_division: Some(bureau.division),
        };
        let clerk = self.clerk();
        self.aid(objected, bureau, &clerk);
        let started = self.started(running, "legal-aid.objection", bureau);
        self.aid(started, bureau, &clerk);
    }

    fn stopped_review(&mut self, agency: &Unit, officer: &Actor) {
        let stopped = ClockStopped {
            step: "legal-aid.review".parse().unwrap(),
            why: Stop::Done,
        };
        self.aid(stopped, agency, officer);
    }

    /// The bureau did not decide the objection in time, and the bureau above it is notified.
    pub(super) fn supervised(&mut self, running: &Running, bureau: &Unit, above: &Unit) {
        let clock = self.started(running, "legal-aid.objection", bureau);
        let (step, due) = (clock.step, clock.due);
        let overdue = ClockOverdue {
            step: step.clone(),
            due: due.clone(),
        };
        let by = supervisor(bureau);
        self.aid(overdue, bureau, &by);
        let told = ClockSupervised {
            step,
            due,
            supervisor: above.id.clone(),
            division: above.division,
        };
        self.aid(told, above, &by);
    }

    pub(super) fn at_agency(&mut self) {
        self.opened();
        self.offered();
        self.accepted();
        self.received();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_objection_waits_for_the_bureau_until_it_is_decided() {
    let running = Running::start();
    let directory = running.directory.clone();
    let (county, prefecture) = (bureau(&running, "530821"), bureau(&running, "5308"));
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    let (of_county, of_prefecture) = (supervisor(county), supervisor(prefecture));
    let to_decide = async |unit: &Unit, by: &Actor| tab(&running, &by.to_string(), &unit.id).await;

    story.at_agency();
    running.append(story.take_entries()).await;
    assert_eq!(to_decide(county, &of_county).await, None);

    story.objected(&running, county);
    running.append(story.take_entries()).await;
    assert_eq!(
        to_decide(county, &of_county).await,
        Some(WorklistTab::ToDecide)
    );
    assert_eq!(to_decide(prefecture, &of_prefecture).await, None);
    let asked = json!({ "unit": county.id, "tab": "to-decide" });
    let page: WorklistPage = running.ask("worklist", &of_county.to_string(), asked).await;
    let step = page.rows[0].step.as_ref().unwrap();
    assert_eq!(step.step.as_str(), "legal-aid.objection");
    assert_eq!(step.unit, county.id);
    let counted = page
        .counts
        .iter()
        .find(|one| one.tab == WorklistTab::ToDecide);
    // That was in March.
    assert_eq!(counted.map(|one| (one.count, one.overdue)), Some((1, 1)));

    story.supervised(&running, county, prefecture);
    running.append(story.take_entries()).await;
    for (unit, by) in [(county, &of_county), (prefecture, &of_prefecture)] {
        let found = to_decide(unit, by).await;
        assert_eq!(found, Some(WorklistTab::ToDecide), "{}", unit.name);
        // Who keeps the unit's records decides nothing.
        let administrator = administrator(unit);
        let found = to_decide(unit, &administrator).await;
        assert_ne!(found, Some(WorklistTab::ToDecide), "{}", unit.name);
    }

    let decided = ObjectionDecided {
        ruling: Ruling::Correct,
        letter: "宁司异〔2026〕1号".to_owned(),
    };
    let agency = story.agency;
    story.aid(decided, agency, &of_county);
    let stopped = ClockStopped {
        step: "legal-aid.objection".parse().unwrap(),
        why: Stop::Done,
    };
    story.aid(stopped, agency, &of_county);
    running.append(story.take_entries()).await;
    for (unit, by) in [(county, &of_county), (prefecture, &of_prefecture)] {
        assert_eq!(to_decide(unit, by).await, None, "{}", unit.name);
    }
    running.stop().await;
}

/// 审批: by a colleague of the drafter, or by the bureau above; with the clock of the step, which runs on.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_waits_for_the_unit_that_approves_it() {
    let running = Running::start();
    let directory = running.directory.clone();
    let county = bureau(&running, "530821");
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.at_agency();
    let (agency, officer) = (story.agency, story.specialist());
    let colleague = format!("specialist/bai-yu@{}", agency.id).parse().unwrap();
    for (approver, by) in [(agency, colleague), (county, supervisor(county))] {
        let to_decide = async || tab(&running, &by.to_string(), &approver.id).await;
        let drafted = DecisionDrafted {
            decision: DraftedDecision::Refuse {
                reason: RefusalReason::NotProven,
            },
            drafted_by: officer.staff.clone(),
            approver: approver.id.clone(),
            approver_division: approver.division,
            basis: "审批".to_owned(),
        };
        story.aid(drafted, agency, &officer);
        running.append(story.take_entries()).await;
        assert_eq!(to_decide().await, Some(WorklistTab::ToDecide));
        // It is the drafter's work still, and no decision of theirs.
        let of_drafter = tab(&running, &officer.to_string(), &agency.id).await;
        assert_eq!(of_drafter, Some(WorklistTab::Working));
        let asked = json!({ "unit": approver.id, "tab": "to-decide" });
        let page: WorklistPage = running.ask("worklist", &by.to_string(), asked).await;
        let step = page.rows[0].step.as_ref().unwrap();
        // The clock is the agency's, which runs on.
        assert_eq!(step.unit, agency.id);

        let sent_back = DecisionSentBack {
            drafted_by: officer.staff.clone(),
            why: "请写明缺少哪些材料".to_owned(),
        };
        story.aid(sent_back, agency, &by);
        running.append(story.take_entries()).await;
        assert_ne!(to_decide().await, Some(WorklistTab::ToDecide));
    }
    running.stop().await;
}

/// 审批: of two drafts before one unit each waits for the drafter of the other, and neither hides it.
#[tokio::test(flavor = "multi_thread")]
async fn one_draft_does_not_hide_another_from_who_approves_it() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.at_agency();
    let (agency, first) = (story.agency, story.specialist());
    let second: Actor = format!("specialist/bai-yu@{}", agency.id).parse().unwrap();
    let to_decide = async |by: &Actor| {
        let found = tab(&running, &by.to_string(), &agency.id).await;
        found == Some(WorklistTab::ToDecide)
    };
    let drafted = DecisionDrafted {
        decision: DraftedDecision::Refuse {
            reason: RefusalReason::NotProven,
        },
        drafted_by: first.staff.clone(),
        approver: agency.id.clone(),
        approver_division: agency.division,
        basis: "审批".to_owned(),
    };
    story.aid(drafted, agency, &first);
    running.append(story.take_entries()).await;
    assert!(!to_decide(&first).await && to_decide(&second).await);
    let more_time = mediation::DecisionDrafted {
        decision: mediation::DraftedDecision::Extend {
            reason: "案情复杂".to_owned(),
        },
        drafted_by: second.staff.clone(),
        approver: agency.id.clone(),
        approver_division: agency.division,
        basis: "审批".to_owned(),
    };
    let received = json!({
        "handoff": "019ab0c4-8000-7000-8000-00000000000b", "unit": agency.id, "division": agency.division,
        "topic": "neighbours", "number": "s4k2m9qxa-260302-001",
    });
    let received: mediation::Received = serde_json::from_value(received).unwrap();
    let events: [mediation::Event; 2] = [received.into(), more_time.into()];
    for event in events {
        story.record("mediation", event, agency, second.clone());
    }
    running.append(story.take_entries()).await;
    assert!(to_decide(&first).await, "the second draft is a colleague's");
    assert!(to_decide(&second).await, "and so is the first");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_time_that_is_asked_for_waits_for_the_bureau() {
    let running = Running::start();
    let directory = running.directory.clone();
    let county = bureau(&running, "530821");
    let by = supervisor(county);
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.at_agency();
    let step: Step = "referral.work".parse().unwrap();
    let agency = story.agency;
    let requested = ExtensionRequested {
        step: step.clone(),
        by: agency.id.clone(),
        staff: None,
        reason: "案情复杂".to_owned(),
        supervisor: county.id.clone(),
        supervisor_division: county.division,
    };
    let officer = story.specialist();
    let requested = onestop_proto::referral::Event::from(requested);
    story.record("referral", requested, county, officer);
    running.append(story.take_entries()).await;
    let found = tab(&running, &by.to_string(), &county.id).await;
    assert_eq!(found, Some(WorklistTab::ToDecide));

    let refused = ExtensionRefused {
        step,
        unit: agency.id.clone(),
        why: "期限充足".to_owned(),
    };
    let refused = onestop_proto::referral::Event::from(refused);
    story.record("referral", refused, agency, by.clone());
    running.append(story.take_entries()).await;
    assert_eq!(tab(&running, &by.to_string(), &county.id).await, None);
    running.stop().await;
}

/// 督办反馈: what came back to the supervisor who ordered it is in their day, until it is ordered anew.
#[tokio::test(flavor = "multi_thread")]
async fn an_answered_instruction_is_in_the_day_of_the_supervisor() {
    let running = Running::start();
    let directory = running.directory.clone();
    let county = bureau(&running, "530821");
    let by = supervisor(county);
    let now = running.store.clock().now();
    let mut story = CaseStory::begin(&directory, &now.to_string());
    story.at_agency();
    let (agency, officer) = (story.agency, story.specialist());
    let ordered = || SupervisionOrdered {
        by: county.id.clone(),
        staff: None,
        by_division: county.division,
        holder: agency.id.clone(),
        instruction: "三日内说明进展".to_owned(),
        until: now.plus_seconds(86_400),
    };
    let answered = SupervisionAnswered {
        supervisor: county.id.clone(),
        supervisor_division: county.division,
        by: agency.id.clone(),
        answer: "已联系用人单位".to_owned(),
    };
    let answered_count = async || {
        let asked = json!({ "unit": county.id });
        let today: Today = running.ask("today", &by.to_string(), asked).await;
        today.answered.count
    };
    story.record(
        "referral",
        referral::Event::from(ordered()),
        agency,
        by.clone(),
    );
    running.append(story.take_entries()).await;
    assert_eq!(answered_count().await, 0);
    story.record("referral", referral::Event::from(answered), county, officer);
    running.append(story.take_entries()).await;
    assert_eq!(answered_count().await, 1);
    story.record(
        "referral",
        referral::Event::from(ordered()),
        agency,
        by.clone(),
    );
    running.append(story.take_entries()).await;
    assert_eq!(answered_count().await, 0);
    running.stop().await;
}

/// 群体性事项: the supervisor who was notified of many people finds their case for as long as it is open.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_a_group_lies_before_the_bureau_until_it_is_closed() {
    let running = Running::start();
    let directory = running.directory.clone();
    let county = bureau(&running, "530821");
    let by = supervisor(county);
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened();
    running.append(story.take_entries()).await;
    assert_eq!(tab(&running, &by.to_string(), &county.id).await, None);

    let told = GroupReported {
        people: 12,
        least: 10,
        basis: "第七十五条".to_owned(),
        supervisor: county.id.clone(),
        division: county.division,
    };
    let clerk = story.clerk();
    story.record("intake", case::Event::from(told), county, clerk);
    running.append(story.take_entries()).await;
    let found = tab(&running, &by.to_string(), &county.id).await;
    assert_eq!(found, Some(WorklistTab::ToDecide));

    story.closed();
    running.append(story.take_entries()).await;
    assert_eq!(tab(&running, &by.to_string(), &county.id).await, None);
    running.stop().await;
}

/// 律师法 art. 39: the supervisor to whom it was put that one person acts for both sides finds the case for as long as it is open.
#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_of_interest_lies_before_the_bureau_until_the_case_is_closed() {
    let running = Running::start();
    let directory = running.directory.clone();
    let prefecture = bureau(&running, "5308");
    let by = supervisor(prefecture);
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.at_agency();
    running.append(story.take_entries()).await;
    let to_decide = async || tab(&running, &by.to_string(), &prefecture.id).await;
    assert_eq!(to_decide().await, None);
    let found = ConflictFound {
        person: ActingPerson::licensed(legal_aid::service(), "15308202610000001"),
        case: "019ab0c4-8000-7000-8000-0000000000bb".parse().unwrap(),
        supervisor: prefecture.id.clone(),
        supervisor_division: prefecture.division,
        at: "2026-03-02 11:00:00".parse().unwrap(),
    };
    let system = Actor::system(&referral::service(), story.agency.id.clone());
    let first = referral::Event::from(found.clone());
    story.record("referral", first, prefecture, system);
    running.append(story.take_entries()).await;
    assert_eq!(to_decide().await, Some(WorklistTab::ToDecide));
    // Another one, of which another bureau was told, takes nothing from the first.
    let province = bureau(&running, "53");
    let second = ConflictFound {
        case: "019ab0c4-8000-7000-8000-0000000000bc".parse().unwrap(),
        supervisor: province.id.clone(),
        supervisor_division: province.division,
        ..found
    };
    let system = Actor::system(&referral::service(), story.agency.id.clone());
    let second = referral::Event::from(second);
    story.record("referral", second, province, system);
    running.append(story.take_entries()).await;
    let above = supervisor(province).to_string();
    for (by, told) in [(by.to_string(), prefecture), (above, province)] {
        let found = tab(&running, &by, &told.id).await;
        assert_eq!(found, Some(WorklistTab::ToDecide), "{by}");
    }
    let (window, clerk) = (story.window, story.clerk());
    let withdrawn = case::Withdrawn {
        reason: referral::RecallReason::CitizenWithdrew,
    };
    story.record("intake", case::Event::from(withdrawn), window, clerk);
    running.append(story.take_entries()).await;
    assert_ne!(to_decide().await, Some(WorklistTab::ToDecide));
    running.stop().await;
}
