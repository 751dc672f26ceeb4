//! The five journeys, as their people make them, and what must have happened afterwards. The scripts in
//! `deploy/journeys` make the same ones by the command line.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};

use onestop_chassis::{
    client::{ClientError, CommandMeta},
    clock::SystemClock,
};
use onestop_proto::{
    case::{
        self, AnswerCitizen, Applicant, Archive, Close, Grade, Material, Open, Rate,
        ReceiveMaterial, WindowAction, Withdraw,
    },
    command::AcceptedCommand,
    ids::CaseId,
    journal::{ClockState, Replay},
    legal_aid::{self, Assign, Conclude, Contract, DetermineMeans, ExemptGroup, Grant},
    notarization::{self, AcceptApplication, Issue, TellConsequences},
    referral::{self, Accept, Decline, Return, ReturnReason},
    rejection::Rejected,
};

use crate::{
    invariants::{assert_replay, by_service, custody},
    test_user::{TestUser, actor, name, unit},
};

/// Certificates of this process.
static GIVEN: AtomicU32 = AtomicU32::new(1);

pub(crate) const VILLAGE: &str = "530821101201";
pub(crate) const CLERK: &str = "clerk/zhang-li@530821101201";
pub(crate) const COUNTY: &str = "specialist/wang-min@530821.legal-aid";
const TOWNSHIP_CLERK: &str = "clerk/li-na@530821101";
const OFFICE: &str = "specialist/zhao-gang@530802.notarization";
const PREFECTURE: &str = "specialist/chen-jing@5308.legal-aid";
const SIMAO: &str = "specialist/yang-fan@530802.legal-aid";

pub(crate) fn request(item: &str, topic: &str, place: &str) -> Open {
    let mut applicant = Applicant::named("岩温");
    applicant.people[0].phone = Some("13800138000".to_owned());
    applicant.summary = "工地欠薪三个月".to_owned();
    Open::new(
        item.parse().unwrap(),
        topic.parse().unwrap(),
        place.parse().unwrap(),
        applicant,
    )
}

/// A wage case, opened at the village.
pub(crate) async fn open_wages(user: &TestUser) -> CaseId {
    let open = request("legal-aid", "labour-pay", VILLAGE);
    open_by(user, CLERK, open).await
}

/// Opens a wage case at the village, once.
pub(crate) async fn try_open(user: &TestUser) -> Result<AcceptedCommand, ClientError> {
    let meta = CommandMeta::new(SystemClock.command(), actor(CLERK), None);
    let open = case::Command::from(request("legal-aid", "labour-pay", VILLAGE));
    user.client.command(&case::service(), meta, &open).await
}

/// A wage case that the county's agency has accepted, and of which every service has heard so.
pub(crate) async fn accepted_wages(user: &TestUser) -> CaseId {
    let case = open_wages(user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    accept(user, COUNTY, case).await.unwrap();
    user.wait_for_event(case, "legal-aid.clock-started", 1)
        .await;
    user.wait_for_event(case, "case.holder-noted", 1).await;
    case
}

pub(crate) async fn open_by(user: &TestUser, by: &str, open: Open) -> CaseId {
    let opened = user
        .command::<case::Command>(&case::service(), by, None, open)
        .await;
    opened.unwrap().case
}

pub(crate) async fn accept(user: &TestUser, by: &str, case: CaseId) -> Result<(), Rejected> {
    let offer = user.custody(case).await.offer.expect("an open offer");
    let accept = Accept {
        handoff: offer.handoff,
    };
    let accepted = user
        .command::<referral::Command>(&referral::service(), by, Some(case), accept)
        .await;
    accepted.map(|_| ())
}

async fn window<C: Into<case::Command>>(user: &TestUser, by: &str, case: CaseId, command: C) {
    let command: case::Command = command.into();
    let done = user
        .command::<case::Command>(&case::service(), by, Some(case), command)
        .await;
    done.unwrap();
}

async fn aid<C: Into<legal_aid::Command>>(user: &TestUser, case: CaseId, command: C) {
    let command: legal_aid::Command = command.into();
    let done = user
        .command::<legal_aid::Command>(&legal_aid::service(), COUNTY, Some(case), command)
        .await;
    done.unwrap();
}

async fn notary<C: Into<notarization::Command>>(user: &TestUser, case: CaseId, command: C) {
    let command: notarization::Command = command.into();
    let done = user
        .command::<notarization::Command>(&notarization::service(), OFFICE, Some(case), command)
        .await;
    done.unwrap();
}

/// The agency grants legal aid, finds a lawyer and brings the matter to its end.
async fn give_legal_aid(user: &TestUser, case: CaseId) {
    aid(
        user,
        case,
        DetermineMeans::exempt(ExemptGroup::MigrantWorker, "工资卡流水"),
    )
    .await;
    aid(user, case, Grant {}).await;
    let lawyer = Assign {
        firm: "云南某某律师事务所".to_owned(),
        licence: "15308202010123456".to_owned(),
        years: None,
    };
    aid(user, case, lawyer).await;
    let agreement = "2026-17".to_owned();
    aid(user, case, Contract { agreement }).await;
    aid(user, case, Conclude {}).await;
}

/// 讨薪: from the village window to the archive.
pub(crate) async fn wages(user: &TestUser) -> Replay {
    let case = open_wages(user).await;
    let offered = user.wait_for_event(case, "referral.offered", 1).await;
    assert_eq!(offered.custody, Some(unit(VILLAGE)));
    accept(user, COUNTY, case).await.unwrap();
    user.wait_for_event(case, "legal-aid.received", 1).await;
    give_legal_aid(user, case).await;
    user.wait_for_event(case, "case.result-noted", 1).await;
    let grade = Grade::VerySatisfied;
    window(user, CLERK, case, Rate { grade }).await;
    window(user, CLERK, case, Close {}).await;
    window(user, CLERK, case, Archive {}).await;
    user.wait_for_event(case, "case.archived", 1).await;
    // The last that each service writes.
    user.wait_for_event(case, "legal-aid.clock-started", 4)
        .await;
    user.wait_for_event(case, "referral.completed", 1).await;

    let replay = user.complete_replay(case).await;
    assert_replay(&replay);
    assert_events_of_wages(&replay);
    assert_agency_by_law(&replay);
    replay
}

/// What each service wrote of the wages.
fn assert_events_of_wages(replay: &Replay) {
    let told = acts(replay);
    assert_eq!(
        told["case"],
        [
            "opened",
            "referral-requested",
            "holder-noted",
            "result-noted",
            "rated",
            "closed",
            "archived"
        ]
    );
    assert_eq!(
        told["referral"],
        [
            "custody-taken",
            "routed",
            "offered",
            "clock-started",
            "accepted",
            "clock-stopped",
            "engaged",
            "completed"
        ]
    );
    assert_eq!(
        told["legal-aid"],
        [
            "received",
            "clock-started",
            "means-determined",
            "granted",
            "clock-stopped",
            "clock-started",
            "assigned",
            "clock-stopped",
            "clock-started",
            "contracted",
            "clock-stopped",
            "concluded",
            // The file is still to come.
            "clock-started"
        ]
    );
}

/// The agency had the case between the two times of the window, and the routing names the law.
fn assert_agency_by_law(replay: &Replay) {
    let agency = unit("530821.legal-aid");
    assert_eq!(custody(replay), [unit(VILLAGE), agency, unit(VILLAGE)]);
    let routed = replay
        .steps
        .iter()
        .find(|step| name(step) == "referral.routed")
        .unwrap();
    assert!(
        routed.facts.zh.contains("法律援助法"),
        "{}",
        routed.facts.zh
    );
}

/// 材料不全: the clock is paused while a paper is missing.
pub(crate) async fn papers_missing(user: &TestUser) -> Replay {
    let open = request("notarization", "inheritance-real-estate", "530802");
    let case = open_by(user, TOWNSHIP_CLERK, open).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    accept(user, OFFICE, case).await.unwrap();
    user.wait_for_event(case, "notarization.received", 1).await;
    let missing = vec!["property-title".parse().unwrap()];
    notary(user, case, notarization::RequestSupplement { missing }).await;
    let title = Material {
        kind: "property-title".parse().unwrap(),
        copies: 1,
        files: Vec::new(),
    };
    let materials = vec![title];
    window(user, TOWNSHIP_CLERK, case, ReceiveMaterial { materials }).await;
    user.wait_for_event(case, "notarization.clock-resumed", 1)
        .await;
    notary(user, case, TellConsequences {}).await;
    notary(user, case, AcceptApplication {}).await;
    // An office gives each number once.
    let certificate = format!(
        "(2026)云思证字第{}号",
        GIVEN.fetch_add(1, Ordering::Relaxed)
    );
    notary(user, case, Issue { certificate }).await;
    user.wait_for_event(case, "case.result-noted", 1).await;
    user.wait_for_event(case, "referral.completed", 1).await;
    user.wait_for_event(case, "notarization.clock-stopped", 2)
        .await;

    let replay = user.complete_replay(case).await;
    assert_replay(&replay);
    assert_eq!(
        acts(&replay)["notarization"],
        [
            "received",
            "clock-started",
            "supplement-requested",
            "clock-paused",
            "supplement-received",
            "clock-resumed",
            "consequences-told",
            "accepted",
            "clock-stopped",
            "clock-started",
            "issued",
            "clock-stopped"
        ]
    );
    let (township, office) = (unit("530821101"), unit("530802.notarization"));
    assert_eq!(custody(&replay), [township.clone(), office, township]);
    assert_examination_stood_still(&replay);
    replay
}

/// The clock of the examination stood still once it was paused, and ran once it was resumed.
fn assert_examination_stood_still(replay: &Replay) {
    let examined = |wanted: &str| {
        let step = replay
            .steps
            .iter()
            .find(|step| name(step) == wanted)
            .unwrap();
        step.clocks["notarization.examine"].clone()
    };
    assert!(matches!(
        examined("notarization.clock-paused"),
        ClockState::Paused { .. }
    ));
    assert!(matches!(
        examined("notarization.clock-resumed"),
        ClockState::Running { .. }
    ));
}

async fn decline_at_county(user: &TestUser, case: CaseId) {
    let offer = user.custody(case).await.offer.unwrap();
    assert_eq!(offer.to, unit("530821.legal-aid"));
    let decline = Decline {
        handoff: offer.handoff,
        reason: ReturnReason::NotInJurisdiction,
        belongs_to: None,
    };
    let declined = user
        .command::<referral::Command>(&referral::service(), COUNTY, Some(case), decline)
        .await;
    declined.unwrap();
}

/// The prefecture's agency returns what it accepted, and says whose it is.
async fn return_from_prefecture(user: &TestUser, case: CaseId) {
    let give_back = Return {
        reason: ReturnReason::NotInJurisdiction,
        belongs_to: Some("530802".parse().unwrap()),
    };
    let returned = user
        .command::<referral::Command>(&referral::service(), PREFECTURE, Some(case), give_back)
        .await;
    returned.unwrap();
}

/// 走错门: declined, returned, accepted.
pub(crate) async fn wrong_door(user: &TestUser) -> Replay {
    let case = open_by(user, CLERK, request("legal-aid", "injury", VILLAGE)).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    decline_at_county(user, case).await;
    user.wait_for_event(case, "referral.offered", 2).await;
    accept(user, PREFECTURE, case).await.unwrap();
    user.wait_for_event(case, "legal-aid.received", 1).await;
    return_from_prefecture(user, case).await;
    user.wait_for_event(case, "referral.offered", 3).await;
    accept(user, SIMAO, case).await.unwrap();
    user.wait_for_event(case, "legal-aid.received", 2).await;
    user.wait_for_event(case, "case.holder-noted", 2).await;
    // The journal reads services one by one: what others did on an event may come before the next event of its source.
    user.wait_for_event(case, "referral.clock-stopped", 3).await;

    let replay = user.complete_replay(case).await;
    assert_replay(&replay);
    assert_eq!(
        acts(&replay)["referral"],
        [
            "custody-taken",
            "routed",
            "offered",
            "clock-started",
            "declined",
            "clock-stopped",
            "routed",
            "offered",
            "clock-started",
            "accepted",
            "clock-stopped",
            "returned",
            "routed",
            "offered",
            "clock-started",
            "accepted",
            "clock-stopped"
        ]
    );
    let held = ["5308.legal-aid", VILLAGE, "530802.legal-aid"].map(unit);
    assert_eq!(custody(&replay), [&[unit(VILLAGE)], &held[..]].concat());
    replay
}

/// 当场办结: answered on the spot.
pub(crate) async fn at_the_window(user: &TestUser) -> Replay {
    let open = Open {
        request: WindowAction::Answer,
        ..request("consultation", "family", VILLAGE)
    };
    let case = open_by(user, CLERK, open).await;
    let answer = "请带身份证、户口簿和死亡证明".to_owned();
    window(user, CLERK, case, AnswerCitizen { answer }).await;
    window(user, CLERK, case, Close {}).await;
    user.wait_for_event(case, "case.closed", 1).await;
    user.wait_for_event(case, "referral.custody-taken", 1).await;

    let replay = user.complete_replay(case).await;
    assert_replay(&replay);
    let told = acts(&replay);
    assert_eq!(told["case"], ["opened", "answered", "closed"]);
    assert_eq!(custody(&replay), [unit(VILLAGE)]);
    replay
}

/// 改变主意: withdrawn while offered; the later unit is refused, with the name of the one that was first.
pub(crate) async fn changed_mind(user: &TestUser) -> Replay {
    let case = open_wages(user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    let handoff = user.custody(case).await.offer.unwrap().handoff;
    window(user, CLERK, case, Withdraw {}).await;
    let late = user
        .command::<referral::Command>(&referral::service(), COUNTY, Some(case), Accept { handoff })
        .await
        .unwrap_err();
    assert_eq!(late.code, "offer-answered");
    assert!(
        late.message.en.contains(unit(VILLAGE).as_str()),
        "{}",
        late.message.en
    );
    user.wait_for_event(case, "case.withdrawn", 1).await;

    let replay = user.complete_replay(case).await;
    assert_replay(&replay);
    assert_eq!(custody(&replay), [unit(VILLAGE)]);
    replay
}

/// 同一时刻: the citizen withdraws in the same instant as the unit accepts.
pub(crate) async fn same_instant(user: &TestUser) -> Replay {
    let case = open_wages(user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    let handoff = user.custody(case).await.offer.unwrap().handoff;
    let (case_service, referral) = (case::service(), referral::service());
    let (withdrawn, accepted) = tokio::join!(
        user.command::<case::Command>(&case_service, CLERK, Some(case), Withdraw {}),
        user.command::<referral::Command>(&referral, COUNTY, Some(case), Accept { handoff }),
    );
    let (window, agency) = (unit(VILLAGE), unit("530821.legal-aid"));
    let wanted = match (withdrawn, accepted) {
        (Ok(_), Err(late)) => {
            assert_eq!(late.code, "offer-answered");
            assert!(
                late.message.en.contains(window.as_str()),
                "{}",
                late.message.en
            );
            user.wait_for_event(case, "case.withdrawn", 1).await;
            vec![window]
        }
        (Err(late), Ok(_)) => {
            assert_eq!(late.code, "offer-answered");
            assert!(
                late.message.en.contains(agency.as_str()),
                "{}",
                late.message.en
            );
            user.wait_for_event(case, "legal-aid.received", 1).await;
            vec![window, agency]
        }
        both => panic!("exactly one is first: {both:?}"),
    };
    let replay = user.complete_replay(case).await;
    assert_replay(&replay);
    assert_eq!(custody(&replay), wanted);
    replay
}

/// What was done, service by service, without what a clock tells when a day comes near: that depends on the hour in which a
/// test runs.
fn acts(replay: &Replay) -> BTreeMap<String, Vec<String>> {
    let mut acts = by_service(replay);
    for events in acts.values_mut() {
        events.retain(|event| event != "clock-due-soon");
    }
    acts
}
