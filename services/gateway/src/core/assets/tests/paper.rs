//! Paper: a link that only leads somewhere is not printed, since on paper it leads nowhere. One whose text is a fact is printed
//! as that text.

use std::fs;

use super::{files, folder, without};

/// Replaces a message without facts, and everything else that a template fills in.
const MESSAGE: char = '\u{1}';
const FACT: char = '\u{2}';

/// Elements that have no end.
const VOID: [&str; 8] = ["br", "hr", "img", "input", "link", "meta", "path", "rect"];
/// Elements and classes that the sheet does not print, and lists whose links say what is counted.
const NOT_PRINTED: [&str; 2] = ["form", "nav"];
const CLASSES: [&str; 5] = ["screen", "button", "skip", "shell", "counters"];

/// A template with one sign in the place of each message and each fact.
fn marked(template: &str) -> String {
    let fixed = without(template, "{%", "%}");
    let mut parts = fixed.split("{{");
    let mut marked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (filled, rest) = part.split_once("}}").unwrap();
        let is_message = filled.trim_start().starts_with("page.i18n.t(\"");
        marked.push(if is_message { MESSAGE } else { FACT });
        marked.push_str(rest);
    }
    marked
}

/// An element that is open, and whether it is not printed.
struct Open<'a> {
    name: &'a str,
    is_hidden: bool,
}

fn opened<'a>(name: &'a str, attributes: &str) -> Open<'a> {
    let classes = attributes.split_once("class=\"");
    let classes = classes.map_or("", |(_, rest)| rest.split('"').next().unwrap_or_default());
    let mut classes = classes.split_whitespace();
    let is_hidden = NOT_PRINTED.contains(&name) || classes.any(|class| CLASSES.contains(&class));
    Open { name, is_hidden }
}

/// The text of a link, up to its end.
fn text_of(rest: &str) -> String {
    let inner = rest.split("</a>").next().unwrap_or_default();
    let visible = without(inner, "<span class=\"hidden\">", "</span>");
    without(&visible, "<", ">")
}

/// The links of a template whose text is no fact and that are printed.
fn dead_links(template: &str) -> Vec<String> {
    let template = marked(template);
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut dead = Vec::new();
    for (at, sign) in template.match_indices('<') {
        let part = &template[at + sign.len()..];
        let (tag, rest) = part.split_once('>').unwrap_or((part, ""));
        if let Some(name) = tag.strip_prefix('/') {
            if let Some(place) = open.iter().rposition(|one| one.name == name.trim()) {
                open.truncate(place);
            }
            continue;
        }
        let name = tag.split_whitespace().next().unwrap_or_default();
        if name.starts_with('!') || VOID.contains(&name) || tag.ends_with('/') {
            continue;
        }
        open.push(opened(name, tag));
        if name != "a" || open.iter().any(|one| one.is_hidden) {
            continue;
        }
        let text = text_of(rest);
        if !text
            .chars()
            .any(|sign| sign == FACT || sign.is_alphanumeric())
        {
            dead.push(tag.to_owned());
        }
    }
    dead
}

#[test]
fn a_link_without_a_fact_is_not_printed() {
    let mut seen = 0;
    for path in files(&folder("templates")) {
        let (name, template) = (path.display(), fs::read_to_string(&path).unwrap());
        seen += template.matches("<a ").count();
        let dead = dead_links(&template);
        assert!(dead.is_empty(), "{name} prints {dead:?}");
    }
    assert!(seen > 100, "only {seen} links: have the templates moved?");
}

/// A sheet that has left its pile is found again: every page has the number of its case and its own.
#[test]
fn every_page_of_a_paper_has_its_head_and_its_number() {
    for paper in [
        "case.html",
        "case-alone.html",
        "receipt.html",
        "papers.html",
    ] {
        let template = fs::read_to_string(folder("templates").join(paper)).unwrap();
        assert!(
            template.contains("{% include \"paper-head.html\" %}"),
            "{paper}"
        );
    }
    let sheet = super::super::text("style.css");
    let (_, on_paper) = sheet.split_once("@page").unwrap();
    for rule in [
        "counter(page) \" / \" counter(pages)",
        ".paper-head { display: table-header-group; break-inside: avoid; }",
        "thead { display: table-header-group; }",
    ] {
        assert!(on_paper.contains(rule), "{rule}");
    }
}

#[test]
fn such_a_link_is_found() {
    let found = |template: &str| dead_links(template).len();
    assert_eq!(
        found(r#"<p><a href="/x">{{ page.i18n.t("action-leave") }}</a></p>"#),
        1
    );
    assert_eq!(
        found(
            r#"<p><a href="/x">← {{ page.i18n.t("action-leave") }}<span class="hidden"> {{ one.name }}</span></a></p>"#
        ),
        1
    );
    assert_eq!(
        found(r#"<p class="links screen"><a href="/x">{{ page.i18n.t("action-leave") }}</a></p>"#),
        0
    );
    assert_eq!(
        found(r#"<p><a href="/cases/{{ row.number }}">{{ row.number }}</a></p>"#),
        0
    );
    assert_eq!(
        found(r#"<form><p><a href="/x">{{ page.i18n.t("action-leave") }}</a></p></form>"#),
        0
    );
}
