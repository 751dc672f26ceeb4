//! Papers that bureaus have recorded: for an item as a whole, or for one of its topics.

use onestop_directory::{Directory, RegistryChanges};
use onestop_proto::{
    ids::Topic,
    registry::{Event, PapersSet},
};

use crate::{built_in, code, day};

const COUNTY: &str = "530821";
const FORM: &str = "application-form";
const CARD: &str = "identity-card";
const MEANS: &str = "means-statement";

fn set(place: &str, topic: Option<&str>, papers: &[&str]) -> PapersSet {
    let site = built_in().site_at(code(place)).unwrap();
    PapersSet {
        site: site.id.clone(),
        unit: built_in().window_of(site).unwrap().id.clone(),
        division: site.division,
        item: "legal-aid".parse().unwrap(),
        topic: topic.map(|topic| topic.parse().unwrap()),
        papers: papers.iter().map(|paper| paper.parse().unwrap()).collect(),
        from: day("2026-03-01"),
        until: None,
        basis: "告知承诺制".to_owned(),
        decided_by: None,
    }
}

fn with(rules: &[PapersSet]) -> Directory {
    let mut changes = RegistryChanges::default();
    for rule in rules {
        changes.take_in(&Event::from(rule.clone()));
    }
    built_in().with_changes(changes)
}

/// What a county asks for, for wages, and which place's rule says so.
fn papers_and_rule(rules: &[PapersSet], topic: &str) -> (Vec<String>, Option<String>) {
    let directory = with(rules);
    let item = directory.item(&"legal-aid".parse().unwrap()).unwrap();
    let topic: Topic = topic.parse().unwrap();
    let (place, on) = (code(COUNTY), day("2026-03-02"));
    let papers = directory.papers(item, Some(&topic), place, on);
    let rule = directory.papers_rule((item, Some(&topic)), place, on);
    let of = rule.map(|rule| rule.division.short());
    (papers.into_iter().map(ToString::to_string).collect(), of)
}

fn papers(papers: &[&str]) -> Vec<String> {
    papers.iter().map(|paper| (*paper).to_owned()).collect()
}

/// The county asks for less for one topic, and then its prefecture for less for the whole item: a paper that the prefecture
/// lets go of is asked for at no county, whichever of both was recorded first.
#[test]
fn a_rule_for_a_topic_brings_no_paper_back_that_a_wider_place_has_let_go_of() {
    let county = set(COUNTY, Some("labour-pay"), &[CARD, MEANS]);
    let prefecture = set("5308", None, &[FORM, CARD]);
    for rules in [
        [county.clone(), prefecture.clone()],
        [prefecture.clone(), county.clone()],
    ] {
        let (found, of) = papers_and_rule(&rules, "labour-pay");
        assert_eq!(found, papers(&[CARD]));
        assert_eq!(of.as_deref(), Some(COUNTY));
    }
    // Of another topic the county says nothing.
    let (found, of) = papers_and_rule(&[county, prefecture], "injury");
    assert_eq!(found, papers(&[FORM, CARD]));
    assert_eq!(of.as_deref(), Some("5308"));
}

/// What a place says of the whole item counts for a topic, unless it says something of that topic itself.
#[test]
fn of_one_place_the_rule_for_the_topic_counts() {
    let item = set(COUNTY, None, &[CARD]);
    let topic = set(COUNTY, Some("labour-pay"), &[FORM, CARD]);
    let (found, _) = papers_and_rule(&[item.clone(), topic], "labour-pay");
    assert_eq!(found, papers(&[FORM, CARD]));
    let (found, _) = papers_and_rule(&[item], "labour-pay");
    assert_eq!(found, papers(&[CARD]));
}

/// A topic with a list of its own, in the files or by the province, is not that of the item.
#[test]
fn a_rule_for_the_item_says_nothing_about_a_topic_with_a_list_of_its_own() {
    let county = set(COUNTY, None, &[CARD]);
    let (found, of) = papers_and_rule(std::slice::from_ref(&county), "martyr-honour");
    assert_eq!((found, of), (papers(&[FORM, CARD]), None));
    let province = set("53", Some("labour-pay"), &[FORM, MEANS]);
    let (found, of) = papers_and_rule(&[county, province], "labour-pay");
    assert_eq!(found, papers(&[FORM, MEANS]));
    assert_eq!(of.as_deref(), Some("53"));
}
