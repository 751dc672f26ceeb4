//! 兼职身份: one person works for a unit in one post and supervises it in another. What one side did is not judged by the same
//! person for the other side (指定, 督办, 延期).

use onestop_proto::{
    command::CommandType,
    referral::{AnswerSupervision, GrantExtension, RefuseExtension, RequestExtension, Supervise},
};

use crate::domain::{available, test_support::*};

/// Two acts on one case that two people do.
struct Pair {
    name: &'static str,
    given: Vec<Event>,
    /// Of the person, in one post.
    first: (Actor, Command),
    /// Of the same person, in another post.
    second: (Actor, Command),
    refused: Rejection,
}

fn person() -> onestop_proto::ids::StaffId {
    "lei-lei".parse().unwrap()
}

fn in_post(role: &str, unit: &UnitId) -> Actor {
    Actor {
        staff: person(),
        ..as_role(role, unit)
    }
}

fn decline(number: u32) -> Command {
    Command::from(Decline {
        handoff: handoff(number),
        reason: ReturnReason::NotInJurisdiction,
        belongs_to: None,
    })
}

/// Who contested the case for a unit does not designate the unit that has it.
fn designations(world: &World) -> Vec<Pair> {
    let refused = || Rejection::OwnDispute { staff: person() };
    let (county, prefecture) = (world.agency(COUNTY), world.agency(PREFECTURE));
    let designates = || {
        let bureau = in_post("supervisor", &world.bureau(PREFECTURE));
        (bureau, Command::from(designate(&county)))
    };
    let declined = {
        let mut events = world.offered();
        let declines = world.scenario(&events).by(&county);
        events.extend(declines.with_handoff(handoff(2)).sends(decline(1)).unwrap());
        events
    };
    vec![
        Pair {
            name: "dispute, designate",
            given: declined,
            first: (in_post("specialist", &prefecture), dispute().into()),
            second: designates(),
            refused: refused(),
        },
        Pair {
            name: "decline, designate",
            given: world.offered(),
            first: (in_post("specialist", &county), decline(1)),
            second: designates(),
            refused: refused(),
        },
        Pair {
            name: "return, designate",
            given: world.accepted(),
            first: (
                in_post("specialist", &county),
                Command::from(Return {
                    reason: ReturnReason::NotInJurisdiction,
                    belongs_to: None,
                }),
            ),
            second: designates(),
            refused: refused(),
        },
    ]
}

fn instructions_and_extensions(world: &World) -> Vec<Pair> {
    let (agency, bureau) = (world.agency(COUNTY), world.bureau(COUNTY));
    let window = world.unit("530821101", "window");
    let asks = || {
        let reason = "案情复杂".to_owned();
        let asks = Command::from(RequestExtension { reason });
        (in_post("clerk", &window), asks)
    };
    let why = "案情简单".to_owned();
    let refused = || Rejection::OwnExtension { staff: person() };
    vec![
        Pair {
            name: "supervise, answer-supervision",
            given: world.accepted(),
            first: (
                in_post("supervisor", &bureau),
                Command::from(Supervise {
                    instruction: "三日内说明进展".to_owned(),
                }),
            ),
            second: (
                in_post("specialist", &agency),
                Command::from(AnswerSupervision {
                    answer: "已约见双方".to_owned(),
                }),
            ),
            refused: Rejection::OwnInstruction { staff: person() },
        },
        Pair {
            name: "ask-extension, grant-extension",
            given: world.at_work(),
            first: asks(),
            second: (in_post("supervisor", &bureau), GrantExtension {}.into()),
            refused: refused(),
        },
        Pair {
            name: "ask-extension, refuse-extension",
            given: world.at_work(),
            first: asks(),
            second: (
                in_post("supervisor", &bureau),
                RefuseExtension { why }.into(),
            ),
            refused: refused(),
        },
    ]
}

/// Where a dispute is to follow before a supervisor can designate, the prefecture's agency raises it.
fn disputed_then(world: &World, mut events: Vec<Event>) -> Vec<Event> {
    if state(&events).offer().is_some() {
        let raises = world.scenario(&events).by(&world.agency(PREFECTURE));
        events.extend(raises.with_handoff(handoff(8)).sends(dispute()).unwrap());
    }
    events
}

#[test]
fn no_person_is_on_both_sides_in_two_posts() {
    let world = world();
    let mut pairs = designations(&world);
    pairs.extend(instructions_and_extensions(&world));
    for pair in pairs {
        let mut events = pair.given;
        let (actor, command) = pair.first;
        let acts = world.scenario(&events).by_actor(actor);
        events.extend(acts.with_handoff(handoff(7)).sends(command).unwrap());
        if matches!(pair.refused, Rejection::OwnDispute { .. }) {
            events = disputed_then(&world, events);
        }
        let (actor, command) = pair.second;
        let same = world.scenario(&events).by_actor(actor.clone());
        // What is refused to a person is not offered to that person.
        assert!(!offers(&same, &events, &command), "{}", pair.name);
        let same = same.with_handoff(handoff(9)).sends(command.clone());
        assert_eq!(same, Err(pair.refused), "{}", pair.name);
        let staff = "other".parse().unwrap();
        let other = world.scenario(&events).by_actor(Actor { staff, ..actor });
        assert!(offers(&other, &events, &command), "{}", pair.name);
        let other = other.with_handoff(handoff(9)).sends(command);
        assert!(other.is_ok(), "{}: {other:?}", pair.name);
    }
}

fn offers(scenario: &Scenario<'_>, events: &[Event], command: &Command) -> bool {
    let custody = state(events);
    let listed = scenario.deciding(|context| available(&custody, context));
    listed.contains(&command.name())
}

/// An event of before names no person; the comparison then rests on units alone.
#[test]
fn an_event_without_a_person_is_still_read() {
    let world = world();
    let mut without = world.disputed();
    for event in &mut without {
        if let Event::Disputed(disputed) = event {
            let mut stored = serde_json::to_value(&*disputed).unwrap();
            stored.as_object_mut().unwrap().remove("staff");
            *disputed = serde_json::from_value(stored).unwrap();
            assert_eq!(disputed.staff, None);
        }
    }
    let bureau = in_post("supervisor", &world.bureau(PREFECTURE));
    let designates = world.scenario(&without).by_actor(bureau);
    let designates = designates.with_handoff(handoff(9));
    assert!(designates.sends(designate(&world.agency(COUNTY))).is_ok());
}
