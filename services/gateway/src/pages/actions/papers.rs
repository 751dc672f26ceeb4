//! Papers in the form of a command: those first that the matter of the case asks for, each with its remark beside it.

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

/// The kinds of papers in the directory, those first that the matter of a case asks for at its place today.
pub(in crate::pages) fn papers_for(row: &CaseRow, page: &Page<'_>) -> Vec<(Topic, String)> {
    let directory = &page.app.directory;
    let today = page.now.china_date();
    let item = directory.item(&row.item);
    let wanted = item.map(|item| directory.papers(item, Some(&row.topic), row.place, today));
    in_order(papers(page), &wanted.unwrap_or_default())
}

/// The wanted ones first, in their order; then the others in theirs.
fn in_order(mut papers: Vec<(Topic, String)>, wanted: &[&Topic]) -> Vec<(Topic, String)> {
    papers.sort_by_key(|(paper, _)| {
        let place = wanted.iter().position(|one| *one == paper);
        place.unwrap_or(wanted.len())
    });
    papers
}

#[cfg(test)]
mod tests {
    use onestop_proto::{case, legal_aid};

    use super::*;

    #[test]
    fn the_papers_of_the_matter_come_first() {
        let topic = |text: &str| text.parse::<Topic>().unwrap();
        let all = ["judgment", "gift-contract", "wage-record", "identity-card"];
        let all = all.map(|id| (topic(id), id.to_owned()));
        let (first, second) = (topic("identity-card"), topic("wage-record"));
        let ordered = in_order(all.to_vec(), &[&first, &second]);
        let names: Vec<&str> = ordered.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(
            names,
            ["identity-card", "wage-record", "judgment", "gift-contract"]
        );
    }

    #[test]
    fn a_remark_stands_beside_its_paper() {
        let form = FormSpec::of(&legal_aid::service(), "request-supplement").unwrap();
        assert_eq!(form.remarks_beside_papers().as_deref(), Some("f.remarks"));
        let form = FormSpec::of(&case::service(), "receive-material").unwrap();
        assert_eq!(form.remarks_beside_papers(), None);
    }
}
