//! The index of persons says what the log says.

use onestop_proto::{
    case::{Correct, CorrectionReason, Document, DocumentKind, Respondent},
    ids::{CaseId, CommandId},
    personal::{MatchReason, PersonSearchQuery, PersonSearchResult},
};

use crate::support::{World, new_key, open, person};

impl World {
    /// The cases of a telephone number.
    async fn cases_of(&self, phone: &str) -> Vec<CaseId> {
        let query = PersonSearchQuery {
            phone: Some(phone.to_owned()),
            ..PersonSearchQuery::default()
        };
        let found = self.found_by(&query).await;
        found.cases.into_iter().map(|found| found.case).collect()
    }

    async fn found_by(&self, query: &PersonSearchQuery) -> PersonSearchResult {
        // What was stored is read in the background at the start.
        loop {
            match self.ask(query).await {
                Ok(found) => return found,
                Err(refused) => assert_eq!(refused.code, "still-reading", "{refused:?}"),
            }
            tokio::task::yield_now().await;
        }
    }

    async fn correct(&self, key: CommandId, case: CaseId, phone: &str) {
        let event = self.store().history(&format!("case/{case}")).unwrap()[0].id;
        let correct = Correct {
            event,
            reason: CorrectionReason::Mistyped,
            applicant: Some(person("岩温", phone)),
            needs: None,
            place: None,
            topic: None,
        };
        self.send(key, Some(case), correct).await.unwrap();
    }
}

/// The other party leads to the case by name, company and telephone, and it is said that it is the other party.
#[tokio::test(flavor = "multi_thread")]
async fn the_other_party_leads_to_the_case() {
    let world = World::new().await;
    let mut asked = open("岩温", "13800138000");
    asked.applicant.respondents = vec![Respondent {
        name: "普洱宏达建筑有限公司".to_owned(),
        phone: Some("13900139000".to_owned()),
        address: None,
    }];
    let case = world.send(new_key(), None, asked).await.unwrap().case;
    let by = |name: Option<&str>, phone: Option<&str>| PersonSearchQuery {
        name: name.map(str::to_owned),
        phone: phone.map(str::to_owned),
        ..PersonSearchQuery::default()
    };
    let (company, phone) = ("普洱宏达建筑有限公司", "13900139000");
    for (query, why) in [
        (by(Some(company), None), MatchReason::RespondentName),
        (
            by(Some("普洱宏大建筑有限公司"), None),
            MatchReason::RespondentName,
        ),
        (by(None, Some(phone)), MatchReason::RespondentPhone),
        (by(Some(company), Some(phone)), MatchReason::RespondentPhone),
    ] {
        let found = world.found_by(&query).await.cases;
        assert_eq!(found.len(), 1, "{why:?}");
        assert_eq!(found[0].case, case);
        assert!(found[0].why.contains(&why), "{:?}", found[0].why);
    }
    // The name of one and the telephone of the other are of no one person.
    let mixed = by(Some("岩温"), Some(phone));
    assert_eq!(world.found_by(&mixed).await.cases, []);
}

/// Whose case a telephone or the number of a paper leads to is recorded before it is shown, and a supervisor says why.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_search_leads_to_is_recorded() {
    let mut world = World::new().await;
    let mut asked = open("岩温", "13800138000");
    asked.applicant.people[0].document = Some(Document {
        kind: DocumentKind::IdentityCard,
        number: Some("11010519491231002X".to_owned()),
    });
    let case = world.send(new_key(), None, asked).await.unwrap().case;
    let recorded = |world: &World| world.store().history(&format!("access/{case}")).unwrap();
    assert_eq!(world.cases_of("13900000000").await, []);
    assert_eq!(recorded(&world).len(), 0, "another's number");
    assert_eq!(world.cases_of("13800138000").await, [case]);
    assert_eq!(recorded(&world).len(), 1);
    assert!(recorded(&world)[0].data.text().contains("found-by-name"));

    let mut query = PersonSearchQuery {
        document: Some("１１０１０５ 19491231 ００２ｘ".to_owned()),
        ..PersonSearchQuery::default()
    };
    assert_eq!(world.ask(&query).await.unwrap().cases[0].case, case);
    assert_eq!(recorded(&world).len(), 2);
    assert!(recorded(&world)[1].data.text().contains("\"found\""));

    let supervisor = world.clerk.to_string().replace("clerk/", "supervisor/");
    world.clerk = supervisor.parse().unwrap();
    let refused = world.ask(&query).await.unwrap_err();
    assert_eq!(refused.code, "reason-missing");
    query.reason = Some("核对证件 11010519491231002X".to_owned());
    let refused = world.ask(&query).await.unwrap_err();
    assert_eq!(refused.code, "names-the-person");
    query.reason = Some("督办核查".to_owned());
    assert_eq!(world.ask(&query).await.unwrap().cases[0].case, case);
    assert_eq!(recorded(&world).len(), 3);
    let by_name = PersonSearchQuery {
        name: Some("岩温".to_owned()),
        ..PersonSearchQuery::default()
    };
    let refused = world.ask(&by_name).await.unwrap_err();
    assert_eq!(refused.code, "reason-missing");
}

/// The clerk opens a case, goes back, types the next citizen into the same form and sends it.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_leaves_nothing_of_the_second_person() {
    let world = World::new().await;
    let key = new_key();
    let first = world.send(key, None, open("岩温", "13800138000")).await;
    let case = first.unwrap().case;
    let second = world.send(key, None, open("玉香", "13900139000")).await;
    assert_eq!(second.unwrap_err().code, "key-reused");
    let mut world = world;
    for _ in 0..2 {
        assert_eq!(world.cases_of("13800138000").await, [case]);
        assert_eq!(world.cases_of("13900139000").await, []);
        world = world.restarted().await;
    }
}

/// The answer to a correction was lost, the telephone number was corrected again, and then the first correction comes
/// once more.
#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_correction_that_is_repeated_changes_nothing() {
    let mut world = World::new().await;
    let opened = world.send(new_key(), None, open("岩温", "13800138000"));
    let case = opened.await.unwrap().case;
    let (earlier, later) = (new_key(), new_key());
    world.correct(earlier, case, "13900139000").await;
    world.correct(later, case, "13700137000").await;
    world.correct(earlier, case, "13900139000").await;
    for _ in 0..2 {
        assert_eq!(world.cases_of("13700137000").await, [case]);
        assert_eq!(world.cases_of("13800138000").await, []);
        assert_eq!(world.cases_of("13900139000").await, []);
        world = world.restarted().await;
    }
}
