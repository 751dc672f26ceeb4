//! What an actor may do with several cases, as the services that decide list it: lists offer that, and nothing else.

use onestop_chassis::{client::QuestionMeta, clock::SystemClock};
use onestop_proto::{
    ids::CaseId,
    query::{AvailableCommands, CaseCommandsQuery, CustodyCommandsQuery},
};

use crate::{
    harness::{Deployment, Onestop},
    journeys::{CLERK, COUNTY, accept, open_wages},
    test_user::{TestUser, actor},
};

const ANOTHER_COUNTY: &str = "specialist/yang-fan@530802.legal-aid";

struct Lists {
    user: TestUser,
    cases: Vec<CaseId>,
}

impl Lists {
    async fn referral(&self, by: Option<&str>) -> AvailableCommands {
        let cases = self.cases.clone();
        let asked = QuestionMeta::from(by.map(actor));
        let query = CustodyCommandsQuery { cases };
        let answer = self.user.client.ask(asked, &query);
        answer.await.unwrap()
    }

    async fn intake(&self, by: Option<&str>) -> AvailableCommands {
        let cases = self.cases.clone();
        let asked = QuestionMeta::from(by.map(actor));
        let query = CaseCommandsQuery { cases };
        let answer = self.user.client.ask(asked, &query);
        answer.await.unwrap()
    }
}

#[tokio::test]
async fn services_list_what_each_actor_may_send_to_several_cases() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let (offered, accepted) = (open_wages(&user).await, open_wages(&user).await);
    for case in [offered, accepted] {
        user.wait_for_event(case, "referral.offered", 1).await;
    }
    accept(&user, COUNTY, accepted).await.unwrap();
    let unknown = SystemClock.command().case();
    let lists = Lists {
        user,
        cases: vec![offered, accepted, unknown],
    };

    let unit = lists.referral(Some(COUNTY)).await;
    assert!(unit.include(offered, "accept") && unit.include(offered, "decline"));
    assert!(!unit.include(accepted, "accept") && unit.include(accepted, "return"));
    assert!(unit.cases.iter().all(|one| one.case != unknown));
    let window = lists.referral(Some(CLERK)).await;
    assert!(window.include(offered, "recall") && !window.include(offered, "accept"));
    assert!(!window.include(accepted, "recall"));

    let window = lists.intake(Some(CLERK)).await;
    assert!(window.include(offered, "withdraw") && !window.include(offered, "close"));
    let nothing = AvailableCommands::default();
    assert_eq!(lists.intake(Some(COUNTY)).await, nothing);
    // A unit without a part in the cases does not learn of them, nor does a question without an actor list anything.
    assert_eq!(lists.referral(Some(ANOTHER_COUNTY)).await, nothing);
    assert_eq!(lists.intake(Some(ANOTHER_COUNTY)).await, nothing);
    assert_eq!(lists.referral(None).await, nothing);
    assert_eq!(lists.intake(None).await, nothing);
}
