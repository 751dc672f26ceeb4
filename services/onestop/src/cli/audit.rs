//! `onestop audit …`: who saw or changed what, proven by which key (审计).

use std::{fmt, path::PathBuf, str::FromStr};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use onestop_proto::{
    ids::{CaseRef, StaffId},
    time::Timestamp,
};
use uuid::Uuid;

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Who saw or changed what of a case, when, and whose key proved who it was
    #[command(after_help = "Example: onestop audit case CASE --by auditor/wu-lin@5308")]
    Case {
        /// The case: its number in either form, its short code, or its id
        case: CaseRef,
    },
    /// What a member of staff saw, the latest first
    #[command(after_help = "Example: onestop audit staff zhang-li --by auditor/wu-lin@5308")]
    Staff {
        /// Account
        staff: StaffId,
        /// Go on before this record: `next` of the answer before
        #[arg(long)]
        before: Option<u64>,
    },
    /// Who opened more personal data than usual
    #[command(after_help = "Example: onestop audit alarms --by supervisor/he-jun@530821")]
    Alarms,
    /// Write who read, erased, skipped or changed what as JSON, one object a line, for a system that collects it (SIEM)
    #[command(
        after_help = "deploy/AUDIT.md describes the fields. The export is recorded itself.

Example: onestop audit export --since '2026-03-04 00:00' --out acts.jsonl --by auditor/wu-lin@53.bureau"
    )]
    Export(AuditExportArgs),
}

#[derive(Args)]
pub(crate) struct AuditExportArgs {
    /// A moment, or `next` of the export before; without it, from the beginning
    #[arg(long)]
    pub(crate) since: Option<ExportStart>,
    /// The file to write, which must not be there yet
    #[arg(long)]
    pub(crate) out: PathBuf,
}

/// From where acts are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportStart {
    Time(Timestamp),
    Position(ExportPosition),
}

impl FromStr for ExportStart {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        if text.contains('/') {
            return Ok(Self::Position(text.parse()?));
        }
        Ok(Self::Time(text.parse()?))
    }
}

/// Up to where acts are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExportPosition {
    /// The incarnation of the journal's log.
    pub(crate) epoch: Uuid,
    /// The next position of that log.
    pub(crate) journal: u64,
    /// The last entry of the history of accounts.
    pub(crate) accounts: u64,
}

impl fmt::Display for ExportPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.epoch, self.journal, self.accounts)
    }
}

impl FromStr for ExportPosition {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let [epoch, journal, accounts] = parts[..] else {
            bail!(
                "“{text}”不是位置，请原样填写上次导出打印的 next / \
                 '{text}' is no position: give what the export before printed as 'next'"
            );
        };
        let number = |part: &str| {
            let number = part.parse::<u64>();
            number.with_context(|| said!("export-no-number", part = part, text = text))
        };
        let epoch = epoch.parse::<Uuid>();
        Ok(Self {
            epoch: epoch.with_context(|| said!("export-no-log", text = text))?,
            journal: number(journal)?,
            accounts: number(accounts)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_begins_at_a_moment_or_where_another_ended() {
        let position = ExportPosition {
            epoch: Uuid::from_u128(7),
            journal: 1_200,
            accounts: 37,
        };
        let written = position.to_string();
        assert_eq!(
            written.parse::<ExportStart>().unwrap(),
            ExportStart::Position(position)
        );
        let moment = "2026-03-04T08:00:00Z";
        assert_eq!(
            moment.parse::<ExportStart>().unwrap(),
            ExportStart::Time(moment.parse().unwrap())
        );
        for wrong in ["yesterday", "1/2", "x/1/2", "1200", &format!("{written}/1")] {
            assert!(wrong.parse::<ExportStart>().is_err(), "{wrong}");
        }
    }
}
