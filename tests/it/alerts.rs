//! The alert rules: each looks at metrics that there are, and names a section of the runbooks that there is.

use std::{collections::BTreeSet, fs, process::Command};

use crate::harness::repository;

/// Where metrics are registered.
const REGISTERED: [&str; 3] = [
    "services/chassis/src/runtime/metrics.rs",
    "services/chassis/src/runtime/machine.rs",
    "services/gateway/src/core/metrics.rs",
];
/// What follows the name of a metric in its series.
const ENDS: [&str; 4] = ["_bucket", "_count", "_sum", "_total"];
const RUNBOOKS: &str = "deploy/RUNBOOKS.md";

fn text(file: &str) -> String {
    fs::read_to_string(repository().join(file)).unwrap()
}

/// The rules of a file, from the name of each to that of the next.
fn alerts(rules: &str) -> Vec<(&str, &str)> {
    let alerts = rules.split("- alert: ").skip(1);
    alerts.filter_map(|rule| rule.split_once('\n')).collect()
}

/// The metrics of Onestop that a text looks at, without what follows the names in series.
fn metrics(text: &str) -> BTreeSet<&str> {
    let words = text.split(|letter: char| !letter.is_ascii_lowercase() && letter != '_');
    let names = words.filter_map(|word| word.strip_prefix("onestop_"));
    names
        .map(|name| {
            let end = ENDS.iter().find_map(|end| name.strip_suffix(end));
            end.unwrap_or(name)
        })
        .collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter_map(|letter| match letter {
        ' ' | '-' => Some('-'),
        _ => letter
            .is_alphanumeric()
            .then(|| letter.to_ascii_lowercase()),
    });
    kept.collect()
}

#[test]
fn alerts_and_dashboard_look_at_metrics_that_are_registered() {
    let registered: String = REGISTERED.map(text).concat();
    for file in ["alerts.yaml", "dashboard.json"] {
        let looked_at = text(&format!("deploy/monitoring/{file}"));
        let names = metrics(&looked_at);
        assert!(names.len() > 10, "{file}: {names:?}");
        for name in names {
            let literal = format!("\"{name}\"");
            assert!(registered.contains(&literal), "{file} looks at {name}");
        }
    }
}

#[test]
fn each_alert_says_what_to_do_and_where_the_steps_are() {
    let (rules, runbooks) = (text("deploy/monitoring/alerts.yaml"), text(RUNBOOKS));
    let headings = runbooks.lines().filter_map(|line| line.strip_prefix("## "));
    let anchors: BTreeSet<String> = headings.map(anchor).collect();
    let alerts = alerts(&rules);
    assert!(alerts.len() > 25);
    for (name, rule) in alerts {
        for field in ["expr: ", "severity: ", "summary: ", "action: "] {
            assert!(rule.contains(field), "{name} has no {field}");
        }
        let named = rule.split("runbook: \"").nth(1);
        let named = named.and_then(|rest| rest.split('"').next());
        let (file, section) = named.and_then(|named| named.split_once('#')).unwrap();
        assert_eq!(file, RUNBOOKS, "{name}");
        assert!(anchors.contains(section), "{name}: {section}");
    }
}

/// A site that is switched off at night is away, and its services do not answer the hub.
#[test]
fn a_site_that_is_off_alarms_no_operator() {
    let rules = text("deploy/monitoring/alerts.yaml");
    let rule = |wanted: &str| {
        let alerts = alerts(&rules);
        let found = alerts.into_iter().find(|(name, _)| *name == wanted);
        found.unwrap_or_else(|| panic!("there is no {wanted}")).1
    };
    assert!(rule("OnestopAway").contains(r#"job="onestop"}"#));
    for of_hub in [
        "OnestopSubscribersUnasked",
        "OnestopRelayBehind",
        "OnestopConsumerBehind",
    ] {
        assert!(rule(of_hub).contains(r#"{job="onestop"} >"#), "{of_hub}");
    }
    let waiting = rule("OnestopSourceWaiting");
    assert!(waiting.contains(r#"onestop_main_sources_waiting{job="onestop"}"#));
    let late = rule("OnestopQueueLate");
    assert!(late.contains(r#"queue="source",name=~".+/main"}"#));
}

/// Prometheus's own tool takes the rules, and in the cases beside them each says what it is to say.
#[test]
fn promtool_takes_the_rules_and_their_cases() {
    let promtool = |words: &[&str]| {
        let mut tool = Command::new("promtool");
        tool.current_dir(repository().join("deploy/monitoring"));
        tool.args(words).output()
    };
    if promtool(&["--version"]).is_err() {
        eprintln!("not checked: promtool is missing");
        return;
    }
    for words in [
        ["check", "rules", "alerts.yaml"],
        ["test", "rules", "alerts.test.yaml"],
    ] {
        let said = promtool(&words).unwrap();
        assert!(said.status.success(), "{said:?}");
    }
}
