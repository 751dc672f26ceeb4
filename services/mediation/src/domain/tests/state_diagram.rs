//! The README shows the rules.

use std::path::Path;

use onestop_proto::{
    ids::Topic,
    matter::{CriticalDateCorrection, CriticalDateKind, CriticalDateOutcome},
    mediation::{
        ApproveDecision, CloseCriticalDate, CorrectCriticalDate, DraftExtension, Performance,
        SendBackDecision,
    },
};
use onestop_testing::assert_matter_diagram;

use super::{
    critical_dates::limitation,
    mediators::challenged,
    parties::{consent_of, count},
    terms::{pay, recorded},
    *,
};

pub(super) fn samples() -> Vec<Command> {
    let (told, papers) = (vec![OtherWay::Court], papers());
    let mut all = vec![
        count(2),
        consent_of(2),
        consent(),
        refuse(),
        RequestSupplement {
            missing: papers.clone(),
        }
        .into(),
        ReceiveSupplement {
            materials: papers.clone(),
        }
        .into(),
        NotAccept {
            reason: Exclusion::Administrative,
        }
        .into(),
        Accept {}.into(),
        NameMediators {
            mediators: vec!["yang-mei".parse().unwrap()],
            named_by: NamedBy::Parties,
        }
        .into(),
        Extend {
            reason: "双方同意再谈一次".to_owned(),
            approved_by: "chen-gang".parse().unwrap(),
        }
        .into(),
        ReportDanger {
            to: "宁洱派出所".to_owned(),
        }
        .into(),
        written(),
        AgreeOrally {}.into(),
        court(),
        Confirm { ruling: ruling() }.into(),
        NotConfirm {
            ruling: ruling(),
            told: told.clone(),
        }
        .into(),
        Perform {}.into(),
        Break { told: told.clone() }.into(),
        Fail { told }.into(),
        Archive {
            file: "2026-12".to_owned(),
        }
        .into(),
    ];
    all.extend(further());
    all
}

/// Of terms, recused mediators, drafts and critical dates.
fn further() -> Vec<Command> {
    let kind = CriticalDateKind::Limitation;
    vec![
        challenged("yang-mei"),
        pay(1, "3000"),
        recorded(1, Performance::Performed),
        DraftExtension {
            reason: "双方同意再谈一次".to_owned(),
        }
        .into(),
        ApproveDecision {}.into(),
        SendBackDecision {
            why: "请写明双方意见".to_owned(),
        }
        .into(),
        limitation("2024-03-10").into(),
        CorrectCriticalDate {
            kind,
            reason: CriticalDateCorrection::Mistake,
            runs_from: None,
            day: Some("2027-04-01".parse().unwrap()),
            was: None,
        }
        .into(),
        CloseCriticalDate {
            kind,
            outcome: CriticalDateOutcome::Ceased,
            on: "2026-03-03".parse().unwrap(),
            day: None,
        }
        .into(),
    ]
}

pub(super) fn papers() -> Vec<Topic> {
    vec!["property-title".parse().unwrap()]
}

#[test]
fn the_readme_shows_what_is_possible() {
    let world = world();
    let left = Trigger::CaseLeft {
        handoff: "019ab0c4-8000-7000-8000-00000000000a".parse().unwrap(),
    };
    let material = Trigger::PapersReceived {
        materials: papers(),
    };
    assert_matter_diagram::<MediationRules>(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"),
        &[world.accepted()],
        &[
            ("referral.returned", left),
            ("intake.material-received", material),
        ],
        &samples(),
        &world.context("2026-03-03 10:00:00"),
    );
}
