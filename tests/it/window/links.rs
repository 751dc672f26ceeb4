//! Each link that a page offers opens for whom it is offered, from the start page of each role, and its page knows all of it.

use std::collections::{BTreeSet, VecDeque};

use reqwest::StatusCode;

use super::{four_eyes::person, open_case, second_factor::Person, started};
use crate::journeys::VILLAGE;

/// How a page says that it does not know all of its address.
const NOT_KNOWN: &str = "地址里有本页不认识的内容";
/// So many pages of each role are looked at.
const PAGES: usize = 60;

const PEOPLE: [[&str; 4]; 6] = [
    ["chuang-kou", "窗口", "clerk", VILLAGE],
    ["fa-yuan", "法援", "specialist", "530821.legal-aid"],
    ["guan-xian", "县管", "unit-administrator", "530821"],
    ["guan-cun", "村管", "unit-administrator", VILLAGE],
    ["du-ban", "督办", "supervisor", "530821.bureau"],
    ["shen-ji", "审计", "auditor", "5308.bureau"],
];

/// The addresses of this workbench that a page links to.
fn links(page: &str) -> BTreeSet<String> {
    let texts = page.split("href=\"").skip(1);
    let texts = texts.filter_map(|rest| rest.split('"').next());
    let own = texts.filter(|link| link.starts_with('/') && !link.starts_with("//"));
    let own = own.map(|link| link.replace("&amp;", "&").replace("&#38;", "&"));
    own.filter_map(|link| link.split('#').next().map(str::to_owned))
        .collect()
}

/// What two links differ in without leading to two kinds of page.
fn kind(link: &str) -> String {
    let path = link.split('?').next().unwrap_or_default();
    let is_name = |part: &str| part.chars().any(|sign| sign.is_ascii_digit());
    let parts = path.split('/');
    let parts = parts.map(|part| if is_name(part) { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Follows links from the start page; those that do not open, or are not known whole.
async fn broken(person: &Person<'_>, case: &str) -> Vec<String> {
    let mut known = BTreeSet::new();
    let mut broken = Vec::new();
    let start = ["/".to_owned(), format!("/cases/{case}")];
    let mut waiting: VecDeque<(String, String)> = start.map(|link| (String::new(), link)).into();
    let mut looked_at = 0;
    while let Some((from, link)) = waiting.pop_front() {
        if looked_at == PAGES {
            break;
        }
        looked_at += 1;
        let answer = person.page(&link).await;
        let status = answer.status();
        let is_open = status == StatusCode::OK || status.is_redirection();
        // The case of another unit may be unknown to this person: no page has offered it.
        if !is_open && !from.is_empty() {
            broken.push(format!("{status}: {link}, offered on {from}"));
        }
        let moved = answer.headers().get("location").cloned();
        let moved = moved.and_then(|to| Some(to.to_str().ok()?.to_owned()));
        let page = answer.text().await.unwrap_or_default();
        if page.contains(NOT_KNOWN) {
            broken.push(format!("{link}, offered on {from}, is not known whole"));
        }
        for next in links(&page).into_iter().chain(moved) {
            if known.insert(kind(&next)) {
                waiting.push_back((link.clone(), next));
            }
        }
    }
    broken
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_linked_opens_for_whom_it_is_offered() {
    let (onestop, base) = started(&[]).await;
    let case = open_case(&onestop, "labour-pay").await.case.to_string();
    let mut found = Vec::new();
    for about in PEOPLE {
        let person = person(&onestop, &base, about).await;
        let broken = broken(&person, &case).await;
        found.extend(broken.into_iter().map(|one| format!("{}: {one}", about[2])));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn links_of_a_page_are_its_own_addresses() {
    let page = r#"<a href="/cases?a=1&#38;b=2#x"></a><a href="https://example.org/"></a><link href="/static/a.css">"#;
    let found: Vec<String> = links(page).into_iter().collect();
    assert_eq!(found, ["/cases?a=1&b=2", "/static/a.css"]);
    assert_eq!(kind("/cases/01a2-b/steps?x=1"), "/cases/*/steps");
}
