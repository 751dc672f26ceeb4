//! The main act of a case: the one that a page shows as its filled button. It is what the case waits for, so a table has
//! it, by what the case waits for; which of its acts a person has, the services say.

use onestop_proto::{case::Stage, ledger::CaseRow};

/// What a case waits for, as far as it decides on the main act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Awaited {
    /// The reader decides something.
    Decision,
    /// A bureau designates a unit; the window does not refer the case anew meanwhile.
    Designation,
    /// The citizen brings papers.
    Papers,
    /// It was opened again, and nothing was done since.
    AnotherReferral,
    /// The window refers or answers it.
    Referral,
    /// The window hands it over to the body outside that is responsible.
    HandingOver,
    /// It was handed over: the window tells the citizen and closes it, or takes down what the body answers.
    BodyOutside,
    /// A unit, or the bureau above it, does its part.
    Work,
    /// The window tells the citizen the result and closes it.
    Closing,
    Filing,
    /// The window has archived it, and a unit still owes its file (办结后提交卷宗).
    UnitFile,
    /// Nothing: it is over.
    Nothing,
}

/// The main acts, `<service>/<command>`, the first that a person has. What ends a case against the citizen's wish, what takes
/// something back, and what is done only where something special has come up is no main act.
const TABLE: &[(Awaited, &[&str])] = &[
    (
        Awaited::Decision,
        &[
            "referral/designate",
            "referral/grant-extension",
            "legal-aid/decide-objection",
            "notarization/decide-review",
            "legal-aid/approve-decision",
            "notarization/approve-decision",
            "mediation/approve-decision",
            "referral/supervise",
        ],
    ),
    (Awaited::Designation, &["referral/designate"]),
    (
        Awaited::Papers,
        &[
            "legal-aid/receive-supplement",
            "notarization/receive-supplement",
            "mediation/receive-supplement",
            "intake/receive-material",
        ],
    ),
    (
        Awaited::AnotherReferral,
        &["intake/request-referral", "intake/answer"],
    ),
    (
        Awaited::Referral,
        &["intake/request-referral", "intake/answer"],
    ),
    (
        Awaited::HandingOver,
        &["referral/hand-over", "intake/answer"],
    ),
    (
        Awaited::BodyOutside,
        &["intake/close", "referral/hear-back"],
    ),
    (Awaited::Work, WORK),
    (Awaited::Closing, &["intake/close"]),
    (Awaited::Filing, &["intake/archive"]),
    (
        Awaited::UnitFile,
        &[
            "legal-aid/submit-file",
            "legal-aid/archive",
            "legal-aid/draft-archive",
        ],
    ),
    (Awaited::Nothing, &[]),
];

/// Custody first; then what waits for another person; then the steps of each specialist, the later before the earlier.
const WORK: &[&str] = &[
    "referral/accept",
    "referral/designate",
    "referral/join",
    "referral/answer-supervision",
    "referral/grant-extension",
    "legal-aid/approve-decision",
    "notarization/approve-decision",
    "mediation/approve-decision",
    "legal-aid/decide-objection",
    "legal-aid/receive-supplement",
    "legal-aid/receive-cooperation",
    "legal-aid/grant",
    "legal-aid/determine-means",
    "legal-aid/give-help",
    "legal-aid/contract",
    "legal-aid/assign",
    "legal-aid/conclude",
    "legal-aid/archive",
    "legal-aid/draft-archive",
    "legal-aid/submit-file",
    "notarization/receive-supplement",
    "notarization/issue",
    "notarization/finish-verification",
    "notarization/continue",
    "notarization/decide-review",
    "notarization/carry-out-review",
    "notarization/accept",
    "notarization/tell-consequences",
    "mediation/receive-supplement",
    "mediation/accept",
    "mediation/confirm",
    "mediation/agree-in-writing",
    "mediation/name-mediators",
    "mediation/consent",
    "mediation/perform",
    "mediation/archive",
    "referral/report-part",
    "referral/complete",
];

/// The place of the main act among those that a person has; none where nothing is waited for from them. A specialist may have
/// work at any stage of the case: its file after the close, an objection.
pub(super) fn place<'a>(row: &CaseRow, acts: impl Iterator<Item = &'a str>) -> Option<usize> {
    let acts: Vec<&str> = acts.collect();
    main_of(awaited(row), &acts)
}

fn main_of(awaited: Awaited, acts: &[&str]) -> Option<usize> {
    wanted(awaited).find_map(|wanted| acts.iter().position(|act| *act == wanted))
}

/// No place is as far back as this.
pub(super) const RANKS: usize = 1_000;

/// The place of an act among those that a case waits for; none where it is no such act.
pub(super) fn rank(row: &CaseRow, act: &str) -> Option<usize> {
    wanted(awaited(row)).position(|wanted| wanted == act)
}

/// The acts that fit what is awaited, the main one first.
fn wanted(awaited: Awaited) -> impl Iterator<Item = &'static str> {
    let rows = TABLE.iter().filter(move |(of, _)| *of == awaited);
    let wanted = rows.flat_map(|(_, wanted)| wanted.iter());
    // Who has no part in what the case waits for may have work of their own.
    let own = WORK.iter().filter(move |_| awaited != Awaited::Nothing);
    wanted.chain(own).copied()
}

pub(super) fn awaited(row: &CaseRow) -> Awaited {
    if !row.to_decide.is_empty() {
        return Awaited::Decision;
    }
    match row.stage {
        // Its clock goes on, in the worklist of the unit too.
        Stage::Archived if row.step.is_some() => Awaited::UnitFile,
        Stage::Archived | Stage::Merged => Awaited::Nothing,
        Stage::AtWindow | Stage::Referred if row.designation.is_some() => Awaited::Designation,
        Stage::AtWindow | Stage::Referred if row.papers.is_some() => Awaited::Papers,
        Stage::AtWindow if row.external.is_some() => Awaited::HandingOver,
        Stage::AtWindow if row.reopened.is_some() => Awaited::AnotherReferral,
        Stage::AtWindow => Awaited::Referral,
        Stage::HandedOver => Awaited::BodyOutside,
        Stage::Referred => Awaited::Work,
        Stage::ResultBack | Stage::Answered | Stage::Withdrawn => Awaited::Closing,
        Stage::Closed => Awaited::Filing,
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::contract;

    use super::*;
    use crate::core::command_schema;

    const ALL: [Awaited; 12] = [
        Awaited::Decision,
        Awaited::Designation,
        Awaited::Papers,
        Awaited::AnotherReferral,
        Awaited::Referral,
        Awaited::HandingOver,
        Awaited::BodyOutside,
        Awaited::Work,
        Awaited::Closing,
        Awaited::Filing,
        Awaited::UnitFile,
        Awaited::Nothing,
    ];

    /// What is awaited, the acts of a person, the main one of them.
    type Case = (Awaited, &'static [&'static str], Option<&'static str>);

    fn main<'a>(awaited: Awaited, acts: &[&'a str]) -> Option<&'a str> {
        main_of(awaited, acts).map(|place| acts[place])
    }

    #[test]
    fn every_awaited_thing_has_one_row_and_every_act_is_a_command() {
        for awaited in ALL {
            let rows = TABLE.iter().filter(|(of, _)| *of == awaited);
            assert_eq!(rows.count(), 1, "{awaited:?}");
        }
        let services = contract::services();
        for act in TABLE.iter().flat_map(|(_, acts)| acts.iter()) {
            let (service, command) = act.split_once('/').unwrap();
            let service = services.iter().find(|one| one.as_str() == service);
            let title = command_schema::title(service.unwrap(), command);
            assert!(title.is_some(), "{act}");
        }
    }

    #[test]
    fn the_main_act_is_what_the_case_waits_for() {
        for (awaited, acts, wanted) in CASES {
            assert_eq!(main(*awaited, acts), *wanted, "{awaited:?} {acts:?}");
        }
    }

    #[rustfmt::skip]
    const CASES: &[Case] = &[
        // 待我决定: what is to be decided, else the instruction.
        (
            Awaited::Decision,
            &["referral/supervise", "referral/reassign", "referral/designate"],
            Some("referral/designate"),
        ),
        (
            Awaited::Decision,
            &["referral/reassign", "referral/supervise"],
            Some("referral/supervise"),
        ),
        // While the bureau designates, the window is not told to refer the case anew.
        (
            Awaited::Designation,
            &["intake/request-referral", "intake/answer", "intake/withdraw"],
            None,
        ),
        (
            Awaited::Designation,
            &["referral/supervise", "referral/designate"],
            Some("referral/designate"),
        ),
        // A result is back, and nothing was refused: an objection or a hand-over is not what it waits for.
        (
            Awaited::Closing,
            &["legal-aid/object", "referral/hand-over", "intake/close"],
            Some("intake/close"),
        ),
        // Before the signature of the other unit.
        (
            Awaited::Work,
            &["referral/recall", "referral/dispute", "intake/withdraw"],
            None,
        ),
        (
            Awaited::Work,
            &["legal-aid/determine-means", "legal-aid/refuse"],
            Some("legal-aid/determine-means"),
        ),
        // The means are settled.
        (
            Awaited::Work,
            &["legal-aid/determine-means", "legal-aid/grant"],
            Some("legal-aid/grant"),
        ),
        (
            Awaited::Work,
            &["mediation/count-respondents", "mediation/consent"],
            Some("mediation/consent"),
        ),
        (
            Awaited::Work,
            &["mediation/consent", "mediation/accept"],
            Some("mediation/accept"),
        ),
        (
            Awaited::Papers,
            &["intake/notify-once", "intake/receive-material"],
            Some("intake/receive-material"),
        ),
        (
            Awaited::Referral,
            &["referral/hand-over", "intake/request-referral"],
            Some("intake/request-referral"),
        ),
        // A body outside is responsible: another referral would come back.
        (
            Awaited::HandingOver,
            &["intake/answer", "intake/request-referral", "referral/hand-over"],
            Some("referral/hand-over"),
        ),
        (
            Awaited::BodyOutside,
            &["referral/hand-over", "referral/hear-back", "intake/close"],
            Some("intake/close"),
        ),
        // A case is closed, and the unit still has its file to submit.
        (
            Awaited::Filing,
            &["legal-aid/submit-file"],
            Some("legal-aid/submit-file"),
        ),
        (Awaited::Filing, &["intake/archive"], Some("intake/archive")),
        // So it has after the window has archived it.
        (
            Awaited::UnitFile,
            &["legal-aid/submit-file"],
            Some("legal-aid/submit-file"),
        ),
        (Awaited::UnitFile, &["legal-aid/object"], None),
        (
            Awaited::Nothing,
            &["legal-aid/object", "intake/archive", "legal-aid/grant"],
            None,
        ),
    ];

    /// A person chooses these; the page proposes none of them.
    #[test]
    fn what_takes_back_ends_or_hands_away_is_never_the_main_act() {
        let acts = [
            "referral/recall",
            "referral/return",
            "referral/decline",
            "referral/dispute",
            "intake/withdraw",
            "intake/merge",
            "intake/correct",
            "legal-aid/object",
            "legal-aid/refuse",
            "legal-aid/terminate",
            "legal-aid/withdraw-application",
            "mediation/count-respondents",
            "mediation/fail",
            "notarization/refuse",
        ];
        for awaited in ALL {
            assert_eq!(main(awaited, &acts), None, "{awaited:?}");
            let hands_over = (awaited == Awaited::HandingOver).then_some("referral/hand-over");
            assert_eq!(
                main(awaited, &["referral/hand-over"]),
                hands_over,
                "{awaited:?}"
            );
        }
    }
}
