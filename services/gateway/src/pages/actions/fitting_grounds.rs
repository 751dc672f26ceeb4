//! The grounds and findings that a form of legal aid offers: those that fit the kind of aid (法律援助法 art. 24, 25, 28-31, 48)
//! and what the topic has to do with means (art. 31, 32, 42). The service refuses the others.

use onestop_directory::{Directory, ItemTopic, MeansTest};
use onestop_proto::{
    actor::ServiceName,
    ids::{ServiceItem, Topic},
    legal_aid::{self, ExemptGroup, Means, RefusalReason},
};

use super::form_spec::{FormSpec, Kind};

/// The field that names the ground.
const REASON: &str = "reason";
/// The fields of a finding about means.
const MEANS: &str = "means";
const EXEMPT_GROUP: &str = "exempt_group";

/// The form without the grounds and findings that do not fit.
pub(super) fn kept(
    spec: FormSpec,
    service: &ServiceName,
    command: &str,
    topic: &Topic,
    directory: &Directory,
) -> FormSpec {
    if *service != legal_aid::service() {
        return spec;
    }
    let mut spec = spec;
    if let Some(grounds) = fitting(command, topic, directory) {
        keep(&mut spec, REASON, |value| grounds.contains(&value));
    }
    let item = directory.item(&ServiceItem::legal_aid());
    if let Some(topic) = item.and_then(|item| item.topic(topic)) {
        if topic.means == MeansTest::NotTested {
            let means = RefusalReason::MeansExceeded.as_str();
            keep(&mut spec, REASON, |value| value != means);
        }
        keep(&mut spec, MEANS, |value| may_find(topic, value));
        keep(&mut spec, EXEMPT_GROUP, |value| may_exempt(topic, value));
    }
    spec
}

fn keep(spec: &mut FormSpec, name: &str, fits: impl Fn(&str) -> bool) {
    for field in &mut spec.fields {
        if let (Kind::Choice(listed), true) = (&mut field.kind, field.name == name) {
            listed.retain(|choice| fits(&choice.value));
        }
    }
}

fn may_find(topic: &ItemTopic, value: &str) -> bool {
    let found = Means::ALL.iter().find(|found| found.as_str() == value);
    found.is_some_and(|found| topic.means.allows(*found))
}

fn may_exempt(topic: &ItemTopic, value: &str) -> bool {
    value != ExemptGroup::MigrantWorker.as_str() || topic.exempts_migrant_workers
}

/// The grounds that fit; nothing where the command names none, or the directory has no rules.
fn fitting(command: &str, topic: &Topic, directory: &Directory) -> Option<Vec<&'static str>> {
    let rules = directory.aid_rules(directory.aid_kind(topic))?;
    match command {
        "refuse" | "draft-refusal" => Some(rules.refuse.iter().map(|one| one.as_str()).collect()),
        "terminate" | "draft-termination" => {
            Some(rules.terminate.iter().map(|one| one.as_str()).collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 法律援助法 art. 48; 关于刑事诉讼法律援助工作的规定 art. 22.
    #[test]
    fn a_notified_defence_is_offered_the_grounds_that_fit_it() {
        let directory = Directory::built_in().unwrap();
        let offered = |topic: &str, command: &str| {
            let service = legal_aid::service();
            let spec = FormSpec::of(&service, command).unwrap();
            let topic = topic.parse().unwrap();
            let spec = kept(spec, &service, command, &topic, &directory);
            let Kind::Choice(listed) = &spec.fields[0].kind else {
                panic!("the ground is a choice")
            };
            let values = listed.iter().map(|choice| choice.value.clone());
            values.collect::<Vec<_>>()
        };
        assert_eq!(
            offered("defence-notified", "terminate"),
            ["case-ended", "own-lawyer", "other"]
        );
        assert_eq!(offered("labour-pay", "draft-termination").len(), 8);
        assert!(!offered("labour-pay", "refuse").contains(&"own-lawyer".to_owned()));
        // Art. 32: of whom the law asks no means, none are above the line.
        let means = "means-exceeded".to_owned();
        assert!(offered("labour-pay", "refuse").contains(&means));
        let is_untested = |topic: &&ItemTopic| topic.means == MeansTest::NotTested;
        let item = directory.item(&ServiceItem::legal_aid()).unwrap();
        let untested: Vec<_> = item.topics.iter().filter(is_untested).collect();
        assert!(!untested.is_empty());
        for topic in untested {
            assert!(!offered(topic.id.as_str(), "refuse").contains(&means));
        }
    }

    /// 法律援助法 art. 31, 32, 42.
    #[test]
    fn findings_about_means_are_offered_where_the_topic_allows_them() {
        let directory = Directory::built_in().unwrap();
        let offered = |topic: &str, name: &str| {
            let service = legal_aid::service();
            let spec = FormSpec::of(&service, "determine-means").unwrap();
            let topic = topic.parse().unwrap();
            let spec = kept(spec, &service, "determine-means", &topic, &directory);
            let field = spec.fields.into_iter().find(|field| field.name == name);
            let Kind::Choice(listed) = field.unwrap().kind else {
                panic!("{name} is a choice")
            };
            let values = listed.into_iter().map(|choice| choice.value);
            values.collect::<Vec<_>>()
        };
        let tested = offered("labour-pay", MEANS);
        assert!(!tested.contains(&"not-tested".to_owned()), "{tested:?}");
        assert!(tested.contains(&"above-line".to_owned()), "{tested:?}");
        let exempt = ["exempt", "not-tested"];
        assert_eq!(offered("domestic-violence", MEANS), exempt);
        let migrant = "migrant-worker".to_owned();
        assert!(offered("labour-pay", EXEMPT_GROUP).contains(&migrant));
        assert!(!offered("state-compensation", EXEMPT_GROUP).contains(&migrant));
    }
}
