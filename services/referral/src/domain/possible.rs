//! What can be done where custody stands, by whoever may: what a screen offers. The tests hold it against
//! what is decided.

use onestop_proto::{
    clock::Clock,
    referral::{CoUnitStatus, CustodyStage, accept_step, work_step},
};

use super::state::{Custody, Handover};

/// Names of commands.
#[must_use]
pub fn possible(custody: &Custody) -> Vec<&'static str> {
    let stage = of_stage(custody.stage()).iter().copied();
    let co = |standing: CoUnitStatus| custody.open_co_units().any(|co| co.standing == standing);
    let (invited, joined) = (co(CoUnitStatus::Invited), co(CoUnitStatus::Joined));
    let asked = custody.extension.is_some();
    let beside = [
        ("join", invited),
        ("decline-invitation", invited),
        ("report-part", joined),
        ("release", invited || joined),
        ("ask-extension", extensible(custody)),
        ("grant-extension", asked),
        ("refuse-extension", asked),
        ("supervise", custody.instruction.is_none()),
        ("answer-supervision", custody.instruction.is_some()),
        ("hand-over", true),
        (
            "hear-back",
            custody.handed_over.iter().any(Handover::is_open),
        ),
    ];
    let beside = beside.into_iter().filter(|(_, can)| *can);
    stage.chain(beside.map(|(name, _)| name)).collect()
}

/// What moves custody, or may.
const fn of_stage(stage: CustodyStage) -> &'static [&'static str] {
    match stage {
        CustodyStage::AtWindow => &[],
        CustodyStage::Stranded => &["dispute"],
        CustodyStage::Offered => &["accept", "decline", "dispute", "recall", "reassign"],
        CustodyStage::Designated => &["accept", "recall", "reassign"],
        CustodyStage::Disputed => &["designate", "recall"],
        CustodyStage::AtUnit => &["return", "complete", "reassign", "invite"],
        CustodyStage::AtDesignated => &["complete", "reassign", "invite"],
        CustodyStage::Joint => &["return", "reassign", "invite"],
        CustodyStage::JointDesignated => &["reassign", "invite"],
        CustodyStage::LeadFinished => &["reassign"],
    }
}

/// Whether the unit that is asked, or at work, can ask for more time.
fn extensible(custody: &Custody) -> bool {
    let step = match custody.stage() {
        CustodyStage::Offered | CustodyStage::Designated => accept_step(),
        CustodyStage::AtUnit
        | CustodyStage::AtDesignated
        | CustodyStage::Joint
        | CustodyStage::JointDesignated => work_step(),
        CustodyStage::AtWindow
        | CustodyStage::Stranded
        | CustodyStage::Disputed
        | CustodyStage::LeadFinished => return false,
    };
    let more = |clock: &Clock| {
        let allowed = clock.limit.extension.as_ref();
        allowed.is_some_and(|allowed| clock.extended < allowed.times)
    };
    custody.extension.is_none() && custody.clock(&step).is_some_and(more)
}
