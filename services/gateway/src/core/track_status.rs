//! The status of a case that is asked about with its receipt, for the page of citizens, the API and the command line alike:
//! intake knows its stage, referral where it is, and the unit which papers it waits for.

use onestop_chassis::client::{Client, QuestionMeta};
use onestop_proto::{
    case::{PapersAwaited, Stage, TrackQuery, TrackView},
    free_text::sealed_texts,
    matter::{AwaitedPapers, PaperRemark},
    query::{CustodyQuery, CustodyView, MatterQuery},
    specialist,
};

/// A case with its status, and the papers that the unit at work waits for.
pub(crate) struct TrackedCase {
    /// The case.
    pub(crate) view: TrackView,
    /// The papers, with what the unit's notice says of each.
    pub(crate) papers: Option<AwaitedPapers>,
}

impl TrackedCase {
    /// Asks referral and the unit's service about a case that intake has found by `query`, and has intake open what the unit
    /// remarks for the citizen.
    pub(crate) async fn of_receipt(client: &Client, query: &TrackQuery, view: TrackView) -> Self {
        let (view, papers) = locate(client, view).await;
        let papers = match papers {
            Some(papers) => Some(open_remarks(client, query, papers).await),
            None => None,
        };
        Self { view, papers }
    }
}

/// Asks referral and the unit's service about a case that intake has found. The citizen has shown the query code. Where one
/// does not answer, what it knows is left out.
pub async fn with_status(client: &Client, view: TrackView) -> TrackView {
    locate(client, view).await.0
}

/// The case, and the papers as the unit's service has them: their remarks are sealed.
async fn locate(client: &Client, view: TrackView) -> (TrackView, Option<AwaitedPapers>) {
    let custody = custody(client, &view).await;
    let papers = awaited(client, &view, custody.as_ref()).await;
    let referred = custody.filter(|_| view.stage == Some(Stage::Referred));
    let referred = referred.map(|custody| custody.referred_to());
    let view = view.located(referred, PapersAwaited::of(papers.as_ref()));
    (view, papers)
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

/// The papers with their remarks in the clear. A remark that intake does not open is left out.
async fn open_remarks(client: &Client, query: &TrackQuery, papers: AwaitedPapers) -> AwaitedPapers {
    let is_sealed = |remark: &&PaperRemark| !sealed_texts(&remark.remark).is_empty();
    let sealed = papers.remarks.iter().filter(is_sealed);
    let texts: Vec<String> = sealed.map(|remark| remark.remark.clone()).collect();
    if texts.is_empty() {
        return papers;
    }
    let asked = TrackQuery {
        texts: texts.clone(),
        ..query.clone()
    };
    let answer = client.ask(QuestionMeta::default(), &asked).await;
    let opened = answer.map_or_else(|_| Vec::new(), |view| view.texts);
    AwaitedPapers {
        remarks: in_the_clear(papers.remarks, &texts, &opened),
        ..papers
    }
}

/// The remarks in which each sealed text is replaced by what it opens to.
fn in_the_clear(
    remarks: Vec<PaperRemark>,
    sealed: &[String],
    opened: &[Option<String>],
) -> Vec<PaperRemark> {
    let opened = |remark: PaperRemark| {
        if sealed_texts(&remark.remark).is_empty() {
            return Some(remark);
        }
        let mut known = sealed.iter().zip(opened);
        let (_, text) = known.find(|(sealed, _)| **sealed == remark.remark)?;
        let remark_of = |text: &String| PaperRemark {
            paper: remark.paper.clone(),
            remark: text.clone(),
        };
        text.as_ref().map(remark_of)
    };
    remarks.into_iter().filter_map(opened).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A citizen reads a remark in the clear, or not at all.
    #[test]
    fn a_remark_that_does_not_open_is_left_out() {
        let case = "019ab0c4-8000-7000-8000-000000000002";
        let sealed = ["AAAA", "BBBB"].map(|text| format!("{{sealed:v1:{case}:{text}}}"));
        let remark = |text: &str| PaperRemark {
            paper: "wage-record".parse().unwrap(),
            remark: text.to_owned(),
        };
        let remarks = vec![remark(&sealed[0]), remark(&sealed[1]), remark("全年")];
        let opened = [Some("工友证明也可以".to_owned()), None];
        let clear = in_the_clear(remarks.clone(), &sealed, &opened);
        assert_eq!(clear, [remark("工友证明也可以"), remark("全年")]);
        // Intake did not answer.
        assert_eq!(in_the_clear(remarks, &sealed, &[]), [remark("全年")]);
    }
}
