//! The arguments of the command line.

mod audit;
mod backup;
mod case;
pub(crate) mod contract;
mod directory;
mod heeded;
mod keys;
mod late_entry;
mod ledger;
mod logs;
mod parked;
mod person;
mod referral;
mod registry;
mod source;
mod staff;
mod standby;

use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use onestop_chassis::settings::Flags;
use onestop_proto::{
    ids::{CaseRef, CommandId, StaffId},
    late_entry::{LateEntry, LateReason},
    text::Language,
    time::Timestamp,
};

pub(crate) use audit::{AuditCommand, AuditExportArgs, ExportPosition, ExportStart};
pub(crate) use backup::{BackupCommand, BackupPlace, NoErasureList, RestoreArgs};
pub(crate) use case::{CaseCommand, FileCommand};
pub(crate) use directory::{CoverageArgs, DirectoryCommand, DueArgs, RouteArgs, SitesArgs};
pub(crate) use keys::{
    ClusterServer, InitArgs, KeysCommand, ProvisionArgs, Site, WhichKeys, division_in,
};
pub(crate) use late_entry::ApproveLateEntryArgs;
pub(crate) use ledger::{FigureArgs, LedgerCommand};
pub(crate) use logs::{
    LogCommand, LogFileCommand, ProofArgs, ReconcileArgs, RefillArgs, RefillSource, VerifyArgs,
    VerifyProofArgs,
};
pub(crate) use parked::ParkedCommand;
pub(crate) use person::PersonCommand;
pub(crate) use referral::ReferralCommand;
pub(crate) use registry::{RegistryCommand, SiteFileCommand};
pub(crate) use source::{FollowEverywhere, SourceCommand};
pub(crate) use staff::{ImportArguments, PostArguments, PostCommand, StaffCommand};
pub(crate) use standby::{StandbyArgs, SwitchArgs};

use contract::{ContractCommand, Erasure, MatterCommand};

const EXAMPLES: &str = "\
Examples:
  onestop up                                     everything, with a broker of its own
  onestop directory sites --find 宁洱            find divisions, sites and units
  onestop case open --by clerk/zhang-li@530821101 --item legal-aid --topic labour-pay --name 岩温
  onestop referral list --by specialist/wang@530821.legal-aid
  onestop replay s4k2m9qxa-261123-001            a case, step by step

Who acts is written <role>/<staff>@<unit>. The unit is its id (s4k2m9qxa.window), or a division for its
window (530821101), or a division and a kind (530821.legal-aid).

Exit codes: 0 done, 1 failed, 2 usage, 3 refused as invalid, 4 no such case, 5 refused because the case
stands otherwise, 6 not yours to do, 7 a service does not answer, 8 a log does not verify, 64 bad settings, 75 another
process uses the data folder.";

const RESTORE: &str = "\
Examples:
  onestop restore referral                                       nothing is left, no backup: from the journal
  onestop restore intake --backup onestop-2026-11-24.age --identity /media/usb/backup.identity
  onestop restore referral --from journal --from broker --keys /etc/onestop/keys

What is left of the service's log is continued if it can be read, else the backup. From the backup come the keys and files
that are missing in the folder, and what came after it from what others heard. What was there stays beside it. The service
must be stopped; the others go on. deploy/RECOVERY.md says it step by step.";

const RECONCILE: &str = "\
Examples:
  onestop reconcile              says what lacks where
  onestop reconcile --mend       asks for each whether to mend it
  onestop reconcile --mend --why 按备份恢复 --by supervisor/he@530821     follows sources that were set aside as well

Exit code 1 if something is left that must be mended.";

/// 一窗 · public legal services through one window
#[derive(Parser)]
#[command(name = "onestop", after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) args: GlobalArgs,
    #[command(flatten, next_help_heading = "Settings")]
    pub(crate) settings: Flags,
}

#[derive(Args)]
pub(crate) struct GlobalArgs {
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print only the id of the case that a command was about
    #[arg(short, long, global = true, conflicts_with = "json")]
    pub(crate) quiet: bool,
    /// Language of what is printed
    #[arg(long, global = true, env = "ONESTOP_LANG", default_value = "zh")]
    pub(crate) lang: Lang,
    /// Who acts: <role>/<staff>@<unit>
    #[arg(long, global = true, env = "ONESTOP_AS", value_name = "ACTOR")]
    pub(crate) by: Option<String>,
    /// Idempotency key: repeating a command with the same key gets the first answer again
    // Kept as text after the check: `verify-proof` has a `--key` of its own, and clap wants one type for both.
    #[arg(long, global = true, value_name = "UUID", value_parser = check_command_id)]
    pub(crate) key: Option<String>,
    /// The revision that the decision rests on
    #[arg(long, global = true, value_name = "REVISION")]
    pub(crate) expect: Option<u64>,
    /// When it happened, for paper entered later: 2026-03-04 15:20
    #[arg(long, global = true, value_name = "TIME")]
    pub(crate) happened_at: Option<Timestamp>,
    /// Why it is entered late (补录事由): outage, home-visit, system-fault, paper-came-late, overlooked
    #[arg(long, global = true, value_name = "REASON")]
    pub(crate) late_reason: Option<LateReason>,
    /// Which other person approves that; one-person-office where the directory names the unit as one
    #[arg(long, global = true, value_name = "STAFF")]
    pub(crate) late_approver: Option<StaffId>,
    /// That person's own approval, as 'onestop approve-late-entry' printed it for the same --key
    #[arg(long, global = true, value_name = "TOKEN")]
    pub(crate) late_approval: Option<String>,
}

impl GlobalArgs {
    /// The evidence of an act that is entered late, by the command with this key.
    pub(crate) fn late_entry(&self, entry: CommandId) -> Option<LateEntry> {
        let why = LateEntry::because(self.late_reason?);
        let named = why.naming(self.late_approver.clone());
        Some(named.approved(entry, self.late_approval.clone()))
    }

    /// The arguments that are missing beside what is said of a late entry: each of them needs the one before it.
    pub(crate) fn missing_of_late_entry(&self) -> Vec<&'static str> {
        let given = [
            ("--happened-at", self.happened_at.is_some()),
            ("--late-reason", self.late_reason.is_some()),
            ("--late-approver", self.late_approver.is_some()),
            ("--late-approval", self.late_approval.is_some()),
        ];
        let needed = given.iter().rposition(|(_, is_given)| *is_given);
        let needed = given.iter().take(needed.unwrap_or_default());
        let missing = needed.filter(|(_, is_given)| !is_given);
        missing.map(|(argument, _)| *argument).collect()
    }

    /// The idempotency key, if one was given.
    pub(crate) fn command_id(&self) -> Option<CommandId> {
        self.key.as_ref()?.parse().ok()
    }
}

fn check_command_id(text: &str) -> Result<String, <CommandId as FromStr>::Err> {
    text.parse::<CommandId>().map(|_| text.to_owned())
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Lang {
    Zh,
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Zh => Self::Zh,
            Lang::En => Self::En,
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run every service and a broker in one process
    #[command(after_help = "Example: onestop up --data ./data --port 42220")]
    Up {
        /// Port of the broker, on loopback
        #[arg(long, default_value_t = 42_220)]
        port: u16,
        /// For training: the command line may act as any person, by --by
        #[arg(long)]
        training: bool,
    },
    /// 登记: cases at the window
    Case {
        #[command(subcommand)]
        command: CaseCommand,
    },
    #[command(flatten)]
    Erase(ContractCommand<Erasure>),
    /// 转办: worklists and handoffs
    Referral {
        #[command(subcommand)]
        command: ReferralCommand,
    },
    #[command(flatten)]
    Matter(MatterCommand),
    /// 登记: what is recorded of sites and units, without a restart
    Registry {
        #[command(subcommand)]
        command: RegistryCommand,
    },
    /// 搁置: events that a service could not take
    Parked {
        #[command(subcommand)]
        command: ParkedCommand,
    },
    /// 回放: a case, step by step
    Replay(ReplayArgs),
    /// 补录审批: approve that another person enters a command late; prints what they add as --late-approval
    ApproveLateEntry(ApproveLateEntryArgs),
    /// 审计: who saw or changed what, proven by which key
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Events as they happen
    #[command(after_help = "Example: onestop tail 'evt.referral.offered.legal-aid.53.08.21.>'")]
    Tail {
        /// Subject to listen on
        #[arg(default_value = "evt.>")]
        subject: String,
    },
    /// 核验: re-read and re-hash every log, and compare it with what was cosigned
    Verify(VerifyArgs),
    /// 来源: how far each service has processed the others, and what to do with one that was restored
    Source {
        #[command(subcommand)]
        command: SourceCommand,
    },
    /// 密钥: keys for the services, and the broker's configuration for them
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// 人员: who can sign in at the workbench
    Staff {
        #[command(subcommand)]
        command: StaffCommand,
    },
    /// Keep the broker's stream and consumers provided, with the operator's key
    Provision(ProvisionArgs),
    /// 台账: the journal's lists, made from its log
    Ledger {
        #[command(subcommand)]
        command: LedgerCommand,
    },
    /// 体检: is everything as it should be, and what to do if not
    #[command(after_help = "Example: onestop doctor || echo something needs attention")]
    Doctor,
    /// 升级检查: can this executable take over what runs and lies here; said by the new release before an
    /// upgrade, by the former one before a step back
    #[command(after_help = "\
Said with the settings of the services, by the executable that is to be put in place. It writes nothing, and looks at the last
backup, at the versions that run, and at every event of each log. Exit code 1: it cannot, or not yet.

Example: /opt/onestop-0.2.0/onestop upgrade-check --config /etc/onestop/onestop.toml --nats-key /etc/onestop/keys/desk.nk")]
    UpgradeCheck,
    /// Whether the service at --http is ready, for containers
    #[command(after_help = "Example: onestop healthcheck --http 127.0.0.1:9090")]
    Healthcheck,
    /// 备份: a whole node in one file, and a node from such a file
    Backup {
        #[command(subcommand)]
        command: BackupCommand,
    },
    /// 恢复: one service whose disk is lost, while the others go on
    #[command(after_help = RESTORE)]
    Restore(RefillArgs),
    /// 备用: follow a service's log on this machine, and start the service here when its machine is gone
    Standby(StandbyArgs),
    /// 切换: hand a service over to its standby, without losing a command
    Switch(SwitchArgs),
    /// 对账: does every service have what the others heard of it; what lacks where, and how it is mended
    #[command(after_help = RECONCILE)]
    Reconcile(ReconcileArgs),
    /// 日志: copy, restore, repair and refill single logs
    Log {
        #[command(subcommand)]
        command: LogCommand,
    },
    /// 证明: a case's events in a file that can be checked offline
    Proof(ProofArgs),
    /// 验证: check such a file, without any service
    VerifyProof(VerifyProofArgs),
    /// 目录: who does what where
    Directory {
        #[command(subcommand)]
        command: DirectoryCommand,
    },
    /// Completions for a shell
    #[command(after_help = "Example: onestop completions bash > /etc/bash_completion.d/onestop")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  onestop replay CASE --as-of '2026-03-04 15:20'      what had happened by then
  onestop replay CASE --known-at '2026-03-04 15:20'   what the journal had heard by then")]
pub(crate) struct ReplayArgs {
    /// The case: its number in either form, its short code, or its id
    pub(crate) case: CaseRef,
    /// Only what had happened by then; by the end of a day, if it is one
    #[arg(long, value_name = "TIME", value_parser = Timestamp::end_of)]
    pub(crate) as_of: Option<Timestamp>,
    /// Only what the journal had received by then, likewise
    #[arg(long, value_name = "TIME", value_parser = Timestamp::end_of)]
    pub(crate) known_at: Option<Timestamp>,
    /// Only up to this step, and the step's event in full
    #[arg(long, value_name = "N")]
    pub(crate) step: Option<u32>,
}
