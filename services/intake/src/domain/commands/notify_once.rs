//! Telling the citizen once, and of everything, which material is missing (一次性告知).

use onestop_proto::{
    case::{Event, NoticeGiven, NotifyOnce, Rejection},
    ids::Topic,
    text::Words,
};

use crate::domain::{Case, Context, Decision, field_problem::incomplete};

pub(super) fn decide(case: &Case, notify: &NotifyOnce, context: &Context<'_>) -> Decision {
    if let Some(notified) = &case.notice {
        let missing = notified.iter().map(Topic::as_str).collect::<Vec<_>>();
        let names = notified.iter().map(|material| {
            let name = context.directory.material_name(material);
            Words::of_code(name, material.as_str())
        });
        return Err(Rejection::NoticeGivenBefore {
            missing: missing.join(", "),
            names: Some(Box::new(Words::list(names))),
        });
    }
    if notify.missing.is_empty() {
        return Err(incomplete("missing", "至少一件 / at least one"));
    }
    let mut missing = Vec::new();
    for kind in &notify.missing {
        if !missing.contains(kind) {
            missing.push(kind.clone());
        }
    }
    Ok(vec![Event::from(NoticeGiven { missing })])
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Material, ReceiveMaterial};

    use super::*;
    use crate::domain::{evolve, test_support::*};

    #[test]
    fn missing_material_is_notified_once() {
        let world = world();
        let notify = |missing: &[Topic]| NotifyOnce {
            missing: missing.to_vec(),
        };
        let given = world
            .after(&[world.opened()])
            .when(notify(&[wages(), wages()]));
        let given = given.unwrap();
        assert_eq!(
            given,
            [Event::from(NoticeGiven {
                missing: vec![wages()]
            })]
        );
        let history = [world.opened(), given[0].clone()];
        let again = world
            .after(&history)
            .when(notify(&["judgment".parse().unwrap()]));
        assert!(matches!(again, Err(Rejection::NoticeGivenBefore { .. })));

        let brought = ReceiveMaterial {
            materials: vec![Material {
                kind: wages(),
                copies: 1,
                files: Vec::new(),
            }],
        };
        let brought = world.after(&history).when(brought).unwrap();
        let case = history.iter().chain(&brought).fold(None, evolve).unwrap();
        assert_eq!(case.notice, Some(Vec::new()));
    }
}
