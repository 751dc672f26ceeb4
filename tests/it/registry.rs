//! The directory as bureaus keep it: what they record holds for every service within seconds, without a restart and
//! without a file.

use std::time::{Duration, Instant};

use onestop_chassis::clock::SystemClock;
use onestop_proto::{
    actor::ServiceName,
    case,
    clock::{ClockStarted, Limit},
    command::AcceptedCommand,
    date_words::day_words,
    ids::{CaseId, SiteId},
    journal,
    query::SourcesQuery,
    referral::{self, Routed},
    registry::{
        self, ApproveChange, ChangeContact, Command, Event, MarkFree, MarkFull, SetDuty, SetHours,
        SetLimit, SetPapers, SetState, SiteState, Weekday,
    },
    rejection::Rejected,
    replication::Sources,
    routing::{Candidate, Verdict},
    specialist,
};

use crate::{
    browser::address,
    command_line::a_recorded_limit_is_shown,
    harness::{Deployment, Onestop, Part, until},
    journeys::{COUNTY, accept, open_by, open_wages, request},
    test_user::{DIRECTORY, TestUser, short, unit},
};

const SUPERVISOR: &str = "supervisor/li-jun@530821.bureau";
const AGENCY: &str = "530821.legal-aid";
/// A township whose site the files plan, its clerk, and the bureau above it.
const PLANNED: &str = "530828207";
const PLANNED_CLERK: &str = "clerk/na-shi@530828207";
const PLANNED_ABOVE: &str = "supervisor/wei-hong@530828.bureau";

async fn record(
    user: &TestUser,
    by: &str,
    command: impl Into<Command>,
) -> Result<AcceptedCommand, Rejected> {
    user.command::<Command>(&registry::service(), by, None, command)
        .await
}

fn pilot() -> SetState {
    SetState {
        site: DIRECTORY
            .site_at(PLANNED.parse().unwrap())
            .unwrap()
            .id
            .clone(),
        state: SiteState::Pilot,
        from: None,
        until: None,
        evidence: "澜司〔2026〕9号".to_owned(),
        document_number: None,
    }
}

/// The version of the directory and the candidates by which a case was routed first.
async fn routed(user: &TestUser, case: CaseId) -> (String, Vec<Candidate>) {
    user.wait_for_event(case, "referral.offered", 1).await;
    let events = user.log(&referral::service()).await;
    let mut own = events.into_iter().filter(|event| event.subject == case);
    let routed = own.find(|event| short(&event.event_type) == "referral.routed");
    let routed: Routed = routed.unwrap().data.parse().unwrap();
    (routed.route.directory, routed.route.candidates)
}

fn of_agency(candidates: &[Candidate]) -> &Candidate {
    let agency = unit(AGENCY);
    let mut candidates = candidates.iter();
    candidates.find(|one| one.unit == agency).unwrap()
}

/// A change reaches every service within this.
pub(crate) const HEARD_WITHIN: Duration = Duration::from_secs(2);

/// Waits until the services that judge have heard so many changes.
pub(crate) async fn heard_by_all(user: &TestUser, changes: usize) {
    let version = format!("{}+{changes}", DIRECTORY.version());
    let judging = [case::service(), referral::service(), journal::service()];
    for service in judging.into_iter().chain(specialist::services()) {
        until(&format!("{service} decides by {version}"), async || {
            let sources: Sources = user
                .ask(&service, "sources", SourcesQuery::default())
                .await
                .unwrap();
            sources.directory.as_ref() == Some(&version)
        })
        .await;
    }
}

/// Waits until the public page of a place shows a text.
async fn shown_at(base: &str, place: &str, text: &str) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    until(text, async || {
        let page = client.get(format!("{base}/places?at={place}")).send().await;
        page.unwrap().text().await.unwrap().contains(text)
    })
    .await;
}

#[tokio::test]
async fn what_a_county_records_holds_for_every_service_without_a_restart() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let base = address(&onestop.data()).await;
    let files = DIRECTORY.version().to_owned();
    let before = open_wages(&user).await;
    let (version, candidates) = routed(&user, before).await;
    assert_eq!(version, files);
    assert_eq!(of_agency(&candidates).verdict, Verdict::Chosen);

    a_telephone_changes(&user, &base).await;
    a_planned_site_opens(&user).await;
    a_unit_is_full(&user, &base, &files).await;
    citizens_find_a_matter_by_what_they_call_it(&base).await;

    // What was heard is there again after a restart, before the service asks the registry.
    assert_eq!(onestop.stop(Part::Everything), Some(0));
    onestop.run(Part::Everything);
    onestop.wait_until_ready().await;
    let user = TestUser::new(onestop.client().await);
    let (version, candidates) = routed(&user, open_wages(&user).await).await;
    assert_eq!(version, format!("{files}+3"));
    assert_eq!(of_agency(&candidates).verdict, Verdict::AtCapacity);
    a_unit_is_free_again(&user).await;
    every_change_is_in_the_log(&user).await;
}

async fn a_telephone_changes(user: &TestUser, base: &str) {
    let change = ChangeContact {
        unit: unit(PLANNED),
        from: None,
        phone: Some("0879-7230001".to_owned()),
        address: None,
    };
    let refused = record(user, SUPERVISOR, change.clone()).await.unwrap_err();
    assert_eq!(refused.code, "not-your-site");
    record(user, PLANNED_ABOVE, change).await.unwrap();
    shown_at(base, PLANNED, "0879-7230001").await;
}

async fn a_planned_site_opens(user: &TestUser) {
    let intake = case::service();
    let ask = || request("consultation", "labour", PLANNED);
    let closed = user.command::<case::Command>(&intake, PLANNED_CLERK, None, ask());
    assert_eq!(closed.await.unwrap_err().code, "site-closed");
    record(user, PLANNED_ABOVE, pilot()).await.unwrap();
    heard_by_all(user, 2).await;
    open_by(user, PLANNED_CLERK, ask()).await;
}

/// As they say it: of several matters they choose one, and see no code of a division.
async fn citizens_find_a_matter_by_what_they_call_it(base: &str) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = |query: &str| {
        let page = client.get(format!("{base}/places?{query}")).send();
        async move { page.await.unwrap().text().await.unwrap() }
    };
    let called = page("find=讨薪").await;
    assert!(called.contains("请求支付劳动报酬"), "{called}");
    assert!(called.contains("matter=legal-aid.labour-pay"), "{called}");
    // Then where they are is asked, and no place is taken instead.
    let chosen = page("matter=legal-aid.labour-pay").await;
    assert!(chosen.contains("您在哪里"), "{chosen}");
    for one in [called, chosen] {
        assert!(!one.contains("由谁办理（"), "{one}");
        assert!(!one.contains("aria-current=\"true\""), "{one}");
    }
    let towns = page("find=勐").await;
    assert!(towns.contains("勐"), "{towns}");
    assert!(!towns.contains("<span class=\"small\">53"), "{towns}");
}

async fn a_unit_is_full(user: &TestUser, base: &str, files: &str) {
    let mut until = SystemClock.now().china_date();
    for _ in 0..40 {
        until = until.tomorrow().unwrap();
    }
    let full = MarkFull {
        unit: unit(AGENCY),
        from: None,
        until,
    };
    record(user, SUPERVISOR, full).await.unwrap();
    heard_by_all(user, 3).await;
    shown_at(base, "530821", "满负荷至").await;
    let case = open_wages(user).await;
    let (version, candidates) = routed(user, case).await;
    assert_eq!(
        version,
        format!("{files}+3"),
        "a decision names what it had heard"
    );
    let passed_over = of_agency(&candidates);
    assert_eq!(passed_over.verdict, Verdict::AtCapacity);
    let why = passed_over.why.as_ref().unwrap();
    assert_eq!(why.zh, format!("已满，至{}止", day_words(until).zh));
    let chosen = candidates.iter().find(|one| one.verdict == Verdict::Chosen);
    assert_ne!(chosen.unwrap().unit, unit(AGENCY));
}

async fn a_unit_is_free_again(user: &TestUser) {
    let free = MarkFree {
        unit: unit(AGENCY),
        from: None,
    };
    record(user, "unit-administrator/zhao-jun@530821.legal-aid", free)
        .await
        .unwrap();
    heard_by_all(user, 4).await;
    let (_, candidates) = routed(user, open_wages(user).await).await;
    assert_eq!(of_agency(&candidates).verdict, Verdict::Chosen);
}

/// The registry's log has all of it, and so has the journal.
async fn every_change_is_in_the_log(user: &TestUser) {
    let recorded = user.log(&registry::service()).await;
    let types: Vec<_> = recorded
        .iter()
        .map(|event| short(&event.event_type).to_owned())
        .collect();
    assert_eq!(
        types,
        [
            "registry.contact-changed",
            "registry.state-set",
            "registry.unit-filled",
            "registry.unit-freed",
        ]
    );
    for event in &recorded {
        assert!(event.raw().parse_if::<Event>().unwrap().is_some());
    }
}

/// The time from the answer of the registry until every service that judges with the directory, and the workbench, holds
/// a change. They poll each second, so half of it is the usual time, and twice of it the bound.
#[tokio::test]
async fn a_change_is_heard_by_every_service_within_two_seconds() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let base = address(&onestop.data()).await;
    let mut slowest = Duration::ZERO;
    for round in 1..=5_usize {
        let phone = format!("0879-723100{round}");
        let change = ChangeContact {
            unit: unit(PLANNED),
            from: None,
            phone: Some(phone.clone()),
            address: None,
        };
        record(&user, PLANNED_ABOVE, change).await.unwrap();
        let began = Instant::now();
        let everywhere = async {
            tokio::join!(heard_by_all(&user, round), shown_at(&base, PLANNED, &phone));
        };
        everywhere.await;
        slowest = slowest.max(began.elapsed());
    }
    assert!(
        slowest < HEARD_WITHIN,
        "the slowest of five changes took {slowest:?}"
    );
}

/// The limit of the first clock of a step that a case was given.
async fn first_limit(user: &TestUser, case: CaseId, step: &str) -> Limit {
    let service: ServiceName = step.split_once('.').unwrap().0.parse().unwrap();
    user.wait_for_event(case, &format!("{service}.clock-started"), 1)
        .await;
    let events = user.log(&service).await;
    let own = events.iter().filter(|event| event.subject == case);
    let started = own.filter(|event| short(&event.event_type).ends_with(".clock-started"));
    let mut clocks = started.map(|event| event.data.parse::<ClockStarted>().unwrap());
    let clock = clocks.find(|clock| clock.step.as_str() == step);
    clock.unwrap().limit
}

/// Limits are tightened while everything runs: the next case is given them, by referral and by the specialist; the clock of
/// the case before keeps what it was started with.
#[tokio::test]
async fn a_limit_that_a_county_tightens_holds_for_the_next_case_and_not_for_the_last() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let base = address(&onestop.data()).await;
    let before = open_wages(&user).await;
    let kept = first_limit(&user, before, "referral.accept").await;
    let county = DIRECTORY.site_at("530821".parse().unwrap()).unwrap();
    let tightened = |step: &str, days: u32| SetLimit {
        site: county.id.clone(),
        step: step.parse().unwrap(),
        days,
        day_kind: None,
        basis: "宁洱县服务承诺".to_owned(),
        from: None,
        until: None,
    };
    let refused = record(&user, SUPERVISOR, tightened("legal-aid.review", 9)).await;
    assert_eq!(refused.unwrap_err().code, "looser-than-wider");
    for (step, days) in [("referral.accept", 1), ("legal-aid.review", 5)] {
        record(&user, SUPERVISOR, tightened(step, days))
            .await
            .unwrap();
    }
    heard_by_all(&user, 2).await;
    let after = open_wages(&user).await;
    let offered = first_limit(&user, after, "referral.accept").await;
    assert_eq!((kept.days, offered.days), (2, 1));
    assert_eq!(offered.basis, "宁洱县服务承诺");
    accept(&user, COUNTY, after).await.unwrap();
    let review = first_limit(&user, after, "legal-aid.review").await;
    assert_eq!(review.days, 5);
    assert_eq!(
        first_limit(&user, before, "referral.accept").await,
        kept,
        "a clock that runs keeps its limit"
    );
    shown_at(&base, "530821", "宁洱县服务承诺").await;
    let today = SystemClock.now().china_date().to_string();
    a_recorded_limit_is_shown(&onestop, "宁洱县服务承诺", &today);
    fewer_papers_are_asked_for(&user, &base).await;
}

/// The county asks for one paper of the three; a fourth it may not ask for.
async fn fewer_papers_are_asked_for(user: &TestUser, base: &str) {
    let asks = |papers: &[&str]| SetPapers {
        site: DIRECTORY
            .site_at("530821".parse().unwrap())
            .unwrap()
            .id
            .clone(),
        item: "legal-aid".parse().unwrap(),
        topic: Some("labour-pay".parse().unwrap()),
        papers: papers.iter().map(|paper| paper.parse().unwrap()).collect(),
        basis: "宁洱县告知承诺".to_owned(),
        from: None,
        until: None,
    };
    let mut all = DIRECTORY.materials().map(|(id, _)| id.as_str());
    let known = ["application-form", "identity-card", "means-statement"];
    let other = all.find(|id| !known.contains(id)).unwrap();
    let refused = record(user, SUPERVISOR, asks(&["identity-card", other])).await;
    assert_eq!(refused.unwrap_err().code, "paper-added");
    record(user, SUPERVISOR, asks(&["identity-card"]))
        .await
        .unwrap();
    let matter = "530821&matter=legal-aid.labour-pay";
    shown_at(base, matter, "宁洱县告知承诺").await;
}

/// Hours and people on duty are public at once; a change that the county may not decide alone waits for the prefecture.
#[tokio::test]
async fn hours_and_duty_are_public_at_once_and_a_proposed_state_waits_for_the_tier_above() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let base = address(&onestop.data()).await;
    let county = DIRECTORY
        .site_at("530828".parse().unwrap())
        .unwrap()
        .id
        .clone();
    let hours = SetHours {
        site: county.clone(),
        items: Vec::new(),
        weekdays: Weekday::ALL.to_vec(),
        hours: vec!["08:30-20:15".parse().unwrap()],
        from: None,
        until: None,
    };
    record(&user, PLANNED_ABOVE, hours).await.unwrap();
    shown_at(&base, "530828", "20:15").await;
    let duty = |names: &[&str]| SetDuty {
        unit: unit("530828"),
        weekdays: Weekday::ALL.to_vec(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        from: None,
        until: None,
    };
    let refused = record(&user, PLANNED_ABOVE, duty(&["王小明"])).await;
    assert_eq!(refused.unwrap_err().code, "not-a-roster-name");
    record(&user, PLANNED_ABOVE, duty(&["欧阳律师"]))
        .await
        .unwrap();
    shown_at(&base, "530828", "欧阳律师").await;
    suspended_by_the_tier_above(&user, &base, county).await;
    let recorded = user.log(&registry::service()).await;
    let types: Vec<_> = recorded
        .iter()
        .map(|event| short(&event.event_type).to_owned())
        .collect();
    assert_eq!(
        types,
        [
            "registry.hours-set",
            "registry.duty-set",
            "registry.change-proposed",
            "registry.state-set",
            "registry.change-approved",
        ]
    );
}

/// The county proposes that its site is suspended, and may not approve that itself; the prefecture does.
async fn suspended_by_the_tier_above(user: &TestUser, base: &str, county: SiteId) {
    let suspended = SetState {
        site: county.clone(),
        state: SiteState::Suspended,
        evidence: "搬迁".to_owned(),
        ..pilot()
    };
    record(user, PLANNED_ABOVE, suspended).await.unwrap();
    heard_by_all(user, 3).await;
    let approve = ApproveChange {
        site: county,
        proposal: 1,
    };
    let refused = record(user, PLANNED_ABOVE, approve.clone()).await;
    assert_eq!(refused.unwrap_err().code, "wider-tier-decides");
    record(user, "supervisor/bai-xue@5308.bureau", approve)
        .await
        .unwrap();
    shown_at(base, "530828", "搬迁").await;
}
