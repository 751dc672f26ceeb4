//! The README shows the rules.

use std::path::Path;

use onestop_proto::ids::Topic;
use onestop_testing::assert_matter_diagram;

use super::*;

/// A sample of every command.
fn samples() -> Vec<Command> {
    let (told, papers) = (vec![OtherWay::Court], papers());
    vec![
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
        mediators(),
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
    ]
}

fn papers() -> Vec<Topic> {
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
