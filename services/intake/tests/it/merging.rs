//! A case is merged into one that goes on: never into one that was merged or archived at the same time.

use std::{collections::BTreeSet, sync::Arc};

use onestop_proto::{
    case::{self, AnswerCitizen, Archive, Close, Merge, MergeReason, Person},
    ids::CaseId,
};

use tokio::task::JoinSet;

use crate::support::{World, new_key, open};

/// How often the commands race.
const ROUNDS: usize = 40;

impl World {
    async fn opened(&self) -> CaseId {
        let opened = self.send(new_key(), None, open("岩温", "13800138000"));
        opened.await.unwrap().case
    }

    async fn closed(&self, case: CaseId) {
        let answer = "可以起诉".to_owned();
        let answered = self.send(new_key(), Some(case), AnswerCitizen { answer });
        answered.await.unwrap();
        self.send(new_key(), Some(case), Close {}).await.unwrap();
    }
}

impl World {
    /// So many people ask together.
    async fn opened_by(&self, people: usize) -> CaseId {
        let mut open = open("岩温", "13800138000");
        let others = (1..people).map(|_| Person::named("玉香"));
        open.applicant.people.extend(others);
        self.send(new_key(), None, open).await.unwrap().case
    }

    /// How often supervisors were told of a group.
    fn groups_told(&self) -> usize {
        let events = self.store().envelopes(0, usize::MAX).unwrap();
        let events = events
            .iter()
            .map(|envelope| envelope.raw().parse().unwrap());
        let told = events.filter(|event| matches!(event, case::Event::GroupReported(_)));
        told.count()
    }
}

fn into(into: CaseId) -> case::Command {
    let reason = MergeReason::Duplicate;
    Merge { into, reason }.into()
}

/// Sends commands at once; each is carried out or refused.
async fn at_once(world: &Arc<World>, commands: Vec<(CaseId, case::Command)>) {
    let mut sent = JoinSet::new();
    for (case, command) in commands {
        let world = Arc::clone(world);
        sent.spawn(async move { world.send(new_key(), Some(case), command).await.is_ok() });
    }
    assert!(sent.join_all().await.contains(&true));
}

/// Reads the log from its beginning: no case is merged into one that was over then. How many were merged.
fn assert_merged_into_open_cases(world: &World) -> usize {
    let (mut over, mut merged) = (BTreeSet::new(), 0);
    let events = world.store().envelopes(0, usize::MAX).unwrap();
    for envelope in events {
        let case = envelope.subject;
        let event: case::Event = envelope.raw().parse().unwrap();
        if let case::Event::Merged(event) = &event {
            assert!(!over.contains(&event.into), "{case} into {}", event.into);
            merged += 1;
        }
        if let case::Event::Merged(_) | case::Event::Archived(_) = event {
            over.insert(case);
        }
    }
    merged
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_never_merged_into_one_that_is_over() {
    let world = Arc::new(World::new().await);
    for round in 0..ROUNDS {
        let first = world.opened().await;
        let second = world.opened().await;
        let third = world.opened().await;
        let other = if round % 2 == 0 {
            (second, into(first))
        } else {
            world.closed(second).await;
            (second, Archive {}.into())
        };
        at_once(&world, vec![(third, into(second)), other]).await;
    }
    assert!(assert_merged_into_open_cases(&world) >= ROUNDS / 2);
}

/// 民事诉讼法解释 art. 75: intake tells the supervisor once of a group that several mergers make together, none of them alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_mergers_make_at_once_is_told_of_once() {
    let world = Arc::new(World::new().await);
    for round in 1..=ROUNDS {
        let first = world.opened_by(4).await;
        let mut mergers = Vec::new();
        for _ in 0..3 {
            let merge = Merge {
                into: first,
                reason: MergeReason::SameMatter,
            };
            mergers.push((world.opened_by(4).await, merge.into()));
        }
        at_once(&world, mergers).await;
        assert_eq!(world.groups_told(), round);
    }
}
