//! The state diagram of a domain, found by trying everything everywhere, and kept in the README of its
//! service as [Mermaid](https://mermaid.js.org/syntax/stateDiagram.html).
//!
//! For tests: a README that does not show what the code does fails them, and so does code that lets
//! through what the README does not show.
//!
//! ```
//! use onestop_testing::diagram::explore;
//!
//! // A lamp: "on" and "off", and two things to try.
//! let lamp = explore(
//!     &[("installed", false)],
//!     &["switch", "break"],
//!     |on| if *on { "on".to_owned() } else { "off".to_owned() },
//!     |on| on.to_string(),
//!     |on, what| (*what == "switch").then_some(!on),
//! );
//! assert!(lamp.arrows.contains(&("off".into(), "switch".into(), "on".into())));
//! assert!(!lamp.arrows.iter().any(|(_, by, _)| by == "break"));
//! ```

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    env,
    fmt::{Display, Write},
    fs,
    path::Path,
};

/// From, by, to.
pub type Arrow = (String, String, String);

/// A state to begin with, and what leads there.
const BEGINNING: &str = "[*]";
/// The delimiters of the diagram in a README.
const OPENING: &str = "```mermaid\nstateDiagram-v2\n";
const CLOSING: &str = "```";

/// What exploring found.
#[derive(Debug)]
pub struct Explored<S> {
    /// Every state that was reached, the beginning first.
    pub states: Vec<S>,
    /// Every way from one to another.
    pub arrows: BTreeSet<Arrow>,
}

/// Tries everything in every state that can be reached. States with the same `key` are one, so that where states have no end
/// it says which differences matter. `step` names a state; states of the same name are one in the diagram, and what works
/// in any of them is an arrow. `attempt` is nothing where the domain refuses.
pub fn explore<S: Clone, T: Display>(
    begun: &[(&str, S)],
    tries: &[T],
    step: impl Fn(&S) -> String,
    key: impl Fn(&S) -> String,
    attempt: impl Fn(&S, &T) -> Option<S>,
) -> Explored<S> {
    let mut arrows = BTreeSet::new();
    for (by, state) in begun {
        arrows.insert((BEGINNING.to_owned(), (*by).to_owned(), step(state)));
    }
    let mut states: Vec<S> = begun.iter().map(|(_, state)| state.clone()).collect();
    let mut known: HashSet<String> = states.iter().map(&key).collect();
    let mut next = 0;
    while let Some(state) = states.get(next).cloned() {
        next += 1;
        for what in tries {
            let Some(after) = attempt(&state, what) else {
                continue;
            };
            arrows.insert((step(&state), what.to_string(), step(&after)));
            if known.insert(key(&after)) {
                states.push(after);
            }
        }
    }
    Explored { states, arrows }
}

/// The diagram as Mermaid. `words` says what people call a step.
pub fn draw(arrows: &BTreeSet<Arrow>, words: impl Fn(&str) -> String) -> String {
    let steps: BTreeSet<&String> = arrows.iter().flat_map(|(from, _, to)| [from, to]).collect();
    let mut text = OPENING.to_owned();
    for step in steps {
        if step != BEGINNING {
            // Writing to a text does not fail.
            let _ = writeln!(text, "    {}: {}", node(step), words(step));
        }
    }
    for ((from, to), by) in &joined(arrows) {
        let _ = writeln!(
            text,
            "    {} --> {}: {}",
            node(from),
            node(to),
            by.join(", ")
        );
    }
    text.push_str(CLOSING);
    text
}

/// Arrows between the same two steps are one, with several names.
fn joined(arrows: &BTreeSet<Arrow>) -> BTreeMap<(String, String), Vec<String>> {
    let mut joined: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (from, by, to) in arrows {
        let between = (from.clone(), to.clone());
        joined.entry(between).or_default().push(by.clone());
    }
    joined
}

/// Mermaid reads a hyphen as part of an arrow.
fn node(step: &str) -> String {
    step.replace('-', "_")
}

/// The arrows that a README shows.
///
/// # Panics
/// If it shows no diagram.
pub fn drawn_arrows(readme: &Path) -> BTreeSet<Arrow> {
    let text = fs::read_to_string(readme).expect("the README can be read");
    let (_, diagram, _) = parts(&text).expect("the README holds a state diagram");
    let mut arrows = BTreeSet::new();
    for line in diagram.lines() {
        let Some((from, rest)) = line.trim().split_once(" --> ") else {
            continue;
        };
        let (to, by) = rest.split_once(": ").expect("an arrow says by what");
        for by in by.split(", ") {
            let plain = |node: &str| node.replace('_', "-");
            arrows.insert((plain(from), by.to_owned(), plain(to)));
        }
    }
    arrows
}

/// Compares the README's diagram with the one found; with `TESTS_RENEW=1`, writes it there.
///
/// # Panics
/// If they differ, or the README cannot be read or holds no diagram.
pub fn assert_shown(readme: &Path, found: &str) {
    let text = fs::read_to_string(readme).expect("the README can be read");
    let (before, diagram, after) = parts(&text).expect("the README holds a state diagram");
    if diagram == found {
        return;
    }
    assert!(
        env::var_os("TESTS_RENEW").is_some(),
        "{} shows another diagram than the code has. Renew it with TESTS_RENEW=1",
        readme.display()
    );
    fs::write(readme, format!("{before}{found}{after}")).expect("the README can be written");
}

/// The text before the diagram, the diagram, and the text after it.
fn parts(readme: &str) -> Option<(&str, &str, &str)> {
    let start = readme.find(OPENING)?;
    let length = OPENING.len() + readme[start + OPENING.len()..].find(CLOSING)? + CLOSING.len();
    let (before, rest) = readme.split_at(start);
    let (diagram, after) = rest.split_at(length);
    Some((before, diagram, after))
}
