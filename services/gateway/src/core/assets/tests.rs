//! The style sheet against the templates: no class without a rule, no rule without a use, one scale.

mod paper;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::*;

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn texts(name: &str) -> Vec<String> {
    let files = files(&folder(name)).into_iter();
    files
        .map(|file| fs::read_to_string(file).unwrap())
        .collect()
}

/// Removes the text between two marks, and the marks.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        rest.push(' ');
        rest.push_str(part.split_once(close).map_or("", |(_, after)| after));
    }
    rest
}

fn is_of_class(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !is_of_class(letter))
        .filter(|word| !word.is_empty())
}

/// The classes of the selectors.
fn defined(style_sheet: &str) -> BTreeSet<String> {
    let rules = without(style_sheet, "/*", "*/");
    // What precedes `{` is a selector; declarations end with `}` or `;`.
    let before_blocks = rules.split('{').map(|part| {
        let selector = part.rsplit(['}', ';']).next();
        selector.unwrap_or_default()
    });
    let classes = before_blocks.flat_map(|selector| {
        let after_dots = selector.split('.').skip(1);
        after_dots.filter_map(|after| after.split(|letter: char| !is_of_class(letter)).next())
    });
    // A number such as 639.98px begins with a digit.
    let classes =
        classes.filter(|class| class.starts_with(|first: char| first.is_ascii_alphabetic()));
    classes.map(str::to_owned).collect()
}

/// The classes that templates name themselves.
fn named_by_templates() -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for template in texts("templates") {
        let fixed = without(&without(&template, "{{", "}}"), "{%", "%}");
        for part in fixed.split("class=\"").skip(1) {
            let value = part.split('"').next().unwrap_or_default();
            named.extend(value.split_whitespace().map(str::to_owned));
        }
    }
    named
}

/// The words of string literals: classes that pages and scripts add.
fn quoted(texts: &[String], quote: char) -> BTreeSet<String> {
    let lines = texts.iter().flat_map(|text| text.lines());
    let code = lines.filter(|line| !line.trim_start().starts_with("//"));
    let literals = code.flat_map(|line| line.split(quote).skip(1).step_by(2));
    literals.flat_map(words).map(str::to_owned).collect()
}

#[test]
fn every_class_has_a_rule_and_every_rule_is_used() {
    let defined = defined(text("style.css"));
    assert!(defined.len() > 100, "only {}", defined.len());
    let named = named_by_templates();
    let scripts = texts("static").into_iter();
    let scripts: Vec<String> = scripts.filter(|text| text.contains("use strict")).collect();
    let undefined: Vec<_> = named
        .difference(&defined)
        .filter(|class| {
            let selector = format!("'.{class}");
            !scripts.iter().any(|script| script.contains(&selector))
        })
        .collect();
    assert!(
        undefined.is_empty(),
        "classes without a rule: {undefined:?}"
    );
    let mut added = quoted(&texts("src/pages"), '"');
    added.extend(quoted(&scripts, '\''));
    let unused: Vec<_> = defined
        .iter()
        .filter(|class| !named.contains(*class) && !added.contains(*class))
        .collect();
    assert!(unused.is_empty(), "rules of no class: {unused:?}");
}

/// Spacing and type come from the scales that the sheet declares first.
#[test]
fn distances_and_letters_are_on_the_scale() {
    let sheet = without(text("style.css"), "/*", "*/");
    let (_, rules) = sheet.split_once('}').unwrap();
    let declarations = rules
        .split(['{', '}', ';'])
        .filter_map(|one| one.split_once(':'));
    let mut seen = 0;
    for (property, value) in declarations {
        let property = property.trim();
        let is_space = ["gap", "margin", "padding"]
            .iter()
            .any(|kind| property == *kind || property.starts_with(&format!("{kind}-")));
        if is_space {
            seen += 1;
            assert!(
                !value.contains("rem"),
                "{property}:{value} is off the scale"
            );
        }
        if property == "font-size" {
            // Pixels are those of a drawing, which grows with the letter; 1rem is the letter of the page.
            let of_page = value.trim() == "1rem" || value.trim().starts_with("var(--text-");
            assert!(
                of_page || value.contains("px"),
                "{property}:{value} is off the scale"
            );
        }
    }
    assert!(seen > 100, "only {seen}: has the sheet moved?");
}

/// A session in a browser that its user has left becomes idle: no request of a script that asks by itself counts as a use.
#[test]
fn what_a_page_asks_for_by_itself_is_marked() {
    for name in ["live.js", "notices.js"] {
        let script = text(name);
        let requests = script.matches(" fetch(").count();
        assert!(requests > 0, "{name}");
        assert!(script.contains("'onestop-by-page'"), "{name}");
        assert_eq!(script.matches(", byItself)").count(), requests, "{name}");
    }
}

/// A browser cuts what is pasted beyond `maxlength`, and says nothing; the service says what is too long.
#[test]
fn no_form_of_persons_cuts_what_is_typed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for form in [
        "new-case.html",
        "correction.html",
        "person-rows.html",
        "respondent-rows.html",
        "agent-fields.html",
    ] {
        let text = fs::read_to_string(folder.join(form)).unwrap();
        assert!(!text.contains("maxlength"), "{form}");
    }
}
