//! Two releases side by side: services of the former one are exchanged for those of this one, in the order of COMPATIBILITY.md,
//! while people work and services are killed; within a minor version back again as well.
//!
//! `TESTS_FORMER=FOLDER` names the executables of the former release, as `git worktree add` at its tag and `cargo build --bins`
//! make them. Without it they are this release's own, and each exchange is a restart.

use std::{collections::BTreeSet, process::Command};

use fastrand::Rng;
use onestop_testing::seed;
use tokio::task::JoinSet;

use crate::{
    harness::{Deployment, Onestop, Part, SERVICES, clean, former_release, onestop},
    invariants::assert_logs,
    journeys,
    test_user::TestUser,
};

/// Consumers before producers: fewest events are parked for a while.
const ORDER: [&str; 7] = [
    "journal",
    "legal-aid",
    "notarization",
    "mediation",
    "referral",
    "intake",
    "registry",
];

/// Exchanges one service after the other; after each, any service is killed.
async fn exchange(
    node: &mut Onestop,
    user: &TestUser,
    rng: &mut Rng,
    exchanged: fn(&mut Onestop, &'static str),
    order: impl Iterator<Item = &'static str>,
) {
    for name in order {
        assert_eq!(node.stop(Part::Service(name)), Some(0), "{name}");
        exchanged(node, name);
        node.run(Part::Service(name));
        let killed = Part::Service(ORDER[rng.usize(..ORDER.len())]);
        node.kill(killed);
        node.run(killed);
        journeys::wages(user).await;
    }
}

/// The minor version that an executable says of itself.
fn minor(program: &std::path::Path) -> String {
    let mut command = Command::new(program);
    clean(&mut command);
    let said = command.arg("--version").output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let version = said.split_whitespace().nth(1).unwrap();
    version.rsplit_once('.').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn services_of_two_releases_work_side_by_side_while_one_takes_the_place_of_the_other() {
    let known: BTreeSet<&str> = SERVICES.iter().copied().collect();
    assert_eq!(known, ORDER.into_iter().collect(), "each has its turn");
    let mut rng = Rng::with_seed(seed());
    let mut node = Onestop::new(Deployment::Separate, &[]);
    ORDER.into_iter().for_each(|name| node.take_former(name));
    let mut node = node.started().await;
    let user = TestUser::new(node.client().await);
    let mut people = JoinSet::new();
    let works = user.clone();
    people.spawn(async move {
        loop {
            journeys::at_the_window(&works).await;
        }
    });
    let order = || ORDER.into_iter();
    exchange(&mut node, &user, &mut rng, Onestop::take_present, order()).await;
    let former = former_release("onestop");
    if former.is_none_or(|former| minor(&former) == minor(&onestop())) {
        let back = order().rev();
        exchange(&mut node, &user, &mut rng, Onestop::take_former, back).await;
    }
    assert!(people.try_join_next().is_none(), "the people's work failed");
    people.shutdown().await;
    assert_logs(&user, &[]).await;
}
