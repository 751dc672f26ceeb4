//! What pages and their files owe every reader: one language, the way back, and codes that stay codes.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Web, body, header, key, started};
use crate::harness::found;

impl Web {
    /// A page as a reader of one language sees it.
    async fn read(&self, path: &str, language: &str) -> String {
        let asked = self.page(Method::GET, path);
        let answer = asked.header("accept-language", language).send().await;
        answer.unwrap().text().await.unwrap()
    }
}

#[tokio::test]
async fn an_error_page_keeps_the_shell_and_one_language() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let (zh, en) = ("没有这个页面", "There is no such page");
    let english = clerk.read("/no-such-page", "en").await;
    assert!(english.contains(en) && !english.contains(zh), "{english}");
    let chinese = clerk.read("/no-such-page", "zh-CN").await;
    assert!(chinese.contains(zh) && !chinese.contains(en), "{chinese}");
    // The navigation and the name of who is signed in are there.
    for part in ["href=\"/worklist\"", "张丽"] {
        assert!(chinese.contains(part), "{part}: {chinese}");
    }
    let citizen = clerk.client.get(format!("{}/no-such-page", clerk.base()));
    let citizen = citizen.send().await.unwrap().text().await.unwrap();
    assert!(citizen.contains(zh) && !citizen.contains("href=\"/worklist\""));
    // A method that the address does not take: the answer names those that it takes.
    let wrong = clerk.page(Method::DELETE, "/places").send().await.unwrap();
    assert_eq!(
        (wrong.status().as_u16(), header(&wrong, "allow")),
        (405, "GET,HEAD".to_owned())
    );
    let told = wrong.text().await.unwrap();
    assert!(
        told.contains("GET,HEAD") && told.contains("href=\"/worklist\""),
        "{told}"
    );
}

#[tokio::test]
async fn lists_are_handed_out_as_files_in_the_readers_language() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let (case, after) = clerk.opened().await;
    let head = clerk.get(&format!("/cases/{case}/head?after={after}"));
    let head = body(head.send().await.unwrap()).await;
    let number = head["row"]["number"].as_str().unwrap();
    for path in ["/cases.csv", "/worklist.csv?tab=offered-by-us"] {
        let chinese = clerk.read(path, "zh-CN").await;
        let mut lines = chinese.trim_start_matches('\u{feff}').lines();
        let heads = lines.next().unwrap();
        assert!(heads.starts_with("编号,系统编号,事项,区划代码"), "{heads}");
        if path == "/cases.csv" {
            // A number and a code are texts, whatever a spreadsheet makes of digits.
            let row = lines.find(|line| line.contains(&format!("号,\t{number},")));
            assert!(row.unwrap().contains(",\t530821101201,"), "{chinese}");
            assert!(!chinese.contains("岩温"), "no personal data: {chinese}");
        }
        let english = clerk.read(path, "en").await;
        let heads = english.lines().next().unwrap();
        assert!(
            heads.contains("Division code") && !heads.contains("区划"),
            "{heads}"
        );
    }
    // A filter that was mistyped leaves the list whole: the file says so, as the page does.
    let mistyped = clerk.read("/cases.csv?stnads=open", "zh-CN").await;
    let last = mistyped.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("地址里有本页不认识的内容") && last.contains("stnads"),
        "{last}"
    );
    // Who opened a case is a file too, in the language of its reader.
    let readings = format!("/cases/{number}/readings.csv");
    for (language, heads) in [("zh-CN", "时间,"), ("en", "When,")] {
        let file = clerk.read(&readings, language).await;
        let file = file.trim_start_matches('\u{feff}');
        assert!(file.starts_with(heads), "{file}");
    }
    // The page says how many rows a file has at most, before it is downloaded.
    let shown = clerk.read("/cases", "zh-CN").await;
    assert!(shown.contains("文件最多 5000 行"), "{shown}");
}

#[tokio::test]
async fn the_lists_of_a_supervisor_are_files_as_well() {
    let onestop = started().await;
    let supervisor = Web::sign_in(&onestop, "he-ping").await;
    let sites = "?within=530821&tier=village&state=operating";
    for (page, query, chinese, english) in [
        ("/timeliness/load", "", "区划代码,", "Division code,"),
        ("/timeliness/year", "", "期间自,", "From,"),
        ("/coverage/sites", sites, "区划代码,", "Division code,"),
        ("/audit", "?staff=zhang-li", "时间,", "When,"),
    ] {
        let shown = supervisor.read(&format!("{page}{query}"), "zh-CN").await;
        assert!(
            shown.contains(&format!("{page}.csv")),
            "{page} offers no file"
        );
        for (language, heads) in [("zh-CN", chinese), ("en", english)] {
            let file = supervisor
                .read(&format!("{page}.csv{query}"), language)
                .await;
            let file = file.trim_start_matches('\u{feff}');
            assert!(file.starts_with(heads), "{page} in {language}: {file}");
        }
    }
}

/// A citizen reads one status: the page of the receipt, and a program that asks the API.
#[tokio::test]
async fn a_receipt_has_one_status_on_the_page_and_in_the_api() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let receipt = body(clerk.open(key()).await).await;
    let text = |field: &str| receipt[field].as_str().unwrap().to_owned();
    let (number, code) = (text("number"), text("query_code"));
    let asked = json!({ "number": number, "code": code }).to_string();
    let by_api = async || -> Value {
        let question = clerk.ask(Method::POST, "/track");
        let question = question.header("content-type", "application/json");
        body(question.body(asked.clone()).send().await.unwrap()).await
    };
    let offered = found("the status of an offer", async || {
        let answer = by_api().await;
        (answer["status"] == "offered").then_some(answer)
    })
    .await;
    let page = clerk.page(Method::POST, "/track");
    let page = super::form(page, &[("number", &number), ("code", &code)]);
    let page = page
        .header("accept-language", "zh-CN")
        .send()
        .await
        .unwrap();
    let page = page.text().await.unwrap();
    let told = offered["standing"]["zh"].as_str().unwrap();
    assert_eq!(told, "已转办，待签收");
    assert!(page.contains(told), "{page}");
}

#[tokio::test]
async fn an_audit_is_asked_for_by_name_and_an_unknown_one_is_said() {
    let onestop = started().await;
    let supervisor = Web::sign_in(&onestop, "he-ping").await;
    let found = supervisor.read("/audit?staff=张丽", "zh-CN").await;
    assert!(found.contains("/audit.csv?staff=zhang-li"), "{found}");
    for unknown in ["王二", "wang-er"] {
        let path = format!("/audit?staff={unknown}");
        let missed = supervisor.read(&path, "zh-CN").await;
        let told = format!("没有“{unknown}”这个人员或账号");
        assert!(missed.contains(&told), "{missed}");
        assert!(!missed.contains("/audit.csv?"), "{missed}");
    }
}

#[tokio::test]
async fn lists_are_sorted_by_their_heads_and_saved_as_files() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let due = "?step=legal-aid.review&at=532801&from=2025-04-07T09:00";
    for (page, query, chinese, english) in [
        ("/today", "", "清单,编号,", "List,"),
        ("/due", due, "内容,日期,", "What,"),
    ] {
        let shown = clerk.read(&format!("{page}{query}"), "zh-CN").await;
        assert!(shown.contains(&format!("{page}.csv")), "{page}: {shown}");
        for (language, heads) in [("zh-CN", chinese), ("en", english)] {
            let file = clerk.read(&format!("{page}.csv{query}"), language).await;
            let file = file.trim_start_matches('\u{feff}');
            assert!(file.starts_with(heads), "{page} in {language}: {file}");
        }
    }
    let sites = "/coverage/sites?within=530821&tier=village&state=operating";
    for (address, head) in [(format!("/due{due}"), "day"), (sites.to_owned(), "place")] {
        let plain = clerk.read(&address, "zh-CN").await;
        assert!(plain.contains("aria-sort=\"none\""), "{address}: {plain}");
        let up = clerk.read(&format!("{address}&by={head}"), "zh-CN").await;
        assert!(up.contains("aria-sort=\"ascending\""), "{address}: {up}");
        // A second press turns it round.
        let next = format!("value=\"-{head}\"");
        assert!(up.contains(&next), "{address}: {up}");
    }
}

/// The tests' installations are for training: their operator acts as any person.
#[tokio::test]
async fn a_training_installation_says_so_on_every_page_in_its_title_and_on_paper() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    for path in ["/today", "/cases", "/track", "/sign-in", "/no-such-page"] {
        let shown = clerk.read(path, "zh-CN").await;
        for told in [
            "<title>【演练】 ",
            "<p class=\"training\">演练",
            "<p class=\"training-paper\" data-mark=\"演练\">演练 · 不是真实案件</p>",
        ] {
            assert!(shown.contains(told), "{path}: {told}: {shown}");
        }
    }
}
