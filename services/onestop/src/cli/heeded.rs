//! Which of the arguments that describe one act a command heeds. What it does not heed is refused: the record would say something
//! else than the line.

use super::{
    CaseCommand, Cli, Command, FileCommand, GlobalArgs, ParkedCommand, ReferralCommand,
    RegistryCommand, SiteFileCommand, SourceCommand, contract::MatterAction,
};

/// What a command does with the arguments that describe one act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heeds {
    /// It sends one act, with all of them.
    Act,
    /// It approves what another person enters, who says the moment, the reason and the approver.
    Entry,
    /// It asks, looks after the machine, or sends many acts of now under keys that follow from one.
    Nothing,
}

impl Cli {
    /// The arguments that describe an act and would be ignored.
    pub(crate) fn unheeded(&self) -> Vec<&'static str> {
        let GlobalArgs {
            expect,
            happened_at,
            late_reason,
            late_approver,
            late_approval,
            ..
        } = &self.args;
        let of_entry = [
            ("--happened-at", happened_at.is_some()),
            ("--late-reason", late_reason.is_some()),
            ("--late-approver", late_approver.is_some()),
        ];
        let of_act = [
            ("--expect", expect.is_some()),
            ("--late-approval", late_approval.is_some()),
        ];
        let unheeded = match self.command.heeds() {
            Heeds::Act => Vec::new(),
            Heeds::Entry => of_act.to_vec(),
            Heeds::Nothing => [&of_act[..], &of_entry].concat(),
        };
        let given = unheeded.into_iter().filter(|(_, is_given)| *is_given);
        given.map(|(argument, _)| argument).collect()
    }
}

impl Command {
    const fn heeds(&self) -> Heeds {
        match self {
            Self::Case { command } => of_case(command),
            Self::Erase(_) => Heeds::Act,
            Self::Referral { command } => match command {
                ReferralCommand::Contract(_) => Heeds::Act,
                ReferralCommand::List { .. }
                | ReferralCommand::Show { .. }
                | ReferralCommand::ReassignAll { .. } => Heeds::Nothing,
            },
            Self::Matter(matter) => match &matter.action {
                MatterAction::Send(_) => Heeds::Act,
                MatterAction::Show(_) => Heeds::Nothing,
            },
            Self::Registry { command } => match command {
                RegistryCommand::Contract(_)
                | RegistryCommand::File(SiteFileCommand::AttachEvidence { .. }) => Heeds::Act,
                RegistryCommand::File(SiteFileCommand::Evidence { .. }) => Heeds::Nothing,
            },
            Self::Parked { command } => match command {
                ParkedCommand::Contract(_) => Heeds::Act,
                ParkedCommand::List | ParkedCommand::Show { .. } => Heeds::Nothing,
            },
            Self::Source { command } => match command {
                SourceCommand::Contract(_) => Heeds::Act,
                SourceCommand::List
                | SourceCommand::Wait { .. }
                | SourceCommand::FollowEverywhere(_) => Heeds::Nothing,
            },
            Self::ApproveLateEntry(_) => Heeds::Entry,
            Self::Up { .. }
            | Self::Replay(_)
            | Self::Audit { .. }
            | Self::Tail { .. }
            | Self::Verify(_)
            | Self::Keys { .. }
            | Self::Staff { .. }
            | Self::Provision(_)
            | Self::Ledger { .. }
            | Self::Doctor
            | Self::UpgradeCheck
            | Self::Healthcheck
            | Self::Backup { .. }
            | Self::Restore(_)
            | Self::Standby(_)
            | Self::Switch(_)
            | Self::Reconcile(_)
            | Self::Log { .. }
            | Self::Proof(_)
            | Self::VerifyProof(_)
            | Self::Directory { .. }
            | Self::Completions { .. } => Heeds::Nothing,
        }
    }
}

const fn of_case(command: &CaseCommand) -> Heeds {
    match command {
        CaseCommand::Contract(_) | CaseCommand::File(FileCommand::Attach { .. }) => Heeds::Act,
        CaseCommand::Person(_)
        | CaseCommand::File(FileCommand::Attachment { .. })
        | CaseCommand::Track { .. }
        | CaseCommand::Show { .. }
        | CaseCommand::Follow { .. }
        | CaseCommand::Wait { .. } => Heeds::Nothing,
    }
}
