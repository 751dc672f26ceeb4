//! The grounds that a form of legal aid offers: those that fit the kind of aid (法律援助法 art. 24, 25, 28-31, 48). The service
//! refuses the others.

use onestop_directory::Directory;
use onestop_proto::{actor::ServiceName, ids::Topic, legal_aid};

use super::form_spec::{FormSpec, Kind};

/// The field that names the ground.
const REASON: &str = "reason";

/// The form without the grounds that do not fit.
pub(super) fn kept(
    spec: FormSpec,
    service: &ServiceName,
    command: &str,
    topic: &Topic,
    directory: &Directory,
) -> FormSpec {
    let fitting = if *service == legal_aid::service() {
        fitting(command, topic, directory)
    } else {
        None
    };
    let Some(fitting) = fitting else { return spec };
    let mut spec = spec;
    for field in &mut spec.fields {
        if let (Kind::Choice(listed), true) = (&mut field.kind, field.name == REASON) {
            listed.retain(|choice| fitting.contains(&choice.value.as_str()));
        }
    }
    spec
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
    }
}
