//! Papers in the form of a command: those of the matter of the case, then the others folded, each with its remark beside it.

use onestop_proto::{ids::Topic, ledger::CaseRow};

use super::form_spec::{Field, FormSpec, Kind};
use crate::pages::{lookup::papers, shell::Page};

impl FormSpec {
    /// The id of the remarks of a form that lists papers: they are shown beside the papers.
    pub(super) fn remarks_beside_papers(&self) -> Option<String> {
        let has_papers = self.fields.iter().any(|field| field.kind == Kind::Papers);
        let mut fields = self.fields.iter();
        let remarks = fields.find(|field| field.kind == Kind::Remarks);
        remarks.filter(|_| has_papers).map(Field::id)
    }
}

/// A kind of paper to choose.
pub(in crate::pages) struct PaperChoice {
    pub(in crate::pages) id: Topic,
    pub(in crate::pages) name: String,
    /// It was asked for, and has come.
    pub(in crate::pages) came: bool,
}

/// Kinds of papers below each other.
pub(in crate::pages) struct PaperGroup {
    pub(in crate::pages) papers: Vec<PaperChoice>,
    /// Whether they are folded: others than the matter asks for.
    pub(in crate::pages) folded: bool,
    /// Whether they are shown though they are folded: one of them is chosen.
    pub(in crate::pages) open: bool,
}

/// The kinds of papers in the directory: those that the case waits for, that its matter asks for at its place today and that
/// often prove it; then the others.
pub(in crate::pages) fn paper_groups(
    row: &CaseRow,
    page: &Page<'_>,
    is_chosen: impl Fn(&Topic) -> bool,
) -> Vec<PaperGroup> {
    let directory = &page.app.directory;
    let today = page.now.china_date();
    let item = directory.item(&row.item);
    let of_matter = item.map(|item| directory.papers(item, Some(&row.topic), row.place, today));
    let proof = item.map(|item| item.proof(Some(&row.topic)));
    let awaited = row.papers.as_ref();
    let came = awaited.map(|awaited| awaited.came.as_slice());
    let came = came.unwrap_or_default();
    let named = awaited.map(|awaited| awaited.papers.as_slice());
    let named = named.unwrap_or_default();
    let wanted = named
        .iter()
        .chain(came)
        .chain(of_matter.into_iter().flatten())
        .chain(proof.unwrap_or_default());
    let wanted: Vec<&Topic> = wanted.collect();
    grouped(papers(page), (&wanted, came), is_chosen)
}

/// The wanted ones, in their order; then the others in theirs, folded. Where none is wanted, all are one group.
fn grouped(
    papers: Vec<(Topic, String)>,
    (wanted, came): (&[&Topic], &[Topic]),
    is_chosen: impl Fn(&Topic) -> bool,
) -> Vec<PaperGroup> {
    let choices = papers.into_iter().map(|(id, name)| PaperChoice {
        came: came.contains(&id),
        id,
        name,
    });
    let place = |paper: &PaperChoice| wanted.iter().position(|one| **one == paper.id);
    let (mut first, others): (Vec<_>, Vec<_>) = choices.partition(|paper| place(paper).is_some());
    first.sort_by_key(place);
    let folded = !first.is_empty();
    let open = others.iter().any(|paper| is_chosen(&paper.id));
    let first = PaperGroup {
        papers: first,
        folded: false,
        open: false,
    };
    let others = PaperGroup {
        papers: others,
        folded,
        open,
    };
    let groups = [first, others].into_iter();
    groups.filter(|group| !group.papers.is_empty()).collect()
}

/// All of one group, where there is no case.
pub(super) fn one_group(page: &Page<'_>) -> Vec<PaperGroup> {
    grouped(papers(page), (&[], &[]), |_| false)
}

#[cfg(test)]
mod tests {
    use onestop_proto::{case, legal_aid};

    use super::*;

    fn names(group: &PaperGroup) -> Vec<&str> {
        group
            .papers
            .iter()
            .map(|paper| paper.name.as_str())
            .collect()
    }

    #[test]
    fn the_papers_of_the_matter_come_first_and_the_others_are_folded() {
        let topic = |text: &str| text.parse::<Topic>().unwrap();
        let all = ["judgment", "gift-contract", "wage-record", "identity-card"];
        let all = all.map(|id| (topic(id), id.to_owned()));
        let (first, second) = (topic("identity-card"), topic("wage-record"));
        let wanted = [&first, &second];
        let came = [topic("identity-card")];
        let groups = |chosen: &str| {
            let chosen = topic(chosen);
            grouped(all.to_vec(), (&wanted, &came), |paper| *paper == chosen)
        };
        let two: [PaperGroup; 2] = groups("wage-record").try_into().ok().unwrap();
        let [own, others] = two;
        assert_eq!(names(&own), ["identity-card", "wage-record"]);
        assert!(own.papers[0].came && !own.papers[1].came);
        assert_eq!(names(&others), ["judgment", "gift-contract"]);
        assert!(!own.folded && others.folded && !others.open);
        let opened = groups("judgment").iter().any(|group| group.open);
        assert!(opened, "what was chosen is not hidden");
        let one = grouped(all.to_vec(), (&[], &[]), |_| false);
        assert!(one.len() == 1 && one[0].papers.len() == 4 && !one[0].folded);
    }

    #[test]
    fn a_remark_stands_beside_its_paper() {
        let form = FormSpec::of(&legal_aid::service(), "request-supplement").unwrap();
        assert_eq!(form.remarks_beside_papers().as_deref(), Some("f.remarks"));
        let form = FormSpec::of(&case::service(), "receive-material").unwrap();
        assert_eq!(form.remarks_beside_papers(), None);
    }
}
