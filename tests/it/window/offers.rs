//! What a page offers a person is what the service that decides takes from them now: on the file of a case, its receipt, the day
//! and the lists, of cases that went a random way, for each role and unit. That a service lists what it takes, its own tests hold.

use std::{collections::BTreeSet, time::Duration};

use fastrand::Rng;
use onestop_chassis::{
    client::{CommandMeta, QuestionMeta},
    clock::SystemClock,
};
use onestop_proto::{
    actor::{Actor, ServiceName},
    case::{self, Command, Open, WindowAction},
    ids::{CaseId, CaseNumber, CaseRef},
    legal_aid,
    query::{
        AvailableCommands, CaseCommandsQuery, CustodyCommandsQuery, CustodyQuery, MatterQuery,
    },
    referral,
};
use onestop_testing::seed;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::{client, get, sign_in, started};
use crate::{
    browser::sign_up,
    journeys::{CLERK, COUNTY, VILLAGE, request},
    test_user::{TestUser, actor},
};

/// Account, name, role, unit: each role, at the units of the cases and elsewhere.
const PEOPLE: [[&str; 4]; 8] = [
    ["zhang-li", "张丽", "clerk", VILLAGE],
    ["li-na", "李娜", "clerk", "530821101"],
    ["yang-fan", "杨帆", "clerk", "530822"],
    ["wang-min", "王敏", "specialist", "530821.legal-aid"],
    ["zhao-jun", "赵军", "unit-administrator", "530821.legal-aid"],
    ["he-jun", "何军", "supervisor", "530821.bureau"],
    ["he-ping", "和平", "supervisor", "5308.bureau"],
    ["liu-fang", "刘芳", "auditor", "530821.bureau"],
];

/// Who may try what on a case, with the data; an offer is named where one is answered.
const MOVES: [(&str, &str, &str, &str); 14] = [
    (COUNTY, "referral", "accept", "{}"),
    (COUNTY, "referral", "accept", "{}"),
    (COUNTY, "referral", "decline", r#"{"reason":"no-capacity"}"#),
    (COUNTY, "referral", "return", r#"{"reason":"no-capacity"}"#),
    (CLERK, "referral", "recall", r#"{"reason":"window-error"}"#),
    (
        COUNTY,
        "legal-aid",
        "determine-means",
        r#"{"means":"exempt","exempt_group":"migrant-worker","evidence":"工资卡流水"}"#,
    ),
    (COUNTY, "legal-aid", "grant", "{}"),
    (
        CLERK,
        "intake",
        "notify-once",
        r#"{"missing":["wage-record"]}"#,
    ),
    (CLERK, "intake", "withdraw", "{}"),
    (CLERK, "intake", "answer", r#"{"answer":"可以申请仲裁"}"#),
    (CLERK, "intake", "rate", r#"{"grade":"dissatisfied"}"#),
    (CLERK, "intake", "close", "{}"),
    (CLERK, "intake", "archive", "{}"),
    (CLERK, "intake", "reopen", r#"{"reason":"new-facts"}"#),
];

const CASES: usize = 6;
const STEPS: usize = 5;
/// Pages are asked again for so long: what one service decides is heard by another a moment later.
const TRIES: u32 = 80;
const BETWEEN: Duration = Duration::from_millis(150);
/// Kept back where referral does not know that the case is closed, and a page that does.
const URGING: &str = "referral/supervise";

/// A case that went a random way.
struct RandomCase {
    case: CaseId,
    number: CaseNumber,
}

impl RandomCase {
    async fn random(user: &TestUser, rng: &mut Rng) -> Self {
        let refers = rng.bool();
        let open = Open {
            request: if refers {
                WindowAction::Refer
            } else {
                WindowAction::Answer
            },
            ..request("legal-aid", "labour-pay", VILLAGE)
        };
        let intake = case::service();
        let opened = user.command::<Command>(&intake, CLERK, None, open);
        let opened = opened.await.unwrap();
        if refers {
            user.wait_for_event(opened.case, "referral.offered", 1)
                .await;
        }
        let made = Self {
            case: opened.case,
            number: opened.number.unwrap(),
        };
        for _ in 0..rng.usize(..=STEPS) {
            let at = rng.usize(..MOVES.len());
            made.step(user, MOVES[at]).await;
        }
        made
    }

    /// What is not possible is refused, and the case stays where it was.
    async fn step(&self, user: &TestUser, (by, service, command, data): (&str, &str, &str, &str)) {
        let service: ServiceName = service.parse().unwrap();
        let mut data: Value = serde_json::from_str(data).unwrap();
        let asked = QuestionMeta::from(Some(actor(by)));
        let case = self.case;
        if matches!(command, "accept" | "decline")
            && let Ok(custody) = user.client.ask(asked, &CustodyQuery { case }).await
            && let Some(offer) = custody.offer
        {
            data["handoff"] = json!(offer.handoff);
        }
        let order = CommandMeta::new(SystemClock.command(), actor(by), Some(CaseRef::Id(case)));
        let sent = user.client.command_named(&service, order, (command, data));
        // A refusal is an answer as well.
        let _ = sent.await;
    }
}

/// The acts `<service>/<command>` to which a page leads for a case, by link or form.
fn acts(page: &str, number: &CaseNumber) -> BTreeSet<String> {
    let before = format!("/cases/{number}/do/");
    let parts = page.split(before.as_str()).skip(1).map(|rest| {
        let end = rest.find(['"', '?']).unwrap_or(rest.len());
        rest[..end].to_owned()
    });
    parts.collect()
}

/// A person at a desk, signed in.
struct Person<'a> {
    who: Actor,
    cookies: String,
    client: Client,
    base: &'a str,
    user: &'a TestUser,
}

impl Person<'_> {
    /// A page; empty where it is not for this person.
    async fn page(&self, path: &str) -> String {
        let answer = get(&self.client, &format!("{}{path}", self.base), &self.cookies).await;
        match answer.status() {
            StatusCode::OK => answer.text().await.unwrap(),
            _ => String::new(),
        }
    }

    /// What the services list for this person.
    async fn listed(&self, case: CaseId) -> BTreeSet<String> {
        let client = &self.user.client;
        let asked = || QuestionMeta::from(Some(self.who.clone()));
        let mut all = BTreeSet::new();
        let mut add = |service: &str, commands: &[String]| {
            all.extend(
                commands
                    .iter()
                    .map(|command| format!("{service}/{command}")),
            );
        };
        let of = |listed: AvailableCommands| -> Vec<String> {
            let of_case = listed.cases.into_iter().filter(|one| one.case == case);
            of_case.flat_map(|one| one.commands).collect()
        };
        let cases = vec![case];
        let query = CaseCommandsQuery {
            cases: cases.clone(),
        };
        let intake = client.ask(asked(), &query).await.unwrap();
        add(case::SERVICE, &of(intake));
        let query = CustodyCommandsQuery { cases };
        let custody = client.ask(asked(), &query).await.unwrap();
        add(referral::SERVICE, &of(custody));
        let (aid, query) = (legal_aid::service(), MatterQuery::of(case));
        // None where the matter does not exist, or is not theirs to see.
        if let Ok(matter) = client.ask_service(&aid, asked(), &query).await {
            add(legal_aid::SERVICE, &matter.available);
        }
        all
    }

    /// Of what is listed that which a form can hold.
    async fn with_form(&self, one: &RandomCase, listed: &BTreeSet<String>) -> BTreeSet<String> {
        let mut held = BTreeSet::new();
        for act in listed {
            let own_page = ["intake/correct", "intake/attach", "intake/request-erasure"];
            if own_page.contains(&act.as_str()) || act == URGING {
                continue;
            }
            let form = self.page(&format!("/cases/{}/do/{act}", one.number)).await;
            if form.contains("class=\"move\"") {
                held.insert(act.clone());
            }
        }
        held
    }

    /// How what the pages offer differs from what the services take.
    async fn difference(&self, one: &RandomCase) -> Option<String> {
        let file = self.page(&format!("/cases/{}", one.number)).await;
        let listed = self.listed(one.case).await;
        let mut offered = acts(&file, &one.number);
        offered.remove(URGING);
        let wanted = if file.is_empty() {
            BTreeSet::new()
        } else {
            self.with_form(one, &listed).await
        };
        if offered != wanted {
            return Some(format!("the file offers {offered:?}, not {wanted:?}"));
        }
        let receipt = self.page(&format!("/cases/{}/receipt", one.number)).await;
        let offered = acts(&receipt, &one.number);
        let of_receipt = ["intake/answer", "referral/recall"].map(str::to_owned);
        let of_receipt = BTreeSet::from(of_receipt);
        let wanted: BTreeSet<String> = listed.intersection(&of_receipt).cloned().collect();
        if !receipt.is_empty() && offered != wanted {
            return Some(format!("the receipt offers {offered:?}, not {wanted:?}"));
        }
        for path in [
            "/today",
            "/worklist",
            "/worklist?tab=to-close",
            "/worklist?tab=at-window",
        ] {
            let offered = acts(&self.page(path).await, &one.number);
            if !offered.is_subset(&listed) {
                return Some(format!("{path} offers {offered:?} of {listed:?}"));
            }
        }
        None
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_offers_what_the_services_take() {
    let (onestop, base) = started(&[]).await;
    let user = TestUser::new(onestop.client().await);
    let mut people = Vec::new();
    for [staff, name, role, unit] in PEOPLE {
        sign_up(&onestop.data(), [staff, name, role, unit]);
        let client = client();
        people.push(Person {
            who: actor(&format!("{role}/{staff}@{unit}")),
            cookies: sign_in(&client, &base, staff).await,
            client,
            base: &base,
            user: &user,
        });
    }
    let mut rng = Rng::with_seed(seed());
    let mut offers = 0;
    for _ in 0..CASES {
        let one = RandomCase::random(&user, &mut rng).await;
        for person in &people {
            let mut found = person.difference(&one).await;
            for _ in 0..TRIES {
                if found.is_none() {
                    break;
                }
                tokio::time::sleep(BETWEEN).await;
                found = person.difference(&one).await;
            }
            assert_eq!(found, None, "{} at {}", person.who, one.number);
            offers += person.listed(one.case).await.len();
        }
    }
    assert!(offers > CASES, "only {offers} are offered at all");
}
