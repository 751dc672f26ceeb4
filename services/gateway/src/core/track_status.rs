//! The status of a case that is asked about with its receipt, for the page of citizens, the API and the command line alike:
//! intake knows its stage, referral where it is, and the unit which papers it waits for.

use onestop_chassis::client::{Client, QuestionMeta};
use onestop_proto::{
    case::{PapersAwaited, Stage, TrackView},
    matter::AwaitedPapers,
    query::{CustodyQuery, CustodyView, MatterQuery},
    specialist,
};

/// A case with its status, and the papers that the unit at work waits for.
pub struct TrackedCase {
    /// The case.
    pub view: TrackView,
    /// The papers, with what the unit's notice says of each.
    pub papers: Option<AwaitedPapers>,
}

impl TrackedCase {
    /// Asks referral and the unit's service about a case that intake has found. The citizen has shown the query code. Where one
    /// does not answer, what it knows is left out.
    pub async fn locate(client: &Client, view: TrackView) -> Self {
        let custody = custody(client, &view).await;
        let papers = awaited(client, &view, custody.as_ref()).await;
        let referred = custody.filter(|_| view.stage == Some(Stage::Referred));
        let referred = referred.map(|custody| custody.referred_to());
        let view = view.located(referred, PapersAwaited::of(papers.as_ref()));
        Self { view, papers }
    }
}

async fn custody(client: &Client, view: &TrackView) -> Option<CustodyView> {
    let query = CustodyQuery { case: view.case? };
    client.ask(QuestionMeta::default(), &query).await.ok()
}

async fn awaited(
    client: &Client,
    view: &TrackView,
    custody: Option<&CustodyView>,
) -> Option<AwaitedPapers> {
    let case = view.case?;
    let mut all = specialist::ALL.iter();
    let own = all.find(|one| one.service == view.item.as_str())?.name();
    let handoff = custody.and_then(|custody| custody.handoff);
    let query = MatterQuery { case, handoff };
    let answer = client.ask_service(&own, QuestionMeta::default(), &query);
    answer.await.ok()?.papers
}
