//! The README shows the rules.

use std::path::Path;

use onestop_proto::{
    ids::Topic,
    legal_aid::{
        ApproveDecision, AskOtherLawyer, DraftArchive, DraftRefusal, DraftTermination, GiveHelp,
        HelpKind, KeepLawyer, SendBackDecision,
    },
    matter::CriticalDateKind,
};

use super::{
    critical_dates::{closed, moved, until},
    *,
};

fn paper() -> Vec<Topic> {
    vec!["wage-record".parse().unwrap()]
}

pub(super) fn samples() -> Vec<Command> {
    let kind = CriticalDateKind::CivilAppeal;
    let text = || "2026-17".to_owned();
    let mut all: Vec<Command> = vec![
        RecordForwarding {
            from: Organ::DutyLawyer,
            applied_at: at("2026-03-02 20:00:00"),
        }
        .into(),
        DetermineMeans::exempt(ExemptGroup::NoFixedIncome, "低保证").into(),
        missing(),
        ReceiveSupplement { materials: paper() }.into(),
        DeemWithdrawn {}.into(),
        WithdrawApplication {}.into(),
        letter(),
        ReceiveCooperation { letter: text() }.into(),
        at_once(),
        notice(Gravity::Ordinary),
        Grant {}.into(),
        Refuse {
            reason: RefusalReason::NotProven,
        }
        .into(),
        lawyer().into(),
        Reassign {
            firm: lawyer().firm,
            licence: "15308202610000002".to_owned(),
            years: None,
            reason: ReassignReason::RecipientAsked,
        }
        .into(),
        told().into(),
        GiveHelp {
            kinds: vec![HelpKind::Advice],
            firm: lawyer().firm,
            licence: lawyer().licence,
        }
        .into(),
        Contract { agreement: text() }.into(),
        until(kind, "2026-06-01").into(),
        moved(kind, "2026-06-02").into(),
        closed(kind, "2026-03-02").into(),
        Conclude {}.into(),
        SubmitFile { file: text() }.into(),
        ReturnFile { why: text() }.into(),
        Archive {
            subsidy_fen: 150_000,
        }
        .into(),
        Terminate {
            reason: TerminationReason::OwnLawyer,
        }
        .into(),
        Object {}.into(),
        ruling(Ruling::Uphold),
        ruling(Ruling::Correct),
    ];
    all.extend(drafts());
    all
}

/// What two people do, or the recipient and the agency.
fn drafts() -> Vec<Command> {
    let why = || "2026-17".to_owned();
    vec![
        AskOtherLawyer { why: why() }.into(),
        KeepLawyer { why: why() }.into(),
        DraftRefusal {
            reason: RefusalReason::NotProven,
        }
        .into(),
        DraftTermination {
            reason: TerminationReason::OwnLawyer,
        }
        .into(),
        DraftArchive {
            subsidy_fen: 150_000,
        }
        .into(),
        ApproveDecision {}.into(),
        SendBackDecision { why: why() }.into(),
    ]
}

#[test]
fn the_readme_shows_what_is_possible() {
    let world = world();
    let left = Trigger::CaseLeft {
        handoff: "019ab0c4-8000-7000-8000-00000000000a".parse().unwrap(),
    };
    let material = Trigger::PapersReceived { materials: paper() };
    assert_matter_diagram::<LegalAidRules>(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"),
        &[
            world.accepted_as("defence-applied", None),
            world.accepted_as("defence-notified", Some(court_notice())),
            world.accepted_as("duty-lawyer-help", None),
        ],
        &[
            ("referral.returned", left),
            ("intake.material-received", material),
        ],
        &samples(),
        &world.context(at("2026-03-03 10:00:00")),
    );
}
