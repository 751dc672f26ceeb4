//! Every mark of the supervisor's pages leads to the cases that it counts: the list says the figure of the mark, and has as many
//! rows.

use std::collections::BTreeMap;

use super::figures::{Read, table, text};

/// The text between the first two others.
fn between<'a>(html: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = html.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

/// What a link shows: its last word, or that of its title where it shows none.
fn last_word(link: &str) -> String {
    let title = between(link, "<title>", "</title>").unwrap_or_default();
    let without_title = link.replace(&format!("<title>{title}</title>"), "");
    let (_, content) = without_title.split_once('>').unwrap();
    let words = text(content);
    let words = if words.is_empty() { title } else { &words };
    let last = words.split(' ').next_back();
    last.unwrap_or_default().to_owned()
}

/// The links of a page to the cases behind a figure, with what they show.
fn marks(page: &str) -> BTreeMap<String, String> {
    let links = page.split("<a ").skip(1);
    let links = links.filter_map(|link| {
        let link = link.split_once("</a>")?.0;
        let address = between(link, "href=\"", "\"")?;
        let address = address.replace("&#38;", "&").replace("&amp;", "&");
        let is_mark = address.starts_with("/cases?counted=");
        is_mark.then(|| (address, last_word(link)))
    });
    links.collect()
}

/// A number in a sentence of a list.
fn said(page: &str, before: &str, after: &str) -> Option<usize> {
    between(page, before, after)?.trim().parse().ok()
}

/// Each mark of the pages against its list. No list here has a second page.
pub(super) async fn lead_to_their_cases(read: &Read) {
    let mut found = BTreeMap::new();
    for path in [
        "/timeliness?from=2020-01-01",
        "/timeliness/year?by=day",
        "/timeliness/load",
    ] {
        let here = marks(&read.page(path).await);
        assert!(!here.is_empty(), "{path} has no mark");
        found.extend(here);
    }
    for counted in ["received", "closed", "step-overdue", "in-hand"] {
        let address = format!("/cases?counted={counted}&");
        assert!(
            found.keys().any(|one| one.starts_with(&address)),
            "{counted}"
        );
    }
    for (address, mark) in &found {
        let list = read.page(address).await;
        let figure =
            said(&list, "这一数字为 ", "，").unwrap_or_else(|| panic!("{address}: {list}"));
        let cases = said(&list, "，涉及 ", " 件案件").unwrap();
        let unseen = said(&list, "其中 ", " 件由其他地区").unwrap_or(0);
        assert_eq!(table(&list).len(), cases - unseen, "{address}");
        // A share is none of the counts.
        if !mark.ends_with('%') {
            assert_eq!(*mark, figure.to_string(), "{address}");
        }
    }
}
