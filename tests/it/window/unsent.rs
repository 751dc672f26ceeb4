//! A form that was typed and not sent, or sent and not answered: nothing of it is lost, and nothing is done twice.

use onestop_chassis::clock::SystemClock;
use onestop_proto::{
    actor::Role,
    case::{self, Command, Open, WindowAction},
    command::CommandType as _,
    ids::CaseId,
    permission, referral, specialist,
};
use reqwest::StatusCode;

use super::{STAFF, between, client, open_case, second_factor::Person, sign_in, started};
use crate::{
    browser::{address, sign_up},
    harness::{Deployment, Onestop, Part, until},
    journeys::{CLERK, VILLAGE, request},
    test_user::TestUser,
};

/// A page that needs no service.
const HELP: &str = "/help";
const TYPED: &str = "arbitration-first";

async fn person<'a>(base: &'a str, staff: &str) -> Person<'a> {
    Person {
        cookies: sign_in(&client(), base, staff).await,
        client: client(),
        base,
    }
}

async fn text(person: &Person<'_>, path: &str) -> String {
    person.page(path).await.text().await.unwrap()
}

/// The acts on a case that a role may do, as addresses have them.
fn acts(role: Role) -> Vec<String> {
    let mut all = vec![
        (case::SERVICE, Command::NAMES),
        (referral::SERVICE, referral::Command::NAMES),
    ];
    let specialists = specialist::ALL.iter();
    all.extend(specialists.map(|one| (one.service, one.command_names())));
    let named = all.into_iter().flat_map(|(service, names)| {
        let permitted = names
            .iter()
            .filter(move |name| permission::permits(role, service, name));
        permitted.map(move |name| format!("{service}/{name}"))
    });
    named.collect()
}

/// Keeps a draft of each act; those that have a form.
async fn keep(person: &Person<'_>, case: &str, role: Role) -> Vec<String> {
    let mut kept = Vec::new();
    for act in acts(role) {
        let key = SystemClock.command().to_string();
        let fields = [("key", key.as_str()), ("case", case), ("f.note", TYPED)];
        let path = format!("/cases/{case}/draft/{act}");
        let saved = person.send(HELP, &path, &fields).await;
        match saved.status() {
            StatusCode::OK => kept.push(act),
            // It has a page of its own.
            status => assert_eq!(status, StatusCode::NOT_FOUND, "{act}"),
        }
    }
    kept
}

/// Decisions, supplements, objections: what a person typed and did not send is named on their day with its case, opens again
/// in its form, and is discarded by hand. No colleague sees it.
#[tokio::test(flavor = "multi_thread")]
async fn every_draft_of_an_act_is_found_and_discarded_by_its_author() {
    let (onestop, base) = started(&[]).await;
    let opened = open_case(&onestop, "labour-pay").await;
    let (case, number) = (opened.case.to_string(), opened.number.unwrap());
    for (staff, role) in [("zhang-li", Role::Clerk), ("wang-min", Role::Specialist)] {
        let author = person(&base, staff).await;
        let before = text(&author, "/today").await;
        assert!(!before.contains("id=\"today-drafts\""), "{staff}: {before}");
        let kept = keep(&author, &case, role).await;
        assert!(kept.len() >= 10, "{staff}: {kept:?}");
        let today = text(&author, "/today").await;
        for act in &kept {
            assert!(today.contains(&format!("/do/{act}\"")), "{staff}: {act}");
        }
        let [gone, left @ ..] = kept.as_slice() else {
            panic!("nothing is kept")
        };
        let id = format!("{case}/{gone}");
        let fields = [("kind", "act"), ("key", id.as_str())];
        let dropped = author.send(HELP, "/drafts/drop", &fields).await;
        assert_eq!(dropped.status(), StatusCode::SEE_OTHER);
        let today = text(&author, "/today").await;
        assert!(!today.contains(&format!("/do/{gone}\"")), "{today}");
        assert!(today.contains(&format!("/do/{}\"", left[0])), "{today}");
    }
    let clerk = person(&base, "zhang-li").await;
    let link = format!("/cases/{number}/do/intake/answer\"");
    until("the case of a draft is named", async || {
        text(&clerk, "/today").await.contains(&link)
    })
    .await;
    let form = format!("/cases/{number}/do/intake/notify-once");
    until("the form opens with its draft", async || {
        text(&clerk, &form).await.contains("已恢复您")
    })
    .await;
}

/// An Onestop of several processes with a workbench and a clerk, and the address of the workbench.
async fn separate() -> (Onestop, String) {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    onestop.run_with(Part::Service("gateway"), &["--web=127.0.0.1:0"]);
    let base = address(&onestop.data()).await;
    sign_up(&onestop.data(), STAFF[0]);
    (onestop, base)
}

/// A case that the window answers itself.
async fn to_be_answered(user: &TestUser) -> CaseId {
    let open = Open {
        request: WindowAction::Answer,
        ..request("consultation", "labour", VILLAGE)
    };
    let intake = case::service();
    let opened = user.command::<Command>(&intake, CLERK, None, open);
    opened.await.unwrap().case
}

/// Intake does not answer: the page says that it is not known whether the answer was recorded, has everything that
/// was typed, and sends it again under the same key, which records it once.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_not_answered_is_sent_again_and_done_once() {
    let (onestop, base) = separate().await;
    let user = TestUser::new(onestop.client().await);
    let case = to_be_answered(&user).await;
    let clerk = person(&base, "zhang-li").await;
    let path = format!("/cases/{case}/do/intake/answer");
    until("the form is there", async || {
        text(&clerk, &path).await.contains("name=\"f.answer\"")
    })
    .await;
    let form = text(&clerk, &path).await;
    let key = between(&form, "name=\"key\" value=\"", "\"").to_owned();
    let mut revision = between(&form, "name=\"revision\" value=\"", "\"").to_owned();
    let case_field = case.to_string();
    let sent = async |revision: &str| {
        let fields = [
            ("key", key.as_str()),
            ("case", case_field.as_str()),
            ("revision", revision),
            ("f.answer", TYPED),
        ];
        clerk.send(HELP, &path, &fields).await
    };

    onestop.signal(Part::Service("intake"), "STOP");
    let unanswered = sent(&revision).await;
    let status = unanswered.status();
    let page = unanswered.text().await.unwrap();
    onestop.signal(Part::Service("intake"), "CONT");
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{page}");
    for kept in [
        format!("name=\"key\" value=\"{key}\""),
        format!("name=\"f.answer\" value=\"{TYPED}\""),
        format!("action=\"{path}\""),
        "“登记”服务".to_owned(),
        "再次提交".to_owned(),
        "不会再办一次".to_owned(),
    ] {
        assert!(page.contains(&kept), "{kept}: {page}");
    }

    until("it is done", async || {
        let answer = sent(&revision).await;
        let status = answer.status();
        if status == StatusCode::CONFLICT {
            let page = answer.text().await.unwrap();
            assert!(page.contains(TYPED), "{page}");
            between(&page, "name=\"revision\" value=\"", "\"").clone_into(&mut revision);
        }
        status == StatusCode::SEE_OTHER
    })
    .await;
    let log = user.log(&case::service()).await;
    let of_case: Vec<_> = log.iter().filter(|one| one.subject == case).collect();
    let by_key = of_case.iter().find(|one| one.command.to_string() == key);
    let answered = &by_key.expect("recorded under the key").event_type;
    let times = of_case.iter().filter(|one| one.event_type == *answered);
    assert_eq!(times.count(), 1);
}

/// Two tabs of one act: the second gets one sentence: what the case is now and what can be done, without a button that is refused again.
#[tokio::test]
async fn a_second_tab_is_told_what_can_be_done_instead() {
    let (onestop, base) = started(&[]).await;
    let user = TestUser::new(onestop.client().await);
    let case = to_be_answered(&user).await;
    let clerk = person(&base, "zhang-li").await;
    let path = format!("/cases/{case}/do/intake/withdraw");
    until("the form is there", async || {
        clerk.page(&path).await.status() == StatusCode::OK
    })
    .await;
    let form = text(&clerk, &path).await;
    assert!(form.contains("data-submit"), "{form}");
    let revision = between(&form, "name=\"revision\" value=\"", "\"");
    let sent = async || {
        let (key, case) = (SystemClock.command().to_string(), case.to_string());
        let fields = [
            ("key", key.as_str()),
            ("case", case.as_str()),
            ("revision", revision),
        ];
        clerk.send(HELP, &path, &fields).await
    };
    assert_eq!(sent().await.status(), StatusCode::SEE_OTHER);
    let second = sent().await;
    assert_eq!(second.status(), StatusCode::CONFLICT);
    let second = second.text().await.unwrap();
    assert!(second.contains("现在不能再"), "{second}");
    for refused_again in ["data-submit", "可再次提交", "不能这样办理"] {
        assert!(!second.contains(refused_again), "{refused_again}: {second}");
    }
}
